"""Numbers that are given once: no doubles with any number of processes, no gap after a rollback."""

import secrets

from django.db import transaction
from django.db.models import F

from platforms.models import Counter

#: Capital letters and digits that cannot be taken for one another when read aloud or from paper.
CLEAR = "ACDEFGHJKLMNPQRTUVWXY34679"


@transaction.atomic
def next_number(name: str, *, count: int = 1) -> int:
    """Return the next number of the series ``name``, from 1 on; with ``count`` take so many and return the last.

    The row stays locked until the caller's transaction ends, so a rollback gives the numbers back.
    """
    if not Counter.objects.filter(name=name).update(last=F("last") + count):
        Counter.objects.bulk_create([Counter(name=name)], ignore_conflicts=True)
        Counter.objects.filter(name=name).update(last=F("last") + count)
    return Counter.objects.values_list("last", flat=True).get(name=name)


def last_number(name: str) -> int:
    """Return the last number given in the series ``name``, 0 if none was."""
    return Counter.objects.filter(name=name).values_list("last", flat=True).first() or 0


def random_part(length: int) -> str:
    """Return ``length`` clear characters that nobody can guess from a neighbour's."""
    return "".join(secrets.choice(CLEAR) for _ in range(length))
