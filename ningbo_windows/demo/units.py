"""Operating units of invented platforms: who runs one, from where, in which way."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ningbo_windows.demo import words
from ningbo_windows.demo.drawing import Draw, Outline
from ningbo_windows.demo.stage import staged
from platforms.applications.choices import OperatingMode, OperatorNature
from platforms.applications.models.platform import Site
from platforms.choices import PlatformType
from platforms.identity import ours
from platforms.reference.choices import TownKind


@dataclass(frozen=True)
class Unit:
    """What stays the same about a place from round to round."""

    operating_mode: str
    operator_name: str
    operator_code: str
    operator_nature: str
    legal_representative: str
    person_in_charge: str
    contact_name: str
    contact_mobile: str
    contact_phone: str
    contact_email: str
    founded_on: date | None
    agreement: str
    support_policy: str
    address: str
    longitude: Decimal
    latitude: Decimal
    opening_hours: str
    service_phone: str
    team: tuple[str, ...]


def draw_unit(draw: Draw, outline: Outline, site: Site, *, seat: str) -> Unit:
    """Make up the unit that runs the platform at ``site``; ``seat`` names the town or street that it stands in."""
    region = site.region.code if site.region else staged().code("甲")
    home = staged().everywhere[region].full_name if site.region else ours().city.name
    mode, name, prefix, nature = _operator(draw, site, home)
    area = staged().everywhere[region].host or region
    founded = None if nature == OperatorNature.GOVERNMENT else _founded(draw)
    longitude, latitude = outline.point(draw, region)
    contact = draw.person()
    entrusted = mode == OperatingMode.ENTRUSTED
    supported = entrusted and site.type in (PlatformType.FUNCTIONAL_ZONE, PlatformType.TOWN)
    place = seat if not site.region or site.town or site.park else ""
    return Unit(
        operating_mode=mode,
        operator_name=name,
        operator_code=draw.credit_code(prefix, area if site.region else ours().city_code),
        operator_nature=nature,
        legal_representative=draw.person(),
        person_in_charge=draw.person(),
        contact_name=contact,
        contact_mobile=draw.mobile(),
        contact_phone=draw.phone(),
        contact_email=f"ck{draw.between(10000, 99999)}@example.cn",
        founded_on=founded,
        agreement=f"{site.site_name}窗口平台委托运营协议" if entrusted else "",
        support_policy=f"关于支持{home}中小企业公共服务窗口平台建设运营的若干意见" if supported else "",
        address=f"{home}{place}{draw.one(staged().roads)}{draw.between(6, 988)}号",
        longitude=longitude,
        latitude=latitude,
        opening_hours=draw.one(words.HOURS),
        service_phone=draw.phone(),
        team=(contact, *(draw.person() for _ in range(9))),
    )


def _operator(draw: Draw, site: Site, home: str) -> tuple[str, str, str, str]:
    """Return mode, name, first two characters of the credit code, and nature."""
    direct, entrusted = OperatingMode.DIRECT, OperatingMode.ENTRUSTED
    if site.type == PlatformType.INDUSTRY:
        return direct, site.association, "51", OperatorNature.ASSOCIATION
    if site.type == PlatformType.PARK and draw.random() < 0.8:
        manager = site.park.manager if site.park else ""
        return direct, manager, "91", OperatorNature.ENTERPRISE
    if draw.random() < 0.35 or site.type == PlatformType.PARK:
        if draw.random() < 0.7:
            return entrusted, f"{ours().city.short}{draw.brand()}企业服务有限公司", "91", OperatorNature.ENTERPRISE
        return entrusted, f"{home}{draw.brand()}中小企业服务中心", "52", OperatorNature.NON_ENTERPRISE
    if site.town is None:
        return direct, f"{home}经济发展局", "11", OperatorNature.GOVERNMENT
    if draw.random() < 0.25:
        return direct, f"{home}{site.town.name}经济发展服务中心", "12", OperatorNature.INSTITUTION
    office = "办事处" if site.town.kind == TownKind.SUBDISTRICT else "人民政府"
    return direct, f"{home}{site.town.name}{office}", "11", OperatorNature.GOVERNMENT


def _founded(draw: Draw) -> date:
    return date(draw.between(1998, 2018), draw.between(1, 12), draw.between(1, 28))
