"""Excel in and out for rows that have a scope: the person's own rows only, found by business keys, never by ``id``."""

# ruff: noqa: ARG002 - the signatures are django-import-export's

import contextlib
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, ClassVar

import tablib
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from import_export.fields import Field
from import_export.resources import Diff, ModelResource
from import_export.results import Result, RowResult
from import_export.widgets import Widget

from platforms.audit.services import audit
from platforms.errors import Refusal
from platforms.excel.columns import Column, guard_formula
from platforms.excel.results import PlainDiff, SheetResult, readable
from platforms.excel.row_problems import doubles_in, everything_wrong, unread_problems
from platforms.excel.widgets import ColumnWidget, RowWidget
from platforms.excel.workbook import Table
from platforms.models import User

__all__ = ["RowWidget", "ScopedResource"]


KEYS_PER_QUERY = 500


class ScopedResource(ModelResource):
    """A resource of ``columns`` that acts for ``user``: scope, permissions and audit events of that person.

    A subclass names its ``columns`` and, in ``Meta.import_id_fields``, its business key. ``widget_of`` gives the widget
    of a column that names another row. Without ``user`` it can do nothing but say what columns it has.
    """

    columns: ClassVar[tuple[Column, ...]] = ()

    class Meta:
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True
        store_instance = True
        fields: tuple[str, ...] = ()

    def __init__(self, user: User | None = None, table: Table | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.user = user
        self.table = table
        self.at = timezone.now()
        self.events: list[audit.Entry] = []
        self._stored: dict[tuple, models.Model] | None = None
        self._doubles: dict[int, int] = {}
        self.fields = OrderedDict((column.name, self._field(column)) for column in self.columns)

    def _field(self, column: Column) -> Field:
        widget = self.widget_of(column) or ColumnWidget(column)
        attribute = self.attribute_of(column)
        return Field(attribute=attribute, column_name=column.header, widget=widget, readonly=column.readonly)

    def widget_of(self, column: Column) -> Widget | None:
        """Return the widget of a column that names another row; None for all others."""
        return None

    def attribute_of(self, column: Column) -> str:
        """Return where the value of a column lives on the row; the name of the column if not said otherwise."""
        return column.name

    def visible(self, model: type[models.Model]) -> Callable[[], models.QuerySet]:
        """Return a function that gives the rows of ``model`` that the person sees."""
        return lambda: model._default_manager.visible_to(self.user)  # type: ignore[attr-defined]

    def get_queryset(self) -> models.QuerySet:
        rows: models.QuerySet = self._meta.model._default_manager.visible_to(self.user)
        return rows

    # In ----------------------------------------------------------------------------------------------------------

    def get_result_class(self) -> Callable[[], SheetResult]:
        columns = {self.attribute_of(column): column for column in self.columns}
        return lambda: SheetResult(self.table, columns)

    @classmethod
    def get_diff_class(cls) -> type[Diff]:
        return PlainDiff

    def get_import_fields(self) -> list[Field]:
        wanted = {column.name for column in (self.table.columns if self.table else self.columns) if not column.readonly}
        return [field for name, field in self.fields.items() if name in wanted]

    def import_table(self, *, dry_run: bool) -> SheetResult:
        """Import what was read; with ``dry_run`` nothing stays, but everything is tried."""
        assert self.table is not None
        headers = [self.fields[column.name].column_name for column in self.table.columns]
        names = [column.name for column in self.table.columns]
        dataset = tablib.Dataset(*[[line.values[n] for n in names] for line in self.table.lines], headers=headers)
        result: SheetResult = self.import_data(
            dataset, dry_run=dry_run, raise_errors=False, use_transactions=True, rollback_on_validation_errors=True
        )
        return result

    def problems(self) -> tuple[str, list[str]]:
        """Return what is wrong with a sheet of which cells could not be read: in one sentence, and row by row."""
        return unread_problems(self)

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        missing = [name for name in self.get_import_id_fields() if self.fields[name].column_name not in dataset.headers]
        if missing:
            raise Refusal(f"缺少用来识别记录的列：{'、'.join(self.fields[name].column_name for name in missing)}。")
        numbers = [line.number for line in self.table.lines] if self.table else range(2, len(dataset) + 2)
        self._doubles = doubles_in(self, zip(numbers, dataset.dict, strict=True))

    def handle_import_error(self, result: Any, error: Exception, raise_errors: bool = False) -> None:
        if not isinstance(error, Refusal):
            raise error
        super().handle_import_error(result, error, raise_errors)

    def import_row(self, row: Any, instance_loader: Any, **kwargs: Any) -> RowResult:
        outcome: RowResult = super().import_row(row, instance_loader, **kwargs)
        for error in outcome.errors:
            # What nobody foresaw is a fault of ours and belongs in the log, not on the page.
            if not isinstance(error.error, (Refusal, ValueError)):
                raise error.error
        if outcome.errors:
            outcome.validation_error = ValidationError([str(error.error) for error in outcome.errors])
            outcome.import_type = RowResult.IMPORT_TYPE_INVALID
            outcome.errors = []
        index = kwargs.get("row_number", 0)
        number = self.table.lines[index - 1].number if self.table and index else index + 1
        first = self._doubles.get(number, 0)
        if wrong := everything_wrong(self, row, outcome.validation_error, number=number, first=first):
            outcome.validation_error = wrong
            outcome.import_type = RowResult.IMPORT_TYPE_INVALID
        return outcome

    def get_instance(self, instance_loader: Any, row: Any) -> models.Model | None:
        key = self.key_of(row)
        if any(part in (None, "") for part in key):
            return None
        if self._stored is None:
            self._stored = self._load(instance_loader.dataset.dict if instance_loader.dataset is not None else [row])
        return self._stored.get(key)

    def key_of(self, row: Any) -> tuple:
        """Return the business key of ``row``, cells by header.

        Raises:
            ValidationError: a part of it names a row that is not there.
        """
        parts, wrong = [], {}
        for name in self.get_import_id_fields():
            try:
                parts.append(self.fields[name].clean(row))
            except ValueError as error:
                wrong[self.fields[name].attribute] = [str(error)]
        if wrong:
            raise ValidationError(wrong)
        return tuple(parts)

    def _load(self, rows: Any) -> dict[tuple, models.Model]:
        """Return the person's rows that the sheet names, by business key; a query per few hundred rows."""
        attributes = [self.fields[name].attribute for name in self.get_import_id_fields()]
        wanted = set()
        for row in rows:
            with contextlib.suppress(ValidationError):
                wanted.add(self.key_of(row)[0])
        values = [value for value in wanted if value not in (None, "")]
        related = [field.attribute for field in self.fields.values() if isinstance(field.widget, RowWidget)]
        found: dict[tuple, models.Model] = {}
        for start in range(0, len(values), KEYS_PER_QUERY):
            some = values[start : start + KEYS_PER_QUERY]
            for obj in self.get_queryset().filter(**{f"{attributes[0]}__in": some}).select_related(*related):
                found[tuple(getattr(obj, attribute) for attribute in attributes)] = obj
        return found

    def save_instance(self, instance: Any, is_create: bool, row: Any, **kwargs: Any) -> None:
        opts = self._meta.model._meta
        verb = "add" if is_create else "change"
        if self.user is None or not self.user.has_perm(f"{opts.app_label}.{verb}_{opts.model_name}"):
            raise Refusal(f"您没有{'新建' if is_create else '修改'}{opts.verbose_name}的权限。")
        super().save_instance(instance, is_create, row, **kwargs)

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        errors: dict[str, Any] = dict(import_validation_errors or {})
        if self._meta.clean_model_instances:
            # What names another row was looked up already; what must be unique or fit together is asked of the
            # database once, when the row is saved.
            named = {f.attribute for f in self.fields.values() if isinstance(f.widget, RowWidget)}
            found = {name for name in named if getattr(instance, f"{name}_id", None)}
            try:
                instance.full_clean(exclude={*errors, *found}, validate_unique=False, validate_constraints=False)
            except ValidationError as error:
                errors = error.update_error_dict(errors)
        if errors:
            raise readable(ValidationError(errors))

    def do_instance_save(self, instance: Any, is_create: bool) -> None:
        try:
            with transaction.atomic():
                super().do_instance_save(instance, is_create)
        except IntegrityError:
            try:
                instance.full_clean()
            except ValidationError as error:
                raise readable(error) from None
            raise

    def after_import_row(self, row: Any, row_result: RowResult, **kwargs: Any) -> None:
        if kwargs.get("dry_run") or row_result.import_type not in (
            RowResult.IMPORT_TYPE_NEW,
            RowResult.IMPORT_TYPE_UPDATE,
        ):
            return
        self.record_row(row_result)

    def record_row(self, row_result: RowResult) -> None:
        """Note the audit event of one imported row; services that write their own override this."""
        instance: Any = row_result.instance
        old = row_result.original if row_result.import_type == RowResult.IMPORT_TYPE_UPDATE else None
        before = {f.column_name: str(f.export(old)) if old else "" for f in self.get_import_fields()}
        after = {f.column_name: str(f.export(instance)) for f in self.get_import_fields()}
        verb = "导入修改" if old else "导入新建"
        self.events.append(
            audit.Entry(
                verb=f"{verb}{instance._meta.verbose_name}",
                target=instance,
                code=self.audit_code(instance),
                changes=audit.differences(before, after),
            )
        )

    def audit_code(self, instance: Any) -> str:
        """Return what people call the row in the log; never a person's name."""
        return ""

    def after_import(self, dataset: tablib.Dataset, result: Result, **kwargs: Any) -> None:
        """Write the audit events of all rows; leave the sequences alone, no row came with a primary key."""
        audit.record_many(self.events, by=self.user, at=self.at)
        self.events = []

    def rows_not_named(self, result: Result) -> models.QuerySet:
        """Return the person's rows that the sheet of ``result`` does not name; an import leaves them as they are."""
        named = {row.instance.pk for row in result.rows if row.instance is not None}
        return self.get_queryset().exclude(pk__in=named)

    # Out ---------------------------------------------------------------------------------------------------------

    def export_rows(self, queryset: models.QuerySet) -> tuple[list[str], list[list[Any]]]:
        """Return headers and rows for ``queryset``; no cell is one that a spreadsheet would calculate."""
        fields = [self.fields[column.name] for column in self.columns]
        rows = []
        for obj in queryset.iterator(chunk_size=500):
            values = [self.shown(name, field, obj) for name, field in zip(self.fields, fields, strict=True)]
            rows.append([guard_formula(value) if isinstance(value, str) else value for value in values])
        return [field.column_name for field in fields], rows

    def shown(self, name: str, field: Field, obj: Any) -> Any:
        """Return the value of one cell; a subclass masks here what the person may not read in full."""
        return field.export(obj)
