"""Known enterprises, found while one is typed; never more than a few, never by a letter or two."""

from platforms.models import Enterprise

#: Fewer characters find nothing: the table is not to be leafed through.
LEAST, MOST = 4, 10


def named(*, code: str = "", name: str = "") -> list[tuple[str, str]]:
    """Return name and credit code of the enterprises of exactly this code, or called exactly so now."""
    rows = Enterprise.objects.filter(code=code) if code else Enterprise.objects.filter(name=name)
    return list(rows.order_by("code").values_list("name", "code")[: MOST + 1])


def like(text: str) -> list[tuple[str, str]]:
    """Return name and credit code of at most :data:`MOST` whose code begins with ``text`` or whose name holds it."""
    text = text.strip()
    if len(text) < LEAST:
        return []
    if text.isascii() and text.isalnum():
        rows = Enterprise.objects.filter(code__startswith=text.upper()).order_by("code")
    else:
        rows = Enterprise.objects.filter(name__icontains=text).order_by("name", "code")
    return list(rows.values_list("name", "code")[:MOST])
