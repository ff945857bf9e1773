"""Whether platforms are linked: each finding is a row, the latest holds; who is silent; whom the city reminds."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from platforms.errors import Refusal, StaleVersion
from platforms.models import AuditEvent, LinkState, Mail, Platform, Region, Round, User
from platforms.system_links import queries
from platforms.system_links import services as link_states
from platforms.system_links.queries import ACTIVE, CITY_ONLY, SILENT, UNLINKED, Choice, Figures
from tests.platforms.supervised import platform_of, record_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N03"), pytest.mark.clause("N08")]
TODAY = date(2026, 4, 10)
REASON = "系统改造中，5 月接入"


@pytest.fixture
def platform(yinzhou: User) -> Platform:
    return platform_of(yinzhou.region)


def noted(platform: Platform, by: User, at: datetime, **more: Any) -> LinkState:
    values: dict[str, Any] = {"linked": True, "on": date(2026, 4, 1), "method": "接口对接"} | more
    return link_states.note(platform=platform, by=by, at=at, **values)


def refused(call: Any, *args: Any, **more: Any) -> tuple[str, str]:
    with pytest.raises(Refusal) as refusal:
        call(*args, **more)
    return refusal.value.field, str(refusal.value)


def stands(platform: Platform, user: User, on: date = TODAY) -> tuple[str, Any]:
    row = queries.listed(user, Choice(), on).get(pk=platform.pk)
    return row.state, row.quiet_since


@pytest.mark.clause("N18")
def test_the_latest_finding_holds_and_the_earlier_ones_stay(platform: Platform, yinzhou: User, now: datetime) -> None:
    assert stands(platform, yinzhou) == (UNLINKED, None)
    noted(platform, yinzhou, now, linked=False, method="", note=REASON, on=TODAY)
    assert stands(platform, yinzhou)[0] == UNLINKED
    noted(platform, yinzhou, now)
    assert stands(platform, yinzhou) == (ACTIVE, date(2026, 4, 1))
    assert list(LinkState.objects.order_by("pk").values_list("linked", "method", "note")) == [
        (False, "", REASON),
        (True, "接口对接", ""),
    ]
    event = AuditEvent.objects.filter(verb="登记联通情况").latest("serial")
    assert (event.object_code, event.changes["联通情况"]) == (platform.code, ["未联通", "已联通"])


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"method": " "}, ("method", "请填写“联通方式”。")),
        ({"linked": False, "note": ""}, ("note", "请填写“说明”。")),
        ({"on": TODAY + timedelta(days=1)}, ("on", "日期不能晚于今天。")),
        ({"on": date(1999, 12, 31)}, ("on", "日期不能早于 2000-01-01。")),
        ({"method": "长" * 41}, ("method", "“联通方式”最多 40 个字，现为 41 个字。")),
    ],
)
def test_a_finding_that_says_too_little_is_refused_at_its_field(
    platform: Platform, yinzhou: User, now: datetime, values: dict[str, Any], said: tuple[str, str]
) -> None:
    assert refused(noted, platform, yinzhou, now, **values) == said
    assert not LinkState.objects.exists()


def test_the_same_again_and_an_old_page_are_refused(platform: Platform, yinzhou: User, now: datetime) -> None:
    first = noted(platform, yinzhou, now, seen=0)
    assert refused(noted, platform, yinzhou, now, seen=first.pk) == ("", "与现在登记的联通情况相同，没有重复登记。")
    with pytest.raises(StaleVersion, match="联通情况刚被其他人登记过，请核对后再办。"):
        noted(platform, yinzhou, now, seen=0, method="系统账号")
    assert LinkState.objects.count() == 1


@pytest.mark.trust("T01")
def test_nobody_notes_for_another_county_and_the_auditor_for_none(
    platform: Platform, cixi: User, auditor: User, city: User, now: datetime
) -> None:
    for by in (cixi, auditor):
        assert refused(noted, platform, by, now) == ("", "您没有登记这个平台联通情况的权限。")
    noted(platform, city, now)


@pytest.mark.parametrize(
    ("linked_on", "served_on", "state", "since"),
    [
        (date(2026, 3, 11), None, ACTIVE, date(2026, 3, 11)),
        (date(2026, 3, 10), None, SILENT, date(2026, 3, 10)),
        (date(2026, 1, 1), date(2026, 3, 11), ACTIVE, date(2026, 3, 11)),
        (date(2026, 1, 1), date(2026, 3, 10), SILENT, date(2026, 3, 10)),
        # Records from before the link do not count against it.
        (date(2026, 4, 9), date(2025, 1, 1), ACTIVE, date(2026, 4, 9)),
    ],
)
def test_after_thirty_days_without_a_service_a_platform_is_silent(
    platform: Platform, yinzhou: User, now: datetime, linked_on: date, served_on: date | None, state: str, since: date
) -> None:
    noted(platform, yinzhou, now, on=linked_on)
    if served_on:
        record_of(platform, 1, served_on=served_on)
    assert stands(platform, yinzhou) == (state, since)


def test_a_cancelled_record_is_no_sign_of_life(platform: Platform, yinzhou: User, now: datetime) -> None:
    noted(platform, yinzhou, now, on=date(2026, 1, 1))
    record_of(platform, 1, served_on=TODAY, cancelled_at=now, cancelled_by=yinzhou, cancel_reason="错")
    assert stands(platform, yinzhou) == (SILENT, date(2026, 1, 1))


def test_the_list_begins_with_what_is_not_linked_then_the_longest_silent(
    yinzhou: User, cixi: User, city: User, now: datetime
) -> None:
    well, silent, longer, never = (platform_of(yinzhou.region) for _ in range(4))
    elsewhere, citys = platform_of(cixi.region), platform_of(None)
    noted(well, city, now, on=date(2026, 4, 9))
    noted(silent, city, now, on=date(2026, 3, 1))
    noted(longer, city, now, on=date(2026, 2, 1))
    assert [each.code for each in queries.listed(yinzhou, Choice(), TODAY)] == [
        never.code, longer.code, silent.code, well.code,
    ]  # fmt: skip
    assert queries.figures(city, Choice(), TODAY) == {
        ("330212", "town"): Figures(1, 2, 1),
        ("330282", "town"): Figures(1, 0, 0),
        (CITY_ONLY, "industry"): Figures(1, 0, 0),
    }
    assert queries.figures(yinzhou, Choice(), TODAY) == {("330212", "town"): Figures(1, 2, 1)}
    assert [each.pk for each in queries.listed(city, Choice(region=CITY_ONLY), TODAY)] == [citys.pk]
    assert [each.pk for each in queries.listed(city, Choice(q=elsewhere.town.name), TODAY)] == [elsewhere.pk]  # type: ignore[union-attr]
    assert set(queries.own(yinzhou, TODAY).values_list("pk", "state")) == {
        (never.pk, UNLINKED), (longer.pk, SILENT), (silent.pk, SILENT),
    }  # fmt: skip
    assert [each.pk for each in queries.own(city, TODAY)] == [citys.pk]
    assert elsewhere.pk in {each.pk for each in queries.of_counties(city, TODAY)}
    assert citys.pk not in {each.pk for each in queries.of_counties(city, TODAY)}


@pytest.fixture
def owing(yinzhou: User, cixi: User, city: User, now: datetime) -> list[Platform]:
    """鄞州区 has one that is not linked and a silent one, 慈溪市 one that is well."""
    never, silent, well = platform_of(yinzhou.region), platform_of(yinzhou.region), platform_of(cixi.region)
    noted(silent, city, now, on=date(2026, 2, 24))
    noted(well, city, now, on=TODAY)
    return [never, silent]


def remind(by: User, at: datetime, *codes: str) -> list[Mail]:
    regions = list(Region.objects.filter(code__in=codes))
    return link_states.remind(regions=regions, round=Round.objects.get(), on=TODAY, by=by, at=at)


def test_the_city_reminds_the_regions_that_owe_once(
    owing: list[Platform], round_2026: Round, city: User, now: datetime
) -> None:
    (mail,) = remind(city, now, "330212", "330282")
    never, silent = owing
    assert (mail.kind, mail.region and mail.region.code, mail.state) == ("link", "330212", "waiting")
    assert mail.subject == "请办理：鄞州区有 1 个窗口平台未与市级信息系统联通"
    assert f"未联通：{never.name}\n已 45 天没有服务记录：{silent.name}" in mail.body
    assert "/desk/link-states/" in mail.body
    assert remind(city, now, "330212") == []
    event = AuditEvent.objects.get(verb="生成联通催办")
    assert (event.reason, event.changes) == ("鄞州区", {"地区（个）": [None, 1]})


def test_only_the_city_reminds_and_names_a_region(
    owing: list[Platform], round_2026: Round, city: User, yinzhou: User, now: datetime
) -> None:
    assert refused(remind, yinzhou, now, "330212") == ("", "您没有催办联通的权限。")
    assert refused(remind, city, now) == ("", "请至少选择一个地区。")
    assert not Mail.objects.exists()


def test_a_mail_names_twenty_and_counts_the_rest(round_2026: Round, yinzhou: User, city: User, now: datetime) -> None:
    for _ in range(23):
        platform_of(yinzhou.region, name="很长的名称" * 16)
    (mail,) = remind(city, now, "330212")
    assert "另有 3 个，请登录后查看。" in mail.body
    assert (mail.body.count("未联通："), "23 个窗口平台" in mail.subject) == (20, True)


def test_silence_counts_in_ningbo_days(platform: Platform, yinzhou: User) -> None:
    late = datetime(2026, 4, 9, 16, 30, tzinfo=UTC)  # the 10th in Ningbo
    assert noted(platform, yinzhou, late, on=TODAY).on == TODAY
