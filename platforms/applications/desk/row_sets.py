"""The rows of one kind on one page: typed, merged with what a colleague saved, shown again.

A row that was left blank is no row. One that was begun is saved as it is, with what is wrong in it; a row that no draft
can hold keeps the values that were saved before, the other rows are saved all the same. Each row carries as ``key``
its place among the rows that were saved when the page was made.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.forms import BaseFormSet, formset_factory

from platforms.applications.desk.row_forms import Row, RowForm, row_form_of
from platforms.applications.queries.wording import in_words
from platforms.merging import Choose, MergedRows, TypedRow, fingerprint, merge_rows
from platforms.pages.fields import OPEN, savable, unreadable
from platforms.unreadable import as_typed as as_stored
from platforms.unreadable import with_it

MOST_ROWS = 100
#: What a column holds whose box is open or cannot be read; the others hold an empty text.
_EMPTY: Mapping[str, Any] = {"years": None, "full_time": True, "is_free": True}


class BaseRows(BaseFormSet):
    """Every row may be left blank, whatever the page says how many rows there were."""

    def initial_form_count(self) -> int:
        return 0 if self.is_bound else super().initial_form_count()


class RowSet:
    """The rows of one kind, shown from what is saved or from what was typed; a ``closed`` set is only read."""

    forms: dict[str, tuple[type[RowForm], str]] = {
        "staff": (row_form_of("staff"), "人员"),
        "services": (row_form_of("services"), "服务"),
        "partners": (row_form_of("partners"), "机构"),
    }

    def __init__(
        self, kind: str, stored: Sequence[Any], data: Mapping[str, Any] | None = None, *, closed: bool = False
    ) -> None:
        self.kind, self.closed = kind, closed
        self.form, self.noun = self.forms[kind]
        self.names = [name for name in self.form.base_fields if name != "key"]
        self.stored: list[Row] = [
            with_it({name: getattr(row, name) for name in self.names}, row.unreadable) for row in stored
        ]
        self.formset: Any
        if data is not None and not closed:
            self.formset = self._factory()(data, prefix=kind)
        elif closed or not self.stored:
            self.formset = self._factory(extra=0 if closed else 1)(prefix=kind)
        else:
            # Judged as when they were typed: what is open or wrong in a row is said again.
            self._bind([as_typed(row) | {"key": str(place)} for place, row in enumerate(self.stored)])

    def _factory(self, extra: int = 0) -> type[BaseRows]:
        made: Any = formset_factory(
            self.form, formset=BaseRows, extra=extra, max_num=MOST_ROWS, absolute_max=MOST_ROWS, can_delete=True
        )
        return made  # type: ignore[no-any-return]

    @property
    def headings(self) -> list[Any]:
        """The columns: the boxes of an empty row."""
        return [box for box in self.formset.empty_form.visible_fields() if box.name != "DELETE"]

    @property
    def lines(self) -> list[list[str]]:
        """The saved rows in words."""
        return [
            [
                "" if row[box.name] in ("", None) else in_words(box.name, row[box.name], self.kind)
                for box in self.headings
            ]
            for row in map(as_stored, self.stored)
        ]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows with a name are saved, and of staff how many full-time."""
        named = [row for row in self.stored if row.get("name")]
        return {"total": len(named), "full_time": sum(1 for row in named if row.get("full_time"))}

    # What was typed --------------------------------------------------------------------------------------------------

    def is_valid(self) -> bool:
        return self.closed or bool(self.formset.is_valid())

    @property
    def _sent(self) -> list[Any]:
        """The forms that are rows: neither blank nor ticked to be deleted."""
        self.formset.is_valid()
        return [form for form in self.formset.forms if form.is_begun and not self.formset._should_delete_form(form)]

    def typed(self) -> list[TypedRow]:
        """Return the rows as they were typed, with their places when the page was made."""
        found = []
        for form in self._sent:
            values, kept = savable(form), unreadable(form)
            values |= {name: _EMPTY.get(name, "") for name in {*form.open_names, *kept}}
            wrong = any(name not in values for name in self.names)
            row = {name: values.get(name, form[name].data or "") for name in self.names}
            found.append(TypedRow(with_it(row, kept), _place(form), wrong))
        return found

    @property
    def filled(self) -> int:
        """How many rows were not left blank."""
        return sum(1 for form in self.formset.forms if form.is_begun)

    def merged(self, base: Sequence[str] | None, choose: Choose) -> MergedRows:
        """Merge what was typed with what is stored; ``base`` is what the page was made from."""
        return merge_rows(base=base, stored=self.stored, typed=self.typed(), choose=choose)

    def marks(self) -> list[str]:
        """Return the fingerprints of the rows that are stored."""
        return [fingerprint(row) for row in self.stored]

    @property
    def unsaved(self) -> int:
        """How many rows cannot be saved as they are."""
        return 0 if self.closed or not self.formset.is_bound else sum(1 for row in self.typed() if row.wrong)

    @property
    def to_mend(self) -> int:
        """How many rows are saved as they are and have to be completed or put right."""
        if self.closed or not self.formset.is_bound:
            return 0
        return sum(1 for form in self._sent if form.errors) - self.unsaved

    # What is shown again ---------------------------------------------------------------------------------------------

    def saved(self, merged: MergedRows) -> None:
        """Go on from what was saved: each row gets its new place, and what a colleague changed is shown."""
        sent = self._sent
        if merged.changed_there:
            rows = [as_typed(row) | {"key": str(place)} for place, row in enumerate(merged.rows)]
            for form, place in zip(sent, merged.at, strict=True):
                if form.errors:
                    raw = _raw(form) | {"key": "" if place is None else str(place)}
                    if place is None:
                        rows.append(raw)
                    else:
                        rows[place] = raw
            self._bind(rows)
        else:
            places = {form.add_prefix("key"): "" for form in self.formset.forms}
            places |= {
                form.add_prefix("key"): "" if place is None else str(place)
                for form, place in zip(sent, merged.at, strict=True)
            }
            for form in self.formset.forms:
                form.data = {**_flat(form.data), **places}
        self.stored = [dict(row) for row in merged.rows]

    def _bind(self, rows: Sequence[Mapping[str, Any]]) -> None:
        data = {f"{self.kind}-TOTAL_FORMS": str(len(rows)), f"{self.kind}-INITIAL_FORMS": "0"}
        for place, row in enumerate(rows):
            data |= {f"{self.kind}-{place}-{name}": value for name, value in row.items()}
        self.formset = self._factory()(data, prefix=self.kind)

    def keys(self) -> dict[str, str]:
        """Return the hidden box that says the place of each row, by name."""
        if self.closed or not self.formset.is_bound:
            return {}
        return {form.add_prefix("key"): form.data.get(form.add_prefix("key"), "") for form in self.formset.forms}

    def add_row(self) -> None:
        """Show what was typed and one more empty row; nothing is judged and nothing is saved."""
        typed = [_raw(form) for form in self.formset.forms]
        self.formset = self._factory(extra=1)(initial=typed, prefix=self.kind)

    def add_rows(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Show what was typed and ``rows`` below it, with what is wrong in them; nothing is saved.

        A row that was left blank makes room.
        """
        typed = [_raw(form) for form in self.formset.forms if form.is_begun]
        self._bind([*typed, *({"key": ""} | dict(row) for row in rows)])

    # What is wrong ---------------------------------------------------------------------------------------------------

    @property
    def notes(self) -> list[tuple[Any, str, str, str]]:
        """Each sentence at a box: the box, what it is (``bad``, or ``open`` for one that was left empty), the sentence
        and what the row is called."""
        found: list[tuple[Any, str, str, str]] = []
        if not self.formset.is_bound or self.closed:
            return found
        self.formset.is_valid()
        for number, form in enumerate(self.formset.forms, start=1):
            if self.formset._should_delete_form(form) or not form.is_begun:
                continue
            for name, errors in form.errors.as_data().items():
                found += [
                    (form[name], "open" if error.code == OPEN else "bad", str(sentence), f"第 {number} 行")
                    for error in errors
                    for sentence in error.messages
                ]
        return found

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Each error of each row: the id of its box and a sentence that names the row."""
        found = [
            (box.id_for_label or f"{box.auto_id}_0", f"{row}“{box.label}”：{sentence}")
            for box, _, sentence, row in self.notes
        ]
        if self.formset.is_bound and not self.closed:
            found += [("", str(error)) for error in self.formset.non_form_errors()]
        return found


def as_typed(row: Mapping[str, Any]) -> Row:
    """Return ``row`` as its boxes hold it."""
    return {
        name: {True: "yes", False: "no"}[value] if isinstance(value, bool) else "" if value is None else value
        for name, value in as_stored(row).items()
    }


def _place(form: Any) -> int | None:
    key = form.data.get(form.add_prefix("key"), "")
    return int(key) if key.isascii() and key.isdigit() and len(key) < 4 else None


def _raw(form: Any) -> Row:
    """Return what stands in the boxes of one row, as it was typed."""
    return {
        name: field.widget.value_from_datadict(form.data, {}, form.add_prefix(name))
        for name, field in form.fields.items()
    }


def _flat(data: Any) -> dict[str, Any]:
    return {name: data.get(name) for name in data}
