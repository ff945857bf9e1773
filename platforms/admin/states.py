"""States in lists: a word and its tone, never colour alone."""

from django.utils.html import format_html
from django.utils.safestring import SafeString


def badge(label: str, tone: str) -> SafeString:
    """Return the mark-up of a badge; ``tone`` is good, wait, bad, info or neutral."""
    return format_html('<span class="badge" data-tone="{}">{}</span>', tone, label)
