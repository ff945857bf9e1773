"""Two rounds under two notices: each page, mail and file prints the numbers of the notice of its own round."""

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from platforms.applications.services import fill_links
from platforms.models import Mail, Notice, Platform, Rectification, Region, Round, TaskTemplate, User
from platforms.rectifications import queries
from platforms.rectifications import services as rectifications
from platforms.rounds.queries.rounds import notice_of
from tests import factories
from tests.platforms.supervised import platform_of

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


@pytest.fixture
def invented(db: None) -> Notice:
    return factories.invented_notice()


@pytest.fixture
def round_2027(round_2026: Round, invented: Notice) -> Round:
    """The current round, under the invented notice; that of 2026 is under the notice of 2020."""
    return factories.round_of(2027, notice=invented)


@pytest.fixture
def platform(round_2027: Round, regions: dict[str, Region]) -> Platform:
    return platform_of(regions["330212"], "鄞州区首南街道窗口平台")


def opened(platform: Platform, by: User, at: datetime, clause: str) -> Rectification:
    return rectifications.open_one(
        platform=platform, finder="city", clause=clause, problem="没有接通", due_on=at.date() + timedelta(days=9),
        by=by, at=at,
    )  # fmt: skip


@pytest.fixture
def both(platform: Platform, city: User, now: datetime) -> tuple[Rectification, Rectification]:
    """The same thing found in each of the rounds."""
    clause = "conditions.linked"
    return opened(platform, city, now, clause), opened(platform, city, now + timedelta(days=365), clause)


@pytest.mark.parametrize(("year", "number"), [(2026, "三·（三）"), (2027, "第12条")])
def test_the_conditions_at_the_desk(desk: Client, round_2027: Round, year: int, number: str) -> None:
    page = desk.get(f"{reverse('desk:precheck', args=['park'])}?year={year}").content.decode()
    assert f"依据：通知{number}" in page


@pytest.mark.parametrize("year", [2026, 2027])
def test_the_page_of_one_application_and_of_its_unit(
    desk: Client, stranger: Client, yinzhou: User, round_2026: Round, round_2027: Round, year: int, now: datetime
) -> None:
    row = factories.draft(yinzhou, {2026: round_2026, 2027: round_2027}[year], now)
    sentence = f"有必要的配套场地设施。（{ {2026: '二·（一）', 2027: '第3条'}[year] }）"
    assert sentence in desk.get(reverse("desk:section", args=[row.number, "attachments"])).content.decode()
    _, token = fill_links.issue(application=row, recipient="中心", days=7, by=yinzhou, at=timezone.now())
    assert sentence in stranger.get(reverse("fill:section", args=[token, "attachments"])).content.decode()


def test_the_record_page_of_the_back_office(
    browser_of: Browser, city: User, round_2026: Round, round_2027: Round
) -> None:
    numbers = {}
    for row in (round_2026, round_2027):
        task = TaskTemplate.objects.create(
            round=row, phase=2, title="接入系统", proof="已接入", due_on=date(row.year, 5, 1), for_town=True, position=1
        )
        page = browser_of(city).get(reverse("admin:platforms_tasktemplate_change", args=[task.pk])).content.decode()
        numbers[row.year] = [number for number in ("四·（二）", "第16条") if f"通知中的条款，如“{number}”。" in page]
    assert numbers == {2026: ["四·（二）"], 2027: ["第16条"]}


def test_the_list_of_names_in_the_back_office_cites_the_notice_in_use(
    browser_of: Browser, city: User, round_2027: Round
) -> None:
    page = browser_of(city).get(reverse("admin:platforms_namingrule_changelist")).content.decode()
    assert "全市统一的命名方式（第3条）。" in page


def test_what_is_to_be_mended_keeps_the_number_of_its_round_in_list_file_page_and_mail(
    browser_of: Browser, city: User, both: tuple[Rectification, Rectification]
) -> None:
    labels = ["二·（三） 互联互通和服务数据", "第5条 互联互通和服务数据"]
    assert [queries.label_of(row) for row in both] == labels
    desk = browser_of(city)
    page = desk.get(reverse("desk:rectifications")).content.decode()
    assert [page.count(label) for label in labels] == [1, 1]
    book = load_workbook(io.BytesIO(b"".join(desk.get("/desk/rectifications.xlsx"))))  # type: ignore[arg-type]
    texts = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [texts.count(label) for label in labels] == [1, 1]
    for row, own, others in zip(both, labels, reversed(labels), strict=True):
        page = desk.get(reverse("desk:rectification", args=[row.number])).content.decode()
        assert (own in page, others in page) == (True, False)
    bodies = list(Mail.objects.filter(kind="rectify").order_by("pk").values_list("body", flat=True))
    assert [label in body for label, body in zip(labels, bodies, strict=True)] == [True, True]


def test_a_ground_is_found_by_its_key_and_no_other_is_known(platform: Platform, city: User, now: datetime) -> None:
    choices = dict(queries.clause_choices(platform_notice := notice_of(Round.objects.get(year=2027))))
    assert choices["fees"] == "第29条 假借公益性服务之名收取费用"
    assert choices["phases.tasks"] == "第14条 阶段任务"
    assert (choices["named.indicator"], choices["named.other"]) == ("评价指标", "其他")
    assert list(choices)[:7] == [
        "conditions.venue", "conditions.team", "conditions.linked", "conditions.free", "conditions.activities",
        "conditions.rules", "phases.tasks",
    ]  # fmt: skip
    assert queries.clause_label("fees", platform_notice) == choices["fees"]
    row = opened(platform, city, now, "fees")
    ground: Any = queries.ground_of(row)
    assert (ground.key, queries.label_of(row)) == ("fees", "五·（五） 假借公益性服务之名收取费用")
    assert queries.ground_of(opened(platform, city, now, "conditions.free")) is None


def test_a_row_knows_its_notice_by_its_round_or_what_it_hangs_on(
    yinzhou: User, round_2026: Round, round_2027: Round, platform: Platform, now: datetime
) -> None:
    row = factories.draft(yinzhou, round_2027, now)
    assert [notice_of(each) for each in (round_2026, round_2027, row, row.moves.first(), platform, None)] == [
        round_2026.notice_id, round_2027.notice_id, round_2027.notice_id, None, None, None,
    ]  # fmt: skip
