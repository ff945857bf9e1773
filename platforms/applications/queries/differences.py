"""Where two states of one form differ, field by field and row by row, in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from platforms.applications.choices import AttachmentKind, RuleKind
from platforms.applications.queries.wording import NOTHING, answer_in_words, in_words, label_of
from platforms.applications.sections import ROW_KINDS, SECTIONS, RowKind
from platforms.masking import PEOPLE, STAFF

Data = Mapping[str, Any]
Row = Mapping[str, Any]
#: What tells two rows of a kind apart; the first that is not empty names the row.
_KEYS: Mapping[str, tuple[str, ...]] = {
    "staff": ("name",),
    "services": ("free_service", "content"),
    "partners": ("name",),
    "rules": ("kind",),
}
HALF = 0.5
#: Said where the values differ and what may be shown of them does not.
_HIDDEN = "已修改（内容不显示）"


@dataclass(frozen=True)
class Difference:
    """One difference: ``section`` and ``field`` as a return names them, ``label`` what it is called.

    ``old`` and ``new`` are words, empty where there was or is nothing; of a row that stayed, only the columns that
    differ are told.
    """

    section: str
    field: str
    label: str
    old: str
    new: str

    @property
    def kind(self) -> Literal["added", "removed", "changed"]:
        """Whether something came, went, or became something else."""
        return "added" if not self.old else "removed" if not self.new else "changed"


def between(old_data: Data, new_data: Data, *, masked: bool = False) -> tuple[Difference, ...]:
    """Return the differences between two forms (see ``queries.forms.form_data``) in form order.

    Versions frozen before a part existed simply lack it. With ``masked`` people are told as
    ``masking.mask_form`` shows them. The order of rows is no difference.
    """
    found: list[Difference] = []
    for section in SECTIONS:
        old, new = old_data.get(section.slug, {}), new_data.get(section.slug, {})
        for name in section.fields:
            before, after = old.get(name), new.get(name)
            if _blank(before) != _blank(after):
                found.append(_field(section.slug, name, before, after, masked=masked))
        for kind in ROW_KINDS:
            if kind.section == section.slug:
                found += _rows(kind, old_data.get(kind.name, ()), new_data.get(kind.name, ()), masked=masked)
        found += _questions(section.slug, old_data, new_data)
        if section.slug == "attachments":
            found += _files(old_data.get("attachments", ()), new_data.get("attachments", ()))
    return tuple(found)


def _blank(value: Any) -> Any:
    return None if value in ("", None) else value


def _words(name: str, value: Any, table: str = "") -> str:
    word = in_words(name, value, table)
    return "" if word == NOTHING else word


def _field(section: str, name: str, before: Any, after: Any, *, masked: bool) -> Difference:
    old, new = _words(name, before), _words(name, after)
    if masked and name in PEOPLE:
        old, new = _masked_pair(PEOPLE[name](old), PEOPLE[name](new))
    return Difference(section, name, label_of(name), old, new)


def _masked_pair(old: str, new: str) -> tuple[str, str]:
    return (old, new) if old != new else (old, _HIDDEN)


# Rows ----------------------------------------------------------------------------------------------------------------


def _rows(kind: RowKind, old: Sequence[Row], new: Sequence[Row], *, masked: bool) -> list[Difference]:
    """Return what happened to the rows of ``kind``: changed and added in the new order, then what went."""
    partner = _matched(kind, old, new)
    found = []
    for place, row in enumerate(new):
        before = old[partner[place]] if place in partner else None
        if before is None or _plain(kind, before) != _plain(kind, row):
            found.append(_row(kind, before, row, masked=masked))
    kept = set(partner.values())
    return found + [_row(kind, row, None, masked=masked) for place, row in enumerate(old) if place not in kept]


def _plain(kind: RowKind, row: Row) -> tuple[Any, ...]:
    return tuple(_blank(row.get(name)) for name in kind.fields)


def _matched(kind: RowKind, old: Sequence[Row], new: Sequence[Row]) -> dict[int, int]:
    """Return place in ``new`` → place in ``old``: same rows first, then the same name, then the most alike."""
    partner: dict[int, int] = {}
    free = list(range(len(old)))

    def pair(places: Iterable[int], key: Any) -> None:
        by_key: dict[Any, list[int]] = {}
        for place in free:
            by_key.setdefault(key(old[place]), []).append(place)
        for place in places:
            here = by_key.get(key(new[place]))
            if here:
                partner[place] = here.pop(0)
                free.remove(partner[place])

    pair(range(len(new)), lambda row: _plain(kind, row))
    pair([place for place in range(len(new)) if place not in partner], lambda row: _key(kind, row))
    rest = [place for place in range(len(new)) if place not in partner]
    alike = [(_likeness(kind, old[there], new[here]), -here, -there) for here in rest for there in free]
    for likeness, here, there in sorted(alike, reverse=True):
        # More than half of what is filled in: a row that was renamed, not another one.
        if likeness > HALF and -here not in partner and -there in free:
            partner[-here] = -there
            free.remove(-there)
    return partner


def _key(kind: RowKind, row: Row) -> Any:
    return tuple(_blank(row.get(name)) for name in _KEYS[kind.name])


def _likeness(kind: RowKind, old: Row, new: Row) -> float:
    """Return which share of the columns that either row fills in is the same in both."""
    pairs = list(zip(_plain(kind, old), _plain(kind, new), strict=True))
    filled = [pair for pair in pairs if pair != (None, None)]
    return sum(1 for before, after in filled if before == after) / len(filled) if filled else 0.0


def _row(kind: RowKind, before: Row | None, after: Row | None, *, masked: bool) -> Difference:
    shown = after if after is not None else before
    assert shown is not None
    title = _title(kind, shown, masked=masked)
    label = f"{kind.title}：{title}" if title else kind.title
    names = kind.fields
    if before is not None and after is not None:
        names = tuple(name for name in kind.fields if _blank(before.get(name)) != _blank(after.get(name)))
        olds, news = zip(
            *(_cells(kind, name, before.get(name), after.get(name), masked=masked) for name in names), strict=True
        )
        return Difference(kind.section, kind.name, label, "，".join(olds), "，".join(news))
    words = [_cell(kind, name, shown.get(name), masked=masked) for name in names]
    line = "，".join(f"{label_of(name, kind.name)}：{word}" for name, word in zip(names, words, strict=True) if word)
    return Difference(kind.section, kind.name, label, line if after is None else "", line if before is None else "")


def _cells(kind: RowKind, name: str, before: Any, after: Any, *, masked: bool) -> tuple[str, str]:
    old, new = _cell(kind, name, before, masked=masked), _cell(kind, name, after, masked=masked)
    if old == new:
        new = _HIDDEN
    label = label_of(name, kind.name)
    return f"{label}：{old or NOTHING}", f"{label}：{new or NOTHING}"


def _cell(kind: RowKind, name: str, value: Any, *, masked: bool) -> str:
    word = _words(name, value, kind.name)
    return STAFF[name](word) if masked and kind.name == "staff" and name in STAFF and word else word


def _title(kind: RowKind, row: Row, *, masked: bool) -> str:
    words = (_cell(kind, name, row.get(name), masked=masked) for name in _KEYS[kind.name])
    return next((word for word in words if word), "")


# Questions and files -------------------------------------------------------------------------------------------------


def _questions(section: str, old_data: Data, new_data: Data) -> list[Difference]:
    olds = {each["key"]: each for each in old_data.get("questions", ()) if each["section"] == section}
    news = {each["key"]: each for each in new_data.get("questions", ()) if each["section"] == section}
    found = []
    for key in (*news, *(key for key in olds if key not in news)):
        asked = news.get(key) or olds[key]
        old = _answer(olds.get(key), old_data)
        new = _answer(news.get(key), new_data)
        if old == new and _digests(old_data, key) != _digests(new_data, key):
            new = f"{new}（内容已更换）"
        if old != new:
            found.append(Difference(section, key, asked["text"], old, new))
    return found


def _answer(question: Row | None, data: Data) -> str:
    return answer_in_words(question, data.get("attachments", ())) if question is not None else ""


def _digests(data: Data, key: str) -> list[str]:
    return sorted(file["digest"] for file in data.get("attachments", ()) if file.get("question") == key)


def _files(old: Sequence[Row], new: Sequence[Row]) -> list[Difference]:
    """Return which files came and went; the same content under the same heading is the same file."""
    olds, news = [_file(each) for each in old if not each.get("question")], []
    for each in new:
        if each.get("question"):
            continue
        file = _file(each)
        same = next((other for other in olds if other[:2] == file[:2]), None)
        if same is not None:
            olds.remove(same)
        else:
            news.append(file)
    found = []
    for heading, _, name in news:
        # One for one under the same heading: the file was exchanged.
        gone = next((other for other in olds if other[0] == heading), None)
        if gone is not None:
            olds.remove(gone)
            name = name if name != gone[2] else f"{name}（内容已更换）"
        found.append(Difference("attachments", "attachments", heading, gone[2] if gone else "", name))
    return found + [Difference("attachments", "attachments", heading, name, "") for heading, _, name in olds]


def _file(row: Row) -> tuple[str, str, str]:
    rule = row.get("rule_kind", "")
    label = str(AttachmentKind(row["kind"]).label)
    return (f"{label}：{RuleKind(rule).label}" if rule else label, row["digest"], row["shown_name"])
