"""Mails about activities: one for each invited region, kept up to date while it waits, never told twice."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from platforms.activities.services import activities, invitations
from platforms.activities.services import mails as activity_mails
from platforms.mail import queries
from platforms.mail.services import outbox
from platforms.mail.texts import BUILT_IN
from platforms.models import Activity, AuditEvent, Liaison, Mail, Phase, Platform, Region, Round, User
from tests import factories
from tests.platforms.supervised import platform_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N38")]
DAY = date(2026, 4, 20)
INVITED = "请办理：活动邀请HD-2026-0001，答复期限2026年4月17日"


@pytest.fixture(autouse=True)
def _mail_is_on(settings: Any) -> None:
    settings.MAIL_ENABLED = True


@pytest.fixture
def places(regions: dict[str, Region], round_2026: Round, city: User, now: datetime) -> dict[str, Platform]:
    """Two platforms of 鄞州区, one of 慈溪市, one of the city; both counties have a liaison officer with an address."""
    for code in ("330212", "330282"):
        factories.liaison(round_2026, regions[code], city, now)
    Liaison.objects.update(email="liaison@nb.gov.cn")
    yinzhou = regions["330212"]
    return {
        "own": platform_of(yinzhou, "首南街道窗口平台"), "own2": platform_of(yinzhou, "姜山镇窗口平台"),
        "other": platform_of(regions["330282"], "横河镇窗口平台"), "city": platform_of(None, "模具行业窗口平台"),
    }  # fmt: skip


def values(**more: Any) -> dict[str, Any]:
    return {
        "organiser": "city_hub", "kind": "training", "service_class": "talent", "title": "技改政策培训",
        "held_on": DAY, "hours": "14:00", "place": "市企业服务中心", "places": 80, "answer_by": date(2026, 4, 17),
    } | more  # fmt: skip


def planned(by: User, at: datetime, *invited: Platform, **more: Any) -> Activity:
    return activities.plan(values=values(**more), invited=invited, by=by, at=at)


def written() -> list[tuple[str, str, str]]:
    """Kind, region and state of each mail, in the order in which they were written."""
    rows = Mail.objects.order_by("pk").values_list("kind", "region__code", "state")
    return [(kind, code or "", state) for kind, code, state in rows]


def sent(**which: Any) -> None:
    """As if the command had sent them."""
    Mail.objects.filter(state="waiting", **which).update(state="sent", sent_at=datetime.now().astimezone(), attempts=1)


def test_each_invited_region_gets_one_mail_that_names_its_platforms(
    city: User, places: dict[str, Platform], now: datetime, settings: Any
) -> None:
    activity = planned(city, now, *places.values())
    assert written() == [("invited", "330212", "waiting"), ("invited", "330282", "waiting")]
    mail = Mail.objects.get(region__code="330212")
    assert (mail.subject, mail.activity, mail.problem, mail.address != "") == (INVITED, activity, "", True)
    assert mail.body.split("\n\n")[1:5] == [
        "市级枢纽平台定于2026年4月20日举办“技改政策培训”（活动编号 HD-2026-0001），邀请鄞州区的下列窗口平台参加：",
        "姜山镇窗口平台\n首南街道窗口平台",
        "时间地点：14:00，市企业服务中心\n答复期限：2026年4月17日",
        f"请与平台联系，登录后逐个登记是否参加，不参加的写明理由：{settings.SITE_URL}/desk/activities/HD-2026-0001/",
    ]


def test_who_invites_its_own_platforms_writes_to_nobody(
    yinzhou: User, places: dict[str, Platform], now: datetime
) -> None:
    planned(yinzhou, now, places["own"], places["own2"], organiser="county_hub")
    assert written() == []


def test_inviting_again_sends_nothing_twice(city: User, places: dict[str, Platform], now: datetime) -> None:
    activity = planned(city, now, places["own"])
    activities.invite(activity=activity, platforms=[places["own"]], by=city, at=now)
    assert written() == [("invited", "330212", "waiting")]
    # What has not left yet names the further one too; what has left is followed by the further one alone.
    activities.invite(activity=activity, platforms=[places["own"], places["own2"]], by=city, at=now)
    assert written() == [("invited", "330212", "waiting")]
    assert "姜山镇窗口平台\n首南街道窗口平台" in Mail.objects.get().body
    sent()
    third = platform_of(places["own"].region, "下应街道窗口平台")
    activities.invite(activity=activity, platforms=[places["own"], third], by=city, at=now)
    assert written() == [("invited", "330212", "sent"), ("invited", "330212", "waiting")]
    assert Mail.objects.latest("pk").body.split("\n\n")[2] == "下应街道窗口平台"


def test_a_text_that_somebody_edited_or_copies_is_left_as_it_is(
    city: User, places: dict[str, Platform], now: datetime, settings: Any
) -> None:
    activity = planned(city, now, places["own"])
    mail = Mail.objects.get()
    outbox.change(mail=mail, address="a@nb.gov.cn", subject="改过的标题", body="改过的正文", by=city, at=now)
    activities.invite(activity=activity, platforms=[places["own2"]], by=city, at=now)
    settings.MAIL_ENABLED = False
    activities.invite(activity=activity, platforms=[places["other"]], by=city, at=now)
    activities.invite(
        activity=activity, platforms=[platform_of(places["other"].region, "周巷镇窗口平台")], by=city, at=now
    )
    assert [mail.subject for mail in Mail.objects.order_by("pk")] == ["改过的标题", INVITED, INVITED, INVITED]
    assert Mail.objects.latest("pk").body.split("\n\n")[2] == "周巷镇窗口平台"


def test_a_changed_day_is_told_where_the_invitation_has_left(
    city: User, yinzhou: User, places: dict[str, Platform], now: datetime
) -> None:
    activity = planned(city, now, places["own"], places["own2"], places["other"])
    sent(region__code="330212")
    refused = activity.invitations.get(platform=places["own2"])
    invitations.answer(activity=activity, answers={refused.pk: ("refused", "人手不足")}, by=yinzhou, at=now)
    moved = {"held_on": date(2026, 4, 24), "place": "宁波国际会议中心"}
    for version in (1, 2):
        day = {"held_on": moved["held_on"] if version == 1 else date(2026, 4, 25), "place": moved["place"]}
        activities.change(activity=activity, values=values(**day), version=version, by=city, at=now)
    assert written() == [
        ("invited", "330212", "sent"), ("invited", "330282", "waiting"), ("rearranged", "330212", "waiting")
    ]  # fmt: skip
    told, asked = Mail.objects.get(kind="rearranged"), Mail.objects.get(region__code="330282")
    assert told.subject == "请办理：活动HD-2026-0001的安排有变化，现定于2026年4月25日举办"
    assert "时间地点：14:00，宁波国际会议中心" in told.body
    assert told.body.split("\n\n")[4] == "首南街道窗口平台"
    assert "定于2026年4月25日举办“技改政策培训”" in asked.body
    sent()
    activities.change(activity=activity, values=values(**day, note="自带名片"), version=3, by=city, at=now)
    assert len(written()) == 3


def test_a_region_that_answered_before_its_mail_left_hears_of_the_change(
    city: User, yinzhou: User, places: dict[str, Platform], now: datetime
) -> None:
    activity = planned(city, now, places["own"])
    key = activity.invitations.get().pk
    invitations.answer(activity=activity, answers={key: ("accepted", "")}, by=yinzhou, at=now)
    activities.change(activity=activity, values=values(held_on=date(2026, 4, 24)), version=1, by=city, at=now)
    assert written() == [("invited", "330212", "waiting"), ("rearranged", "330212", "waiting")]


def test_a_cancelled_activity_is_told_only_to_who_may_have_read_of_it(
    city: User, places: dict[str, Platform], now: datetime
) -> None:
    activity = planned(city, now, places["own"], places["other"])
    sent(region__code="330212")
    activities.cancel(activity=activity, reason="场地停用", version=1, by=city, at=now)
    assert written() == [
        ("invited", "330212", "sent"), ("invited", "330282", "discarded"), ("called_off", "330212", "waiting")
    ]  # fmt: skip
    mail = Mail.objects.get(kind="called_off")
    assert mail.subject == "请知悉：原定于2026年4月20日的活动HD-2026-0001已取消"
    assert "取消理由：场地停用" in mail.body
    assert list(queries.of_case(city, activity=activity).values_list("kind", flat=True)) == ["called_off", "invited"]
    taken_back = AuditEvent.objects.get(verb="取消发送邮件")
    assert taken_back.object_code == "活动邀请 HD-2026-0001"


def test_a_mail_in_flight_counts_as_read(city: User, places: dict[str, Platform], now: datetime) -> None:
    activity = planned(city, now, places["own"])
    Mail.objects.update(problem=queries.SENDING, next_try_at=now + timedelta(minutes=5))
    activities.cancel(activity=activity, reason="场地停用", version=1, by=city, at=now)
    assert written() == [("invited", "330212", "waiting"), ("called_off", "330212", "waiting")]


def test_without_a_round_there_is_nobody_to_write_to(city: User, places: dict[str, Platform], now: datetime) -> None:
    activity = planned(city, now)
    Phase.objects.all().delete()
    activity.round = None
    activity.save()
    activities.invite(activity=activity, platforms=[places["own"]], by=city, at=now)
    activities.change(activity=activity, values=values(place="新会场"), version=1, by=city, at=now)
    activities.cancel(activity=activity, reason="场地停用", version=2, by=city, at=now)
    assert written() == []


def test_many_platforms_are_named_up_to_twenty(city: User, places: dict[str, Platform], now: datetime) -> None:
    rows = [platform_of(places["own"].region, f"第{n:02d}窗口平台") for n in range(1, 23)]
    planned(city, now, *rows)
    lines = Mail.objects.get().body.split("\n\n")[2].split("\n")
    assert (len(lines), lines[-1]) == (activity_mails.MOST_NAMED + 1, "另有 2 个，请登录后查看。")


def test_the_texts_can_be_edited_on_their_screen(city: User, client: Any, places: dict[str, Platform]) -> None:
    client.force_login(city, backend="ningbo_windows.backends.RoleBackend")
    for kind in ("invited", "rearranged", "called_off"):
        page = client.get(f"/admin/platforms/mailtemplate/{kind}/").content.decode()
        assert BUILT_IN[kind].subject in page
