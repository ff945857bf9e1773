"""Schemes: loaded, copied into a new version, put to use in the evaluation of a round."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from evaluation.models import Indicator, Scheme
from evaluation.schemes import default_scheme
from platforms.audit.services import audit
from platforms.errors import Refusal
from platforms.models import User


@transaction.atomic
def load_default_scheme() -> Scheme:
    """Return the default scheme of the product, made on the first call; a later one changes nothing."""
    found = Scheme.objects.filter(name=default_scheme.NAME).order_by("version").first()
    if found:
        return found
    scheme = Scheme.objects.create(name=default_scheme.NAME, note=default_scheme.NOTE)
    Indicator.objects.bulk_create(Indicator(scheme=scheme, **fields) for fields in default_scheme.indicators())
    return scheme


@transaction.atomic
def copy_scheme(*, scheme: Scheme, by: User, at: datetime) -> Scheme:
    """Make the next version of ``scheme``, a draft with the same indicators and cut-offs.

    Raises:
        Refusal: ``by`` may not write schemes.
    """
    _check_may(by, "evaluation.add_scheme", "编制评价方案")
    latest = Scheme.objects.filter(name=scheme.name).aggregate(latest=Max("version"))["latest"] or 0
    copy = Scheme.objects.create(
        name=scheme.name,
        version=latest + 1,
        cutoff_a=scheme.cutoff_a,
        cutoff_b=scheme.cutoff_b,
        cutoff_c=scheme.cutoff_c,
        note=scheme.note,
    )
    lines = list(scheme.indicators.all())
    for line in lines:
        line.pk, line.scheme = None, copy
        line._state.adding = True
    Indicator.objects.bulk_create(lines)
    audit.record(verb="复制评价方案", by=by, at=at, target=copy, code=str(copy), reason=f"依据{scheme}")
    return copy


def _check_may(by: User, permission: str, what: str) -> None:
    if not by.has_perm(permission):
        raise Refusal(f"您没有“{what}”的权限。")
