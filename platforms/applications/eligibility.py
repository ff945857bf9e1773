"""Who may file which type for which place and who may run it (三), and for whom nothing is accepted (五)."""

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from platforms import checks
from platforms.applications.choices import OperatingMode, OperatorNature
from platforms.choices import PlatformType, Role
from platforms.dates import day_in_words
from platforms.notices.clauses import cite, cited
from platforms.reference.choices import RegionKind, TownKind

#: What is told of a place that must not stay empty (三·(二)), before a form and when one is refused.
FOR_ANOTHER_OPERATOR = "确需由其他运营单位承接的，由市经信局放开该地点后方可申报"

_RUN_BY_AUTHORITY = (PlatformType.FUNCTIONAL_ZONE, PlatformType.TOWN)
# 三·(二)'s 中小企业工作主管部门 is read as the authority itself or a public institution of it.
_AUTHORITIES = frozenset((OperatorNature.GOVERNMENT.value, OperatorNature.INSTITUTION.value))
# GB 32100-2015: registered with the market authority, but without legal personality (个体工商户).
_SOLE_TRADER = "92"
_BY_AUTHORITY = cited(
    "通知{}：功能区窗口平台和乡镇（街道）窗口平台可由区域内中小企业工作主管部门直接运营，"
    "也可委托具备独立法人资格的第三方专业服务机构承办运营。",
    "sites.towns",
)
_BY_MANAGER = cited(
    "通知{}：小微企业园由运营管理方承担窗口平台的建设运营，根据需要也可委托第三方机构进行。", "sites.parks"
)
_BY_ASSOCIATION = cited(
    "通知{}：重点行业窗口平台由服务我市“246”万千亿级产业建设和制造业高质量发展的市级相关行业协会承担。",
    "sites.industries",
)


@dataclass(frozen=True)
class RegionFacts:
    """A region as the rules see it."""

    code: str
    kind: str


@dataclass(frozen=True)
class TownFacts:
    """A town as the rules see it: the codes of its county and of the zone committee that runs it, if any.

    ``open_to_host`` says whether the city lets the county file for a town that a zone committee runs.
    """

    region: str
    kind: str
    zone: str = ""
    open_to_host: bool = False


@dataclass(frozen=True)
class BanFacts:
    """A ban in force that meets an application; ``ends_on`` is its last day.

    ``label`` is the credit code of the operator, or the name of the place with ``of_place``.
    """

    label: str
    ends_on: date
    of_place: bool = False


@dataclass(frozen=True)
class Facts:
    """What decides whether an application may be made; codes, not rows.

    ``park_region`` is the region code of the chosen park, ``taken`` whether another application already stands for the
    same place in the round.
    """

    role: str
    type: str
    region: RegionFacts | None
    town: TownFacts | None = None
    park_region: str | None = None
    association: str = ""
    industry_chain: str = ""
    taken: bool = False
    bans: tuple[BanFacts, ...] = ()


def allowed_types(role: str, region_kind: str) -> tuple[str, ...]:
    """Return the platform types that ``role`` may file for a region of ``region_kind`` ("" for the city itself).

    Zone committees file functional-zone platforms, also for the towns below them (三·(一)); counties file towns and
    development zones (三·(二)); both file the parks on record with them (三·(三)); key industries are the city
    bureau's (三·(四)).
    """
    if role == Role.CITY:
        return () if region_kind else (PlatformType.INDUSTRY,)
    if role != Role.COUNTY:
        return ()
    if region_kind == RegionKind.ZONE:
        return (PlatformType.FUNCTIONAL_ZONE, PlatformType.PARK)
    return (PlatformType.TOWN, PlatformType.PARK) if region_kind == RegionKind.COUNTY else ()


def allowed_town(*, type: str, region: RegionFacts, town: TownFacts) -> bool:
    """Say whether a platform of ``type`` filed by ``region`` may stand in ``town``.

    A zone committee chooses among the towns that it runs (三·(一): 下辖), and no others; a development zone among them
    would be the zone itself. A county chooses among its own towns and development zones (三·(二)) that no zone
    committee runs, and among those that one runs where the city has opened them to the county.
    """
    if type == PlatformType.TOWN:
        return town.region == region.code and (not town.zone or town.open_to_host)
    return type == PlatformType.FUNCTIONAL_ZONE and town.kind != TownKind.ZONE and town.zone == region.code


#: The same words whoever holds the place: another county's row is not told.
PLACE_TAKEN = "该地点本年度不能再建立申报表。如有疑问，请与市经信局联系。"


def problems(facts: Facts) -> tuple[str, ...]:
    """Return every reason against the application, as Chinese sentences; empty if it may be made."""
    return tuple(_problems(facts))


def _problems(facts: Facts) -> Iterator[str]:
    if facts.type not in allowed_types(facts.role, facts.region.kind if facts.region else ""):
        yield _who_files(facts.type)
        return
    yield from _place_problems(facts)
    if facts.taken:
        yield PLACE_TAKEN
    yield from map(ban_sentence, facts.bans)


def ban_sentence(ban: BanFacts) -> str:
    """Return, in Chinese, what a ban means for the application that it meets."""
    last = day_in_words(ban.ends_on)
    if ban.of_place:
        return f"地点“{ban.label}”因撤销运营资格，在{last}（含当日）前不受理申报；{FOR_ANOTHER_OPERATOR}。"
    return f"运营单位（{ban.label}）因撤销运营资格，在{last}（含当日）前不受理申报。"


def _who_files(type: str) -> str:
    sentences: dict[str, str] = {
        PlatformType.FUNCTIONAL_ZONE: "功能区窗口平台只能由各管委会申报。",
        PlatformType.TOWN: "乡镇（街道）窗口平台由各区县（市）申报；管委会下辖的乡镇（街道）请选择功能区窗口平台。",
        PlatformType.PARK: "小微企业园窗口平台由园区所在的区县（市）或管委会申报。",
        PlatformType.INDUSTRY: "重点行业窗口平台由市经信局统筹申报。",
    }
    return sentences.get(type, "请选择窗口平台的类型。")


def _place_problems(facts: Facts) -> Iterator[str]:
    if facts.type == PlatformType.INDUSTRY:
        if not facts.association.strip():
            yield "请填写承担建设的市级行业协会。"
        if not facts.industry_chain.strip():
            yield "请填写所服务的产业链。"
        if facts.town or facts.park_region is not None:
            yield "重点行业窗口平台不选择乡镇（街道）和园区。"
        return
    # allowed_types lets no other type through without a region.
    region = facts.region or RegionFacts("", "")
    if facts.association.strip():
        yield "只有重点行业窗口平台填写行业协会。"
    if facts.type == PlatformType.PARK:
        if facts.park_region != region.code:
            yield "请从本地区已备案的小微企业园名单中选择园区；名单中没有的，请先备案并由市经信局导入。"
        return
    if facts.park_region is not None:
        yield "只有小微企业园窗口平台选择园区。"
    if facts.town is None:
        if facts.type == PlatformType.TOWN:
            yield "请选择设立窗口平台的乡镇（街道）。"
    elif not allowed_town(type=facts.type, region=region, town=facts.town):
        if facts.type == PlatformType.TOWN and facts.town.region == region.code:
            clause = cite("sites.zones")
            yield (
                f"通知{clause}：该乡镇（街道）由管委会代管，由管委会申报；确需由所在区县申报的，请与市经信局联系开放。"
            )
        else:
            yield "所选乡镇（街道）不属于本地区，请重新选择。"


def operator_problems(*, type: str, mode: str, nature: str, code: str) -> tuple[tuple[str, str], ...]:
    """Return what speaks against the operator of a platform of ``type``: pairs of field and Chinese sentence.

    What was not answered speaks against nothing. ``nature`` is what was said, ``code`` the unified social credit code:
    where its first characters tell another nature (GB 32100-2015), the code decides. Zone and town platforms are run by
    the authority itself or by somebody else with legal personality (三·(二)), park platforms by the park's manager,
    whatever it is, or by a third party (三·(三)); a key industry by its association and nobody else (三·(四)), read
    from the notice's knowing entrusted operation for the other types only.
    """
    natures = checks.natures_of(code)
    if type == PlatformType.INDUSTRY:
        return tuple(_against_association(mode, nature, natures, code))
    if mode == OperatingMode.DIRECT and type in _RUN_BY_AUTHORITY:
        return tuple(_against_authority(nature, natures, code))
    if mode == OperatingMode.ENTRUSTED:
        return tuple(_against_third_party(type, nature, natures, code))
    return ()


def asked_when(type: str) -> Mapping[str, tuple[str, frozenset[str]]]:
    """Return the fields of the operator that a platform of ``type`` answers only under a condition.

    Each goes with another field and those of its values under which it must be answered: 三·(二) and 三·(三) for an
    entrusted operator; a government body, which is set up by law, has no day on which it was founded.
    """
    founded = frozenset(OperatorNature.values) - {OperatorNature.GOVERNMENT}
    found = {"founded_on": ("operator_nature", founded)}
    entrusted = ("operating_mode", frozenset((OperatingMode.ENTRUSTED.value,)))
    if type != PlatformType.INDUSTRY:
        found["agreement"] = entrusted
    if type in _RUN_BY_AUTHORITY:
        found["support_policy"] = entrusted
    return found


def _against_authority(nature: str, natures: frozenset[str], code: str) -> Iterator[tuple[str, str]]:
    if nature and nature not in _AUTHORITIES:
        label = _nature(nature)
        yield "operating_mode", f"{_BY_AUTHORITY}{label}不是主管部门，不能直接运营，请选择“委托运营”，或核对单位性质。"
    elif natures and not natures & _AUTHORITIES:
        found = f"代码以 {code[:2]} 开头的单位不是机关或事业单位，不能直接运营，请选择“委托运营”，或核对代码。"
        yield "operator_code", f"{_BY_AUTHORITY}{found}"


def _nature(value: str) -> str:
    return dict(OperatorNature.choices).get(value, "此类单位")


def _against_third_party(type: str, nature: str, natures: frozenset[str], code: str) -> Iterator[tuple[str, str]]:
    clause = _BY_AUTHORITY if type in _RUN_BY_AUTHORITY else _BY_MANAGER
    if nature == OperatorNature.GOVERNMENT:
        yield "operator_nature", f"{clause}机关不能作为受托方，请选择“直接运营”，或核对单位性质。"
    elif natures == {OperatorNature.GOVERNMENT}:
        yield "operator_code", f"{clause}代码以 {code[:2]} 开头的机关不能作为受托方，请选择“直接运营”，或核对代码。"
    elif code[:2] == _SOLE_TRADER and type in _RUN_BY_AUTHORITY:
        yield "operator_code", f"{clause}代码以 {code[:2]} 开头的个体工商户不具备独立法人资格，不能作为受托方。"


def _against_association(mode: str, nature: str, natures: frozenset[str], code: str) -> Iterator[tuple[str, str]]:
    if mode == OperatingMode.ENTRUSTED:
        yield "operating_mode", f"{_BY_ASSOCIATION}不设委托运营，请选择“直接运营”。"
    if nature and nature != OperatorNature.ASSOCIATION:
        label = _nature(nature)
        yield "operator_nature", f"{_BY_ASSOCIATION}{label}不能承担，请核对单位性质。"
    elif natures and OperatorNature.ASSOCIATION not in natures:
        yield "operator_code", f"{_BY_ASSOCIATION}代码以 {code[:2]} 开头的单位不是社会团体，请核对代码。"


def ban_end(starts_on: date, years: int) -> date:
    """Return the last day of a ban of ``years`` that starts on ``starts_on``; the first and the last day count.

    The same day so many years on, or the last day of that month where it has none (Civil Code art. 201 and 202).
    """
    year = starts_on.year + years
    return starts_on.replace(year=year, day=min(starts_on.day, calendar.monthrange(year, starts_on.month)[1]))
