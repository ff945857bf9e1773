"""The fields of the application form (建设运营申报表), each said once; the rest derives from it.

A new field is a column of the model, its migration and a line here. What the column of the model says (length, bounds,
decimals) is not said again; a test holds label and choices of the two equal. Knows no Django.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, partial
from typing import Any

from platforms import checks
from platforms.applications import naming
from platforms.applications.choices import Education, OperatingMode, OperatorNature, RuleKind, Sex, VenueTenure
from platforms.cells import Kind
from platforms.choices import FreeService, ServiceClass
from platforms.identity import ours

_EXAMPLES = ours().examples


@dataclass(frozen=True)
class FormField:
    """One field: ``label`` is what it is called, with ``unit`` where it is a number; ``choices`` is a vocabulary.

    ``ask`` is the sentence where it is empty, ``ask_if`` the one where a rule asks for it. ``normal`` gives the form in
    which a text is kept, ``check`` what is wrong with it. On the page: ``box_label`` and ``box_unit`` where the box is
    called otherwise, ``help`` below it, ``lines`` of a text. ``by_county`` is never filled through a link.

    On paper: ``wide`` takes a line of its own; of a row ``width`` is the part of the line, 0 for no column.
    In workbooks: ``hint`` in the notes, ``example`` in the examples and, where the demo makes up nothing better, there;
    ``exported`` stands in the export of the back office; ``heads`` are other heads in a pasted block.
    ``before`` and ``paper_before`` name the field before which it stands on the page and on paper, out of this order.
    """

    name: str
    label: str
    kind: Kind = Kind.TEXT
    unit: str = ""
    choices: Any = None
    ask: str = ""
    ask_if: str = ""
    normal: Callable[[str], str] | None = None
    check: Callable[[str], str | None] | None = None
    box_label: str = ""
    box_unit: str = ""
    help: str = ""
    lines: int = 1
    before: str = ""
    by_county: bool = False
    wide: bool = False
    paper_before: str = ""
    hint: str = ""
    example: Any = None
    exported: bool = False
    #: Of a row: whether it cannot do without, and whether it is a box of the table on the page.
    wanted: bool = False
    in_table: bool = True
    #: The words of a yes or no in that table.
    yes: str = "是"
    no: str = "否"
    width: int = 0
    heads: tuple[str, ...] = ()

    @property
    def header(self) -> str:
        """The label with its unit, as the model and the heads of workbooks have it."""
        return f"{self.label}（{self.unit}）" if self.unit else self.label

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Value and label of each choice, none where it is no choice."""
        return tuple((str(value), str(label)) for value, label in self.choices.choices) if self.choices else ()


Fields = tuple[FormField, ...]
_choice = partial(FormField, kind=Kind.CHOICE)
_whole = partial(FormField, kind=Kind.WHOLE)
_decimal = partial(FormField, kind=Kind.DECIMAL)
_yes_no = partial(FormField, kind=Kind.YES_NO)
_day = partial(FormField, kind=Kind.DATE)
_phone = partial(FormField, kind=Kind.PHONE, normal=checks.normalise_phones, check=checks.check_phones)


def check_mobile(text: str) -> str | None:
    """Return what is wrong with the number of a mobile, None if nothing is."""
    return checks.check_phones(text, mobile_only=True)


#: The fields of each section, by its slug.
FORM_FIELDS: dict[str, Fields] = {
    "platform": (
        FormField(
            "name", "平台名称", ask="请填写平台名称。", check=naming.check, wide=True,
            help="按命名规则生成；如需改动，须说明理由。", hint="留空则按命名规则生成",
        ),
        FormField(
            "name_reason", "名称调整理由", wide=True,
            hint="平台名称与命名规则不一致时填写",
        ),
        FormField(
            "address", "地址", ask="请填写平台地址。", wide=True, exported=True,
            help="企业办事地址，精确到门牌号。", example="某某路1号",
        ),
        _decimal("longitude", "经度", help=f"用于地图标注，按2000国家大地坐标系填写，例如 {_EXAMPLES.longitude}。"),
        _decimal("latitude", "纬度", help=f"例如 {_EXAMPLES.latitude}。"),
        FormField(
            "opening_hours", "开放时间", ask="请填写开放时间。", exported=True,
            help="例如：工作日 8:30至11:30，14:00至17:30。", example="工作日 8:30至17:00",
        ),
        _phone(
            "service_phone", "服务电话", ask="请填写对外公布的服务电话。", exported=True,
            help=f"认定后对外公开。两个号码之间用顿号隔开，例如 {_EXAMPLES.phone}、13812345678。",
            hint="对外公布的电话，固定电话须带区号", example=_EXAMPLES.phone,
        ),
        FormField(
            "introduction", "平台简介", ask="请填写平台简介。", lines=5, wide=True,
            help="认定后对外公开，说明服务对象和特色。", example="为辖区中小微企业提供公益性服务。",
        ),
    ),
    "operator": (
        _choice(
            "operating_mode", "运营方式", choices=OperatingMode, ask="请选择运营方式。", exported=True,
            example="直接运营",
        ),
        FormField(
            "operator_name", "运营单位名称", ask="请填写运营单位名称。", wide=True, exported=True,
            help="与登记证书上的全称一致。", example="某某镇企业服务中心",
        ),
        # A government body has no business licence, but it has a code.
        FormField(
            "operator_code", "统一社会信用代码", Kind.CAPITALS, ask="请填写运营单位的统一社会信用代码。",
            normal=checks.normalise_credit_code, check=checks.check_credit_code, exported=True,
            help=f"登记证书上的 18 位代码，例如 {_EXAMPLES.credit_code('91', 'MA0000001')}。", hint="18位",
            example=_EXAMPLES.credit_code("12", "MB0000001"),
        ),
        _choice(
            "operator_nature", "单位性质", choices=OperatorNature, ask="请选择运营单位的性质。", exported=True,
            before="operator_code", paper_before="operator_name", example="事业单位",
        ),
        FormField(
            "legal_representative", "法定代表人", ask="请填写法定代表人（机关填写主要负责人）。", exported=True,
            help="机关填写主要负责人。", example="张某",
        ),
        FormField("person_in_charge", "平台负责人", ask="请填写平台负责人。", exported=True, example="李某"),
        FormField(
            "contact_name", "联系人", ask="请填写联系人。", exported=True,
            help="审核中有疑问时与其联系，不对外公开。", example="王某",
        ),
        _phone(
            "contact_mobile", "联系人手机", ask="请填写联系人手机。", check=check_mobile, exported=True,
            hint="11位手机号码", example="13800000000",
        ),
        _phone("contact_phone", "联系人办公电话", exported=True, hint="固定电话须带区号", example=_EXAMPLES.phone),
        FormField(
            "contact_email", "联系人电子邮箱", check=checks.check_email, exported=True, example="name@example.cn"
        ),
        _day(
            "founded_on", "成立日期", ask_if="请填写运营单位的成立日期。", exported=True,
            paper_before="legal_representative", hint="机关可不填", example=date(2015, 6, 1),
        ),
        FormField(
            "agreement", "委托运营协议名称", ask_if="委托运营的，请填写委托运营协议名称。", wide=True,
            help="委托运营的填写，并在附件中上传协议。", hint="委托运营的填写",
        ),
        FormField(
            "support_policy", "扶持政策或购买服务文件名称", wide=True,
            ask_if="委托运营的，请填写本地区的扶持政策或购买服务文件名称。",
            help="委托运营的填写，并在附件中上传文件。", hint="委托运营的填写",
        ),
    ),
    "venue": (
        _decimal(
            "floor_area", "服务场地面积", unit="㎡", box_unit="平方米", ask="请填写服务场地面积。", exported=True,
            example=Decimal("120.5"),
        ),
        _choice(
            "venue_tenure", "场地来源", choices=VenueTenure, ask="请选择场地来源。", exported=True, example="自有"
        ),
        _whole("counters", "服务窗口", unit="个", ask="请填写服务窗口数量。", exported=True, example=2),
        _whole(
            "meeting_rooms", "会议培训场所", unit="间", ask="请填写会议培训场所数量，没有的填 0。", exported=True,
            example=1,
        ),
        FormField(
            "equipment", "主要设施设备", ask="请填写主要设施设备。", lines=3, wide=True, exported=True,
            example="电脑、投影仪",
        ),
        _yes_no(
            "in_public_affairs_centre", "设在公共事务服务中心", ask="请选择是否设在公共事务服务中心。",
            help="鼓励进驻，不作强制要求。", paper_before="equipment", example="是",
        ),
        _yes_no(
            "has_unified_sign", "已悬挂统一标志标识", ask="请选择是否已悬挂统一标志标识。", paper_before="equipment",
            example="否",
        ),
    ),
    "record": (
        _whole(
            "enterprises_served", "服务企业", unit="家", ask="请填写上年度服务企业数，新建平台填 0。",
            help="过去一年的数字；新建平台可填 0。",
        ),
        _whole("events_held", "组织服务活动", unit="场", ask="请填写上年度组织服务活动的场次，新建平台填 0。"),
        _whole("attendance", "活动参加人次", unit="人次", ask="请填写上年度活动参加人次，新建平台填 0。"),
        _whole("requests_settled", "办结企业诉求", unit="件", ask="请填写上年度办结企业诉求的件数，新建平台填 0。"),
        _decimal(
            "satisfaction", "服务满意度", unit="%", wide=True, ask_if="上年度服务过企业的，请填写服务满意度。",
            hint="0 至 100",
        ),
        FormField("typical_cases", "典型案例", lines=6, wide=True),
    ),
    "plan": (
        _whole("target_enterprises", "年度服务企业目标", unit="家", ask="请填写年度服务企业目标。"),
        _whole("target_events", "年度服务活动目标", unit="场", ask="请填写年度服务活动目标。"),
        _decimal("funds_wan", "年度运营经费", unit="万元", ask="请填写年度运营经费。"),
        FormField("funds_source", "经费来源", ask="请填写经费来源。", help="例如：单位自筹，区财政补助。"),
        FormField("sustainability", "可持续运营措施", ask="请填写可持续运营措施。", lines=4, wide=True),
    ),
    "commitment": (
        _yes_no(
            "committed", "已承诺所填内容真实", ask_if="请阅读并勾选真实性承诺。",
            box_label="本单位承诺：本申报表及附件内容真实、准确，如有不实，愿承担相应责任。",
        ),
        FormField(
            "county_opinion", "县级审核意见", ask_if="请由县级经办人员填写审核意见。", by_county=True, lines=4,
            wide=True, help="与盖章扫描件上的意见一致。",
        ),
        _day("county_opinion_on", "县级审核日期", ask_if="请填写县级审核日期。", by_county=True),
    ),
}  # fmt: skip

#: The columns of each kind of rows.
ROW_FIELDS: dict[str, Fields] = {
    "staff": (
        FormField("name", "姓名", wanted=True, width=11, heads=("名字", "人员姓名")),
        _choice("sex", "性别", choices=Sex, wanted=True, width=7),
        _choice("education", "学历", choices=Education, wanted=True, width=11),
        FormField(
            "qualification", "职称或证书", width=16, heads=("职称", "证书", "职业资格", "职称/证书", "职称证书")
        ),
        FormField("post", "岗位", wanted=True, width=17, heads=("职务", "职位", "岗位职务")),
        _yes_no(
            "full_time", "专职", box_label="用工形式", yes="专职", no="兼职", width=7,
            heads=("专职", "是否专职", "用工形式", "专兼职", "专职/兼职"),
        ),
        _whole(
            "years", "企业服务年限", unit="年", wanted=True, width=10,
            heads=("年限", "服务年限", "工作年限", "从业年限", "从事企业服务年限"),
        ),
        _phone(
            "mobile", "手机", check=check_mobile, width=15,
            heads=("手机号", "手机号码", "联系电话", "电话", "联系方式"),
        ),
    ),
    "services": (
        _choice("free_service", "公益性服务", choices=FreeService, in_table=False, hint="与“服务类别”只填一项"),
        _choice(
            "service_class", "服务类别", choices=ServiceClass, wanted=True, hint="与“公益性服务”只填一项",
            heads=("类别", "服务类型"),
        ),
        FormField("content", "服务内容", wanted=True, width=40, heads=("内容", "服务项目", "具体内容")),
        _yes_no("is_free", "免费", box_label="收费", yes="免费", no="收费", width=8, heads=("免费/收费", "收费情况")),
        FormField("fee_standard", "收费标准", width=20, hint="收费服务填写", heads=("标准", "收费标准及依据")),
    ),
    "partners": (
        FormField(
            "name", "合作机构", wanted=True, width=56,
            heads=("机构名称", "合作机构名称", "单位名称", "合作单位"),
        ),
        _choice(
            "service_class", "合作服务类别", choices=ServiceClass, wanted=True, width=38,
            heads=("类别", "服务类别", "合作类别"),
        ),
    ),
    "rules": (
        _choice("kind", "制度", choices=RuleKind, width=24),
        FormField("title", "制度名称", box_label="文件名称", wanted=True, width=58),
        _yes_no("is_public", "对外公开", width=12),
    ),
}  # fmt: skip


def all_fields() -> Iterable[FormField]:
    """Return the fields of the form and of its rows."""
    return (each for table in (FORM_FIELDS, ROW_FIELDS) for fields in table.values() for each in fields)


def ordered(fields: Fields, before: Callable[[FormField], str]) -> Fields:
    """Return ``fields`` with each of them moved to where ``before`` says that it stands."""
    found = [each for each in fields if not before(each)]
    for each in fields:
        if before(each):
            found.insert(next(place for place, other in enumerate(found) if other.name == before(each)), each)
    return tuple(found)


@cache
def sentences(slug: str, *, if_asked: bool = False) -> Mapping[str, str]:
    """Return what is said where a field of the section ``slug`` is empty, by name; ``if_asked`` where a rule asks."""
    told = {each.name: each.ask_if if if_asked else each.ask for each in FORM_FIELDS.get(slug, ())}
    return {name: sentence for name, sentence in told.items() if sentence}
