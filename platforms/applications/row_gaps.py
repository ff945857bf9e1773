"""What the rows of a draft lack: a row that was begun is stored as it is, and is a gap until it is whole."""

from collections.abc import Iterator, Mapping
from typing import Any

from platforms import checks, unreadable
from platforms.applications.form_fields import ROW_FIELDS

Form = Mapping[str, Any]

#: What each row of a kind must say, by column.
WANTED: Mapping[str, Mapping[str, str]] = {
    kind: {each.name: each.label if kind != "rules" else each.box_label for each in fields if each.wanted}
    for kind, fields in ROW_FIELDS.items()
}
_CALLED: Mapping[str, str] = {
    "staff": "第 {place} 名运营人员",
    "services": "其他服务第 {place} 行",
    "partners": "合作机构第 {place} 行",
}


def gaps(form: Form, kind: str) -> Iterator[str]:
    """Yield a sentence for each thing that a row of ``kind`` (staff, services, partners) lacks or has wrong.

    The compulsory free services are asked for as such (see ``completeness``); of them only what is wrong is told.
    """
    place = 0
    for row in form[kind]:
        free = row.get("free_service", "")
        place += not free
        yield from _of_row(kind, row, "公益性服务" if free else _CALLED[kind].format(place=place), is_free=bool(free))


def of_rule(row: Mapping[str, Any], label: str) -> Iterator[str]:
    """Yield what a management rule called ``label`` lacks or has wrong."""
    yield from _of_row("rules", row, f"“{label}”", is_free=False)


def _of_row(kind: str, row: Mapping[str, Any], called: str, *, is_free: bool) -> Iterator[str]:
    wrong = unreadable.of(row)
    if not is_free:
        columns = [name for name in WANTED[kind] if name in row and name not in wrong]
        missing = [WANTED[kind][name] for name in columns if row[name] in ("", None)]
        if missing:
            yield f"{called}未填完，请填写{'、'.join(missing)}。"
    for each in wrong.values():
        yield f"{called}的{unreadable.sentence(each)}"
    if kind == "staff" and row.get("mobile"):
        problem = checks.check_phones(row["mobile"], mobile_only=True)
        if problem:
            yield f"{called}的手机：{problem}"
    if kind == "services" and not is_free:
        yield from _fee(row, called)


def _fee(row: Mapping[str, Any], called: str) -> Iterator[str]:
    # 二·(六): 规范并公开收费标准, so that what is charged has its standard.
    if "fee_standard" in unreadable.of(row):
        return
    if not row["is_free"] and not row["fee_standard"].strip():
        yield f"{called}为收费服务，请填写收费标准。"
    elif row["is_free"] and row["fee_standard"]:
        yield f"{called}为免费服务，不填收费标准；如收费，请把“收费”一栏改为收费。"
