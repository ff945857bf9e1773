"""Files of public rules: what a publication names, what of it is sent to whom, and what is withheld."""

import io
import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from evaluation.certification.queries.rule_files import public_rules
from evaluation.certification.services.endings import give_up
from evaluation.certification.services.rule_files import withhold
from evaluation.models import Certification, Result, WithheldFile
from evaluation.site import cache
from platforms import stored_files
from platforms.errors import Gone, Refusal
from platforms.models import AuditEvent, User
from tests.evaluation.documents.test_public_copy import written
from tests.evaluation.revocation.revoking import revoked
from tests.evaluation.ruled import content, digest, forms_with_files
from tests.evaluation.stage import moment, published_round
from tests.kept_rows import once

pytestmark = pytest.mark.django_db

#: What the unit called its files: who writes there, nobody reads outside.
PRIVATE = "张三手机13812345678"


@pytest.fixture(autouse=True)
def _a_day_of_2026(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = itertools.count()
    monkeypatch.setattr(
        timezone, "now", lambda: datetime(2026, 10, 10, 2, tzinfo=UTC) + timedelta(microseconds=next(ticks))
    )


def _one() -> Result:
    with forms_with_files(lambda _: PRIVATE):
        published_round({"330212": {"A": 2}}, year=2025)
    return Result.objects.get(code="330212-001")


@pytest.fixture
def one() -> Result:
    """The first of two platforms of 鄞州区, certified in 2025."""
    return once(_one)


def address(word: str, code: str = "330212-001") -> str:
    return f"/results/{code}/rules/{digest(word)}.pdf"


def status(client: Client, path: str) -> int:
    answer = client.get(path)
    # Read to its end, which closes the file.
    b"".join(getattr(answer, "streaming_content", ()))
    return int(answer.status_code)


@pytest.mark.clause("N06")
def test_a_publication_names_the_pdf_files_of_public_rules_and_nothing_else(one: Result) -> None:
    named = {row["kind"]: [each["digest"] for each in row["files"]] for row in one.public_rules}
    assert named == {
        "process": [digest("process001"), digest("process-b001")], "fees": [digest("fees001")], "standard": [],
    }  # fmt: skip
    assert PRIVATE not in str(one.public_rules)


@pytest.mark.clause("N06")
def test_everybody_may_take_a_public_file_as_a_download_that_no_browser_opens(stranger: Client, one: Result) -> None:
    page = stranger.get("/results/330212-001/").content.decode()
    assert page.count("/rules/") == 3
    assert PRIVATE not in page
    answer = stranger.get(address("process001"))
    assert b"".join(answer.streaming_content) == content("process001")  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "138" not in answer["Content-Disposition"]
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.clause("N06")
def test_who_wrote_a_public_file_stands_nowhere_in_what_is_sent(
    stranger: Client, one: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []

    def read(name: str) -> bytes:
        made.append(1)
        return written(author="ZHANGSAN")

    monkeypatch.setattr(stored_files, "read", read)
    first, second = (b"".join(stranger.get(address("fees001")).streaming_content) for _ in range(2))  # type: ignore[attr-defined]
    assert PdfReader(io.BytesIO(first)).metadata is None
    # It is made once.
    assert (first == second, made) == (True, [1])


@pytest.mark.trust("T01")
def test_no_other_file_is_sent_whoever_guesses_its_digest(stranger: Client, one: Result) -> None:
    for word in ("staff001", "standard001", "venue001", "unnamed001", "process002", "unknown"):
        assert status(stranger, address(word)) == 404, word
    assert status(stranger, address("process002", "330212-002")) == 200
    assert status(stranger, address("process001", "330212-009")) == 404
    for odd in ("x", "..%2f..%2fsettings", "a" * 500):
        assert status(stranger, f"/results/330212-001/rules/{odd}.pdf") == 404


@pytest.mark.parametrize("end", ["revoked", "given up", "over"])
def test_a_platform_whose_certificate_does_not_hold_offers_no_file(
    stranger: Client, city: User, one: Result, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    certification = Certification.objects.get(result=one)
    assert status(stranger, address("process001")) == 200
    if end == "revoked":
        revoked(certification, "other", on=date(2026, 9, 20), at=moment(2026))
    elif end == "given up":
        give_up(certification=certification, on=date(2026, 9, 1), reason="不再运营", by=city, at=moment(2026))
    else:
        monkeypatch.setattr(timezone, "localdate", lambda *_: date(2028, 9, 28))
    assert status(stranger, address("process001")) == 404
    page = stranger.get("/results/330212-001/").content.decode()
    assert ("服务流程" in page, "/rules/" in page) == (True, False)


def test_only_the_last_round_counts_for_the_files(stranger: Client, one: Result) -> None:
    published_round({"330212": {"A": 1}}, year=2026)
    assert status(stranger, address("process001")) == 404
    assert status(stranger, address("process002", "330212-002")) == 200


def test_a_file_that_is_withheld_is_nowhere_and_the_log_says_why(stranger: Client, city: User, one: Result) -> None:
    before = cache.rule_files.edition()
    row = withhold(result=one, digest=digest("process001"), reason="含手机号码", by=city, at=moment(2026))
    assert (row.kind, row.platform, row.withheld_by) == ("process", one.platform, city)
    assert cache.rule_files.edition() != before
    assert status(stranger, address("process001")) == 404
    assert [len(rule.files) for rule in public_rules(one, holds=True)] == [1, 0, 1]
    assert "含手机号码" not in stranger.get("/results/330212-001/").content.decode()
    event = AuditEvent.objects.get(verb="停止公开制度文件")
    assert (event.object_code, event.reason, event.actor) == ("330212-001", "含手机号码", "city")
    with pytest.raises(Gone, match="已停止公开"):
        withhold(result=one, digest=digest("process001"), reason="再次", by=city, at=moment(2026))


def test_nobody_but_the_city_withholds_and_not_without_a_reason(city: User, yinzhou: User, one: Result) -> None:
    with pytest.raises(Refusal, match="没有停止公开制度文件的权限"):
        withhold(result=one, digest=digest("process001"), reason="含手机号码", by=yinzhou, at=moment(2026))
    with pytest.raises(Refusal, match="停止公开的理由"):
        withhold(result=one, digest=digest("process001"), reason=" ", by=city, at=moment(2026))
    with pytest.raises(Gone):
        withhold(result=one, digest=digest("venue001"), reason="含手机号码", by=city, at=moment(2026))
    assert WithheldFile.objects.count() == 0


def test_what_was_withheld_stays_so(city: User, one: Result) -> None:
    row = withhold(result=one, digest=digest("process001"), reason="含手机号码", by=city, at=moment(2026))
    for change in (lambda: WithheldFile.objects.update(digest="x"), row.delete):
        with pytest.raises(DatabaseError, match="停止公开的登记不得修改或删除"), transaction.atomic():
            change()


def test_the_city_takes_a_file_off_in_the_back_office(browser_of: Any, city: User, finance: User, one: Result) -> None:
    browser, page = browser_of(city), f"/admin/evaluation/result/{one.pk}/"
    url = f"{page}withhold/{digest('fees001')}/"
    assert f"停止公开：{one.name}_收费标准.pdf" in browser.get(f"{page}change/").content.decode()
    assert "停止公开：" not in browser_of(finance).get(f"{page}change/").content.decode()
    assert browser_of(finance).get(url).status_code == 403
    shown = browser.get(url).content.decode()
    assert "平台页面不再提供该文件" in shown
    again = browser.post(url, {"reason": ""})
    assert (again.status_code, WithheldFile.objects.count()) == (200, 0)
    done = browser.post(url, {"reason": "含手机号码"}, follow=True)
    assert [str(each) for each in done.context["messages"]] == [f"已停止公开：{one.name}_收费标准.pdf。"]
    late = browser.get(url, follow=True)
    assert [str(each) for each in late.context["messages"]] == ["该文件已停止公开，请刷新页面后查看。"]
    assert WithheldFile.objects.count() == 1
    assert "收费标准.pdf" not in browser.get(f"{page}change/").content.decode()
    assert browser.get(f"{page}withhold/{digest('venue001')}/").status_code == 404
