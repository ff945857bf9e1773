"""Three grades and five: names, number, points and line of a notice are data, from the marks to the file of the run."""

from pathlib import Path
from typing import Any

import pytest

from evaluation.schemes import services as schemes
from funding.models import AllocationRun
from funding.readings import defaults_of
from funding.runs.queries.frozen import check, frozen_csv, rows_of
from funding.runs.queries.sheet import sheet_of
from funding.runs.services.runs import check as check_run
from funding.runs.services.runs import lock, make_run, sign
from platforms.models import User
from tests import factories
from tests.evaluation import stage
from tests.funding.runs.test_frozen_csv import amounts_of, file_of
from tests.funding.test_recompute import by_the_script, options_of
from tests.funding.worked import AT, BING, DING, JIA, LATER, POOL, YI, amounts, drafter

pytestmark = pytest.mark.django_db

THREE = {
    "grades": [
        {"code": "A", "label": "优秀", "certified": True, "tone": "good"},
        {"code": "C", "label": "合格", "certified": True, "tone": "info"},
        {"code": "D", "label": "不合格", "certified": False, "tone": "bad"},
    ],
    "money": {"kind": "factor_share", "points": {"A": 70, "C": 30}, "failing": "D", "line": "1/4"},
    "readings": {"cutoff": "exclusive"},
}
FIVE = {
    "grades": [
        {"code": "A", "label": "五星", "certified": True, "tone": "good"},
        {"code": "B", "label": "四星", "certified": True, "tone": "good"},
        {"code": "M", "label": "三星", "certified": True, "tone": "info"},
        {"code": "C", "label": "二星", "certified": True, "tone": "wait"},
        {"code": "D", "label": "一星", "certified": False, "tone": "bad"},
    ],
    "money": {"kind": "factor_share", "points": {"A": 40, "B": 30, "M": 20, "C": 10}, "failing": "D", "line": "30%"},
    "readings": {"divisor": "hundred"},
}


@pytest.fixture
def graded_as(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Publish a round with these counts under a notice with these terms, marked by the default scheme of the notice."""

    def publish(terms: dict[str, Any], counts: stage.Counts) -> AllocationRun:
        notice = factories.invented_notice(**terms)
        monkeypatch.setattr(factories, "notice", lambda: notice)
        monkeypatch.setattr(schemes, "in_use", lambda: notice.pk)
        round_ = stage.published_round(counts, notice=notice).round
        return make_run(round=round_, pool_yuan=POOL, reading=defaults_of(round_.terms), by=drafter(), at=AT)

    return publish


def locked(run: AllocationRun, first: User, second: User) -> AllocationRun:
    run = sign(run=check_run(run=run, by=drafter(), at=AT), by=first, at=AT)
    return lock(run=run, by=second, at=LATER)


@pytest.mark.clause("N24")
@pytest.mark.clause("N25")
@pytest.mark.clause("N26")
def test_three_grades_are_locked_shown_and_recomputed(
    graded_as: Any, finance: User, finance2: User, tmp_path: Path
) -> None:
    counts = {
        JIA: {"A": 4, "C": 3, "D": 1},
        YI: {"A": 1, "C": 2, "D": 1},  # just a quarter, which this notice does not exclude
        BING: {"A": 3, "C": 1},
        DING: {"C": 2, "D": 2},
    }
    run = locked(graded_as(THREE, counts), finance, finance2)
    # 70 × 4/8 + 30 × 3/8 = 46.25, 16.25 and 30 of 92.5.
    assert amounts(run) == (7_500_000, 2_635_135, 4_864_865, 0)
    assert (check(run), sheet_of(run).grade_labels) == ((), ("优秀", "合格", "不合格"))
    assert frozen_csv(run, rows_of(run)).decode().splitlines()[:2] == ["region,declared,a,c,d", "330203 海曙区,8,4,3,1"]
    found = by_the_script(file_of(run, tmp_path), POOL, options_of(run))
    assert amounts_of(found) == [7_500_000, 2_635_135, 4_864_865, 0]


@pytest.mark.clause("N24")
@pytest.mark.clause("N25")
@pytest.mark.clause("N27")
def test_five_grades_are_locked_shown_and_recomputed(
    graded_as: Any, finance: User, finance2: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "GRADES", ("A", "B", "M", "C", "D"))
    monkeypatch.setitem(stage.NOTHING_FOR, "M", ("enterprises", "services", "breadth"))
    counts = {
        JIA: {"A": 3, "B": 2, "M": 1, "C": 1, "D": 1},
        YI: {"A": 1, "B": 2, "M": 1, "C": 3, "D": 3},  # just three in ten
        BING: {"M": 2, "C": 1},
        DING: {"A": 1},
    }
    run = locked(graded_as(FIVE, counts), finance, finance2)
    # 40 × 3/5 + 30 × 2/4 + 20 × 1/4 + 10 × 1/5 = 46, 20 × 2/4 + 10 × 1/5 = 12 and 40 × 1/5 = 8 of 100.
    assert amounts(run) == (6_900_000, 0, 1_800_000, 1_200_000)
    assert (run.unallocated_yuan, check(run)) == (5_100_000, ())
    assert sheet_of(run).grade_labels == ("五星", "四星", "三星", "二星", "一星")
    assert frozen_csv(run, rows_of(run)).decode().startswith("region,declared,a,b,m,c,d\n330203 海曙区,8,3,2,1,1,1\n")
    found = by_the_script(file_of(run, tmp_path), POOL, options_of(run))
    assert (amounts_of(found), found["unallocated"]) == ([6_900_000, 0, 1_800_000, 1_200_000], 5_100_000)
