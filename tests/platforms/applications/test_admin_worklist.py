"""The city's worklist: what waits, and acts on several applications at once."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.contrib.admin import helpers
from django.contrib.admin.views.main import ChangeList
from django.test import Client
from django.urls import reverse

from platforms.applications.choices import ApplicationStatus
from platforms.applications.queries.worklist import WAITING, Progress, narrowed, progress_of
from platforms.applications.services import assigning, filing
from platforms.choices import Role
from platforms.errors import Refusal
from platforms.models import Application, ApplicationMove, AuditEvent, ListSetting, Round, User
from platforms.periodic_reports.services import acceptance
from tests import factories
from tests.kept_rows import once

LIST = reverse("admin:platforms_application_changelist")
Browser = Callable[[User], Client]


def _filed(yinzhou: User, city: User, round_2026: Round, now: datetime) -> dict[str, Application]:
    new = factories.submitted(yinzhou, round_2026, now)
    answered = factories.returned(yinzhou, round_2026, now, city=city)
    answered = filing.resubmit(application=answered, version=answered.version, answer="已改", by=yinzhou, at=now)
    late = factories.submitted(yinzhou, round_2026, now + timedelta(days=60))
    back = factories.returned(yinzhou, round_2026, now, city=city)
    factories.accepted(yinzhou, round_2026, now, city=city)
    factories.draft(yinzhou, round_2026, now)
    return {"new": new, "answered": answered, "late": late, "back": back}


@pytest.fixture
def filed(yinzhou: User, city: User, round_2026: Round, now: datetime) -> dict[str, Application]:
    """One application of each kind that can wait."""
    return once(_filed, yinzhou, city, round_2026, now)


def numbers(key: str, user: User, on: date) -> set[str]:
    rows = Application.objects.visible_to(user)
    return {row.number for row in narrowed(rows, key, user=user, on=on)}


def sorted_by(shown: ChangeList) -> list[tuple[str, str]]:
    """The columns that the head of a list marks as those it is sorted by, and which way."""
    return [(str(shown.list_display[place]), way) for place, way in shown.get_ordering_field_columns().items()]


def test_each_kind_of_waiting_finds_its_own(filed: dict[str, Application], city: User, now: datetime) -> None:
    due = Application.objects.get(pk=filed["back"].pk).correction_due_on
    assert due is not None
    assigning.assign(application=filed["new"], to=city, by=city, at=now)
    name = {key: row.number for key, row in filed.items()}
    assert {key: numbers(key, city, due) for key in WAITING} == {
        "submitted": {name["new"], name["answered"], name["late"]},
        "new": {name["new"], name["late"]},
        "answered": {name["answered"]},
        "late": {name["late"]},
        "overdue": set(),
        "mine": {name["new"]},
        "nobody": {name["answered"], name["late"], name["back"]},
        "filed": {row.number for row in Application.objects.exclude(status="draft")},
    }
    assert numbers("overdue", city, due + timedelta(days=1)) == {name["back"]}


def test_the_filter_is_offered_and_an_unknown_one_narrows_nothing(
    filed: dict[str, Application], city: User, browser_of: Browser
) -> None:
    office = browser_of(city)
    page = office.get(f"{LIST}?todo=answered").content.decode()
    assert filed["answered"].number in page
    assert filed["new"].number not in page
    assert filed["new"].number in office.get(f"{LIST}?todo=nothing").content.decode()


def test_the_city_opens_what_waits_the_oldest_first_and_one_press_shows_all(
    filed: dict[str, Application], city: User, yinzhou: User, browser_of: Browser
) -> None:
    office = browser_of(city)
    answer = office.get(LIST)
    shown = [row.number for row in answer.context["cl"].result_list]
    assert shown == [filed["new"].number, filed["answered"].number, filed["late"].number]
    page = " ".join(answer.content.decode().split())
    assert '以下为待受理的申报表，最早提交的在前。<a href="?all=">显示全部</a>' in page
    # What is chosen across pages is what is shown, not every row that there is.
    assert 'action="?todo=submitted"' in page
    assert sorted_by(answer.context["cl"]) == [("waits", "asc")]
    everything = office.get(f"{LIST}?all=").context["cl"]
    assert len(everything.result_list) == 6
    assert sorted_by(everything) == [("number", "asc")]
    assert len(browser_of(yinzhou).get(LIST).context["cl"].result_list) == 6


def test_what_the_city_set_for_itself_goes_first(
    filed: dict[str, Application], city: User, browser_of: Browser
) -> None:
    ListSetting.objects.create(user=city, list_name="platforms.application", columns=["number"])
    assert len(browser_of(city).get(LIST).context["cl"].result_list) == 6


def test_a_round_that_is_published_has_nothing_that_waits(
    filed: dict[str, Application], city: User, round_2026: Round, now: datetime
) -> None:
    Round.objects.filter(pk=round_2026.pk).update(status="preparing")
    assert numbers("submitted", city, now.date()) == set()


@pytest.mark.clause("N07")
def test_the_list_says_how_far_the_round_is(
    filed: dict[str, Application], city: User, round_2026: Round, cixi: User, browser_of: Browser
) -> None:
    assert progress_of(round_2026, user=city) == Progress(waiting=3, returned=1, accepted=1, target=100)
    assert progress_of(round_2026, user=cixi) == Progress(0, 0, 0, 100)
    page = " ".join(browser_of(city).get(LIST).content.decode().split())
    assert "2026年度：已申报 5 个（待审核 3，已退回 1，已受理 1），全市目标 100 个左右" in page


def act(browser: Client, action: str, rows: list[Application], **more: str) -> str:
    sent = {"action": action, "index": "0", helpers.ACTION_CHECKBOX_NAME: [row.pk for row in rows], **more}
    return browser.post(LIST, sent, follow=True).content.decode()


def test_several_are_returned_with_one_reason(filed: dict[str, Application], city: User, browser_of: Browser) -> None:
    office, rows = browser_of(city), [filed["new"], filed["late"], filed["back"]]
    page = act(office, "return_selected", rows)
    assert "将退回 2 份申报表，状态由“已提交”变为“已退回”，理由永久保留。" in page
    assert "另有 1 份不是“已提交”状态，不在其中。" in page
    page = act(office, "return_selected", rows[:2], confirmed="yes", reason="")
    assert "将退回 2 份申报表" in page
    assert Application.objects.filter(status=ApplicationStatus.RETURNED).count() == 1
    page = act(office, "return_selected", rows[:2], confirmed="yes", reason="请统一补充场地照片")
    assert "已退回 2 份申报表。" in page
    moves = ApplicationMove.objects.filter(name="return", reason="请统一补充场地照片")
    assert {move.application_id for move in moves} == {rows[0].pk, rows[1].pk}
    # One line of history for each, with person and reason (T18).
    assert AuditEvent.objects.filter(verb="退回补正", reason="请统一补充场地照片").count() == 2


def test_several_are_given_to_a_colleague(filed: dict[str, Application], city: User, browser_of: Browser) -> None:
    colleague = User.objects.create_user("colleague", name="同事", role=Role.CITY)
    office, rows = browser_of(city), [filed["new"], filed["back"]]
    page = act(office, "assign_selected", rows)
    assert "同事（colleague）" in page
    page = act(office, "assign_selected", rows, confirmed="yes", officer=str(colleague.pk))
    assert "已分派 2 份申报表。" in page
    assert set(Application.objects.filter(assigned_to=colleague)) == set(rows)
    act(office, "assign_selected", rows, confirmed="yes", officer="nobody")
    assert not Application.objects.filter(assigned_to__isnull=False).exists()


@pytest.mark.parametrize("officer", ["", "999999", "x"])
def test_who_is_no_city_officer_gets_nothing(
    filed: dict[str, Application], city: User, browser_of: Browser, officer: str
) -> None:
    page = act(browser_of(city), "assign_selected", [filed["new"]], confirmed="yes", officer=officer)
    assert "将分派 1 份申报表" in page
    assert not Application.objects.filter(assigned_to__isnull=False).exists()


@pytest.mark.parametrize("action", ["accept_selected", "return_selected"])
def test_where_nothing_waits_nothing_is_asked(
    filed: dict[str, Application], city: User, browser_of: Browser, action: str
) -> None:
    assert "选中的申报表都不是“已提交”状态，不能" in act(browser_of(city), action, [filed["back"]])


@pytest.mark.trust("T06")
@pytest.mark.parametrize("action", ["accept_selected", "return_selected", "assign_selected"])
def test_a_county_has_no_such_act(
    filed: dict[str, Application], yinzhou: User, browser_of: Browser, action: str
) -> None:
    before = list(Application.objects.order_by("pk").values_list("status", "assigned_to"))
    act(browser_of(yinzhou), action, [filed["new"]], confirmed="yes", reason="好", officer="nobody")
    assert list(Application.objects.order_by("pk").values_list("status", "assigned_to")) == before


def test_the_forms_of_a_selection_are_one_archive(
    filed: dict[str, Application], city: User, yinzhou: User, browser_of: Browser
) -> None:
    never = Application.objects.get(status=ApplicationStatus.DRAFT)
    sent = {"action": "zip_selected", "index": "0", helpers.ACTION_CHECKBOX_NAME: [row.pk for row in filed.values()]}
    answer = browser_of(city).post(LIST, sent)
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert [name.split("_")[2] for name in archive.namelist()] == sorted(row.number for row in filed.values())
    assert all(archive.read(name).startswith(b"%PDF-") for name in archive.namelist())
    assert AuditEvent.objects.get(verb="下载申报表").reason == "4 份，打包"
    page = act(browser_of(yinzhou), "zip_selected", [never])
    assert "选中的申报表都没有提交过，没有可以下载的版本。" in page


def test_one_that_cannot_be_done_does_not_hold_up_the_others(
    filed: dict[str, Application], city: User, browser_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = acceptance.accept
    refused = filed["new"].pk

    def accept(**given: object) -> Application:
        row = given["application"]
        assert isinstance(row, Application)
        if row.pk == refused:
            raise Refusal("这份不能受理。")
        return real(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(acceptance, "accept", accept)
    page = act(browser_of(city), "accept_selected", [filed["new"], filed["late"]], confirmed="yes")
    assert "这份不能受理。" in page
    assert "已受理 1 份申报表。" in page
