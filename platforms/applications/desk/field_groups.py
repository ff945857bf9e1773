"""Boxes that stand one by one on a page of the form: what is stored, what was typed, what is shown at each of them."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField

from platforms.applications.queries.wording import in_words
from platforms.merging import Choose, Merged, fingerprint, merge_values
from platforms.pages.fields import savable, unreadable
from platforms.unreadable import Unreadable
from platforms.values import plain


@dataclass(frozen=True)
class Box:
    """One box as the page shows it; a ``closed`` one is only read, ``words`` is what it holds then."""

    field: BoundField
    warnings: tuple[str, ...] = ()
    #: What the form still lacks at this box.
    gaps: tuple[str, ...] = ()
    #: The number of the form that its value was taken over from, while it is the same.
    taken_from: str = ""
    closed: bool = False
    words: str = ""
    #: The box whose values decide whether this one is asked for; empty if it always is. Those values as JSON: under
    #: which it is asked for, or with ``asked_unless`` under which it is not.
    asked_by: str = ""
    asked_if: str = ""
    asked_unless: str = ""
    is_asked: bool = True

    @property
    def is_idle(self) -> bool:
        """Whether the page need not show it now; what is wrong is always shown."""
        return bool(self.asked_by) and not self.is_asked and not self.field.errors

    @property
    def name(self) -> str:
        """The column of the application or the key of the question."""
        return self.field.name

    @property
    def takes_files(self) -> bool:
        """Whether the answer is files; those that are there stand below the box."""
        return isinstance(self.field.field, forms.FileField)

    @property
    def anchor(self) -> str:
        """The id that links lead to; a group of buttons has none of its own but that of its first."""
        return self.field.id_for_label or f"{self.field.auto_id}_0"

    @property
    def warning_id(self) -> str:
        return f"{self.field.auto_id}_warning" if self.warnings else ""

    @property
    def gap_id(self) -> str:
        return f"{self.field.auto_id}_gap" if self.gaps else ""


@dataclass(frozen=True)
class Note:
    """One sentence at a box: ``anchor`` is the id of the box, ``kind`` bad, open (left empty in a row), gap or warn."""

    anchor: str
    auto_id: str
    kind: str
    sentence: str


class FieldGroup:
    """The boxes of one form; those whose name is in ``closed`` are neither shown as boxes nor read.

    ``wrong`` is what the draft keeps of boxes that hold what cannot be read, by field: it is what stands in them.
    """

    def __init__(
        self,
        form: Any,
        *,
        closed: Collection[str] = (),
        skipped: Collection[str] = (),
        wrong: Mapping[str, Unreadable] | None = None,
    ) -> None:
        self.form, self.closed, self.skipped = form, frozenset(closed), frozenset(skipped)
        for name in self.closed & set(form.fields):
            form.fields[name].disabled = True
        self.wrong = {
            name: each for name, each in (wrong or {}).items() if name in form.fields and name not in self.closed
        }
        form.initial |= {name: each["text"] for name, each in self.wrong.items()}
        if not form.is_bound:
            self._judge_stored()

    def _judge_stored(self) -> None:
        """Say at each box what is wrong with what is stored, as when it was typed."""
        form = self.form
        form.data, form.is_bound = self._as_sent([box.html_name for box in self]), True
        form.full_clean()
        errors = form.errors
        form.data, form.is_bound = {}, False
        for name, each in self.wrong.items():
            # What only the service could tell, such as a name that another form has.
            if name not in errors:
                errors[name] = form.error_class([each["sentence"]], renderer=form.renderer)
        for name in [name for name in errors if form.initial.get(name) in ("", None)]:
            del errors[name]
        form._errors = errors

    def __iter__(self) -> Iterator[BoundField]:
        """The boxes that can be written and hold values, not files."""
        return (self.form[name] for name in self.form.fields if name not in self.closed | self.skipped)

    @property
    def names(self) -> set[str]:
        """The names of the boxes on the page."""
        return {box.html_name for box in self}

    @property
    def sent_though_closed(self) -> list[str]:
        """The labels of closed boxes that were sent with something else than what is stored; nothing of it is read."""
        if not self.form.is_bound:
            return []
        boxes = [self.form[name] for name in self.form.fields if name in self.closed - self.skipped]
        sent = [box for box in boxes if box.html_name in self.form.data]
        return [str(box.label) for box in sent if _lines(str(self.form.data[box.html_name])) != _lines(_as_text(box))]

    @property
    def stored(self) -> dict[str, Any]:
        """What is saved, plain, by the name of the box on the page."""
        return {box.html_name: plain(_stored(box)) for box in self}

    def _typed(self) -> dict[str, Any]:
        """What was typed and may be saved, by the name of the box on the page."""
        self.form.is_valid()
        values = savable(self.form)
        return {box.html_name: values[box.name] for box in self if box.name in values}

    def _typed_wrong(self) -> dict[str, Unreadable]:
        """What was typed and cannot be read but kept, by the name of the box on the page."""
        self.form.is_valid()
        wrong = unreadable(self.form)
        return {box.html_name: wrong[box.name] for box in self if box.name in wrong}

    def merged(self, base: Mapping[str, str], choose: Choose) -> Merged:
        """Merge what was typed with what is stored, by the names of the boxes; values are plain."""
        right = {name: plain(value) for name, value in self._typed().items()}
        typed = right | {name: each["text"] for name, each in self._typed_wrong().items()}
        merged = merge_values(base=base, stored=self.stored, typed=typed, choose=choose)
        settled = {*merged.values, *merged.theirs, *merged.clashes}
        # The same text can be read by now: it goes to its column.
        names = [box.html_name for box in self if box.name in self.wrong and box.html_name not in settled]
        again = {name: right[name] for name in names if name in right}
        return Merged({**merged.values, **again}, merged.theirs, merged.clashes)

    def wrong_after(self, merged: Merged) -> dict[str, Unreadable]:
        """Return what boxes hold that cannot be read once ``merged`` is saved, by field."""
        now = self._typed_wrong()
        after = {}
        for box in self:
            kept = now.get(box.html_name) if box.html_name in merged.values else self.wrong.get(box.name)
            if kept:
                after[box.name] = kept
        return after

    def values(self, names: Collection[str]) -> dict[str, Any]:
        """Return what was typed in the boxes called ``names`` and can be read, by field."""
        typed = self._typed()
        return {box.name: typed[box.html_name] for box in self if box.html_name in names and box.html_name in typed}

    def marks(self, old: Mapping[str, str], merged: Merged) -> dict[str, str]:
        """Return what the page stands on after a save: what could not be saved stands on what it stood on before."""
        now = self.stored | dict(merged.values)
        kept = {*self._typed(), *self._typed_wrong()}
        found: dict[str, str] = {}
        for box in self:
            name = box.html_name
            if name in merged.clashes or name not in kept:
                found |= {name: old[name]} if name in old else {}
            else:
                found[name] = fingerprint(now[name])
        return found

    def words(self, name: str) -> tuple[str, str]:
        """Return what is stored and what was typed in the box called ``name``, for people."""
        box = next(each for each in self if each.html_name == name)
        typed = self.form.cleaned_data.get(box.name, box.data)
        return in_words(box.name, _stored(box)), in_words(box.name, plain(typed))

    def label(self, name: str) -> str:
        return str(next(each.label for each in self if each.html_name == name))

    def show_stored(self, names: Collection[str]) -> None:
        """Show what is stored in the boxes called ``names`` instead of what was typed."""
        if not names:
            return
        data = self.form.data.copy()
        for name in names:
            data.pop(name, None)
        for name, text in self._as_sent(names).items():
            data[name] = text
        self.form.data = data
        self.form.full_clean()

    def _as_sent(self, names: Collection[str]) -> dict[str, str]:
        """Return what is stored in the boxes called ``names`` as a browser would send it."""
        texts = {box.html_name: _as_text(box) for box in self if box.html_name in names}
        return {name: text for name, text in texts.items() if text is not None}

    def boxes(
        self, warnings: Mapping[str, list[str]], gaps: Mapping[str, list[str]], taken: Mapping[str, str]
    ) -> list[Box]:
        """Return all boxes in order; ``warnings`` and ``gaps`` are sentences by field, ``taken`` forms by field."""
        found = []
        when, unless = getattr(self.form, "asked_when", {}), getattr(self.form, "asked_unless", {})
        for box in self.form:
            told, lacking = tuple(warnings.get(box.name, ())), _lacking(box, gaps)
            asked_by, values = when.get(box.name) or unless.get(box.name, ("", frozenset()))
            told_values = json.dumps(sorted(values), ensure_ascii=False)
            made = Box(
                box,
                told,
                () if box.name in self.closed else lacking,
                taken.get(box.name, ""),
                box.name in self.closed,
                in_words(box.name, plain(_stored(box))),
                asked_by,
                told_values if box.name in when else "",
                told_values if box.name in unless else "",
                box.field.required,
            )
            if made.warnings or made.gaps:
                described = " ".join(filter(None, (box.aria_describedby, made.warning_id, made.gap_id)))
                box.field.widget.attrs["aria-describedby"] = described
            found.append(made)
        return found

    @property
    def unsaved(self) -> int:
        """How many boxes hold something that was not saved, files that were refused among it."""
        typed = {*self._typed(), *self._typed_wrong()} if self.form.is_bound else self.names
        files = sum(1 for box in self._skipped if box.errors)
        return files + sum(1 for box in self if box.html_name not in typed)

    @property
    def to_mend(self) -> int:
        """How many boxes are kept as they were typed and have to be put right."""
        return sum(1 for box in self if box.errors) - (self.unsaved - sum(1 for box in self._skipped if box.errors))

    @property
    def _skipped(self) -> list[BoundField]:
        return [self.form[name] for name in self.skipped]

    def notes(self, warnings: Mapping[str, list[str]], gaps: Mapping[str, list[str]]) -> list[Note]:
        """Return what is said at each box: errors, then ``warnings`` and ``gaps`` by field."""
        found = []
        for box in (*self, *self._skipped):
            anchor = Box(box).anchor
            found += [Note(anchor, box.auto_id, "bad", str(sentence)) for sentence in box.errors]
            found += [Note(anchor, box.auto_id, "warn", sentence) for sentence in warnings.get(box.name, ())]
            found += [Note(anchor, box.auto_id, "gap", sentence) for sentence in _lacking(box, gaps)]
        return found

    def problems(self) -> list[tuple[str, str]]:
        """Return the id of the box and the sentence of each error."""
        return [
            (Box(box).anchor, f"“{box.label}”：{error}")
            for name, errors in self.form.errors.items()
            for box in [self.form[name]]
            for error in errors
        ]


def _lacking(box: BoundField, gaps: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Return the ``gaps`` of ``box``; where what stands in it is wrong, that is said already."""
    return () if box.errors else tuple(gaps.get(box.name, ()))


def _as_text(box: BoundField) -> str | None:
    """Return what is stored as a browser would send it, None where it would send nothing."""
    value = box.field.prepare_value(_stored(box))
    if isinstance(value, bool):
        value = "on" if value else None
    return None if value is None else str(plain(value))


def _lines(text: str | None) -> list[str]:
    """Return ``text`` by lines: a browser ends them in its own way."""
    return (text or "").strip().splitlines()


def _stored(box: BoundField) -> Any:
    value = box.form.get_initial_for_field(box.field, box.name)
    if isinstance(box.field, forms.BooleanField):
        return bool(value)
    return "" if value is None and isinstance(box.field, forms.CharField) else value
