"""Schemes: loaded, copied into a new version, put to use in the evaluation of a round."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from evaluation.models import Indicator, Scheme, SchemeCutoff
from evaluation.schemes import default_scheme
from evaluation.schemes.models import heads_of
from platforms.audit.services import audit
from platforms.errors import Refusal
from platforms.models import User
from platforms.notices.models import value_of
from platforms.notices.queries import in_use


@transaction.atomic
def load_default_scheme() -> Scheme:
    """Return the default scheme of the product under the notice in use, made on the first call.

    A later call changes nothing; under another notice it makes the next version.

    Raises:
        Refusal: no notice is approved yet.
    """
    notice = in_use()
    if notice is None:
        raise Refusal("还没有已批准的通知，请先载入基础数据或录入并批准通知。")
    versions = Scheme.objects.filter(name=default_scheme.NAME).order_by("version")
    found = versions.filter(notice=notice).first()
    if found:
        return found
    terms = value_of(notice).terms
    latest = versions.aggregate(latest=Max("version"))["latest"] or 0
    scheme = Scheme.objects.create(
        notice_id=notice, name=default_scheme.NAME, version=latest + 1, note=default_scheme.NOTE
    )
    heads = [key for key, _ in heads_of(terms)]
    Indicator.objects.bulk_create(Indicator(scheme=scheme, **fields) for fields in default_scheme.indicators(heads))
    SchemeCutoff.objects.bulk_create(
        SchemeCutoff(scheme=scheme, grade=grade, least=least)
        for grade, least in default_scheme.cutoffs(terms.grade_codes)
    )
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
        notice=scheme.notice,
        note=scheme.note,
    )
    SchemeCutoff.objects.bulk_create(
        SchemeCutoff(scheme=copy, grade=each.grade, least=each.least) for each in scheme.cutoffs.all()
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
