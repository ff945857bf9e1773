"""The forms on which the city says who judges, and on which somebody stays out of a platform."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from evaluation.marking.queries.judges import judges
from evaluation.marking.services.entering import LONGEST_TEXT
from platforms.models import User

KEEP, REPLACE = "keep", "replace"


def named(person: User) -> str:
    return f"{person}（{person.employer or person.get_role_display()}）"


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return named(obj)


class PeopleField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return named(obj)


def _reason(label: str, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3}), **options)


class AssignForm(forms.Form):
    """Over whom the platforms are spread, and what becomes of those who are assigned already."""

    judges = PeopleField(User.objects.none(), label="评审员", error_messages={"required": "请选择评审员。"})
    mode = forms.ChoiceField(
        label="已分派的",
        choices=((KEEP, "保留，只补足缺少的"), (REPLACE, "重新分派，取消尚未提交的评分表")),
        initial=KEEP,
        widget=forms.RadioSelect,
    )
    reason = _reason("理由", required=False, help_text="重新分派时必填。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["judges"].queryset = judges()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("mode") == REPLACE and not data.get("reason"):
            self.add_error("reason", "请填写重新分派的理由。")
        return data


class OneForm(forms.Form):
    """Who judges one platform, among those who may."""

    judges = PeopleField(User.objects.none(), label="评审员", error_messages={"required": "请选择评审员。"})

    def __init__(self, *args: Any, free: QuerySet[User], most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = most
        self.fields["judges"].queryset = free  # type: ignore[attr-defined]
        self.fields["judges"].help_text = f"还可分派 {most} 名。"

    def clean_judges(self) -> QuerySet[User]:
        chosen: QuerySet[User] = self.cleaned_data["judges"]
        if len(chosen) > self.most:
            raise forms.ValidationError(f"最多还可分派 {self.most} 名，现选了 {len(chosen)} 名。")
        return chosen


class ChangeForm(forms.Form):
    """Who judges instead, or nobody yet, and why."""

    judge = PersonField(User.objects.none(), label="改由", required=False, empty_label="暂不指定，另行分派")
    reason = _reason("理由")

    def __init__(self, *args: Any, free: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["judge"].queryset = free  # type: ignore[attr-defined]


class ThirdForm(forms.Form):
    """Who decides where two assessors differ."""

    judge = PersonField(
        User.objects.none(), label="第三人", empty_label="请选择", error_messages={"required": "请选择第三人。"}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["judge"].queryset = judges()  # type: ignore[attr-defined]


class ConflictForm(forms.Form):
    """Who stays out of a platform, and why."""

    person = PersonField(User.objects.none(), label="回避人", empty_label="请选择")
    reason = _reason("回避事由")

    def __init__(self, *args: Any, free: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = free  # type: ignore[attr-defined]


class OwnConflictForm(forms.Form):
    """Why somebody stays out of a platform that was assigned to that person."""

    reason = _reason("回避事由", help_text="如在该单位任职、与其负责人有亲属关系、曾为其提供咨询等。")
