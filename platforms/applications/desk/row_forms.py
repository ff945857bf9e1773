"""One row of the application form (staff, services, partners), and forms with a line for each of a closed list."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from platforms.applications.choices import RuleKind
from platforms.applications.desk.boxes import row_box_of
from platforms.applications.desk.quick_widgets import quick
from platforms.applications.desk.section_forms import DraftForm
from platforms.applications.form_fields import ROW_FIELDS
from platforms.applications.queries.forms import row_model
from platforms.choices import FreeService
from platforms.pages.fields import OPEN, SOFT, PlainTextField
from platforms.unreadable import Unreadable, with_it

Row = dict[str, Any]


class RowForm(forms.Form):
    """One row; ``key`` is its place among the saved rows, empty for a new one."""

    use_required_attribute = False
    key = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def is_begun(self) -> bool:
        """Whether anything stands in its boxes; what they are proposed to hold counts as nothing."""
        return any(self[name].data for name in set(self.changed_data) - {"key", "DELETE"})

    @property
    def open_names(self) -> set[str]:
        """The boxes that only were left empty so far."""
        return {name for name, errors in self.errors.as_data().items() if all(each.code == OPEN for each in errors)}

    @property
    def is_bad(self) -> bool:
        """Whether something in it is wrong, not only empty."""
        return bool(set(self.errors) - self.open_names)


class _OfferForm(RowForm):
    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if cleaned and cleaned.get("is_free") is False and not cleaned.get("fee_standard"):
            self.add_error("fee_standard", ValidationError("收费的服务须写明收费标准。", code=OPEN))
        if cleaned and cleaned.get("is_free") and cleaned.get("fee_standard"):
            sentence = "免费的服务不填收费标准；如收费，请把“收费”一栏改为收费。"
            self.add_error("fee_standard", ValidationError(sentence, code=SOFT))
        return cleaned


def row_form_of(kind: str) -> type[RowForm]:
    """Return the form of one row of ``kind``: its boxes are made from the table of fields."""
    boxes = {each.name: row_box_of(row_model(kind), each) for each in ROW_FIELDS[kind] if each.in_table}
    base = _OfferForm if kind == "services" else RowForm
    return quick(type(f"{kind.title()}RowForm", (base,), boxes))


EXAMPLES = {
    FreeService.POLICY: "例如：每月一次政策宣讲，常年提供项目申报辅导。",
    FreeService.PROBLEMS: "例如：登记企业困难，三个工作日内答复或转有关部门。",
    FreeService.NEEDS: "例如：每季度走访企业，对接融资、人才和技术资源。",
}


class FreeServicesForm(DraftForm):
    """The three public-interest services (二·(四)): compulsory and free, so that only their content is asked for."""

    def __init__(self, *, stored: Mapping[str, str], data: Any = None) -> None:
        super().__init__(data, prefix="free", initial=dict(stored))
        for value, label in FreeService.choices:
            self.fields[value] = PlainTextField(
                label=label,
                max_length=200,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=EXAMPLES[FreeService(value)],
            )
        self.order_fields(FreeService.values)

    def rows_of(self, typed: Mapping[str, Any], wrong: Mapping[str, Unreadable]) -> list[Row]:
        """Return the rows to be saved: what is stored, and over it ``typed``, by the names of the boxes.

        ``wrong`` is what cannot be read, by field.
        """
        contents = {
            value: typed.get(self.add_prefix(value), self.initial.get(value, "")) for value in FreeService.values
        }
        fixed = {"service_class": "", "is_free": True, "fee_standard": ""}
        return [
            with_it(
                {"free_service": value, "content": "" if value in wrong else content} | fixed,
                {"content": wrong[value]} if value in wrong else None,
            )
            for value, content in contents.items()
            if content
        ]


class RulesForm(forms.Form):
    """The six management rules (二·(六)); process, standard and fees must be public."""

    use_required_attribute = False
    must_be_public = (RuleKind.PROCESS, RuleKind.STANDARD, RuleKind.FEES)

    def __init__(self, *, stored: Mapping[str, tuple[str, bool]], data: Any = None) -> None:
        initial: dict[str, Any] = {}
        for kind, (title, is_public) in stored.items():
            initial |= {f"{kind}_title": title, f"{kind}_public": is_public}
        super().__init__(data, prefix="rules", initial=initial)
        for kind, label in RuleKind.choices:
            self.fields[f"{kind}_title"] = PlainTextField(label=f"{label}文件名称", max_length=120, required=False)
            self.fields[f"{kind}_public"] = forms.BooleanField(label=f"{label}对外公开", required=False)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The table: one line a kind."""
        return [
            {
                "kind": kind,
                "label": label,
                "title": self[f"{kind}_title"],
                "public": self[f"{kind}_public"],
                "must": kind in self.must_be_public,
            }
            for kind, label in RuleKind.choices
        ]

    def rows_of(self, typed: Mapping[str, Any], wrong: Mapping[str, Unreadable]) -> list[Row]:
        """Return the rows to be saved: what is stored, and over it ``typed``, by the names of the boxes.

        ``wrong`` is what cannot be read, by field. A rule that is only ticked as public is one that was begun.
        """
        values = dict(self.initial) | {
            name: typed[self.add_prefix(name)] for name in self.fields if self.add_prefix(name) in typed
        }
        rows = []
        for kind in RuleKind.values:
            title, public, bad = values.get(f"{kind}_title", ""), bool(values.get(f"{kind}_public")), f"{kind}_title"
            if title or public:
                row = {"kind": kind, "title": "" if bad in wrong else title, "is_public": public}
                rows.append(with_it(row, {"title": wrong[bad]} if bad in wrong else None))
        return rows
