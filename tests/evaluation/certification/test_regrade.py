"""``manage.py regrade``: whoever doubts a published grade counts it again."""

from io import StringIO
from json import dumps

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from evaluation.certification.evidence import digest, from_data, to_data
from evaluation.models import FrozenEvidence, Indicator, Publication, Result
from tests.evaluation import stage
from tests.kept_rows import once

pytestmark = pytest.mark.django_db


@pytest.fixture
def published() -> Publication:
    return once(stage.published_round, {"330212": {"A": 1, "C": 1, "D": 1}})


def regrade(year: int = 2020) -> str:
    told = StringIO()
    call_command("regrade", str(year), stdout=told)
    return told.getvalue().strip()


def refused(year: int = 2020) -> tuple[str, str]:
    """What is printed and how it ends where something differs."""
    told = StringIO()
    with pytest.raises(CommandError) as ended:
        call_command("regrade", str(year), stdout=told)
    return told.getvalue().strip(), str(ended.value)


def behind_the_guards(sql: str, *values: object) -> None:
    """Change a row as only somebody could who took the guards away."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute(sql, values)
            for _, text in triggers:
                cursor.execute(text)
        else:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(sql, values)
            cursor.execute("SET session_replication_role = origin")


@pytest.mark.clause("N20")
def test_a_published_year_counts_up_again(published: Publication) -> None:
    assert regrade() == "2020年度重新计算 3 项，全部一致。"


def test_a_grade_that_was_changed_behind_the_guards_is_found(published: Publication) -> None:
    row = Result.objects.get(grade="C")
    behind_the_guards("UPDATE evaluation_result SET grade = 'A' WHERE id = %s", row.pk)
    told, ended = refused()
    assert told == f"{row.code} {row.name}（第1版）：公布的档次为A，评价依据为C。"
    assert ended == "2020年度重新计算 3 项，1 项有差异。"


def test_evidence_that_was_changed_is_found_by_its_digest_and_by_its_sums(published: Publication) -> None:
    row = FrozenEvidence.objects.get(result__grade="C")
    data = row.data | {"points": "90"}
    behind_the_guards("UPDATE evaluation_frozenevidence SET data = %s WHERE id = %s", dumps(data), row.pk)
    told, ended = refused()
    assert "评价依据与公布时的校验值不一致；得分公布为 90，重新计算为 64。" in told
    assert ended == "2020年度重新计算 3 项，1 项有差异。"


def test_a_scheme_that_was_changed_is_found_at_every_result(published: Publication) -> None:
    indicator = Indicator.objects.filter(method="scored")[0]
    behind_the_guards("UPDATE evaluation_indicator SET title = 'x' WHERE id = %s", indicator.pk)
    told, ended = refused()
    assert told.count("与公布时不一致。") == 3
    assert ended == "2020年度重新计算 3 项，3 项有差异。"


def test_a_corrected_version_is_counted_beside_the_first(published: Publication) -> None:
    first = Result.objects.get(grade="C")
    values = {
        name: getattr(first, name)
        for name in ("publication", "assessment", "platform", "code", "name", "type", "site_name", "operator_name")
    }
    second = Result.objects.create(**values, grade="B", version=2, corrects=first)
    assert refused() == (
        f"{first.code} {first.name}（第2版）：没有评价依据。", "2020年度重新计算 4 项，1 项有差异。",
    )  # fmt: skip
    data = to_data(from_data(first.evidence.data)) | {"grade": "B", "grade_reason": "更正"}
    FrozenEvidence.objects.create(result=second, data=data, digest=digest(data))
    assert regrade() == "2020年度重新计算 4 项，全部一致。"


def test_what_was_taken_over_is_skipped_and_counted(published: Publication) -> None:
    first = Result.objects.get(grade="D")
    Result.objects.create(
        publication=published, platform=first.platform, code="old", name="历史平台", type="town", site_name="某镇",
        operator_name="某中心", grade="A", version=2, corrects=first,
    )  # fmt: skip
    assert regrade() == "2020年度重新计算 3 项，历史数据 1 项无评价依据，未计算，全部一致。"


def test_a_year_without_results_is_refused(published: Publication) -> None:
    assert refused(1999) == ("", "1999年度没有已公布的认定结果。")
