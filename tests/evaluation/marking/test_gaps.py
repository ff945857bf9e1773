"""What of a round has no grade: each application once, with its reason, and what it does to the shares."""

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from evaluation.certification.queries.publication import before_publishing
from evaluation.marking.choices import Gap
from evaluation.marking.late import Filed, Standing
from evaluation.marking.queries.gaps import gaps_of
from evaluation.models import Assessment
from platforms.models import Application, ApplicationMove, Ban, Ground, Round, User
from platforms.rounds.readiness import Weight
from tests import factories
from tests.evaluation import stage

pytestmark = pytest.mark.django_db

DAY = date(2020, 10, 15)
AT = datetime(2020, 10, 10, 2, 0, tzinfo=UTC)
COUNTS = {"330212": {"A": 2, "scored": 3, "open": 3, "returned": 1, "submitted": 1, "draft": 1}, "HY": {"B": 1}}


@pytest.fixture
def round_() -> Round:
    return stage.graded_round(COUNTS)


def row(number: int) -> Application:
    return Application.objects.get(number=f"SB2020-330212-{number:03d}")


def withdraw(application: Application, reason: str = "场地到期") -> None:
    """Put the withdrawal into the tables, as the service writes it."""
    source = application.status
    Application.objects.filter(pk=application.pk).update(status="withdrawn", withdrawn_at=AT)
    ApplicationMove.objects.create(
        application=application, name="withdraw", label="撤回申报", source=source, target="withdrawn", reason=reason,
        at=AT, by=stage.city_officer(),
    )  # fmt: skip


def gap_of(round_: Round, number: int) -> tuple[str, date | None, str]:
    found = next(each for each in gaps_of(round_, on=DAY).missing if each.application == row(number))
    return found.gap.value, found.on, found.reason


@pytest.mark.clause("N20")
def test_every_reported_application_has_a_grade_or_one_gap(round_: Round) -> None:
    found = gaps_of(round_, on=DAY)
    assert found.counts == {"unread": 1, "returned": 1, "not_scored": 3, "not_staged": 3}
    assert (found.filed, found.graded, len(found.missing)) == (11, 3, 8)
    assert found.filed == Application.objects.filter(submitted_at__isnull=False).count()
    assert [each.application.number for each in found.missing] == sorted(
        each.application.number for each in found.missing
    )


def test_what_was_accepted_after_the_start_is_not_in_the_evaluation(round_: Round) -> None:
    stage.file_accepted(round_, {"330282": {"A": 1}}, at=AT)
    found = gaps_of(round_, on=DAY).of(Gap.NOT_IN)
    assert [(each.application.number, each.on) for each in found] == [("SB2020-330282-001", date(2020, 10, 10))]


def test_a_return_is_told_with_its_day_and_reason(round_: Round) -> None:
    returned = Application.objects.get(round=round_, status="returned")
    ApplicationMove.objects.create(
        application=returned, name="return", label="退回补正", source="submitted", target="returned",
        reason="请补充场地证明", at=AT, by=stage.city_officer(),
    )  # fmt: skip
    found = gaps_of(round_, on=DAY).of(Gap.RETURNED)
    assert [(each.on, each.reason) for each in found] == [(date(2020, 10, 10), "请补充场地证明")]


@pytest.mark.clause("N24")
def test_a_withdrawal_is_late_once_the_city_or_the_county_handed_in_a_score(round_: Round) -> None:
    open_, scored, other = row(6), row(3), row(7)
    # The county of the stage has handed in for all of them; for one it was sent back.
    Assessment.objects.get(application=other).sheets.update(status="open", handed_in_at=None, handed_in_by=None)
    for each in (open_, scored, other):
        withdraw(each)
    assert gap_of(round_, 6) == ("withdrawn_late", date(2020, 10, 10), "场地到期")
    assert gap_of(round_, 3) == ("withdrawn_late", date(2020, 10, 10), "场地到期")
    assert gap_of(round_, 7) == ("withdrawn", date(2020, 10, 10), "场地到期")


@pytest.mark.clause("N24")
def test_only_what_the_city_scored_was_proposed_a_grade(round_: Round) -> None:
    """A score of the county alone proposes none, whatever stood on the sheet before it was sent back."""
    Assessment.objects.filter(application__in=(row(3), row(6))).update(proposed_grade="D")
    withdraw(row(3))
    withdraw(row(6))
    late = [each for each in gaps_of(round_, on=DAY).standings if each.standing == Standing.WITHDRAWN_LATE]
    assert sorted(each.grade for each in late) == ["", "D"]


def test_a_staged_grade_stands_and_is_not_yet_a_grade(round_: Round) -> None:
    Assessment.objects.filter(application=row(3)).update(
        staged_grade="B", staged_reason="专家组复核", staged_at=AT, staged_by=stage.grader()
    )
    assert gap_of(round_, 3) == ("staged", date(2020, 10, 10), "专家组复核")
    assert Filed("330212", Standing.GRADED, "B") in gaps_of(round_, on=DAY).standings


def test_what_was_never_reported_of_itself_says_so_until_a_grade_is_staged(round_: Round) -> None:
    Assessment.objects.filter(application__in=(row(3), row(6))).update(unreported_at=AT)
    assert gap_of(round_, 3) == gap_of(round_, 6) == ("unreported", date(2020, 10, 10), "")


@pytest.mark.clause("N29")
@pytest.mark.parametrize(
    ("status", "happened_on", "ground", "gap"),
    [
        ("confirmed", date(2020, 9, 28), "refuses_evaluation", "refused"),
        ("confirmed", date(2020, 9, 27), "refuses_evaluation", "not_scored"),
        ("proposed", date(2020, 9, 28), "refuses_evaluation", "not_scored"),
        ("confirmed", date(2020, 9, 28), "other", "not_scored"),
    ],
)
def test_only_a_confirmed_fact_of_this_evaluation_is_a_refusal(
    round_: Round, status: str, happened_on: date, ground: str, gap: str
) -> None:
    decided: dict[str, Any] = {"decided_at": AT, "decided_by": stage.city_officer()} if status == "confirmed" else {}
    Ground.objects.create(
        number="CX-0001", platform=row(6).platform, notice=factories.notice(), ground=ground, status=status,
        text="拒绝现场核查", happened_on=happened_on, source="hand", noted_at=AT, noted_by=stage.city_officer(),
        **decided,
    )  # fmt: skip
    assert gap_of(round_, 6)[0] == gap
    refused = [each for each in gaps_of(round_, on=DAY).standings if each.standing == Standing.REFUSED]
    assert len(refused) == (gap == "refused")


def test_a_refusal_of_the_next_round_is_none_of_this_one(round_: Round) -> None:
    stage.graded_round({"330212": {"open": 1}}, year=2021)
    Ground.objects.create(
        number="CX-0001", platform=row(6).platform, notice=factories.notice(), ground="refuses_evaluation",
        status="confirmed", text="拒绝现场核查", happened_on=date(2021, 9, 28), source="hand", noted_at=AT,
        noted_by=stage.city_officer(), decided_at=AT, decided_by=stage.city_officer(),
    )  # fmt: skip
    assert gap_of(round_, 6)[0] == "not_scored"


def test_whom_a_ban_keeps_out_has_a_grade_that_is_not_published(round_: Round) -> None:
    Ban.objects.create(operator_code=row(1).operator_code, starts_on=DAY, ends_on=date(2023, 10, 15), reason="作假")
    assert gap_of(round_, 1) == ("kept_out", None, "运营单位或地点在限制申报期内")
    assert gaps_of(round_, on=date(2020, 10, 14)).of(Gap.KEPT_OUT) == []


def test_after_publication_what_has_no_published_grade_stays_told() -> None:
    publication = stage.published_round({"330212": {"A": 1, "open": 1, "returned": 1}})
    found = gaps_of(publication.round, on=DAY)
    assert (found.graded, found.counts) == (1, {"returned": 1, "not_scored": 1})


@pytest.mark.clause("N24")
def test_publishing_tells_of_withdrawals_without_asking_for_a_reason(round_: Round) -> None:
    withdraw(row(6))
    told = [each for each in before_publishing(round_, on=DAY) if each.weight == Weight.NOTE]
    assert [each.full for each in told] == [
        "有 1 份申报在评分提交后撤回，是否计入申报数由资金测算口径确定：SB2020-330212-006。"
    ]


def test_the_page_adds_up_and_shows_what_each_way_to_count_gives(browser_of: Any, city: User, round_: Round) -> None:
    Assessment.objects.filter(application=row(3)).update(proposed_grade="D")
    withdraw(row(3))
    page = browser_of(city).get(reverse("evaluation:gaps"), {"year": 2020})
    totals = page.context["totals"]
    assert sum(each["cells"][1] for each in totals["rows"]) == totals["total"][1] == 11
    assert page.context["late"]["rows"] == [
        {"cells": ["鄞州区", "1 / 10，10%", "0 / 10，0%", "0 / 9，0%"]},
    ]
    assert page.context["ungraded"]["rows"] == [
        {"cells": ["鄞州区", "1 / 10，10%", "1 / 10，10%", "1 / 3，33.33%（超过 20%）"]},
    ]


def test_the_list_narrows_to_a_gap_and_a_region_and_leaves_as_it_is(browser_of: Any, city: User, round_: Round) -> None:
    office = browser_of(city)
    shown = office.get(reverse("evaluation:gaps"), {"year": 2020, "gap": "not_scored"})
    assert [each["cells"][0] for each in shown.context["rows"]] == [f"SB2020-330212-{n:03d}" for n in (6, 7, 8)]
    assert office.get(reverse("evaluation:gaps"), {"year": 2020, "region": "HY"}).context["rows"] == []
    file = office.get(reverse("evaluation:gap_list", args=["csv"]), {"year": 2020, "gap": "returned"})
    text = b"".join(file.streaming_content).decode("utf-8-sig")
    assert "退回后未补正" in text
    assert "尚未评分" not in text
    book = office.get(reverse("evaluation:gap_list", args=["xlsx"]), {"year": 2020, "gap": "returned"})
    about = load_workbook(BytesIO(b"".join(book))).worksheets[1]
    assert ("筛选条件", "情形：退回后未补正；年度：2020") in [each[:2] for each in about.iter_rows(values_only=True)]


def test_each_row_leads_to_the_sheet_or_to_the_application(browser_of: Any, city: User, round_: Round) -> None:
    rows = browser_of(city).get(reverse("evaluation:gaps"), {"year": 2020}).context["rows"]
    urls = {each["cells"][0]: each["url"] for each in rows}
    sheet = Assessment.objects.get(application=row(6))
    assert urls["SB2020-330212-006"] == reverse("admin:evaluation_assessment_change", args=[sheet.pk])
    assert urls["SB2020-330212-009"] == reverse("admin:platforms_application_change", args=[row(9).pk])


def test_the_page_is_the_citys_alone(browser_of: Any, yinzhou: User, finance: User, stranger: Client) -> None:
    address = reverse("evaluation:gaps")
    assert [browser_of(each).get(address).status_code for each in (yinzhou, finance)] == [403, 403]
    assert stranger.get(address).status_code == 302


def test_the_page_of_the_evaluation_leads_there(browser_of: Any, city: User, round_: Round) -> None:
    page = browser_of(city).get(reverse("admin:evaluation_evaluation_change", args=[round_.evaluation.pk]))
    assert f'href="{reverse("evaluation:gaps")}?year=2020"' in page.content.decode()


def test_the_gaps_cost_the_same_for_one_row_and_for_thirty(browser_of: Any, city: User) -> None:
    office = browser_of(city)
    asked = []
    for year, many in ((2020, 1), (2021, 30)):
        stage.graded_round({"330212": {"open": many, "A": 1}}, year=year)
        office.get("/admin/")
        with CaptureQueriesContext(connection) as queries:
            page = office.get(reverse("evaluation:gaps"), {"year": year})
        assert page.context["count"] == many
        asked.append(len(queries))
    assert asked == [14, 14]
