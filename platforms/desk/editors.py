"""One section of the form on one page: what is shown, what is saved, what differs from a colleague's save."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any, Protocol

from django.db import transaction

from platforms.desk.question_files import keep_files
from platforms.desk.row_forms import FreeServicesForm, RowSet, RulesForm
from platforms.desk.section_forms import FORMS
from platforms.desk.words import in_words
from platforms.models import Application, User
from platforms.services import applications

Data = Mapping[str, Any] | None


@dataclass(frozen=True)
class Writer:
    """Who writes: an officer, or with ``by`` None the unit that ``actor`` names, which sees no county fields."""

    by: User | None
    actor: str = ""

    @property
    def is_county(self) -> bool:
        return self.by is not None


@dataclass(frozen=True)
class Difference:
    """One place where what is stored and what was typed are not the same."""

    label: str
    stored: str
    typed: str


class Editor(Protocol):
    """One section as the page needs it."""

    template: str
    kept: str

    def is_valid(self) -> bool:
        """Say whether everything that was typed is right."""
        ...

    def save(self, *, version: int, at: datetime) -> Application:
        """Save what is right; raises what the service raises."""
        ...

    def add_row(self, kind: str) -> None:
        """Show one more empty row of ``kind``."""
        ...

    def problems(self) -> list[tuple[str, str]]:
        """Return the id of the box and the sentence of each error."""
        ...

    def differences(self) -> list[Difference]:
        """Return where what is stored and what was typed are not the same."""
        ...


class FieldsEditor:
    """A section that is fields of the application."""

    template = "desk/section_fields.html"
    kept = "其余内容已保存，改正后请再保存一次。"

    def __init__(
        self, slug: str, application: Application, writer: Writer, data: Data = None, files: Data = None
    ) -> None:
        self.slug, self.application, self.writer = slug, application, writer
        self.form = FORMS[slug](application=application, by_county=writer.is_county, data=data, files=files)

    def is_valid(self) -> bool:
        return self.form.is_valid()

    def save(self, *, version: int, at: datetime) -> Application:
        saved = applications.save_section(
            application=self.application,
            section=self.slug,
            values=self.form.values,
            version=version,
            by=self.writer.by,
            at=at,
            actor=self.writer.actor,
        )
        keep_files(self.form, saved, by=self.writer.by, actor=self.writer.actor, at=at)
        return saved

    def add_row(self, kind: str) -> None:
        """Do nothing: there are no rows."""

    def problems(self) -> list[tuple[str, str]]:
        return _errors_of(self.form)

    def differences(self) -> list[Difference]:
        self.form.is_valid()
        found = []
        for box in self.form:
            if box.name in self.form.file_keys:
                continue
            stored = in_words(box.name, box.initial)
            typed = in_words(box.name, self.form.cleaned_data.get(box.name, box.data))
            if stored != typed:
                found.append(Difference(str(box.label), stored, typed))
        return found


class RowsEditor:
    """Sections of rows: 运营人员， 服务内容， 管理制度."""

    kept = "有误的行没有保存，其余的已保存，改正后请再保存一次。"

    def __init__(self, slug: str, application: Application, writer: Writer, data: Data = None) -> None:
        self.application, self.writer, self.template = application, writer, f"desk/section_{slug}.html"
        self.sets: dict[str, RowSet] = {}
        self.free: FreeServicesForm | None = None
        self.rules: RulesForm | None = None
        if slug == "staff":
            self.sets["staff"] = RowSet("staff", list(application.staff.all()), data)
        elif slug == "services":
            offers = list(application.services.all())
            free = {offer.free_service: offer.content for offer in offers if offer.free_service}
            self.free = FreeServicesForm(stored=free, data=data)
            self.sets["services"] = RowSet("services", [offer for offer in offers if offer.service_class], data)
            self.sets["partners"] = RowSet("partners", list(application.partners.all()), data)
        else:
            stored = {rule.kind: (rule.title, rule.is_public) for rule in application.rules.all()}
            self.rules = RulesForm(stored=stored, data=data)

    @property
    def _forms(self) -> list[Any]:
        return [form for form in (self.free, self.rules) if form is not None]

    def is_valid(self) -> bool:
        # Each part is judged, also after a wrong one: all errors are shown at once.
        verdicts = [part.is_valid() for part in (*self._forms, *self.sets.values())]
        return all(verdicts)

    def save(self, *, version: int, at: datetime) -> Application:
        kinds = {kind: rows.rows() for kind, rows in self.sets.items()}
        if self.free is not None:
            kinds["services"] = self.free.rows + [{"free_service": ""} | row for row in kinds["services"]]
        if self.rules is not None:
            kinds["rules"] = self.rules.rows
        application = self.application
        with transaction.atomic():
            for kind, rows in kinds.items():
                application = applications.save_rows(
                    application=application,
                    section=kind,
                    rows=rows,
                    version=version,
                    by=self.writer.by,
                    at=at,
                    actor=self.writer.actor,
                )
                version = application.version
        return application

    def add_row(self, kind: str) -> None:
        if kind in self.sets:
            self.sets[kind].add_row()

    def problems(self) -> list[tuple[str, str]]:
        found = [problem for form in self._forms for problem in _errors_of(form)]
        return found + [problem for rows in self.sets.values() for problem in rows.problems]

    def differences(self) -> list[Difference]:
        found: list[Difference] = []
        for form in self._forms:
            form.is_valid()
            for box in form:
                stored, typed = in_words("", box.initial), in_words("", box.data)
                if stored != typed:
                    found.append(Difference(str(box.label), stored, typed))
        for rows in self.sets.values():
            stored_lines = [_line(rows.kind, row) for row in rows.stored]
            typed_lines = [_line(rows.kind, row) for row in rows.typed()]
            for place, (stored, typed) in enumerate(zip_longest(stored_lines, typed_lines, fillvalue="没有这一行"), 1):
                if stored != typed:
                    found.append(Difference(f"{rows.noun}第 {place} 行", stored, typed))
        return found


def _line(kind: str, row: Mapping[str, Any]) -> str:
    return "，".join(in_words(name, value, kind) for name, value in row.items() if value not in ("", None))


def _errors_of(form: Any) -> list[tuple[str, str]]:
    found = []
    for name, errors in form.errors.items():
        box = form[name]
        found += [(box.id_for_label or f"{box.auto_id}_0", f"“{box.label}”：{error}") for error in errors]
    return found


def editor_for(slug: str, application: Application, writer: Writer, data: Data = None, files: Data = None) -> Editor:
    """Return the editor of the section called ``slug``; ``data`` and ``files`` are what was sent, if anything was."""
    if slug in FORMS:
        return FieldsEditor(slug, application, writer, data, files)
    return RowsEditor(slug, application, writer, data)
