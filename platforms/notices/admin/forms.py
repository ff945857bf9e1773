"""The forms in which a notice is entered: one for what stands once, one set of rows for each list."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet

from platforms.models import Notice
from platforms.notices.choices import Collector, NoticeStatus
from platforms.notices.clauses import KEYS
from platforms.notices.queries import READINGS
from platforms.notices.terms import FACTOR_SHARE, TONES, USUAL_NUMBERS
from platforms.pages.fields import DayField, PlainTextField

TONE_LABELS = {"good": "绿色", "info": "蓝色", "wait": "橙色", "bad": "红色", "neutral": "灰色"}
NUMBERS = ("validity_years", "ban_years", "complaints_enough", "target")


class HeadForm(forms.Form):
    """What a notice says once."""

    number = PlainTextField(label="文号", max_length=40, help_text="如：某某办〔2020〕5号。")
    version = forms.IntegerField(
        label="版本", min_value=1, max_value=99, help_text="同一文号的录入有更正时填写下一个数。"
    )
    title = PlainTextField(label="标题", max_length=120)
    issuers = PlainTextField(
        label="发文单位", max_length=400, widget=forms.Textarea(attrs={"rows": 3}), help_text="一行一个单位。"
    )
    issued_on = DayField(label="发文日期")
    replaces = forms.ModelChoiceField(Notice.objects.none(), label="替代的通知", required=False)
    validity_years = forms.IntegerField(label="认定有效期（年）")
    ban_years = forms.IntegerField(label="撤销后不受理申报（年）")
    complaints_enough = forms.IntegerField(label="核实投诉达到（件）", help_text="达到这一件数的，提出撤销情形。")
    target = forms.IntegerField(label="建设目标（个）", help_text="新建年度时采用。")
    number_pattern = PlainTextField(
        label="证书编号规则",
        max_length=60,
        help_text=f"字母后接{{year}}、{{serial}}、{{check}}，如：{USUAL_NUMBERS}。",
    )
    money_kind = forms.ChoiceField(
        label="资金分配办法", required=False, choices=[("", "不安排资金"), (FACTOR_SHARE, "因素法：按档次分值分配")]
    )
    failing = PlainTextField(
        label="计入淘汰线的档次代号", required=False, max_length=8, help_text="没有分值的一个档次，如：D。"
    )
    line = PlainTextField(label="淘汰线", required=False, max_length=12, help_text="如：20% 或 1/3。")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = Notice.objects.filter(status=NoticeStatus.APPROVED)
        self.fields["replaces"].queryset = rows  # type: ignore[attr-defined]
        for each in READINGS:
            self.fields[f"reading_{each.name}"] = forms.ChoiceField(
                label=f"默认口径：{each.label}", choices=list(each.choices), required=False
            )


class RowForm(forms.Form):
    """A row of a list: left wholly empty it counts for nothing."""

    use_required_attribute = False


class PhaseRow(RowForm):
    label = PlainTextField(label="名称", max_length=40)
    key = PlainTextField(label="代号", max_length=24)
    clause = PlainTextField(label="条款代号", max_length=40)


class GradeRow(RowForm):
    label = PlainTextField(label="名称", max_length=20)
    code = PlainTextField(label="代号", max_length=10)
    certified = forms.BooleanField(label="予以认定", required=False)
    points = forms.IntegerField(label="分值", required=False)
    tone = forms.ChoiceField(label="颜色", choices=[("", "请选择"), *((tone, TONE_LABELS[tone]) for tone in TONES)])


class HeadRow(RowForm):
    label = PlainTextField(label="名称", max_length=24)
    key = PlainTextField(label="代号", max_length=24)


class GroundRow(RowForm):
    label = PlainTextField(label="名称", max_length=40)
    key = PlainTextField(label="代号", max_length=24)
    clause = PlainTextField(label="条款代号", max_length=40)
    collector = forms.ChoiceField(label="事实来源", required=False, choices=[("", "人工登记"), *Collector.choices])


class ClauseRow(RowForm):
    number = PlainTextField(label="条款号", max_length=24)
    text = PlainTextField(label="要求", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))
    key = PlainTextField(label="条款代号", max_length=40)

    def about(self) -> str:
        """What the clause is about, as the code knows it."""
        return KEYS.get(str(self["key"].value() or ""), "")


#: Name, heading, form, how many empty rows stand below.
LISTS: tuple[tuple[str, str, type[RowForm], int], ...] = (
    ("phases", "阶段", PhaseRow, 1),
    ("grades", "档次（从好到差）", GradeRow, 1),
    ("heads", "指标类别", HeadRow, 1),
    ("grounds", "撤销情形", GroundRow, 1),
    ("clauses", "条款", ClauseRow, 2),
)


OPTIONS: dict[str, Any] = {"can_delete": True, "can_order": True}


class NoticeForms:
    """All forms of one page; ``data`` is what was sent, ``start`` the content that is shown first."""

    def __init__(self, data: Any, start: Mapping[str, Any]) -> None:
        self.head = HeadForm(data, initial=_head_of(start))
        self.lists: dict[str, BaseFormSet] = {
            name: forms.formset_factory(
                form, extra=extra, can_delete=True, can_order=True, max_num=80, absolute_max=120
            )(data, initial=_rows_of(start, name), prefix=name)
            for name, _, form, extra in LISTS
        }

    def sections(self) -> list[dict[str, Any]]:
        """Return the lists with heading and rows, as the page shows them."""
        return [{"name": name, "title": title, "formset": self.lists[name]} for name, title, _, _ in LISTS]

    def is_valid(self) -> bool:
        """Say whether all of it can be read; whether it makes a notice is another question."""
        return all([self.head.is_valid(), *(each.is_valid() for each in self.lists.values())])

    def rows(self, name: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of a list in their order, without the ones taken out and the empty ones."""
        kept = [
            (at, form.cleaned_data)
            for at, form in enumerate(self.lists[name].forms, start=1)
            if form.has_changed() or form.initial
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
        for _, row in sorted(kept, key=lambda each: (each[1].get("ORDER") or each[0], each[0])):
            yield row

    def content(self) -> dict[str, Any]:
        """Return what was entered as the arguments of ``services.save_draft``."""
        head = self.head.cleaned_data
        grades = list(self.rows("grades"))
        terms: dict[str, Any] = {name: head[name] for name in (*NUMBERS, "number_pattern")}
        terms["phases"] = [{name: row[name] for name in ("key", "label", "clause")} for row in self.rows("phases")]
        terms["grades"] = [{name: row[name] for name in ("code", "label", "certified", "tone")} for row in grades]
        terms["heads"] = [{name: row[name] for name in ("key", "label")} for row in self.rows("heads")]
        terms["grounds"] = [
            {name: row[name] for name in ("key", "label", "clause", "collector")} for row in self.rows("grounds")
        ]
        terms["money"] = (
            {
                "kind": head["money_kind"],
                "points": {row["code"]: row["points"] for row in grades if row["points"] is not None},
                "failing": head["failing"],
                "line": head["line"],
            }
            if head["money_kind"]
            else {}
        )
        terms["readings"] = {
            each.name: head[f"reading_{each.name}"] for each in READINGS if head[f"reading_{each.name}"]
        }
        return {
            "number": head["number"],
            "version": head["version"],
            "title": head["title"],
            "issuers": [line.strip() for line in head["issuers"].splitlines() if line.strip()],
            "issued_on": head["issued_on"],
            "replaces": head["replaces"],
            "terms": terms,
            "clauses": [{name: row[name] for name in ("key", "number", "text")} for row in self.rows("clauses")],
        }


def _head_of(start: Mapping[str, Any]) -> dict[str, Any]:
    terms = start["terms"]
    money = terms.get("money") or {}
    readings = {f"reading_{name}": value for name, value in (terms.get("readings") or {}).items()}
    return {
        **{name: start.get(name) for name in ("number", "version", "title", "issued_on", "replaces")},
        "issuers": "\n".join(start.get("issuers") or ()),
        **{name: terms.get(name) for name in (*NUMBERS, "number_pattern")},
        "money_kind": money.get("kind", ""),
        "failing": money.get("failing", ""),
        "line": money.get("line", ""),
        **readings,
    }


def _rows_of(start: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    if name == "clauses":
        rows = [dict(row) for row in start["clauses"]]
    else:
        rows = [dict(row) for row in start["terms"].get(name) or ()]
    if name == "grades":
        points = (start["terms"].get("money") or {}).get("points") or {}
        rows = [row | {"points": points.get(row.get("code"))} for row in rows]
    return rows
