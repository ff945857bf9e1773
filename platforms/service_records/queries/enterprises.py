"""Known enterprises, found while one is typed; never more than a few, those of others never by a letter or two."""

from django.db.models import Exists, OuterRef, Q

from platforms.models import Enterprise, ServiceRecord, User

#: Fewer characters find no enterprise that others serve: the table is not to be leafed through.
LEAST, MOST = 4, 10
#: Those that a person's own records name are found by two.
LEAST_OF_OWN = 2


def named(*, code: str = "", name: str = "") -> list[tuple[str, str]]:
    """Return name and credit code of the enterprises of exactly this code, or called exactly so now."""
    rows = Enterprise.objects.filter(code=code) if code else Enterprise.objects.filter(name=name)
    return list(rows.order_by("code").values_list("name", "code")[: MOST + 1])


def like(text: str, user: User) -> list[tuple[str, str]]:
    """Return name and credit code of at most :data:`MOST` whose code or name holds ``text``, those served first whose
    records ``user`` sees; fewer than :data:`LEAST` characters find nothing but those."""
    text = text.strip()
    if len(text) < LEAST_OF_OWN:
        return []
    served = ServiceRecord.objects.visible_to(user).filter(enterprise=OuterRef("pk"))
    rows = Enterprise.objects.annotate(own=Exists(served))
    if len(text) < LEAST:
        rows = rows.filter(own=True)
    found = Q(name__icontains=text)
    if text.isascii() and text.isalnum() and len(text) >= LEAST:
        found |= Q(code__contains=text.upper())
    return list(rows.filter(found).order_by("-own", "name", "code").values_list("name", "code")[:MOST])


def recent(user: User) -> list[tuple[str, str]]:
    """Return name and credit code of the enterprises for which ``user`` typed records last, the latest first."""
    rows = ServiceRecord.objects.visible_to(user).filter(entered_by=user, cancelled_at__isnull=True)
    lately = rows.order_by("-pk").values_list("enterprise__name", "enterprise__code")[: 10 * MOST]
    return list(dict.fromkeys(lately))[:MOST]
