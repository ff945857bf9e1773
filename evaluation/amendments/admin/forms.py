"""The forms of a correction and of a change: what was published, what it is to be, why, from which day."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from evaluation.amendments import correcting
from evaluation.amendments.fields import FIELDS
from evaluation.amendments.queries.amendments import evidence_of, operator_code_of
from evaluation.certification.evidence import Evidence, Line
from evaluation.models import Result
from evaluation.schemes.choices import Method
from evaluation.schemes.grading import Entry, plain
from platforms.backoffice.own_password import AsksPassword
from platforms.pages.evidence import files_field
from platforms.pages.fields import DayField, DecimalNumberField, PickField, PlainTextField

ENTRY = "entry_"
PASSED = (("yes", "达标"), ("no", "未达标"))


class AmendmentForm(AsksPassword):
    """What both have: the fields of the line as they were published, and at the end reasons, day and password."""

    use_required_attribute = False

    effective_on = DayField(label="生效日期")
    public_reason = PlainTextField(
        label="公开说明",
        max_length=200,
        help_text="在公众页面与新旧内容一并显示，不要写个人信息。",
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 200}),
    )
    reason = PlainTextField(
        label="理由",
        max_length=1000,
        help_text="写明依据和核查情况，内部留存。",
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 1000}),
    )

    #: In this order, after what changes.
    LAST: ClassVar[tuple[str, ...]] = ("effective_on", "public_reason", "reason", "password")

    def __init__(self, *args: Any, result: Result, **options: Any) -> None:
        super().__init__(*args, **options)
        self.result = result
        for field in FIELDS.values():
            code = field.name == "operator_code"
            self.fields[field.name] = PlainTextField(
                label=field.label,
                max_length=field.most,
                required=False,
                rule=field.rule,
                initial=operator_code_of(result) if code else getattr(result, field.name),
            )
        self.fields["effective_on"].initial = timezone.localdate()
        self.order_fields([*(name for name in self.fields if name not in self.LAST), *self.LAST])

    @property
    def changes(self) -> dict[str, str]:
        """The fields as they were sent."""
        return {name: self.cleaned_data[name] for name in FIELDS}

    @property
    def given(self) -> dict[str, Any]:
        """Reasons and day as the services take them."""
        return {name: self.cleaned_data[name] for name in ("effective_on", "public_reason", "reason")}


class ChangeForm(AmendmentForm):
    """A change with what proves it."""

    file = files_field("证明材料", "须上传，如登记变更证明、委托协议；一次最多选择 10 个文件，未能提交的须重新选择。")

    LAST: ClassVar[tuple[str, ...]] = ("effective_on", "public_reason", "reason", "file", "password")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["effective_on"].help_text = "变更自哪一天起，不晚于今天。"


class CorrectionForm(AmendmentForm):
    """A correction: also the entries of the indicators and the grade."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["effective_on"].help_text = "新证书自这一天起有效，原证书同日终止；不晚于今天。"
        self.evidence = evidence_of(self.result)
        for line in self.evidence.lines if self.evidence else ():
            self.fields[ENTRY + line.indicator.code] = _entry_field(line)
        terms = self.result.publication.round.terms
        now = self.result.grade_label
        self.fields["grade"] = PickField(
            label="更正后档次", choices=terms.grade_choices, required=False, help_text=_grade_help(self.evidence, now)
        )
        self.fields["grade_reason"] = PlainTextField(
            label="档次说明",
            max_length=400,
            required=False,
            help_text="档次与评价方案的计算结果不一致的，须写明理由。",
            widget=forms.Textarea(attrs={"rows": 2, "maxlength": 400}),
        )
        self.order_fields([*(name for name in self.fields if name not in self.LAST), *self.LAST])

    @property
    def entries(self) -> dict[str, Entry]:
        """The entries that were filled in."""
        return dict(self._entries())

    def _entries(self) -> Iterator[tuple[str, Entry]]:
        for line in self.evidence.lines if self.evidence else ():
            code = line.indicator.code
            value = self.cleaned_data[ENTRY + code]
            if value in (None, ""):
                continue
            if line.indicator.method == Method.GATE:
                yield code, Entry(passed=value == "yes")
            elif line.indicator.method == Method.SCORED:
                yield code, Entry(points=Fraction(value))
            else:
                yield code, Entry(verified=Fraction(value))


def _entry_field(line: Line) -> forms.Field:
    now = f"现为{correcting.told(line, line.entry)}"
    if line.indicator.method == Method.GATE:
        return PickField(label=line.indicator.title, choices=PASSED, required=False, help_text=f"{now}，不更正的不选。")
    scored = line.indicator.method == Method.SCORED
    high = plain(line.indicator.full_marks) if scored else "999999999999"
    told = f"{now}，满分 {high} 分" if scored else f"{now}，得 {line.points_told} 分"
    return DecimalNumberField(
        label=line.indicator.title, places=2, low="0", high=high, unit="分" if scored else line.unit, required=False,
        help_text=f"{told}，不更正的不填。",
    )  # fmt: skip


def _grade_help(evidence: Evidence | None, now: str) -> str:
    if evidence is None:
        return f"现为{now}；没有逐项评价依据，更正档次须填写档次说明。不更正的不选。"
    return f"现为{now}；更正指标的，不选即按评价方案重新计算。"
