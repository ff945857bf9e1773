"""One section of the form on one page: what is shown, what is saved, what two colleagues wrote at the same time."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import transaction

from platforms.applications.desk.clashes import Clash, field_clashes, row_clashes
from platforms.applications.desk.field_groups import Box, FieldGroup, Note
from platforms.applications.desk.page_base import PageBase
from platforms.applications.desk.question_files import keep_files
from platforms.applications.desk.row_forms import FreeServicesForm, RulesForm
from platforms.applications.desk.row_sets import RowSet
from platforms.applications.desk.section_forms import FORMS, SectionForm
from platforms.applications.queries.corrections import closed_fields, limits_of
from platforms.applications.queries.parts import label_of_part
from platforms.applications.sections import section as section_of
from platforms.applications.services import drafts as applications
from platforms.errors import Refusal, StaleVersion
from platforms.merging import Merged, MergedRows, fingerprint
from platforms.models import Application, FillLink, User
from platforms.unreadable import Unreadable
from platforms.values import plain

Data = Mapping[str, Any] | None


@dataclass(frozen=True)
class Writer:
    """Who writes: an officer, or with ``by`` None the unit that ``actor`` names through its ``link``, which sees no
    county fields."""

    by: User | None
    actor: str = ""
    link: FillLink | None = None

    @property
    def is_county(self) -> bool:
        return self.by is not None


class Editor:
    """One section as the page needs it: boxes one by one, and sets of rows."""

    def __init__(
        self, slug: str, application: Application, writer: Writer, data: Data = None, files: Data = None
    ) -> None:
        self.slug, self.application, self.writer, self.data = slug, application, writer, data
        self.template = f"applications/section_{'fields' if slug in FORMS else slug}.html"
        made = FORMS.get(slug) or type("RowSectionForm", (SectionForm,), {"slug": slug})
        self.form: SectionForm = made(application=application, by_county=writer.is_county, data=data, files=files)
        self.sets: dict[str, RowSet] = {}
        self.free: FreeServicesForm | None = None
        self.rules: RulesForm | None = None
        closed = self.closed
        wrong: dict[str, Unreadable] = {}
        if slug == "staff":
            self._add_set("staff", application.staff.all())
        elif slug == "services":
            offers = list(application.services.all())
            free = {offer.free_service: offer for offer in offers if offer.free_service}
            wrong = {name: offer.unreadable["content"] for name, offer in free.items() if offer.unreadable}
            self.free = FreeServicesForm(stored={name: offer.content for name, offer in free.items()}, data=data)
            self._add_set("services", [offer for offer in offers if not offer.free_service])
            self._add_set("partners", application.partners.all())
        elif slug == "rules":
            rules = list(application.rules.all())
            stored = {rule.kind: (rule.title, rule.is_public) for rule in rules}
            wrong = {f"{rule.kind}_title": rule.unreadable["title"] for rule in rules if rule.unreadable}
            self.rules = RulesForm(stored=stored, data=data)
        self.main = FieldGroup(
            self.form, closed=closed, skipped=self.form.file_keys, wrong=application.unreadable or {}
        )
        self.extra = {
            kind: FieldGroup(form, closed=tuple(form.fields) if kind in closed else (), wrong=wrong)
            for kind, form in (("services", self.free), ("rules", self.rules))
            if form is not None
        }
        #: What to look at again, by field; set by the page, which has judged the whole form.
        self.warnings: dict[str, list[str]] = {}
        #: What is still missing, by field; set by the page likewise.
        self.gaps: dict[str, list[str]] = {}
        #: The form that a field or kind of rows was taken over from, by name; set by the page that shows it.
        self.taken: dict[str, str] = {}
        self.clashes: list[Clash] = []
        self.refused: dict[str, str] = {}
        self.theirs: set[str] = set()
        self.anew: set[str] = set()

    def _add_set(self, kind: str, rows: Any) -> None:
        self.sets[kind] = RowSet(kind, list(rows), self.data, closed=kind in self.closed)

    @property
    def groups(self) -> list[FieldGroup]:
        return [self.main, *self.extra.values()]

    @cached_property
    def closed(self) -> frozenset[str]:
        """The fields and kinds of rows that a return keeps closed."""
        limits = limits_of(self.application, self.writer.link)
        names = (*self.form.fields, *section_of(self.slug).rows)
        return frozenset(closed_fields(self.application, limits, self.slug, names))

    @property
    def not_stored(self) -> list[str]:
        """What was sent although a return keeps it closed, by its labels: nothing of that is saved."""
        rows = [kind for kind, some in self.sets.items() if some.closed and self._sends_rows(kind)]
        return [label for group in self.groups for label in group.sent_though_closed] + [
            label_of_part(self.slug, kind) for kind in rows
        ]

    def _sends_rows(self, kind: str) -> bool:
        return any(name.startswith(f"{kind}-") for name in self.data or ())

    # Saving ----------------------------------------------------------------------------------------------------------

    def is_valid(self) -> bool:
        """Say whether everything that was typed is right and saved."""
        # Each part is judged, also after a wrong one: all errors are shown at once.
        verdicts = [part.form.is_valid() for part in self.groups] + [rows.is_valid() for rows in self.sets.values()]
        return all(verdicts) and not self.clashes

    def save(self, *, base: PageBase | None, choices: Mapping[str, str], at: datetime) -> Application:
        """Save what is right and what nobody else changed; the rest is in ``clashes`` or an error of its box.

        ``base`` is what the page was made from, None where that is not known: then each difference is a clash.
        ``choices`` says, by the key of a clash, whose text stays (``mine.<mark>`` or ``theirs.<mark>``).

        Raises:
            StaleVersion: somebody saved while this was merged; try again with a fresh row.
            Refusal: nothing could be saved, for the reason that it says.
        """
        before = base or PageBase(self.application.version)

        def choose(key: str) -> Any:
            def chosen(name: Any, stored: Any) -> str:
                side, _, mark = choices.get(f"{key}{name}", "").partition(".")
                return side if mark == fingerprint(stored) else ""

            return chosen

        with transaction.atomic():
            merged = [group.merged(before.fields, choose("")) for group in self.groups]
            rows = {
                kind: part.merged(before.rows.get(kind), choose(f"{kind}-"))
                for kind, part in self.sets.items()
                if not part.closed
            }
            self.application = self._write(merged, rows, at)
        self._note(before, merged, rows)
        return self.application

    def _write(self, merged: Sequence[Merged], rows: Mapping[str, MergedRows], at: datetime) -> Application:
        application = self._save_fields(dict(self.main.values(merged[0].values)), merged[0], at)
        kinds = {kind: [dict(row) for row in some.rows] for kind, some in rows.items() if not some.clashes}
        own = dict(zip(self.extra, merged[1:], strict=True))
        if self.free is not None and "services" not in self.closed:
            lines = kinds.get("services", self.sets["services"].stored)
            kinds["services"] = self.free.rows_of(
                own["services"].values, self.extra["services"].wrong_after(own["services"])
            ) + [{"free_service": ""} | row for row in lines]
        if self.rules is not None and "rules" not in self.closed:
            kinds["rules"] = self.rules.rows_of(own["rules"].values, self.extra["rules"].wrong_after(own["rules"]))
        for kind, lines in kinds.items():
            application = applications.save_rows(
                application=application,
                section=kind,
                rows=lines,
                version=application.version,
                by=self.writer.by,
                at=at,
                actor=self.writer.actor,
            )
        writer = self.writer
        keep_files(self.form, application, by=writer.by, actor=writer.actor, link=writer.link, at=at)
        return application

    def _save_fields(self, values: dict[str, Any], merged: Merged, at: datetime) -> Application:
        """Save the boxes; what the service refuses at one of them is kept as what was typed wrong there."""
        names = {box.name for box in self.main if box.html_name in merged.values}
        wrong = {name: each for name, each in self.main.wrong_after(merged).items() if name in names}
        while self.main.form.fields:
            try:
                return applications.save_section(
                    application=self.application,
                    section=self.slug,
                    values=values,
                    version=self.application.version,
                    by=self.writer.by,
                    at=at,
                    actor=self.writer.actor,
                    wrong=wrong,
                )
            except StaleVersion:
                raise
            except Refusal as refusal:
                if refusal.field not in values:
                    raise
                name, label = refusal.field, str(self.form[refusal.field].label)
                self.refused[name] = str(refusal)
                wrong[name] = {"text": str(plain(values.pop(name))), "sentence": str(refusal), "label": label}
        return self.application

    def _note(self, before: PageBase, merged: Sequence[Merged], rows: Mapping[str, MergedRows]) -> None:
        """Remember what the page stands on now, and show what became of each part."""
        fields: dict[str, str] = {}
        for group, some in zip(self.groups, merged, strict=True):
            fields |= group.marks(before.fields, some)
            self.theirs |= set(some.theirs)
            self.clashes += field_clashes(group, some)
            group.show_stored(some.theirs)
        marks: dict[str, Sequence[str]] = {}
        for kind, done in rows.items():
            part = self.sets[kind]
            self.clashes += row_clashes(part, done)
            if not done.clashes:
                part.saved(done)
                marks[kind] = part.marks()
                self.anew |= {kind} if done.changed_there else set()
            elif kind in before.rows:
                marks[kind] = before.rows[kind]
        for name, sentence in self.refused.items():
            self.main.form.add_error(name, sentence)
        self.base = PageBase(self.application.version, fields, marks)

    @cached_property
    def base(self) -> PageBase:
        """What the page is made from: as it is stored now, unless something was saved."""
        fields = {name: fingerprint(value) for group in self.groups for name, value in group.stored.items()}
        return PageBase(
            self.application.version,
            fields,
            {kind: rows.marks() for kind, rows in self.sets.items() if not rows.closed},
        )

    # Rows ------------------------------------------------------------------------------------------------------------

    def add_row(self, kind: str) -> None:
        """Show one more empty row of ``kind``."""
        if kind in self.sets and not self.sets[kind].closed:
            self.sets[kind].add_row()

    # What is shown ---------------------------------------------------------------------------------------------------

    @property
    def boxes(self) -> list[Box]:
        return self.main.boxes(self.warnings, self.gaps, self.taken)

    def asked_now(self, names: Collection[str]) -> str:
        """Return the id of the first of the boxes ``names`` that is asked for by now and empty, or nothing."""
        fresh = editor_for(self.slug, self.application, self.writer)
        opened = [each for each in fresh.boxes if each.name in names and each.is_asked and not each.field.value()]
        return opened[0].anchor if opened else ""

    @property
    def their_values(self) -> list[tuple[str, str]]:
        """What a colleague wrote in boxes that were not touched here, by the name of the box."""
        return [
            (name, str(group.form.data.get(name, ""))) for group in self.groups for name in group.names & self.theirs
        ]

    @property
    def sets_anew(self) -> list[RowSet]:
        return [rows for kind, rows in self.sets.items() if kind in self.anew]

    @property
    def kept(self) -> str:
        """What happened to what was typed where something is wrong."""
        if self.unsaved:
            return f"其中 {self.unsaved} 处未能保存，其余内容已按填写的样子存入草稿；请改正后再保存一次。"
        return "填写的内容已按原样存入草稿，改正后方可提交。"

    @property
    def opened(self) -> bool:
        """Whether what was saved opened a field that a return had kept closed."""
        if not self.closed or self.data is None:
            return False
        limits = limits_of(self.application, self.writer.link)
        return len(closed_fields(self.application, limits, self.slug, sorted(self.closed))) < len(self.closed)

    @property
    def taken_rows(self) -> list[str]:
        """Which kinds of rows were taken over and not changed, in a sentence each."""
        kinds = section_of(self.slug).rows
        return [
            f"{label_of_part(self.slug, kind)}引自 {self.taken[kind]}，请核对。" for kind in kinds if kind in self.taken
        ]

    @property
    def free_boxes(self) -> list[Box]:
        return self.extra["services"].boxes({}, self._named_gaps("services"), {}) if self.free else []

    @property
    def rule_lines(self) -> list[dict[str, Any]]:
        """The lines of the rules, each with the box of its title."""
        if self.rules is None:
            return []
        boxes = {box.name: box for box in self.extra["rules"].boxes({}, self._named_gaps("rules"), {})}
        return [line | {"box": boxes[line["title"].name]} for line in self.rules.lines]

    def _named_gaps(self, kind: str) -> dict[str, list[str]]:
        """Return what is missing of the kind of rows ``kind`` by the box that the sentence names in quotes."""
        called: dict[str, str] = {}
        if kind == "services" and self.free is not None:
            called = {name: str(field.label) for name, field in self.free.fields.items()}
        elif kind == "rules" and self.rules is not None:
            called = {f"{line['kind']}_title": line["label"] for line in self.rules.lines}
        told = self.gaps.get(kind, [])
        return {name: [each for each in told if f"“{label}”" in each] for name, label in called.items()}

    @property
    def notes(self) -> list[Note]:
        """What is said at single boxes: what is wrong, what a row still lacks, what to look at again."""
        found = self.main.notes(self.warnings, self.gaps)
        for kind, group in self.extra.items():
            found += group.notes(self.warnings, self._named_gaps(kind))
        for rows in self.sets.values():
            found += [Note(Box(box).anchor, box.auto_id, kind, sentence) for box, kind, sentence, _ in rows.notes]
        return found

    @property
    def unsaved(self) -> int:
        """How many boxes and rows are not saved at all as they were typed."""
        return sum(group.unsaved for group in self.groups) + sum(rows.unsaved for rows in self.sets.values())

    @property
    def to_mend(self) -> int:
        """How many boxes and rows are saved as they were typed and have to be completed or put right."""
        return sum(group.to_mend for group in self.groups) + sum(rows.to_mend for rows in self.sets.values())

    @property
    def row_keys(self) -> dict[str, str]:
        """The hidden boxes that say the places of the rows, by name."""
        return {name: key for rows in self.sets.values() for name, key in rows.keys().items()}

    def problems(self) -> list[tuple[str, str]]:
        """Return the id of the box and the sentence of each error."""
        found = [problem for group in self.groups for problem in group.problems()]
        return found + [problem for rows in self.sets.values() for problem in rows.problems]


def editor_for(slug: str, application: Application, writer: Writer, data: Data = None, files: Data = None) -> Editor:
    """Return the editor of the section called ``slug``; ``data`` and ``files`` are what was sent, if anything was."""
    return Editor(slug, application, writer, data, files)
