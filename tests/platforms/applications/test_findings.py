"""What stands beside an application elsewhere, and who is told of it."""

from datetime import date, datetime

import pytest

from platforms.applications.queries.findings import Finding, about, about_operator, place_facts
from platforms.choices import PlatformType
from platforms.models import Application, Ban, Round, User
from tests import factories

CODE = factories.credit_code(7)


def set_operator(row: Application, name: str = "测试运营有限公司", code: str = CODE, **more: str) -> Application:
    Application.objects.filter(pk=row.pk).update(operator_code=code, operator_name=name, **more)
    row.refresh_from_db()
    return row


def test_an_application_alone_has_nothing_beside_it(yinzhou: User, round_2026: Round, now: datetime) -> None:
    assert about(factories.draft(yinzhou, round_2026, now), user=yinzhou) == []


def test_the_operator_of_another_own_application_is_named(yinzhou: User, round_2026: Round, now: datetime) -> None:
    first, second = (set_operator(factories.draft(yinzhou, round_2026, now)) for _ in range(2))
    assert about(first, user=yinzhou) == [
        Finding(f"同一运营单位2026年度还申报了“{second.name}”，请确认其能同时运营。", second.number, second.pk)
    ]


@pytest.mark.trust("T10")
def test_another_county_is_not_told_but_the_city_is(
    yinzhou: User, cixi: User, city: User, round_2026: Round, now: datetime
) -> None:
    mine = set_operator(factories.draft(yinzhou, round_2026, now))
    theirs = set_operator(factories.draft(cixi, round_2026, now))
    assert about(mine, user=yinzhou) == []
    assert [finding.number for finding in about(mine, user=city)] == [theirs.number]
    assert about_operator(code=CODE, round=round_2026, user=cixi, on=date(2026, 3, 20)) == [
        Finding(f"该单位2026年度已有申报“{theirs.name}”。", theirs.number, theirs.pk)
    ]


def test_an_operator_with_another_name_in_an_earlier_round_is_pointed_out(
    yinzhou: User, round_2026: Round, now: datetime
) -> None:
    old = factories.round_of(2025, "filing")
    earlier = set_operator(factories.draft(yinzhou, old, now), name="旧名称有限公司")
    mine = set_operator(factories.draft(yinzhou, round_2026, now))
    assert about(mine, user=yinzhou) == [
        Finding("同一信用代码在2025年度申报表中的单位名称为“旧名称有限公司”，请核对。", earlier.number, earlier.pk)
    ]
    set_operator(earlier)
    assert about(mine, user=yinzhou) == []


@pytest.mark.clause("N36")
def test_platforms_of_other_types_in_the_same_town_are_named(yinzhou: User, round_2026: Round, now: datetime) -> None:
    assert yinzhou.region is not None
    town = factories.town(yinzhou.region, "测试街道")
    park = factories.park(yinzhou.region, "测试小微园")
    park.town = town
    park.save()
    in_town = factories.draft(yinzhou, round_2026, now, town=town)
    in_park = factories.draft(yinzhou, round_2026, now, type=PlatformType.PARK, park=park)
    assert about(in_town, user=yinzhou) == [
        Finding(
            f"同在测试街道的“{in_park.name}”（小微企业园窗口平台）2026年度也已申报，请说明如何避免服务重叠。",
            in_park.number,
            in_park.pk,
        )
    ]
    assert [finding.number for finding in about(in_park, user=yinzhou)] == [in_town.number]


def test_the_last_application_for_the_place_is_named(yinzhou: User, round_2026: Round, now: datetime) -> None:
    assert yinzhou.region is not None
    town = factories.town(yinzhou.region, "测试街道")
    for year in (2024, 2025):
        factories.draft(yinzhou, factories.round_of(year, "filing"), now, town=town)
    last = Application.objects.get(round__year=2025)
    mine = factories.draft(yinzhou, round_2026, now, town=town)
    assert about(mine, user=yinzhou) == [Finding("该地点在2025年度申报过，状态为“草稿”。", last.number, last.pk)]


@pytest.mark.clause("N13")
def test_a_park_run_directly_by_another_than_its_manager_is_pointed_out(
    yinzhou: User, round_2026: Round, now: datetime
) -> None:
    assert yinzhou.region is not None
    park = factories.park(yinzhou.region, "测试小微园")
    park.manager = "园区运营公司"
    park.save()
    row = factories.draft(yinzhou, round_2026, now, type=PlatformType.PARK, park=park)
    assert about(row, user=yinzhou) == []
    set_operator(row, name="别的公司", operating_mode="direct")
    assert [finding.text for finding in about(row, user=yinzhou)] == [
        "备案的园区运营管理方为“园区运营公司”，与运营单位不一致；由其委托的，运营方式应选“委托运营”。"
    ]
    for operating_mode, name in (("entrusted", "别的公司"), ("direct", "园区运营公司")):
        set_operator(row, name=name, operating_mode=operating_mode)
        assert about(row, user=yinzhou) == []


@pytest.mark.clause("N35")
def test_a_banned_operator_is_stopped_on_the_last_day_and_free_on_the_next(
    yinzhou: User, round_2026: Round, now: datetime
) -> None:
    Ban.objects.create(operator_code=CODE, starts_on=date(2024, 5, 1), ends_on=date(2027, 5, 1), reason="撤销")
    last = about_operator(code=CODE, round=round_2026, user=yinzhou, on=date(2027, 5, 1))
    assert last == [Finding(f"运营单位（{CODE}）因撤销运营资格，在2027年5月1日（含当日）前不受理申报。", blocking=True)]
    assert about_operator(code=CODE, round=round_2026, user=yinzhou, on=date(2027, 5, 2)) == []
    assert about_operator(code="", round=round_2026, user=yinzhou, on=date(2027, 5, 1)) == []
    assert about_operator(code=CODE, round=None, user=yinzhou, on=date(2027, 5, 2)) == []


@pytest.mark.clause("N13")
@pytest.mark.clause("N11")
def test_what_is_on_record_of_a_place_is_shown(yinzhou: User) -> None:
    assert yinzhou.region is not None
    town, park = factories.town(yinzhou.region, "测试街道"), factories.park(yinzhou.region, "测试小微园")
    assert place_facts(town=town, park=None) == []
    town.is_strong = True
    assert place_facts(town=town, park=None) == ["工业强镇"]
    assert place_facts(town=None, park=park) == ["园区尚无绩效评价"]
    park.rating = "A"
    assert place_facts(town=None, park=park) == ["园区最近绩效评价：A级"]
    park.rating_year = 2025
    assert place_facts(town=None, park=park) == ["园区最近绩效评价：2025年度A级"]
