"""The questions before the form: yes or no, and at once whether place, operator and type fit (三, 二, 五).

They advise and stop nothing by themselves: what binds is judged from facts by ``eligibility`` and ``completeness``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from platforms.applications.eligibility import FOR_ANOTHER_OPERATOR
from platforms.choices import PlatformType
from platforms.notices.clauses import Cited, cited


@dataclass(frozen=True)
class Ask:
    """One question with the answer that fits.

    ``clause`` is where the notice says so, ``instead`` what to do when the answer is the other one; ``blocking`` says
    whether no application can be made then. ``types`` are the platform types that are asked.
    """

    key: str
    text: str
    clause: Cited
    instead: str
    types: tuple[str, ...]
    fits: bool = True
    blocking: bool = True


@dataclass(frozen=True)
class Finding:
    """What one answer means: the clause, what to do instead, and whether it stops the application."""

    key: str
    clause: Cited
    instead: str
    blocking: bool


_ALL = tuple(PlatformType.values)
_RUN_BY_AUTHORITY = (PlatformType.FUNCTIONAL_ZONE, PlatformType.TOWN)

ASKS = (
    Ask(
        "zone_place",
        "平台设在管委会本级，或设在管委会下辖且有需求、有意愿的乡镇（街道）？",
        cited("{}", "sites.zones"),
        "不在管委会辖区内的，请由所在区县（市）按乡镇（街道）窗口平台申报。",
        (PlatformType.FUNCTIONAL_ZONE,),
    ),
    Ask(
        "town_place",
        "平台设在工业强镇、有需求有意愿的乡镇（街道），或独立于乡镇（街道）运行的经济开发区？",
        cited("{}", "sites.towns"),
        "管委会下辖的乡镇（街道），请由管委会按功能区窗口平台申报；设在园区内的，请选择小微企业园窗口平台。",
        (PlatformType.TOWN,),
    ),
    Ask(
        "park_on_record",
        "园区已在市促进中小微企业发展工作领导小组办公室备案？",
        cited("{}", "sites.parks"),
        "请先办理备案；备案名单由市经信局导入后即可选择该园区。",
        (PlatformType.PARK,),
    ),
    Ask(
        "park_operator",
        "由园区运营管理方承担，或由其委托的机构承担？",
        cited("{}", "sites.parks"),
        "请与园区运营管理方商定由谁承担后再申报。",
        (PlatformType.PARK,),
    ),
    Ask(
        "association",
        "承担单位是服务“246”产业和制造业的市级行业协会？",
        cited("{}", "sites.industries"),
        "县级协会和企业不能承担重点行业窗口平台，可由所在地区考虑其他类型。",
        (PlatformType.INDUSTRY,),
    ),
    Ask(
        "run_directly",
        "由中小企业工作主管部门直接运营？",
        cited("{}", "sites.towns"),
        "委托运营的，受托方须有独立法人资格，地区须有扶持政策或购买服务，并上传委托协议和有关文件。",
        _RUN_BY_AUTHORITY,
        blocking=False,
    ),
    Ask(
        "venue",
        "已有或即将落实固定的服务场地和设施？",
        cited("{}", "conditions.venue"),
        "场地面积和场地证明是必填内容，请先落实场地。可考虑设在公共事务服务中心。",
        _ALL,
        blocking=False,
    ),
    Ask(
        "team",
        "有明确、稳定的运营团队，其中至少一名专职人员？",
        cited("{}", "conditions.team"),
        "没有专职人员的申报表不能提交，请先确定人员。",
        _ALL,
        blocking=False,
    ),
    Ask(
        "free_services",
        "免费提供政策宣传解读和申报辅导、困难问题帮办和流转反馈、需求收集解决和资源对接三项服务？",
        cited("{}", "conditions.free"),
        "三项公益性服务必须免费提供，做不到的不符合基本条件。",
        _ALL,
    ),
    Ask(
        "network",
        "愿意接入市企业服务平台网络信息化系统并记录服务数据？",
        cited("{}", "conditions.linked"),
        "不接入系统、不记录服务数据的不符合基本条件。",
        _ALL,
    ),
    Ask(
        "rules",
        "服务流程、服务标准、收费标准已制定或正在制定，并将对外公开？",
        cited("{}", "conditions.rules"),
        "三项制度须在提交前制定并对外公开，文件随申报表上传。",
        _ALL,
        blocking=False,
    ),
    Ask(
        "not_revoked",
        "运营单位或该地点正在限制申报期内（已解除限制，或地点已放开给其他运营单位的，答否）？",
        cited("{}", "ban"),
        f"撤销运营资格后的限制申报期内，原运营单位和原地点不受理申报；地点{FOR_ANOTHER_OPERATOR}。",
        _ALL,
        fits=False,
    ),
)


def asks_of(type: str) -> tuple[Ask, ...]:
    """Return the questions that are put for platforms of ``type``, in order."""
    return tuple(ask for ask in ASKS if type in ask.types)


def findings(type: str, answers: Mapping[str, bool]) -> tuple[Finding, ...]:
    """Return what the ``answers`` (key → yes) mean, in the order of the questions; what fits says nothing."""
    return tuple(_findings(type, answers))


def may_go_on(type: str, answers: Mapping[str, bool]) -> bool:
    """Say whether all questions of ``type`` were answered and none of the answers stops the application."""
    found = findings(type, answers)
    return all(ask.key in answers for ask in asks_of(type)) and not any(each.blocking for each in found)


def _findings(type: str, answers: Mapping[str, bool]) -> Iterator[Finding]:
    for ask in asks_of(type):
        if ask.key in answers and answers[ask.key] != ask.fits:
            yield Finding(ask.key, ask.clause, ask.instead, ask.blocking)
