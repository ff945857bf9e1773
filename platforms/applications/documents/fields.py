"""What each field of the form is called on paper and how its value is written; no Django, the words are fixed here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from platforms.applications.choices import AttachmentKind, RuleKind
from platforms.applications.form_fields import FORM_FIELDS, ROW_FIELDS, FormField, ordered
from platforms.cells import Kind
from platforms.choices import ServiceClass
from platforms.money import WAN

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

    def in_words(self, value: Any) -> str:
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

_STYLES = {Kind.DATE: "day", Kind.WHOLE: "number", Kind.DECIMAL: "number", Kind.YES_NO: "yes_no"}


def _field(field: FormField) -> Field:
    label = f"{field.label}（{field.unit}）" if field.unit else field.label
    style = "wan" if field.unit == WAN else _STYLES.get(field.kind, "text")
    return Field(label, field.wide, dict(field.pairs) or None, style)


#: Fields of each section, in the order of the paper.
FIELDS: Mapping[str, Mapping[str, Field]] = {
    slug: {each.name: _field(each) for each in ordered(fields, lambda each: each.paper_before)}
    for slug, fields in FORM_FIELDS.items()
}

#: Columns of each kind of rows: the field and its part of the width.
COLUMNS: Mapping[str, Mapping[str, tuple[Field, int]]] = {
    kind: {each.name: (_field(each), each.width) for each in fields if each.width}
    for kind, fields in ROW_FIELDS.items()
}
KINDS_OF_FILES = words_of(AttachmentKind)
KINDS_OF_RULES = words_of(RuleKind)
