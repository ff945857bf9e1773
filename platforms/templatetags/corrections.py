"""The questions of a return at the place that they are about."""

from typing import Any

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def questions_at(context: template.Context, section: str, name: str) -> list[Any]:
    """Return what is asked at the field, kind of rows or question ``name``; without it, about the whole section."""
    asked = context.get("corrections")
    if not asked:
        return []
    return asked.at(section, name) if name else asked.about(section)  # type: ignore[no-any-return]
