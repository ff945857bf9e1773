"""The own password, asked for once more before an act that cannot be taken back."""

from typing import Any

from django import forms
from django.utils import timezone

from platforms.accounts.services.confirming import confirm_identity
from platforms.errors import Refusal
from platforms.models import User


class AsksPassword(forms.Form):
    """A form that is valid only with the password of ``person``, which is never shown again."""

    password = forms.CharField(
        label="登录密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text="请再次输入您的登录密码，确认由本人办理。",
        error_messages={"required": "请输入您的登录密码。"},
    )

    def __init__(self, *args: Any, person: User | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self) -> str:
        """Compare it with the password of the account.

        Raises:
            ValidationError: it is another, or was wrong too often lately.
        """
        given: str = self.cleaned_data["password"]
        assert self.person is not None  # whoever asks for a password says whose
        try:
            confirm_identity(person=self.person, password=given, at=timezone.now())
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return given
