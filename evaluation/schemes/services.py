"""Schemes: loaded, copied into a new version, taken in from a workbook, put to use in the evaluation of a round."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from evaluation.models import Indicator, Scheme, SchemeCutoff
from evaluation.schemes import default_scheme
from evaluation.schemes.choices import SchemeStatus
from evaluation.schemes.models import heads_of
from evaluation.schemes.queries import problems_of
from platforms.audit.services import audit
from platforms.errors import Refusal
from platforms.models import User
from platforms.notices.models import value_of
from platforms.notices.queries import in_use

#: What a scheme says beside its rows, name and notice.
SETTINGS = ("explain_full", "difference_share", "gap_share", "missing_report")


@transaction.atomic
def load_default_scheme() -> Scheme:
    """Return the default scheme of the product under the notice in use, made on the first call.

    A later call changes nothing; under another notice it makes the next version.

    Raises:
        Refusal: no notice is approved yet.
    """
    notice = in_use()
    if notice is None:
        raise Refusal("尚无已批准的通知，请先载入基础数据或录入并批准通知。")
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
        **{name: getattr(scheme, name) for name in SETTINGS},
    )
    _add_rows(copy, scheme.cutoffs.all(), scheme.indicators.all())
    audit.record(verb="复制评价方案", by=by, at=at, target=copy, code=str(copy), reason=f"依据{scheme}")
    return copy


@transaction.atomic
def take_in_scheme(
    *,
    scheme: Scheme,
    cutoffs: Iterable[SchemeCutoff],
    indicators: Iterable[Indicator],
    digest: str,
    by: User,
    at: datetime,
) -> Scheme:
    """Store ``scheme`` with its rows, none of them stored yet, as the next version of its name, a draft.

    ``digest`` is that of the workbook that it comes from.

    Raises:
        Refusal: ``by`` may not write schemes.
    """
    _check_may(by, "evaluation.add_scheme", "编制评价方案")
    latest = Scheme.objects.filter(name=scheme.name).aggregate(latest=Max("version"))["latest"] or 0
    scheme.version, scheme.status = latest + 1, SchemeStatus.DRAFT
    scheme.save()
    _add_rows(scheme, cutoffs, indicators)
    audit.record(verb="导入评价方案", by=by, at=at, target=scheme, code=str(scheme), reason=f"文件校验值 {digest[:16]}")
    return scheme


@transaction.atomic
def put_to_use(*, scheme: Scheme, by: User, at: datetime) -> None:
    """Lock ``scheme``, which nobody changes from then on; one that is locked stays so.

    Raises:
        Refusal: something keeps it from being used (``queries.problems_of``).
    """
    problems = problems_of(scheme.value())
    if problems:
        raise Refusal(f"评价方案“{scheme}”不能启用：{''.join(each.told for each in problems)}")
    if Scheme.objects.filter(pk=scheme.pk, status=SchemeStatus.DRAFT).update(status=SchemeStatus.LOCKED):
        audit.record(verb="启用评价方案", by=by, at=at, target=scheme, code=str(scheme))
    scheme.refresh_from_db()


def _add_rows(scheme: Scheme, cutoffs: Iterable[SchemeCutoff], indicators: Iterable[Indicator]) -> None:
    """Store copies of ``cutoffs`` and ``indicators`` under ``scheme``."""
    starts, lines = list(cutoffs), list(indicators)
    rows: list[Any] = [*starts, *lines]
    for row in rows:
        row.pk, row.scheme = None, scheme
        row._state.adding = True
    SchemeCutoff.objects.bulk_create(starts)
    Indicator.objects.bulk_create(lines)


def _check_may(by: User, permission: str, what: str) -> None:
    if not by.has_perm(permission):
        raise Refusal(f"您没有“{what}”的权限。")
