"""The form of what is handed in periodically."""

from typing import Any

from platforms.models import PeriodicReturn
from platforms.pages.evidence import files_field
from platforms.pages.fields import PlainTextField
from platforms.pages.forms import WithFiles, area
from platforms.periodic_reports.services.reports import MOST_TEXT


class ReturnForm(WithFiles):
    """What is handed in for one period: the numbers, the text and the files that the schedule asks for."""

    def __init__(self, *args: Any, row: PeriodicReturn, **options: Any) -> None:
        super().__init__(*args, **options)
        schedule = row.schedule
        for place, label in enumerate(schedule.labels):
            field = PlainTextField(label=label, max_length=15)
            field.initial = row.figures.get(label, "")
            field.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}
            self.fields[f"figure_{place}"] = field
        asked = PlainTextField(
            label="报送内容", max_length=MOST_TEXT, required=schedule.wants_text, widget=area(8, MOST_TEXT)
        )
        asked.initial = row.text
        if not schedule.wants_text:
            asked.help_text = "可不填。"
        self.fields["text"] = asked
        help_text = "须至少有一个文件；已上传过的不必重复上传。" if schedule.wants_file else "可不选。"
        self.fields["uploads"] = files_field("文件", help_text)

    def figures(self, row: PeriodicReturn) -> dict[str, str]:
        """Return the numbers that were typed, by their label."""
        return {label: self.cleaned_data.get(f"figure_{place}", "") for place, label in enumerate(row.schedule.labels)}
