"""The year of a page: it stands in the address, links keep it, the top bar switches it, and duties span all years."""

import html
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import get_resolver

from platforms.activities.services import activities
from platforms.models import Application, Platform, Round, User
from platforms.rectifications import services as rectifications
from platforms.rounds.queries.rounds import current_round
from platforms.workbench.queries.scope import Scope
from platforms.workbench.queries.todo import todo_for
from tests import factories

pytestmark = pytest.mark.django_db

#: Every page without a key in its address that is about a year.
PAGES = (
    "/desk/", "/desk/liaison/", "/desk/batches/", "/desk/batches/new/", "/desk/intake/", "/desk/applications/new/",
    "/desk/applications/new/town/", "/desk/applications/new/town/conditions/", "/desk/links/", "/desk/tasks/",
    "/desk/tasks/calendar/", "/desk/planning/", "/desk/workbench/", "/desk/workbench/rows/accepted/",
    "/desk/workbench/rows/services/", "/desk/workbench/platforms/", "/desk/workbench/charts/",
)  # fmt: skip
FILES = (
    "/desk/applications.csv", "/desk/summary.xlsx", "/desk/intake/template.xlsx", "/desk/intake/drafts.xlsx",
    "/desk/tasks.csv", "/desk/planning.csv", "/desk/workbench.csv", "/desk/workbench/rows/accepted.csv",
    "/desk/workbench/platforms.csv", "/desk/workbench/charts/coverage.csv",
)  # fmt: skip
#: What the city has besides, and what of the above it has not.
CITYS = ("/admin/platforms/batch/progress/",)
NOT_CITYS = ("/desk/liaison/", "/desk/applications/new/town/", "/desk/applications/new/town/conditions/")
Browser = Callable[[User], Client]


def pages_of(user: User) -> list[str]:
    return [*(page for page in PAGES if page not in NOT_CITYS), *CITYS] if user.role == "city" else list(PAGES)


def links_in(page: str) -> list[str]:
    """Return the addresses of all links but those of the switch itself and of what waits, which name their own year."""
    page = re.sub(r'<details class="pick topbar__year">.*?</details>', "", page, flags=re.DOTALL)
    page = re.sub(r'<section class="todo".*?</section>', "", page, flags=re.DOTALL)
    return [html.unescape(found) for found in re.findall(r'href="([^"]*)"', page)]


def year_in(url: str) -> list[str]:
    return parse_qs(urlsplit(url).query).get("year", [])


@pytest.fixture
def earlier(yinzhou: User, city: User, regions: Any, now: datetime) -> Round:
    """A published round of 2024 with one accepted application of 鄞州区."""
    row = factories.round_of(2024)
    made = factories.accepted(
        yinzhou, row, now, city=city, town=factories.town(yinzhou.region, "云龙镇", is_strong=True)
    )
    factories.standing(made.platform)
    Round.objects.filter(pk=row.pk).update(status="published")
    row.refresh_from_db()
    return row


@pytest.fixture(params=["yinzhou", "city"])
def someone(request: pytest.FixtureRequest) -> User:
    user: User = request.getfixturevalue(request.param)
    return user


@pytest.mark.parametrize("year", [2024, 2026])
def test_each_page_about_a_year_shows_the_year_that_was_asked(
    earlier: Round, round_2026: Round, someone: User, browser_of: Browser, year: int
) -> None:
    client = browser_of(someone)
    for page in pages_of(someone):
        answer = client.get(f"{page}?year={year}")
        assert (page, answer.status_code) == (page, 200)
        shown = answer.context["year"]
        assert (page, shown["round"].year) == (page, year)
        assert [each["label"] for each in shown["options"] if each["active"]] == [f"{year}年度"]
        body = answer.content.decode()
        assert f'<span class="visually-hidden">切换年度，现为</span>{year}年度' in body
        for name in ("round", "choice", "scope"):
            told = answer.context.get(name)
            told = told if isinstance(told, Round) else getattr(told, "round", None)
            assert (page, told) in ((page, None), (page, Round.objects.get(year=year)))


def test_without_a_year_in_the_address_a_page_is_about_the_current_round(
    earlier: Round, round_2026: Round, someone: User, browser_of: Browser
) -> None:
    client = browser_of(someone)
    for page in pages_of(someone):
        answer = client.get(page)
        assert (page, answer.context["year"]["round"]) == (page, round_2026)
        assert {year for url in links_in(answer.content.decode()) for year in year_in(url)} <= {"2026"}


def test_every_link_from_one_page_about_a_year_to_another_keeps_the_year(
    earlier: Round, round_2026: Round, someone: User, browser_of: Browser
) -> None:
    client = browser_of(someone)
    yearly = {*PAGES, *FILES, *CITYS, "/admin/platforms/batch/progress.csv"}
    for page in pages_of(someone):
        links = links_in(client.get(f"{page}?year=2024").content.decode())
        for link in links:
            path = urlsplit(link).path or page
            if path in yearly and not link.startswith("#") and not link.endswith("/desk/"):
                assert (page, link, year_in(link)) == (page, link, ["2024"])


def test_the_switch_keeps_the_page_and_its_filters_and_leaves_the_place_in_a_list(
    earlier: Round, round_2026: Round, city: User, yinzhou: User, browser_of: Browser
) -> None:
    client = browser_of(city)
    options = client.get("/desk/planning/?region=330212&state=built&page=1").context["year"]["options"]
    assert [each["url"] for each in options] == [
        "/desk/planning/?region=330212&state=built&year=2026",
        "/desk/planning/?region=330212&state=built&year=2024",
    ]
    own = browser_of(yinzhou)
    for page in ("/desk/tasks/?phase=3&state=late", "/desk/tasks/calendar/?month=2026-05"):
        urls = [each["url"] for each in own.get(page).context["year"]["options"]]
        assert [re.findall(r"phase|month|page", url) for url in urls] == [[], []]


def test_pages_that_are_not_about_a_year_do_not_show_one(
    earlier: Round, round_2026: Round, someone: User, browser_of: Browser
) -> None:
    """Every address of the desk without a key: those in the list above show a year, no other does."""
    client, found = browser_of(someone), set()
    for pattern in get_resolver("platforms.desk.urls").url_patterns:
        path = f"/desk/{pattern.pattern}"
        if re.search(r"[<(^$]", path):
            continue
        answer = client.get(path)
        if answer.status_code == 200 and answer.context is not None and answer.context.get("year"):
            found.add(path)
    assert found == {page for page in pages_of(someone) if page.startswith("/desk/") and "/town/" not in page} - {
        "/desk/workbench/rows/accepted/", "/desk/workbench/rows/services/"
    }  # fmt: skip
    for path in ("/admin/", "/admin/platforms/round/", "/admin/platforms/platform/", "/desk/planning/overlap/"):
        answer = client.get(f"{path}")
        assert (path, answer.status_code, answer.context["year"]) == (path, 200, {})
        assert "topbar__year" not in answer.content.decode()


@pytest.mark.parametrize("year", ["1999", "x", "20 24", "2024年", "%F0", "2024&year=", "99999999999999999999", "²⁰²⁴"])
def test_a_year_that_is_none_is_not_found(
    earlier: Round, round_2026: Round, someone: User, browser_of: Browser, year: str
) -> None:
    client = browser_of(someone)
    for page in pages_of(someone):
        asked = f"{page}?year={year}"
        # The last of several values counts; nothing is no year.
        assert (asked, client.get(asked).status_code) == (asked, 200 if year.endswith("year=") else 404)


def test_downloads_follow_the_year(earlier: Round, round_2026: Round, yinzhou: User, browser_of: Browser) -> None:
    client = browser_of(yinzhou)
    number = Application.objects.get(round=earlier).number

    def lines(url: str) -> list[str]:
        answer = client.get(url)
        assert answer.status_code == 200
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return [line for line in content.decode("utf-8-sig").splitlines() if line]

    for path in ("/desk/applications.csv", "/desk/planning.csv", "/desk/workbench/rows/accepted.csv"):
        for year, expected in ((2024, 2), (2026, 1)):
            found = lines(f"{path}?year={year}")
            assert (path, year, any(number in line or "云龙" in line for line in found)) == (
                path, year, expected == 2 or path == "/desk/planning.csv",
            )  # fmt: skip
    for path, name in (
        ("/desk/summary.xlsx", "2024%E5%B9%B4%E5%BA%A6.xlsx"),
        ("/desk/intake/template.xlsx", "2024%E5%B9%B4%E5%BA%A6"),
        ("/desk/tasks.csv", "2024%E5%B9%B4%E5%BA%A6"),
    ):
        assert name in client.get(f"{path}?year=2024")["Content-Disposition"]


def test_lists_hold_the_rows_of_the_year(earlier: Round, round_2026: Round, yinzhou: User, browser_of: Browser) -> None:
    client = browser_of(yinzhou)
    for year, count in ((2024, 1), (2026, 0)):
        assert len(client.get(f"/desk/?year={year}").context["rows"]) == count
        assert client.get(f"/desk/workbench/rows/accepted/?year={year}").context["count"] == count


def test_a_form_is_about_the_year_of_its_page(
    earlier: Round, round_2026: Round, yinzhou: User, browser_of: Browser, now: datetime
) -> None:
    later = factories.round_of(2027)
    client = browser_of(yinzhou)
    sent = {"name": "钱联络", "post": "科长", "phone": "0574-87000000", "email": ""}
    answer = client.post("/desk/liaison/?year=2026", sent)
    assert (answer.status_code, answer["Location"]) == (302, "/desk/?year=2026")
    assert list(round_2026.liaisons.values_list("name", flat=True)) == ["钱联络"]
    assert list(later.liaisons.all()) == []
    place = factories.town(yinzhou.region, "姜山镇")
    assert client.post("/desk/applications/new/town/?year=2026", {"site": place.pk}).status_code == 302
    assert Application.objects.get(town=place).round == round_2026


def test_a_round_in_preparation_takes_over_nothing_and_is_chosen_by_those_who_prepare_it(
    earlier: Round, yinzhou: User, city: User, browser_of: Browser
) -> None:
    factories.round_of(2027, status="preparing")
    for user in (yinzhou, city):
        client = browser_of(user)
        for page in pages_of(user):
            assert (page, client.get(page).context["year"]["round"]) == (page, earlier)
    own, citys = browser_of(yinzhou), browser_of(city)
    assert [own.get(f"{page}?year=2027").status_code for page in PAGES] == [404] * len(PAGES)
    for page in pages_of(city):
        answer = citys.get(f"{page}?year=2027")
        assert (page, answer.status_code, answer.context["year"]["round"].year) == (page, 200, 2027)
    # One opened round is nothing to choose from for a county; the city may look at the one to come.
    assert own.get("/desk/planning/").context["year"]["options"] == []
    assert [each["note"] for each in citys.get("/desk/planning/").context["year"]["options"]] == ["筹备中", "已公布"]


@pytest.mark.parametrize("preparing", [False, True])
def test_before_any_round_was_opened_a_plain_page_says_so(
    regions: Any, yinzhou: User, city: User, browser_of: Browser, preparing: bool
) -> None:
    if preparing:
        factories.round_of(2027, status="preparing")
    for user, sentence in ((yinzhou, "市经信局尚未开始受理申报。"), (city, "暂无受理过申报的年度。")):
        client = browser_of(user)
        for page in pages_of(user):
            answer = client.get(page)
            assert (page, answer.status_code) == (page, 200)
            body = answer.content.decode()
            assert (page, sentence in body, "topbar__year" in body) == (page, True, False)
            assert ("2027年度筹备中" in re.sub(r"<[^>]*>", "", body)) is (preparing and user == city)
    for page in ("/admin/", "/admin/platforms/application/"):
        assert browser_of(city).get(page).status_code == 200


# 待办 -----------------------------------------------------------------------------------------------------------------


def texts(user: User) -> dict[str, tuple[int, str]]:
    return {each.text: (each.count, each.url) for each in todo_for(user)}


def test_duties_span_all_open_rounds_and_name_their_year(
    round_2026: Round, yinzhou: User, city: User, now: datetime, browser_of: Browser
) -> None:
    factories.draft(yinzhou, round_2026, now)
    factories.submitted(yinzhou, round_2026, now)
    round_2026.liaisons.all().delete()
    drafts = "完成并提交草稿"
    key = f"waiting=forms.draft.{round_2026.pk}"
    assert texts(yinzhou)[drafts] == (1, f"/desk/?{key}")
    assert texts(yinzhou)["明确本年度工作联络员"] == (1, "/desk/liaison/")
    assert "审核已提交的申报表" in texts(city)
    factories.round_of(2027, status="preparing")
    key = f"waiting=forms.draft.{round_2026.pk}"
    assert texts(yinzhou)[drafts] == (1, f"/desk/?{key}")
    Round.objects.filter(year=2027).update(status="filing")
    Round.objects.filter(year=2026).update(status="evaluating")
    later = Round.objects.get(year=2027)
    factories.draft(yinzhou, later, now)
    factories.draft(yinzhou, later, now)
    found = texts(yinzhou)
    assert found[f"{drafts}（2026年度）"] == (1, f"/desk/?year=2026&waiting=forms.draft.{round_2026.pk}")
    assert found[f"{drafts}（2027年度）"] == (2, f"/desk/?year=2027&waiting=forms.draft.{later.pk}")
    assert found["明确2027年度工作联络员"] == (1, "/desk/liaison/?year=2027")
    assert drafts not in found
    key = f"waiting=submitted.submitted.{round_2026.pk}"
    waiting = f"/admin/platforms/application/?round__id__exact={round_2026.pk}&{key}"
    assert texts(city)["审核已提交的申报表（2026年度）"] == (1, waiting)
    # Each leads to a page with as many rows as it counts.
    for count, url in (found[f"{drafts}（2026年度）"], found[f"{drafts}（2027年度）"]):
        assert len(browser_of(yinzhou).get(url).context["rows"]) == count
    # What is public waits for nobody.
    Round.objects.filter(year=2026).update(status="published")
    found = texts(yinzhou)
    assert (found[drafts], f"{drafts}（2026年度）" in found) == ((2, f"/desk/?waiting=forms.draft.{later.pk}"), False)
    assert "审核已提交的申报表" not in texts(city)


def test_an_older_round_that_is_still_at_work_is_named_beside_a_published_later_one(
    round_2026: Round, yinzhou: User, now: datetime
) -> None:
    factories.draft(yinzhou, round_2026, now)
    factories.round_of(2027, status="published")
    assert texts(yinzhou)["完成并提交草稿（2026年度）"] == (1, f"/desk/?year=2026&waiting=forms.draft.{round_2026.pk}")


# New rows take the round of their date --------------------------------------------------------------------------------


@pytest.fixture
def platform(earlier: Round) -> Platform:
    row: Platform = Platform.objects.get()
    return row


def planned(day: date, by: User, at: datetime) -> Any:
    values = {
        "organiser": "county_hub", "kind": "training", "service_class": "talent", "title": "培训", "held_on": day,
        "place": "服务中心", "places": 20, "answer_by": None,
    }  # fmt: skip
    return activities.plan(values=values, by=by, at=at)


def test_an_activity_takes_the_round_of_its_day(
    earlier: Round, round_2026: Round, yinzhou: User, now: datetime
) -> None:
    later = factories.round_of(2027, status="preparing")
    # The round of 2026 begins on 18 March 2026, that of 2027 on 18 March 2027.
    rows = {day: planned(day, yinzhou, now) for day in (date(2026, 3, 17), date(2026, 3, 18), date(2027, 3, 18))}
    assert [row.round for row in rows.values()] == [earlier, round_2026, round_2026]
    moved, facts = rows[date(2026, 3, 17)], {"title": "培训", "place": "服务中心", "places": 20, "answer_by": None}
    values = {"kind": "training", "service_class": "talent", "held_on": date(2026, 4, 1)} | facts
    activities.change(activity=moved, values=values, version=1, by=yinzhou, at=now)
    moved.refresh_from_db()
    assert moved.round == round_2026
    # Opened after it was planned, before it was held.
    Round.objects.filter(pk=later.pk).update(status="filing")
    held = rows[date(2027, 3, 18)]
    assert activities.hold(activity=held, version=1, by=yinzhou, at=now.replace(year=2027)).round == later
    assert current_round() == later


def test_an_activity_before_the_first_round_belongs_to_none(round_2026: Round, yinzhou: User, now: datetime) -> None:
    assert planned(date(2026, 3, 17), yinzhou, now).round is None


def test_a_rectification_takes_the_round_of_the_day_on_which_it_is_opened(
    earlier: Round, round_2026: Round, platform: Platform, city: User, now: datetime
) -> None:
    factories.round_of(2027, status="preparing")
    found = []
    for at in (now.replace(month=3, day=17), now.replace(month=3, day=18), now.replace(year=2027)):
        values = {"finder": "city", "clause": "conditions.linked", "indicator": "", "problem": "未联通"}
        row = rectifications.open_one(platform=platform, due_on=at.date(), by=city, at=at, **values)
        found.append(row.round)
    assert found == [earlier, round_2026, round_2026]


def test_activities_and_rectifications_are_narrowed_to_a_year(
    earlier: Round, round_2026: Round, platform: Platform, yinzhou: User, now: datetime, browser_of: Browser
) -> None:
    client = browser_of(yinzhou)
    before = [planned(date(2026, 3, day), yinzhou, now) for day in (16, 17)]
    one = planned(date(2026, 3, 18), yinzhou, now)
    for at in (now.replace(month=3, day=17), now):
        values = {"finder": "county", "clause": "conditions.linked", "indicator": "", "problem": "未联通"}
        rectifications.open_one(platform=platform, due_on=at.date(), by=yinzhou, at=at, **values)
    for path, kinds in (("/desk/activities/", (3, 2, 1)), ("/desk/rectifications/", (2, 1, 1))):
        counts = [len(client.get(f"{path}{query}").context["rows"]) for query in ("", "?year=2024", "?year=2026")]
        assert (path, counts) == (path, list(kinds))
        page = client.get(f"{path}?year=2026")
        years = next(group for group in page.context["groups"] if group["label"] == "年度")["options"]
        assert [(each["label"], each["active"]) for each in years] == [
            ("全部", False), ("2026年度", True), ("2024年度", False),
        ]  # fmt: skip
        assert {tuple(year_in(url)) for _, url in page.context["exports"]} == {("2026",)}
        assert client.get(f"{path}?year=1999").status_code == 404
    listed = b"".join(client.get("/desk/activities.csv?year=2026").streaming_content).decode()
    assert (one.number in listed, any(row.number in listed for row in before)) == (True, False)


def test_what_is_about_one_round_leads_to_its_year(
    earlier: Round, round_2026: Round, yinzhou: User, now: datetime, browser_of: Browser
) -> None:
    """The day of the reports in the calendar, and the links of a form to all links of its year."""
    client = browser_of(yinzhou)
    page = client.get("/desk/tasks/calendar/?month=2024-04").content.decode()
    assert 'href="/desk/batches/?year=2024"' in page
    number = factories.draft(yinzhou, round_2026, now).number
    factories.round_of(2027)
    assert 'href="/desk/links/?year=2026"' in client.get(f"/desk/applications/{number}/links/").content.decode()


def test_the_calendar_of_an_earlier_year_opens_at_its_first_phase(
    earlier: Round, round_2026: Round, yinzhou: User, browser_of: Browser
) -> None:
    client = browser_of(yinzhou)
    page = client.get("/desk/tasks/calendar/?year=2024")
    assert page.context["title"] == "2024年3月"
    assert page.context["moves"][-1]["url"] == "/desk/tasks/calendar/?month=2024-04&year=2024"
    assert client.get("/desk/tasks/calendar/?year=2024&month=2024-07").context["title"] == "2024年7月"


def test_services_of_an_earlier_year_count_in_its_calendar_year(earlier: Round, round_2026: Round, city: User) -> None:
    on = date(2027, 2, 10)
    now_, past = Scope(city, round_2026, on), Scope(city, earlier, on, is_past=True)
    assert (now_.since, now_.until, now_.before) == (date(2026, 3, 1), on, date(2027, 3, 1))
    assert (past.since, past.until, past.before) == (date(2024, 1, 1), date(2024, 12, 31), date(2025, 1, 1))
    assert [now_.named(text) for text in ("近12个月服务", "本年度已受理", "本年服务企业")] == [
        "近12个月服务", "本年度已受理", "本年服务企业",
    ]  # fmt: skip
    assert [past.named(text) for text in ("近12个月服务", "本年度已受理", "本年服务企业")] == [
        "2024年服务", "2024年度已受理", "2024年服务企业",
    ]  # fmt: skip
