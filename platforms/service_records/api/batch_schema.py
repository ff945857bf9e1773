"""The description of a batch of service records for the OpenAPI, in Chinese."""

from typing import Any

from platforms.choices import FreeService, ServiceClass
from platforms.identity import ours
from platforms.service_records.choices import ServiceChannel, ServiceResult
from platforms.service_records.rules import LABELS, LONGEST

#: What one call may carry.
MOST_RECORDS = 1_000
MOST_BYTES = 4 * 1024 * 1024


_CONTROLS = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f"
_SOMETHING = r"(?=[\s\S]*\S)"


def _codes(choices: Any, before: str = "") -> str:
    return before + "；".join(f"{value} {label}" for value, label in choices.choices) + "。"


def _field(name: str, description: str, **more: Any) -> dict[str, Any]:
    limits = {"maxLength": LONGEST[name]} if name in LONGEST else {}
    return {"title": LABELS[name], "description": description, "type": "string", **limits, **more}


def _words(name: str, description: str, *, required: bool = False) -> dict[str, Any]:
    """Describe text of people: no control characters but line ends and tabs; if ``required`` not only blanks."""
    pattern = rf"^{_SOMETHING if required else ''}[^{_CONTROLS}]*$"
    return _field(name, description, pattern=pattern, **({"minLength": 1} if required else {}))


def _or_null(field: dict[str, Any]) -> dict[str, Any]:
    kept = {name: field[name] for name in ("title", "description")}
    inner = {name: value for name, value in field.items() if name not in kept}
    return {**kept, "anyOf": [inner, {"type": "null"}]}


FIELDS: dict[str, dict[str, Any]] = {
    "external_id": _words(
        "external_id",
        "报送方自己的编号，在报送方内唯一且不变：编号和内容都相同的重复报送不产生新记录，编号相同、内容不同的是更正。",
        required=True,
    ),
    "platform": _words(
        "platform", f"提供服务的窗口平台的编号，如 {ours().examples.platform_code}，须在令牌的范围之内。", required=True
    ),
    "enterprise_name": _words("enterprise_name", "服务对象的名称；仅名称不同的重复报送视为未变。", required=True),
    "enterprise_code": _field(
        "enterprise_code",
        "服务对象的统一社会信用代码，18 位，校验位须正确。",
        pattern="^[0-9ABCDEFGHJKLMNPQRTUWXY]{18}$",
    ),
    "service_class": _field("service_class", _codes(ServiceClass), enum=ServiceClass.values),
    "free_category": _or_null(
        _field(
            "free_category",
            _codes(FreeService, "属于三类公益性服务的填代码，其他服务为空："),
            enum=FreeService.values,
        )
    ),
    "served_on": _field(
        "served_on", "如 2026-04-10；不晚于当日（北京时间），不早于 2000-01-01，已归档的日期不再接收。", format="date"
    ),
    "channel": _field("channel", _codes(ServiceChannel), enum=ServiceChannel.values),
    "fee": {
        "title": LABELS["fee"],
        "description": '单位：元。文字（如 "12.50"，最多两位小数）或整数，不接受 JSON 小数；免费的为 0。'
        "公益性服务填写收费的照收，并列入核查。",
        "anyOf": [
            {"type": "string", "pattern": r"^[0-9]{1,8}(\.[0-9]{1,2})?$"},
            {"type": "integer", "minimum": 0, "maximum": 99_999_999},
        ],
    },
    "satisfaction": _or_null(
        {
            "title": LABELS["satisfaction"],
            "description": "1 至 5，5 为最满意；没有评价的为空。",
            "type": "integer",
            "minimum": 1,
            "maximum": 5,
        }
    ),
    "summary": _or_null(_words("summary", "一两句话，不写个人信息。")),
    "served_by": _or_null(_words("served_by", "可以不填。")),
    "result": _or_null(_field("result", _codes(ServiceResult, "可以不填，默认已办结："), enum=ServiceResult.values)),
}
REQUIRED = [
    "external_id",
    "platform",
    "enterprise_name",
    "enterprise_code",
    "service_class",
    "served_on",
    "channel",
    "fee",
]

BATCH: dict[str, Any] = {
    "title": "一批服务记录",
    "type": "object",
    "required": ["records"],
    "additionalProperties": False,
    "properties": {
        "records": {
            "title": "服务记录",
            "description": f"一次最多 {MOST_RECORDS:,} 条。",
            "type": "array",
            "maxItems": MOST_RECORDS,
            "items": {
                "title": "服务记录",
                "type": "object",
                "required": REQUIRED,
                "additionalProperties": False,
                "properties": FIELDS,
            },
        }
    },
}
