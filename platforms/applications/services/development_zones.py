"""Development zones run independently of a town (三·(二)3) that are on no list yet: the county names one and files."""

from datetime import datetime

from django.db import transaction

from platforms.applications.services import drafts as applications
from platforms.audit.services import audit
from platforms.choices import PlatformType, Role
from platforms.errors import Refusal
from platforms.models import Application, Region, Round, Town, User
from platforms.notices.clauses import cite
from platforms.reference.choices import RegionKind, TownKind
from platforms.reference.place_names import core, same_place, spelled
from platforms.text import clean_text

#: What a place is called that is no development zone; such a one comes with the list of towns or not at all.
_NO_ZONES = ("镇", "乡", "街道", "村", "社区", "居委会")


@transaction.atomic
def file_for_new(*, round: Round, region: Region, name: str, by: User, at: datetime) -> Application:
    """Enter the development zone ``name`` of ``region`` in the list of towns and make a draft for it.

    The city sees that a county entered it, and looks at it.

    Raises:
        Refusal: ``by`` does not file for this county, the name is none of a development zone, the list has it already
            under whatever spelling, it is one of the zones that have a committee (三·(一)); or as for
            ``applications.create``. Nothing is entered then.
    """
    if not by.has_perm("platforms.add_application"):
        raise Refusal("您没有建立申报表的权限。")
    if by.role != Role.COUNTY or region.pk != by.region_id or region.kind != RegionKind.COUNTY:
        raise Refusal("独立运行的开发区由所在区县（市）登记。")
    name = _without_county(spelled(clean_text("开发区名称", name, most=40, required=True)), region)
    # Two who enter the same one at once wait for each other here.
    region = Region.objects.select_for_update().get(pk=region.pk)
    _check_name(name, region)
    zone = Town.objects.create(code=_free_code(region), name=name, kind=TownKind.ZONE, region=region, is_proposed=True)
    audit.record(verb="登记独立运行的开发区", by=by, at=at, target=zone, code=zone.code, reason=name)
    return applications.create(round=round, type=PlatformType.TOWN, region=region, town=zone, by=by, at=at)


def _without_county(name: str, region: Region) -> str:
    """Return ``name`` without that of its county before it, which every list and the platform's name put there."""
    for word in (region.name, region.name[:-1]):
        left = name.removeprefix(word)
        if left != name and len(left) > len(word):
            return left
    return name


def _check_name(name: str, region: Region) -> None:
    is_region = Region.objects.filter(kind=RegionKind.COUNTY, name=name).exists()
    if name.endswith(_NO_ZONES) or is_region or len(core(name, region.name)) < 2:
        raise Refusal(f"“{name}”不是开发区名称，请填写全称，例如“滨海经济开发区”；乡镇（街道）请从名单中选择。")
    for zone in Region.objects.filter(kind=RegionKind.ZONE, valid_until__isnull=True):
        if core(zone.name) == core(name):
            raise Refusal(f"通知{cite('sites.zones')}：“{zone.name}”设有管委会，由管委会按功能区窗口平台申报。")
    listed = Town.objects.filter(region=region).order_by("code").values_list("name", flat=True)
    if found := same_place(name, listed, region.name):
        raise Refusal(f"名单中已有“{found}”，请直接选择。")


def _free_code(region: Region) -> str:
    """Return a code of our own; the official ones of a county are digits only."""
    taken = set(Town.objects.filter(region=region).values_list("code", flat=True))
    number = 1
    while (code := f"{region.code}K{number:02d}") in taken:
        number += 1
    return code
