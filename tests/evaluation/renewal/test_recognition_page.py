"""The list for recognition by city and state: each platform with its reasons, and the same as a file."""

import csv
import io
import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from evaluation.models import Certification
from platforms.models import AuditEvent, User
from tests import factories
from tests.evaluation import stage
from tests.evaluation.revocation.revoking import fact, revoked
from tests.evaluation.taken_over.before import row, taken

pytestmark = pytest.mark.django_db

PLACE = "/desk/recognition/"
AT = datetime(2026, 10, 10, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _a_day_of_2026(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two full years after the publication of 2024: it is 10 October 2026."""
    ticks = itertools.count()
    monkeypatch.setattr(timezone, "now", lambda: AT + timedelta(microseconds=next(ticks)))


@pytest.fixture
def desk(browser_of: Any, city: User) -> Client:
    stage.published_round({"330212": {"A": 2, "C": 1}, "HY": {"B": 1}}, year=2024)
    desk: Client = browser_of(city)
    return desk


def listed(desk: Client, **asked: str) -> dict[str, tuple[str, str]]:
    """Return verdict and reasons of each platform on the page."""
    page = desk.get(PLACE, asked).context
    return {each["cells"][0]: (each["cells"][6]["label"], each["cells"][7]) for each in page["rows"]}


def verdicts(desk: Client, **asked: str) -> dict[str, str]:
    return {code: verdict for code, (verdict, _) in listed(desk, **asked).items()}


@pytest.mark.clause("N41")
def test_each_platform_is_judged_by_the_usual_rule_and_told_why(desk: Client) -> None:
    assert listed(desk) == {
        "330212-001": ("符合", "自2024年9月28日起连续认定，满 2 年；2024年度A档；无已核实的撤销情形"),
        "330212-002": ("符合", "自2024年9月28日起连续认定，满 2 年；2024年度A档；无已核实的撤销情形"),
        "330212-003": ("不符合", "2024年度C档，未达到要求的档次"),
        "HY-001": ("符合", "自2024年9月28日起连续认定，满 2 年；2024年度B档；无已核实的撤销情形"),
    }
    text = desk.get(PLACE).content.decode()
    assert "截至2026-10-10认定有效，连续认定满 2 年，最近 1 次评价均为B档及以上，无已核实的撤销情形" in text
    assert "符合条件 3 个" in text


@pytest.mark.clause("N41")
def test_the_rule_stands_in_the_address(desk: Client) -> None:
    assert verdicts(desk, least="C") == dict.fromkeys(("330212-001", "330212-002", "330212-003", "HY-001"), "符合")
    assert verdicts(desk, least="A", verdict="in") == dict.fromkeys(("330212-001", "330212-002"), "符合")
    assert listed(desk, years="3", type="industry") == {
        "HY-001": ("不符合", "自2024年9月28日起连续认定，2027年9月27日满 3 年")
    }
    assert listed(desk, rounds="2", region="330212", verdict="out")["330212-001"][1] == "公布的评价只有 1 次"
    # What nobody can mean is the usual rule.
    assert verdicts(desk, least="Z", years="99", rounds="x") == verdicts(desk)


@pytest.mark.clause("N41")
def test_a_confirmed_ground_and_a_revocation_keep_off_the_list(desk: Client) -> None:
    first, second = Certification.objects.order_by("number")[:2]
    fact(first.result.platform, on=date(2026, 9, 1), at=AT)
    revoked(second, on=date(2026, 10, 1), at=AT)
    assert listed(desk, verdict="out", region="330212", least="C") == {
        "330212-001": ("不符合", "有 1 项已核实的撤销情形"),
        "330212-002": ("不符合", "当前没有有效的认定"),
    }


@pytest.mark.clause("N41")
def test_years_before_the_system_count(browser_of: Any, city: User) -> None:
    factories.town(factories.regions()["330212"], "东郊街道")
    old = row(2, year=2021, certificate="旧1号")
    taken(old, row(3, year=2024, certificate="旧2号"), by=city)
    assert listed(browser_of(city), years="5", rounds="2") == {
        "330212-001": ("符合", "自2021年10月8日起连续认定，满 5 年；2024年度A档、2021年度A档；无已核实的撤销情形")
    }


@pytest.mark.clause("N41")
def test_the_file_holds_what_is_shown_and_the_rule(desk: Client) -> None:
    answer = desk.get("/desk/recognition.csv", {"verdict": "in", "type": "industry"})
    lines = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [(line["平台编号"], line["结论"], line["历年档次"]) for line in lines] == [("HY-001", "符合", "2024 B档")]
    held = Certification.objects.get(result__code="HY-001")
    assert [lines[0][name] for name in ("证书编号", "统一社会信用代码", "有效期止", "连续认定起")] == [
        held.number, held.operator_code, "2027-09-27", "2024-09-28",
    ]  # fmt: skip
    event = AuditEvent.objects.latest("serial")
    assert event.verb.startswith("导出")


def test_without_a_certificate_there_is_nothing_to_judge(browser_of: Any, city: User) -> None:
    factories.notice()
    assert "暂无获得认定的平台。" in browser_of(city).get(PLACE).content.decode()


def test_the_list_is_the_citys(browser_of: Any, yinzhou: User, finance: User) -> None:
    for person in (yinzhou, finance):
        assert browser_of(person).get(PLACE).status_code == 403
