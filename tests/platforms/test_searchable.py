"""What rows are found by goes with their name, however it is written."""

from datetime import datetime

from platforms.applications.services import registered
from platforms.models import Application, Platform, Region, Round, Town, User
from tests import factories


def test_a_saved_name_is_found(regions: dict[str, Region]) -> None:
    region = regions["330212"]
    assert region.search_text == "鄞州区 yzq yinzhouqu"
    region.name = "东海区"
    region.save()
    assert Region.objects.get(pk=region.pk).search_text == "东海区 dhq donghaiqu"


def test_an_update_of_a_name_is_found_and_any_other_leaves_it(regions: dict[str, Region]) -> None:
    rows = Region.objects.filter(pk=regions["330212"].pk)
    rows.update(name="东海区")
    assert rows.get().search_text == "东海区 dhq donghaiqu"
    rows.update(inherits=[])
    assert rows.get().search_text == "东海区 dhq donghaiqu"


def test_rows_made_in_bulk_are_found(regions: dict[str, Region]) -> None:
    Town.objects.bulk_create([Town(code="1", name="云上 镇", kind="town", region=regions["330212"])])
    assert Town.objects.get(code="1").search_text == "云上 镇 ys z yunshang zhen"


def test_a_form_and_a_platform_are_found_by_the_name_that_they_bear_now(
    yinzhou: User, city: User, round_2026: Round, now: datetime
) -> None:
    row = factories.complete_application(yinzhou, round_2026, now, name="云上平台")
    assert Application.objects.get(pk=row.pk).search_text == "云上平台 yspt yunshangpingtai"
    platform = factories.accepted(yinzhou, round_2026, now, city=city).platform
    assert platform
    registered.enter_change(platform=platform, values={"name": "山上平台"}, reason="更名", by=city, at=now)
    assert Platform.objects.get(pk=platform.pk).search_text == "山上平台 sspt shanshangpingtai"
