"""What of a published line can be corrected or changed, with its label and how it is read; no database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from platforms import checks


@dataclass(frozen=True)
class Field:
    """One field of a published line: ``most`` characters, normalised by ``rule``; ``check`` returns what is wrong."""

    name: str
    label: str
    most: int
    required: bool = False
    rule: Callable[[str], str] | None = None
    check: Callable[[str], str | None] | None = None


#: ``operator_code`` stands with the certificate and in the register, never with the public line.
FIELDS: Mapping[str, Field] = {
    each.name: each
    for each in (
        Field("name", "平台名称", 80, required=True),
        Field("operator_name", "运营单位", 80, required=True),
        Field(
            "operator_code", "统一社会信用代码", 18, required=True, rule=checks.normalise_credit_code,
            check=checks.check_credit_code,
        ),
        Field("address", "地址", 120),
        Field("service_phone", "服务电话", 60, rule=checks.normalise_phones, check=checks.check_phones),
        Field("opening_hours", "开放时间", 80),
    )
}  # fmt: skip
#: What the register of platforms holds itself.
REGISTERED = ("name", "operator_name", "operator_code")


def told(changes: Mapping[str, list[str]]) -> list[str]:
    """Return the changed fields as lines: 平台名称：甲 改为 乙."""
    return [f"{FIELDS[name].label}：{old or '空'} 改为 {new or '空'}" for name, (old, new) in changes.items()]
