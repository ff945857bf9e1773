"""States in lists: a word and its tone, never colour alone."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from platforms.tones import Tone


def badge(label: str, tone: Tone) -> SafeString:
    """Return the mark-up of a badge."""
    return format_html('<span class="badge" data-tone="{}">{}</span>', tone, label)
