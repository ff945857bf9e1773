"""The list of certificates at the desk, the button of a renewal, and what waits at the workbench."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from evaluation.models import Certification
from evaluation.renewal.services.expiry_warnings import warn
from platforms.models import Application, AuditEvent, Round, User
from platforms.pages.short_names import short_of
from platforms.workbench.queries.todo import todo_for
from tests import factories
from tests.evaluation import stage

pytestmark = pytest.mark.django_db

BrowserOf = Callable[[User], Client]
INDEX = "/desk/certificates/"


@pytest.fixture
def certificate(monkeypatch: pytest.MonkeyPatch, yinzhou: User) -> Certification:
    """Certificates until 27 September 2023 of 鄞州区 (returned), 慈溪市 and the city; today is 3 April 2023."""
    monkeypatch.setattr(timezone, "now", lambda: datetime(2023, 4, 3, 2, 0, tzinfo=UTC))
    stage.published_round({"330212": {"A": 1}, "330282": {"B": 1}, stage.INDUSTRY: {"A": 1}}, year=2020)
    return Certification.objects.get(result__region__code="330212")


@pytest.fixture
def round_(certificate: Certification) -> Round:
    return factories.round_of(2023, notice=certificate.result.publication.round.notice, report_due_on=date(2023, 4, 17))


def cells(page: Any) -> list[list[Any]]:
    return [row["cells"] for row in page.context["rows"]]


@pytest.mark.clause("N28")
def test_a_county_sees_its_certificates_with_days_left_and_the_way_to_renew(
    certificate: Certification, round_: Round, yinzhou: User, browser_of: BrowserOf
) -> None:
    page = browser_of(yinzhou).get(INDEX)
    assert cells(page) == [[
        certificate.number, short_of(certificate.result), {"label": "有效", "tone": "good"}, "2023-09-27",
        177, "", {"label": "待续期申报", "tone": "wait"},
        {"label": "办理续期", "url": f"{INDEX}{certificate.number}/renew/"},
        {"label": "下载", "url": f"/desk/documents/{certificate.document.pk}/"},
    ]]  # fmt: skip


@pytest.mark.clause("N28")
@pytest.mark.parametrize(
    ("days", "state", "left"),
    [(91, "有效", 91), (90, "即将到期", 90), (0, "即将到期", 0), (-1, "已到期", "")],
)
def test_state_and_days_left_stand_on_both_sides_of_each_line(
    certificate: Certification, yinzhou: User, browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch,
    days: int, state: str, left: Any,
) -> None:  # fmt: skip
    day = date(2023, 9, 27) - timedelta(days=days)
    monkeypatch.setattr(timezone, "now", lambda: datetime(day.year, day.month, day.day, 2, 0, tzinfo=UTC))
    (row,) = cells(browser_of(yinzhou).get(INDEX))
    assert (row[2]["label"], row[4]) == (state, left)


def test_without_a_round_that_takes_applications_there_is_no_way_to_renew(
    certificate: Certification, yinzhou: User, browser_of: BrowserOf
) -> None:
    browser = browser_of(yinzhou)
    assert cells(browser.get(INDEX))[0][7] == ""
    page = browser.get(f"{INDEX}{certificate.number}/renew/", follow=True)
    assert "目前没有受理申报的年度，请在申报期内办理续期申报。" in page.content.decode()


@pytest.mark.clause("N28")
def test_the_city_sees_all_regions_and_who_is_not_renewed(
    certificate: Certification, round_: Round, city: User, yinzhou: User, browser_of: BrowserOf
) -> None:
    browser_of(yinzhou).post(f"{INDEX}{certificate.number}/renew/")
    draft = Application.objects.get(round=round_)
    browser = browser_of(city)
    page = browser.get(INDEX)
    assert [(row[3], row[7]["label"]) for row in cells(page)] == [
        ("鄞州区", "续期填报中"),
        ("慈溪市", "待续期申报"),
        ("市级", "待续期申报"),
    ]
    acts = [row[8] for row in cells(page)]
    own = Certification.objects.get(result__region=None)
    assert acts == [
        {"label": draft.number, "url": f"/desk/applications/{draft.number}/"}, "",
        {"label": "办理续期", "url": f"{INDEX}{own.number}/renew/"},
    ]  # fmt: skip
    assert [row[3] for row in cells(browser.get(f"{INDEX}?renewal=open"))] == ["慈溪市", "市级"]
    assert [row[3] for row in cells(browser.get(f"{INDEX}?region=330282"))] == ["慈溪市"]
    assert [row[3] for row in cells(browser.get(f"{INDEX}?region=HY"))] == ["市级"]
    assert [row[3] for row in cells(browser.get(f"{INDEX}?q={certificate.number}"))] == ["鄞州区"]
    assert [row[3] for row in cells(browser.get(f"{INDEX}?waiting=renewals.open"))] == ["市级"]
    assert cells(browser.get(f"{INDEX}?state=expired")) == []
    assert len(cells(browser.get(f"{INDEX}?state=holding"))) == 3


@pytest.mark.clause("N28")
def test_the_list_says_when_the_county_was_told_of_the_end(
    certificate: Certification, yinzhou: User, browser_of: BrowserOf
) -> None:
    for day in (date(2023, 3, 31), date(2023, 6, 29)):
        warn(day, timezone.now())
    assert cells(browser_of(yinzhou).get(INDEX))[0][5] == "2023-06-29"


def test_the_file_has_the_same_rows(
    certificate: Certification, round_: Round, yinzhou: User, browser_of: BrowserOf
) -> None:
    text = browser_of(yinzhou).get("/desk/certificates.csv").getvalue().decode("utf-8-sig")
    line = next(each for each in text.splitlines() if certificate.number in each)
    assert line.endswith("鄞州区,2020-09-28,2023-09-27,有效,177,,待续期申报,")


@pytest.mark.clause("N28")
def test_the_county_renews_with_two_presses(
    certificate: Certification, round_: Round, yinzhou: User, browser_of: BrowserOf
) -> None:
    browser, path = browser_of(yinzhou), f"{INDEX}{certificate.number}/renew/"
    page = browser.get(path).content.decode()
    assert "有效期至2023年9月27日" in page
    assert "须在2023年4月17日前填写完整并上报" in page
    assert not Application.objects.filter(round=round_).exists()
    answer = browser.post(path, follow=True)
    made = Application.objects.get(round=round_)
    assert answer.redirect_chain == [(f"/desk/applications/{made.number}/", 302)]
    assert f"已建立续期申报表 {made.number}" in answer.content.decode()
    assert AuditEvent.objects.filter(verb="办理续期申报").count() == 1
    assert browser.post(path)["Location"] == f"/desk/applications/{made.number}/"
    again = browser.get(path, follow=True)
    assert f"已有申报表 {made.number}，请直接打开办理。" in again.content.decode()
    assert Application.objects.filter(round=round_).count() == 1


@pytest.mark.parametrize(("who", "status"), [("yinzhou", 200), ("cixi", 404), ("city", 403), ("finance", 403)])
def test_who_may_open_the_page_of_a_renewal(
    certificate: Certification, round_: Round, browser_of: BrowserOf, request: pytest.FixtureRequest, who: str,
    status: int,
) -> None:  # fmt: skip
    browser = browser_of(request.getfixturevalue(who))
    assert browser.get(f"{INDEX}{certificate.number}/renew/").status_code == status


@pytest.mark.clause("N28")
def test_what_is_to_be_renewed_waits_at_the_workbench_until_it_is_begun(
    certificate: Certification, round_: Round, yinzhou: User, cixi: User, city: User, browser_of: BrowserOf
) -> None:
    def waiting(person: User) -> list[tuple[str, int, str]]:
        return [(each.text, each.count, each.url) for each in todo_for(person) if "续期" in each.text]

    line = ("办理续期申报（2023年4月17日前上报）", 1, f"{INDEX}?waiting=renewals.open")
    assert [waiting(person) for person in (yinzhou, cixi, city)] == [[line], [line], [line]]
    browser_of(yinzhou).post(f"{INDEX}{certificate.number}/renew/")
    assert [waiting(person) for person in (yinzhou, cixi, city)] == [[], [line], [line]]
    Round.objects.filter(pk=round_.pk).update(status="evaluating")
    assert waiting(cixi) == []


def test_the_page_of_a_platform_leads_to_its_certificates(
    certificate: Certification, yinzhou: User, browser_of: BrowserOf
) -> None:
    page = browser_of(yinzhou).get(f"/admin/platforms/platform/{certificate.result.platform_id}/change/")
    assert f'href="{INDEX}?q={certificate.result.code}"' in page.content.decode()
