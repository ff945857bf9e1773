"""What each field of the form is called on paper and how its value is written; no Django, the words are fixed here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from platforms.choices import (
    AttachmentKind,
    Education,
    OperatingMode,
    OperatorNature,
    RuleKind,
    ServiceClass,
    Sex,
    VenueTenure,
)

NOTHING = "未填写"
YES, NO = "是", "否"


def words_of(choices: Any) -> Mapping[str, str]:
    """Return value → label of a closed vocabulary."""
    return {str(value): str(label) for value, label in choices.choices}


@dataclass(frozen=True)
class Field:
    """One field: its ``label``, ``wide`` where it takes a line of its own, ``words`` where it is a choice.

    ``style`` is ``text``, ``day``, ``number``, ``wan`` (万元 with the exact yuan beside it) or ``yes_no``.
    """

    label: str
    wide: bool = False
    words: Mapping[str, str] | None = None
    style: str = "text"

    def said(self, value: Any) -> str:
        """Return ``value`` as it is printed; nothing where there is none, the text as it came where it is no value."""
        if value is None or value == "":
            return ""
        if self.words is not None:
            return self.words.get(str(value), str(value))
        if self.style == "yes_no" or isinstance(value, bool):
            return YES if value in (True, "yes") else NO
        if self.style == "day":
            return day(str(value))
        if self.style in ("number", "wan"):
            return _amount(str(value), yuan=self.style == "wan")
        return str(value)


def day(text: str) -> str:
    """Return an ISO date as 2020年3月18日, anything else as it is."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{found.year}年{found.month}月{found.day}日"


def _amount(text: str, *, yuan: bool) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite() or abs(number) >= 10**12:
        return text
    plain = f"{number:f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    if not yuan:
        return plain
    exact = f"{number * 10_000:,f}"
    exact = exact.rstrip("0").rstrip(".") if "." in exact else exact
    return f"{plain}（{exact}元）"


SERVICE_CLASSES = words_of(ServiceClass)

#: Fields of each section, in the order of the form.
FIELDS: Mapping[str, Mapping[str, Field]] = {
    "platform": {
        "name": Field("平台名称", wide=True),
        "name_reason": Field("自定名称的理由", wide=True),
        "address": Field("地址", wide=True),
        "longitude": Field("经度", style="number"),
        "latitude": Field("纬度", style="number"),
        "opening_hours": Field("开放时间"),
        "service_phone": Field("服务电话"),
        "introduction": Field("平台简介", wide=True),
    },
    "operator": {
        "operating_mode": Field("运营方式", words=words_of(OperatingMode)),
        "operator_nature": Field("单位性质", words=words_of(OperatorNature)),
        "operator_name": Field("运营单位名称", wide=True),
        "operator_code": Field("统一社会信用代码"),
        "founded_on": Field("成立日期", style="day"),
        "legal_representative": Field("法定代表人"),
        "person_in_charge": Field("平台负责人"),
        "contact_name": Field("联系人"),
        "contact_mobile": Field("联系人手机"),
        "contact_phone": Field("联系人办公电话"),
        "contact_email": Field("联系人电子邮箱"),
        "agreement": Field("委托运营协议名称", wide=True),
        "support_policy": Field("扶持政策或购买服务文件名称", wide=True),
    },
    "venue": {
        "floor_area": Field("服务场地面积（㎡）", style="number"),
        "venue_tenure": Field("场地来源", words=words_of(VenueTenure)),
        "counters": Field("服务窗口（个）", style="number"),
        "meeting_rooms": Field("会议培训场所（间）", style="number"),
        "in_public_affairs_centre": Field("设在公共事务服务中心", style="yes_no"),
        "has_unified_sign": Field("已悬挂统一标志标识", style="yes_no"),
        "equipment": Field("主要设施设备", wide=True),
    },
    "record": {
        "enterprises_served": Field("服务企业（家）", style="number"),
        "events_held": Field("组织服务活动（场）", style="number"),
        "attendance": Field("活动参加人次（人次）", style="number"),
        "requests_settled": Field("办结企业诉求（件）", style="number"),
        "satisfaction": Field("服务满意度（%）", style="number", wide=True),
        "typical_cases": Field("典型案例", wide=True),
    },
    "plan": {
        "target_enterprises": Field("年度服务企业目标（家）", style="number"),
        "target_events": Field("年度服务活动目标（场）", style="number"),
        "funds_wan": Field("年度运营经费（万元）", style="wan"),
        "funds_source": Field("经费来源"),
        "sustainability": Field("可持续运营措施", wide=True),
    },
    "commitment": {
        "committed": Field("已承诺所填内容真实", style="yes_no"),
        "county_opinion": Field("县级审核意见", wide=True),
        "county_opinion_on": Field("县级审核日期", style="day"),
    },
}

#: Columns of each kind of rows: the field and its part of the width.
COLUMNS: Mapping[str, Mapping[str, tuple[Field, int]]] = {
    "staff": {
        "name": (Field("姓名"), 11),
        "sex": (Field("性别", words=words_of(Sex)), 7),
        "education": (Field("学历", words=words_of(Education)), 11),
        "qualification": (Field("职称或证书"), 16),
        "post": (Field("岗位"), 17),
        "full_time": (Field("专职", style="yes_no"), 7),
        "years": (Field("企业服务年限（年）", style="number"), 10),
        "mobile": (Field("手机"), 15),
    },
    "services": {
        "content": (Field("服务内容"), 40),
        "is_free": (Field("免费", style="yes_no"), 8),
        "fee_standard": (Field("收费标准"), 20),
    },
    "partners": {
        "name": (Field("合作机构"), 56),
        "service_class": (Field("合作服务类别", words=SERVICE_CLASSES), 38),
    },
    "rules": {
        "kind": (Field("制度", words=words_of(RuleKind)), 24),
        "title": (Field("制度名称"), 58),
        "is_public": (Field("对外公开", style="yes_no"), 12),
    },
}
KINDS_OF_FILES = words_of(AttachmentKind)
KINDS_OF_RULES = words_of(RuleKind)
