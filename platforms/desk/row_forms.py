"""The rows of the application form: staff, services, partners, rules.

A row that was left blank is no row. A row that is wrong keeps the values that were saved before, the other rows are
saved all the same: each row carries as ``key`` its place among the rows that were saved when the page was made.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.forms import BaseFormSet, formset_factory

from platforms import checks
from platforms.choices import Education, FreeService, RuleKind, ServiceClass, Sex
from platforms.desk.fields import PickField, PlainTextField, WholeNumberField, savable
from platforms.desk.section_forms import DraftForm, one_mobile

MOST_ROWS = 100

Row = dict[str, Any]


class RowForm(forms.Form):
    """One row; ``key`` is its place among the saved rows, empty for a new one."""

    use_required_attribute = False
    key = forms.CharField(required=False, widget=forms.HiddenInput)

    titled: ClassVar[tuple[str, ...]] = ("name",)

    @property
    def title(self) -> str:
        """What the folded row is called."""
        words = []
        for name in self.titled:
            box = self[name]
            value = str(box.value() or "")
            words.append(str(dict(getattr(box.field, "choices", ())).get(value, value)) if value else "")
        return " · ".join(word for word in words if word) if words[0] else ""


class StaffForm(RowForm):
    titled = ("name", "post", "full_time")
    name = PlainTextField(label="姓名", max_length=40)
    sex = PickField(label="性别", choices=Sex.choices)
    education = PickField(label="学历", choices=Education.choices)
    qualification = PlainTextField(label="职称或证书", max_length=80, required=False)
    post = PlainTextField(label="岗位", max_length=40)
    full_time = forms.TypedChoiceField(
        label="用工",
        choices=(("yes", "专职"), ("no", "兼职")),
        coerce=lambda value: value == "yes",
        initial="yes",
        error_messages={"required": "请选择。", "invalid_choice": "请从列出的选项中选择。"},
    )
    years = WholeNumberField(label="企业服务年限", unit="年", high=60)
    mobile = PlainTextField(label="手机", max_length=40, required=False, rule=checks.normalise_phones, check=one_mobile)


class OfferForm(RowForm):
    titled = ("service_class", "content")
    service_class = PickField(label="服务类别", choices=ServiceClass.choices)
    content = PlainTextField(label="服务内容", max_length=200)
    is_free = forms.TypedChoiceField(
        label="收费",
        choices=(("yes", "免费"), ("no", "收费")),
        coerce=lambda value: value == "yes",
        initial="yes",
        error_messages={"required": "请选择。", "invalid_choice": "请从列出的选项中选择。"},
    )
    fee_standard = PlainTextField(label="收费标准", max_length=120, required=False)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if cleaned and cleaned.get("is_free") is False and not cleaned.get("fee_standard"):
            self.add_error("fee_standard", "收费的服务须写明收费标准。")
        if cleaned and cleaned.get("is_free") and cleaned.get("fee_standard"):
            self.add_error("fee_standard", "免费的服务不填收费标准；如收费，请把“收费”一栏改为收费。")
        return cleaned


class PartnerForm(RowForm):
    titled = ("name", "service_class")
    name = PlainTextField(label="合作机构", max_length=80)
    service_class = PickField(label="合作服务类别", choices=ServiceClass.choices)


class BaseRows(BaseFormSet):
    """Every row may be left blank, whatever the page says how many rows there were."""

    def initial_form_count(self) -> int:
        return 0 if self.is_bound else super().initial_form_count()


class RowSet:
    """The rows of one kind on one page, shown from what is saved or from what was typed."""

    forms: dict[str, tuple[type[RowForm], str]] = {
        "staff": (StaffForm, "人员"),
        "services": (OfferForm, "服务"),
        "partners": (PartnerForm, "机构"),
    }

    def __init__(self, kind: str, stored: Sequence[Any], data: Mapping[str, Any] | None = None) -> None:
        self.kind = kind
        self.form, self.noun = self.forms[kind]
        self.names = [name for name in self.form.base_fields if name != "key"]
        self.stored: list[Row] = [{name: getattr(row, name) for name in self.names} for row in stored]
        if data is not None:
            self.formset: Any = self._factory()(data, prefix=kind)
        else:
            rows = self._shown()
            self.formset = self._factory(extra=0 if rows else 1)(initial=rows, prefix=kind)

    def _factory(self, extra: int = 0) -> type[BaseRows]:
        made: Any = formset_factory(
            self.form, formset=BaseRows, extra=extra, max_num=MOST_ROWS, absolute_max=MOST_ROWS, can_delete=True
        )
        return made  # type: ignore[no-any-return]

    def _shown(self) -> list[Row]:
        return [
            {name: {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
             for name, value in row.items()} | {"key": str(place)}
            for place, row in enumerate(self.stored)
        ]  # fmt: skip

    def add_row(self) -> None:
        """Show what was typed and one more empty row; nothing is judged and nothing is saved."""
        typed = []
        for form in self.formset.forms:
            row = {
                name: field.widget.value_from_datadict(form.data, {}, form.add_prefix(name))
                for name, field in form.fields.items()
            }
            typed.append(row)
        self.formset = self._factory(extra=1)(initial=typed, prefix=self.kind)

    def is_valid(self) -> bool:
        return bool(self.formset.is_valid())

    def typed(self) -> list[Row]:
        """Return the rows as they were typed, the blank and the deleted ones left out."""
        self.formset.is_valid()
        return [
            {name: form.cleaned_data.get(name, form[name].data) for name in self.names}
            for form in self.formset.forms
            if form.has_changed() and not self.formset._should_delete_form(form)
        ]

    def rows(self) -> list[Row]:
        """Return what is to be saved, and give each typed row its new place."""
        self.formset.is_valid()
        saved: list[Row] = []
        places: dict[str, str] = {}
        for form in self.formset.forms:
            row = self._row_of(form)
            places[form.add_prefix("key")] = str(len(saved)) if row is not None else ""
            if row is not None:
                saved.append(row)
        for form in self.formset.forms:
            form.data = {**_flat(form.data), **places}
        return saved

    def _row_of(self, form: RowForm) -> Row | None:
        if not form.has_changed() or self.formset._should_delete_form(form):
            return None
        values = savable(form)
        if all(name in values for name in self.names):
            return {name: values[name] for name in self.names}
        key = form.data.get(form.add_prefix("key"), "")
        if key.isascii() and key.isdigit() and len(key) < 4 and int(key) < len(self.stored):
            return self.stored[int(key)]
        return None

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Each error of each row: the id of its box and a sentence that names the row."""
        found: list[tuple[str, str]] = []
        if not self.formset.is_bound:
            return found
        for number, form in enumerate(self.formset.forms, start=1):
            if self.formset._should_delete_form(form):
                continue
            for name, errors in form.errors.items():
                box = form[name]
                found += [(box.id_for_label or f"{box.auto_id}_0", f"第 {number} 行“{box.label}”：{e}") for e in errors]
        found += [("", str(error)) for error in self.formset.non_form_errors()]
        return found


def _flat(data: Any) -> dict[str, Any]:
    return {name: data.get(name) for name in data}


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

    @property
    def rows(self) -> list[Row]:
        self.is_valid()
        return [
            {"free_service": value, "service_class": "", "content": content, "is_free": True, "fee_standard": ""}
            for value in FreeService.values
            if (content := self.cleaned_data.get(value, self.initial.get(value, "")))
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
                "label": label,
                "title": self[f"{kind}_title"],
                "public": self[f"{kind}_public"],
                "must": kind in self.must_be_public,
            }
            for kind, label in RuleKind.choices
        ]

    @property
    def rows(self) -> list[Row]:
        self.is_valid()
        found = []
        for kind in RuleKind.values:
            title = self.cleaned_data.get(f"{kind}_title", self.initial.get(f"{kind}_title", ""))
            if title:
                found.append({"kind": kind, "title": title, "is_public": self.cleaned_data[f"{kind}_public"]})
        return found
