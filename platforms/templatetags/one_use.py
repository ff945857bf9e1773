"""``{% csrf_token %}`` puts the one-use key of the form beside the token, so that no form can be without one."""

import secrets
from typing import Any

from django import template
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString

from platforms.one_use import KEY

register = template.Library()


class FormTokens(CsrfTokenNode):
    """The token against foreign sites, and the key that is used once."""

    def render(self, context: Any) -> SafeString:
        token = super().render(context)
        if not token:
            return SafeString(token)
        return format_html('{}<input type="hidden" name="{}" value="{}">', token, KEY, secrets.token_urlsafe(16))


@register.tag
def csrf_token(parser: Any, token: Any) -> FormTokens:  # noqa: ARG001 - Django's signature
    """Take the place of Django's tag of the same name."""
    return FormTokens()
