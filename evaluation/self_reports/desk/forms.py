"""The forms of self-reports: the lines that a unit writes, and what its county says about them."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError

from evaluation.self_reports.queries.lines import Line
from evaluation.self_reports.services.checking import LONGEST_REASON
from evaluation.self_reports.services.filling import LARGEST, LONGEST_LINK, LONGEST_REMARK, LineEntry, checked_link
from platforms.errors import Refusal
from platforms.pages.fields import DayField, DecimalNumberField, PlainTextField
from platforms.pages.forms import RefusableForm, area


class LinesForm(RefusableForm):
    """The boxes of all lines of one report; a box that is wrong is told and leaves the others to be saved."""

    def __init__(self, data: Any = None, *, lines: Sequence[Line]) -> None:
        super().__init__(data)
        self.lines = lines
        for line in lines:
            code, row = line.asked.code, line.row
            if line.asked.takes_value:
                unit = row.indicator.unit
                value = DecimalNumberField(
                    places=2, low="0", high=str(LARGEST), unit=unit, label="本期数值", required=False
                )
                value.initial = None if row.value is None else f"{row.value.normalize():f}"
                self.fields[f"{code}-value"] = value
            remark = PlainTextField(
                label="说明", max_length=LONGEST_REMARK, required=False, widget=area(2, LONGEST_REMARK)
            )
            remark.initial = row.remark
            link = PlainTextField(label="佐证链接", max_length=LONGEST_LINK, required=False, help_text="https 网址")
            link.initial = row.link
            link.widget.attrs |= {"inputmode": "url", "autocomplete": "off"}
            self.fields |= {f"{code}-remark": remark, f"{code}-link": link}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in [each for each in cleaned if each.endswith("-link")]:
            try:
                checked_link(cleaned[name])
            except Refusal as refusal:
                self.add_error(name, ValidationError(str(refusal)))
        return cleaned

    def entries(self) -> dict[str, LineEntry]:
        """Return what can be saved, by code: a wrong box keeps what is stored."""
        found = {}
        for line in self.lines:
            code, row = line.asked.code, line.row
            found[code] = LineEntry(
                value=self.cleaned_data.get(f"{code}-value", row.value) if line.asked.takes_value else None,
                remark=self.cleaned_data.get(f"{code}-remark", row.remark),
                link=self.cleaned_data.get(f"{code}-link", row.link),
            )
        return found


class HandInForm(RefusableForm):
    """Who hands a report in."""

    filled_by = PlainTextField(label="填报人姓名", max_length=40, help_text="将印在回执上。")


class SendBackForm(RefusableForm):
    """What is to be mended, indicator by indicator, and about the whole."""

    def __init__(self, data: Any = None, files: Any = None, *, lines: Sequence[Line]) -> None:
        super().__init__(data, files)
        for line in lines:
            question = PlainTextField(
                label=line.asked.title, max_length=LONGEST_REASON, required=False, widget=area(2, LONGEST_REASON)
            )
            question.initial = line.row.question
            self.fields[f"question-{line.asked.code}"] = question
        self.fields["reason"] = PlainTextField(
            label="总体意见", max_length=LONGEST_REASON, required=False, widget=area(2, LONGEST_REASON),
            help_text="各项意见和总体意见至少填写一处。",
        )  # fmt: skip

    def questions(self) -> dict[str, str]:
        """Return what was typed about each indicator, by code."""
        names = [each for each in self.fields if each.startswith("question-")]
        return {name.removeprefix("question-"): self.cleaned_data[name] for name in names}


class LeaveForm(RefusableForm):
    """Until when a unit may report later, and why."""

    until = DayField(label="延期至")
    reason = PlainTextField(label="理由", max_length=LONGEST_REASON, widget=area(3, LONGEST_REASON))
