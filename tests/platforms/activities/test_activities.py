"""Activities: planned, answered, held, reported; a refusal stays, counts are exact, scope holds (二·(五), 六·(二))."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from platforms.activities import queries
from platforms.activities.queries import Choice, Figures
from platforms.activities.rules import Link, WrongLink, links_in, report_due_on
from platforms.activities.services import activities, invitations
from platforms.errors import Gone, Refusal, StaleVersion
from platforms.models import Activity, AuditEvent, Invitation, Platform, Region, User
from tests.evaluation.stage import published_round
from tests.kept_rows import once

pytestmark = pytest.mark.django_db
DAY = date(2026, 4, 20)


@pytest.fixture
def platforms(regions: dict[str, Region]) -> dict[str, Platform]:
    """Two platforms of 鄞州区, one of 慈溪市, one of the city."""
    once(published_round, {"330212": {"A": 2}, "330282": {"A": 1}, "HY": {"A": 1}}, year=2025)
    rows = list(Platform.objects.order_by("code"))
    own = [row for row in rows if row.region_id == regions["330212"].pk]
    other = next(row for row in rows if row.region_id == regions["330282"].pk)
    return {"own": own[0], "own2": own[1], "other": other, "city": next(r for r in rows if r.region_id is None)}


def values(**more: Any) -> dict[str, Any]:
    return {
        "organiser": "city_hub", "kind": "training", "service_class": "talent", "title": "技改政策培训",
        "held_on": DAY, "place": "市企业服务中心", "places": 80, "answer_by": date(2026, 4, 17),
    } | more  # fmt: skip


@pytest.fixture
def activity(city: User, platforms: dict[str, Platform], now: datetime) -> Activity:
    """One of the city hub with all four invited."""
    return activities.plan(values=values(), invited=platforms.values(), by=city, at=now)


def invitation(activity: Activity, platform: Platform) -> Invitation:
    return Invitation.objects.get(activity=activity, platform=platform)


def answer(activity: Activity, platform: Platform, word: str, by: User, at: datetime, reason: str = "") -> Invitation:
    row = invitation(activity, platform)
    invitations.answer(activity=activity, answers={row.pk: (word, reason)}, by=by, at=at)
    row.refresh_from_db()
    return row


def report(activity: Activity, by: User, at: datetime, **more: Any) -> Activity:
    given: dict[str, Any] = {"people": 60, "enterprises": 40, "summary": "讲解技改补助。", "version": 2} | more
    return activities.report(activity=activity, by=by, at=at, **given)


@pytest.mark.clause("N05")
@pytest.mark.clause("N38")
def test_an_activity_goes_from_plan_to_report(
    city: User, yinzhou: User, activity: Activity, platforms: dict[str, Platform], now: datetime
) -> None:
    answer(activity, platforms["own"], "accepted", yinzhou, now)
    held = activities.hold(activity=activity, version=1, by=city, at=now + timedelta(days=10))
    done = report(
        held, city, now + timedelta(days=12), took_part=[platforms["own"].pk],
        links=[Link("https://www.nbsme.gov.cn/a", "报道")],
    )  # fmt: skip
    assert (done.status, done.people, done.enterprises, done.version) == ("reported", 60, 40, 3)
    assert [(each.url, each.title) for each in done.links.all()] == [("https://www.nbsme.gov.cn/a", "报道")]
    assert invitation(done, platforms["own"]).took_part is True
    assert invitation(done, platforms["own2"]).took_part is False
    verbs = ["安排活动", "邀请平台", "答复活动邀请", "登记已举办", "填报活动总结"]
    assert [event.verb for event in AuditEvent.objects.order_by("serial")][-5:] == verbs


def test_who_enters_it_decides_whether_the_page_of_the_platform_tells_of_it(
    yinzhou: User, platforms: dict[str, Platform], now: datetime
) -> None:
    own = platforms["own"]
    held_by_it = values(organiser="platform", platform=own)

    def told() -> list[str]:
        return [each.title for each in (*queries.announced(own.pk, now.date()), *queries.told(own.pk, later.date()))]

    later = now + timedelta(days=12)
    row = activities.plan(values=held_by_it, by=yinzhou, at=now)
    assert (row.is_public, told()) == (False, [])
    row = activities.change(activity=row, values=held_by_it | {"is_public": True}, version=1, by=yinzhou, at=now)
    assert (row.is_public, told()) == (True, [row.title])
    assert AuditEvent.objects.latest("serial").changes == {"在平台页面公开": [False, True]}
    row = activities.hold(activity=row, version=2, by=yinzhou, at=now + timedelta(days=10))
    row = report(row, yinzhou, later, version=3, is_public=False)
    assert (row.is_public, told()) == (False, [])
    assert AuditEvent.objects.latest("serial").changes["在平台页面公开"] == [True, False]
    shown = activities.plan(values=held_by_it | {"is_public": True}, by=yinzhou, at=now)
    assert AuditEvent.objects.latest("serial").changes["在平台页面公开"] == [None, True]
    shown = activities.hold(activity=shown, version=1, by=yinzhou, at=now + timedelta(days=10))
    # Nothing said, nothing changed.
    assert report(shown, yinzhou, later).is_public is True
    assert told() == [shown.title]


def test_what_a_hub_holds_stands_on_no_page_of_a_platform(
    city: User, platforms: dict[str, Platform], now: datetime
) -> None:
    row = activities.plan(values=values(is_public=True), by=city, at=now)
    held = activities.hold(activity=row, version=1, by=city, at=now + timedelta(days=10))
    assert report(held, city, now + timedelta(days=12), is_public=True).is_public is False
    with pytest.raises(IntegrityError), transaction.atomic():
        Activity.objects.update(is_public=True)


@pytest.mark.clause("N32")
def test_a_refusal_needs_a_reason_and_stays(
    city: User, yinzhou: User, activity: Activity, platforms: dict[str, Platform], now: datetime
) -> None:
    own = platforms["own"]
    with pytest.raises(Refusal) as refused:
        answer(activity, own, "refused", yinzhou, now)
    assert str(refused.value) == f"请填写“{own}”不参加的理由。"
    row = answer(activity, own, "refused", yinzhou, now, "人手不足")
    assert (row.answer, row.reason, row.answered_by, row.late) == ("refused", "人手不足", yinzhou, False)
    with pytest.raises(Refusal) as refused:
        answer(activity, own, "accepted", yinzhou, now)
    assert str(refused.value) == f"“{own}”已答复不参加，记录不能更改；实际参加的，在活动总结中登记。"
    for change in ({"answer": "accepted", "reason": ""}, {"reason": "别的"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Invitation.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.filter(pk=row.pk)._raw_delete("default")
    activities.cancel(activity=activity, reason="场地停用", version=1, by=city, at=now)
    assert queries.figures_of(own, now.date()).refused == 1


def test_an_acceptance_may_become_a_refusal(
    yinzhou: User, activity: Activity, platforms: dict[str, Platform], now: datetime
) -> None:
    answer(activity, platforms["own"], "accepted", yinzhou, now)
    late = answer(activity, platforms["own"], "refused", yinzhou, now + timedelta(days=8), "临时停电")
    assert (late.answer, late.late) == ("refused", True)


@pytest.mark.clause("N32")
def test_no_answer_is_shown_apart_from_a_refusal(
    yinzhou: User, activity: Activity, platforms: dict[str, Platform], now: datetime, browser_of: Any
) -> None:
    answer(activity, platforms["own"], "refused", yinzhou, now, "人手不足")
    over = date(2026, 4, 18)
    assert queries.figures_of(platforms["own2"], over) == Figures(unanswered=1, invited=1)
    assert queries.figures_of(platforms["own2"], date(2026, 4, 17)) == Figures(invited=1)
    assert queries.figures_of(platforms["own"], over) == Figures(refused=1, invited=1)
    page = browser_of(yinzhou).get(f"/admin/platforms/platform/{platforms['own'].pk}/change/").content.decode()
    assert "拒绝 1 场，逾期未答复 0 场（未答复的不计为拒绝）" in page


@pytest.mark.clause("N19")
def test_figures_count_what_was_held_attended_and_refused(
    city: User, yinzhou: User, activity: Activity, platforms: dict[str, Platform], now: datetime
) -> None:
    own, own2 = platforms["own"], platforms["own2"]
    answer(activity, own2, "refused", yinzhou, now, "人手不足")
    held = activities.hold(activity=activity, version=1, by=city, at=now + timedelta(days=10))
    report(held, city, now + timedelta(days=12), took_part=[own.pk])
    mine = activities.plan(values=values(organiser="platform", platform=own), by=yinzhou, at=now)
    mine = activities.hold(activity=mine, version=1, by=yinzhou, at=now + timedelta(days=10))
    report(mine, yinzhou, now + timedelta(days=12))
    on = date(2026, 5, 1)
    found = [queries.figures_of(each, on) for each in (own, own2)]
    assert found == [Figures(held=1, attended=1, unanswered=1, invited=1), Figures(refused=1, invited=1)]


def test_a_county_sees_its_own_and_what_it_is_invited_to(
    city: User, yinzhou: User, cixi: User, platforms: dict[str, Platform], now: datetime
) -> None:
    shared = activities.plan(values=values(), invited=[platforms["other"]], by=city, at=now)
    mine = activities.plan(values=values(organiser="county_hub"), invited=[platforms["own"]], by=yinzhou, at=now)
    assert list(Activity.objects.visible_to(yinzhou)) == [mine]
    assert list(Activity.objects.visible_to(cixi)) == [shared]
    assert set(Activity.objects.visible_to(city)) == {shared, mine}
    assert [each.platform for each in queries.invitations_of(shared, cixi)] == [platforms["other"]]
    # Nobody is asked to answer himself.
    assert [queries.tally(each, Choice(), DAY)["to_answer"] for each in (yinzhou, cixi)] == [0, 1]


def test_what_is_not_ones_own_is_refused(
    city: User, yinzhou: User, cixi: User, activity: Activity, platforms: dict[str, Platform], now: datetime
) -> None:
    foreign = "这项活动由安排活动的一方办理，您可以查看，不能办理。"
    with pytest.raises(Refusal, match=foreign):
        activities.cancel(activity=activity, reason="不办了", version=1, by=yinzhou, at=now)
    with pytest.raises(Refusal, match="只能邀请本地区的窗口平台。"):
        activities.plan(values=values(organiser="county_hub"), invited=[platforms["other"]], by=yinzhou, at=now)
    with pytest.raises(Refusal, match="只能答复本地区窗口平台的邀请。"):
        answer(activity, platforms["own"], "accepted", cixi, now)
    with pytest.raises(Refusal, match="请选择举办活动的窗口平台。"):
        activities.plan(values=values(organiser="platform", platform=platforms["other"]), by=yinzhou, at=now)
    with pytest.raises(Refusal, match="请选择举办单位。"):
        activities.plan(values=values(), by=yinzhou, at=now)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": " "}, "请填写“活动名称”。"),
        ({"kind": "party"}, "请选择类型。"),
        ({"service_class": ""}, "请选择服务类别。"),
        ({"held_on": None}, "活动日期应在前后一年之内，请核对。"),
        ({"answer_by": date(2026, 4, 21)}, "答复期限不能晚于活动日期。"),
        ({"answer_by": date(2026, 4, 9)}, "答复期限不能早于今天。"),
        ({"places": 0}, "名额应在 1 至 100000 之间，请核对。"),
    ],
)
def test_a_plan_is_whole(city: User, now: datetime, wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        activities.plan(values=values(**wrong), by=city, at=now)
    assert str(refused.value) == sentence
    assert not Activity.objects.exists()


def test_moves_come_in_their_order_and_know_what_was_shown(city: User, activity: Activity, now: datetime) -> None:
    with pytest.raises(Refusal, match="活动日期为 2026-04-20，尚未举办；改期的请先修改活动安排。"):
        activities.hold(activity=activity, version=1, by=city, at=now)
    later = now + timedelta(days=10)
    with pytest.raises(StaleVersion):
        activities.hold(activity=activity, version=7, by=city, at=later)
    with pytest.raises(Gone):
        report(activity, city, later, version=1)
    changed = activities.change(activity=activity, values=values(place="新会场"), version=1, by=city, at=now)
    assert (changed.place, changed.version) == ("新会场", 2)
    with pytest.raises(Refusal, match="请填写“取消活动”的理由。"):
        activities.cancel(activity=activity, reason=" ", version=2, by=city, at=now)
    activities.cancel(activity=activity, reason="场地停用", version=2, by=city, at=now)
    with pytest.raises(Gone):
        activities.change(activity=activity, values=values(), version=3, by=city, at=now)
    with pytest.raises(Gone):
        activities.invite(activity=activity, platforms=[], by=city, at=now)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("http://a.cn 报道", "第 1 行不是可用的链接：须以 https:// 开头，链接后空一格写标题。"),
        ("javascript:alert(1)", "第 1 行不是可用的链接：须以 https:// 开头，链接后空一格写标题。"),
        ("https://me:pw@a.cn/", "第 1 行不是可用的链接：须以 https:// 开头，链接后空一格写标题。"),
        ("https://a.cn/\nhttps://a.cn/ 又", "第 2 行的链接重复。"),
        (f"https://a.cn/ {'长' * 81}", "第 1 行的标题最多 80 个字，现为 81 个字。"),
        ("\n".join(f"https://a.cn/{n}" for n in range(11)), "最多 10 条链接，现为 11 条。"),
    ],
)
def test_only_plain_https_is_linked_to(text: str, sentence: str) -> None:
    with pytest.raises(WrongLink) as wrong:
        links_in(text)
    assert str(wrong.value) == sentence


def test_a_full_width_blank_parts_link_and_title_too() -> None:
    assert links_in("https://a.cn\u3000活动报道") == [Link("https://a.cn", "活动报道")]


def test_links_are_read_line_by_line() -> None:
    assert links_in("https://www.nb.gov.cn/x?y=1  活动报道\n\nhttps://a.cn") == [
        Link("https://www.nb.gov.cn/x?y=1", "活动报道"), Link("https://a.cn", "宣传报道")
    ]  # fmt: skip


def test_the_report_of_an_activity_is_due_a_week_after_it() -> None:
    assert report_due_on(date(2026, 12, 28)) == date(2027, 1, 4)
