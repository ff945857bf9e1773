from django.core.exceptions import ValidationError


class MixedCharactersValidator:
    """Letters, digits and symbols, all three (等保 2.0)."""

    def validate(self, password: str, user: object = None) -> None:  # noqa: ARG002
        """Raise ``ValidationError`` unless ``password`` holds a letter, a digit and a symbol."""
        if not (
            any(c.isalpha() for c in password)
            and any(c.isdigit() for c in password)
            and any(not c.isalnum() for c in password)
        ):
            raise ValidationError(self.get_help_text(), code="password_not_mixed")

    def get_help_text(self) -> str:
        return "密码须同时包含字母、数字和符号。"
