"""Documents and plaques at the desk: who gets which, under which name, and never what was not issued."""

import io
from datetime import date
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from evaluation.certification.desk import documents as desk
from evaluation.certification.queries.verdict import verdict
from evaluation.models import Certification
from platforms import stored_files
from platforms.models import User
from tests import factories
from tests.evaluation import stage
from tests.evaluation.documents import issued
from tests.kept_rows import once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("printed")]


def today_is(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    of_moment = desk.timezone.localdate
    monkeypatch.setattr(desk.timezone, "localdate", lambda at=None: of_moment(at) if at else day)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    today_is(monkeypatch, date(2026, 10, 10))


@pytest.fixture
def certification(now: Any) -> Certification:
    return once(stage.certified, year=2026)


def said(answer: Any) -> list[str]:
    return [str(each) for each in answer.wsgi_request._messages]


def test_a_county_downloads_the_very_bytes_that_were_issued(
    browser_of: Any, yinzhou: User, certification: Certification
) -> None:
    row = certification.document
    answer = browser_of(yinzhou).get(reverse("evaluation:document", args=(row.pk,)))
    assert answer.status_code == 200
    assert answer.content == stored_files.read(row.stored_name)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    name = f"认定证书_{row.number}_{certification.result.name}.pdf"
    assert unquote(answer["Content-Disposition"]) == f"attachment; filename*=utf-8''{name}"


def test_reports_and_letters_are_downloads_too(browser_of: Any, yinzhou: User, certification: Certification) -> None:
    result = certification.result
    rows = (issued.report(result), issued.letter(result.publication, result.region))
    names = [
        unquote(browser_of(yinzhou).get(reverse("evaluation:document", args=(row.pk,)))["Content-Disposition"])
        for row in rows
    ]
    assert [each.rpartition("''")[2] for each in names] == [
        f"绩效评价认定结果报告_BG2026-330212-001_{result.name}.pdf",
        "结果通知书_TZ2026-330212_鄞州区.pdf",
    ]


def test_each_county_has_its_own_and_the_city_all(
    browser_of: Any,
    yinzhou: User,
    cixi: User,
    city: User,
    finance: User,
    auditor: User,
    certification: Certification,
) -> None:
    letter = issued.letter(certification.result.publication, None, number="TZ2026-330200")
    own = reverse("evaluation:document", args=(certification.document.pk,))
    of_city = reverse("evaluation:document", args=(letter.pk,))
    plaque = reverse("evaluation:plaque", args=(certification.pk, "svg"))
    answers = {
        user.username: [browser_of(user).get(url).status_code for url in (own, of_city, plaque)]
        for user in (yinzhou, cixi, city, finance, auditor)
    }
    assert answers == {
        "yinzhou": [200, 404, 200],
        "cixi": [404, 404, 404],
        "city": [200, 200, 200],
        "finance": [403, 403, 403],
        "auditor": [403, 403, 403],
    }
    assert Client().get(own).status_code == 302


@pytest.mark.trust("T13")
def test_what_waits_for_its_release_is_as_unknown_as_a_guess(browser_of: Any, city: User) -> None:
    """Certificate, report and letter of a plan that nobody approved have numbers and files, and no door knows them."""
    round_ = stage.graded_round({"330212": {"A": 1}}, year=2025)
    plan = stage.prepared_plan(
        round=round_, decided_on=date(2025, 9, 28), reason=stage.REASON, by=stage.city_officer(), at=stage.moment(2025)
    )
    waiting = list(plan.prepared.exclude(number=""))
    assert [each.kind for each in waiting] == ["certificate", "letter", "report"]
    for each in waiting:
        assert Client().get(f"/verify/{each.number}/").status_code == 404
        assert verdict(stored_files.read(each.stored_name), on=date(2025, 9, 28)).word == "未查到"
        assert browser_of(city).get(reverse("evaluation:document", args=(each.pk,))).status_code == 404


@pytest.mark.parametrize("harm", ["gone", "altered"])
def test_a_file_that_is_not_what_was_issued_is_not_handed_out(
    browser_of: Any, yinzhou: User, certification: Certification, harm: str, caplog: Any
) -> None:
    row = certification.document
    path = factories.on_disk(row.stored_name)
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes().replace(b"%PDF-1.7", b"%PDF-1.6"))
    answer = browser_of(yinzhou).get(reverse("evaluation:document", args=(row.pk,)))
    assert (answer.status_code, answer["Location"]) == (302, "/desk/")
    assert said(answer) == [desk.GONE]
    assert [f"the file of document {row.pk}" in each.message for each in caplog.records] == [True]


@pytest.mark.parametrize(
    ("form", "kind", "begins"), [("pdf", "application/pdf", b"%PDF"), ("svg", "image/svg+xml", b"<svg")]
)
def test_a_plaque_is_made_from_what_was_published(
    browser_of: Any, yinzhou: User, certification: Certification, form: str, kind: str, begins: bytes
) -> None:
    answer = browser_of(yinzhou).get(reverse("evaluation:plaque", args=(certification.pk, form)))
    assert answer.content.startswith(begins)
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == (kind, "nosniff")
    name = f"标牌_{certification.number}_{certification.result.name}.{form}"
    assert unquote(answer["Content-Disposition"]).endswith(name)


def test_the_city_makes_a_plaque_of_what_has_no_document(browser_of: Any, city: User, yinzhou: User) -> None:
    old = issued.taken_over(last=date(2026, 10, 10))
    url = reverse("evaluation:plaque", args=(old.pk, "pdf"))
    answers = [browser_of(each).get(url) for each in (city, yinzhou)]
    assert [each.status_code for each in answers] == [200, 404]
    assert unquote(answers[0]["Content-Disposition"]).endswith("标牌_甬窗〔2021〕第12号_旧平台.pdf")


@pytest.mark.parametrize(("day", "status"), [("2029-09-27", 200), ("2029-09-28", 302)])
def test_there_is_no_plaque_of_what_is_over(
    browser_of: Any, city: User, certification: Certification, monkeypatch: Any, day: str, status: int
) -> None:
    today_is(monkeypatch, date.fromisoformat(day))
    answer = browser_of(city).get(reverse("evaluation:plaque", args=(certification.pk, "svg")))
    assert answer.status_code == status
    if status == 302:
        assert said(answer) == [desk.OVER]


def test_a_plaque_that_cannot_be_printed_is_told(
    browser_of: Any, city: User, certification: Certification, monkeypatch: Any, caplog: Any
) -> None:
    def fails(*_given: Any) -> bytes:
        raise RuntimeError("no")

    monkeypatch.setattr(desk, "printed_plaque", fails)
    answer = browser_of(city).get(reverse("evaluation:plaque", args=(certification.pk, "svg")))
    assert said(answer) == [desk.NOT_NOW]
    assert "printing the plaque" in caplog.text


def test_a_document_without_its_file_is_named_by_the_check_of_files(certification: Certification) -> None:
    row = certification.document
    out = io.StringIO()
    call_command("orphan_files", stdout=out, stderr=out)
    assert out.getvalue() == "附件目录与数据库一致。\n"
    factories.on_disk(row.stored_name).unlink()
    out = io.StringIO()
    with pytest.raises(CommandError, match=r"^有 1 条记录缺少文件"):
        call_command("orphan_files", stdout=out, stderr=out)
    assert out.getvalue() == f"缺少文件：{row.number}“认定证书 {row.number}”（{row.stored_name}）\n"
