"""First submissions: one application, or many together, all or none."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.db.models import F

from platforms import deadlines
from platforms.applications import completeness, eligibility
from platforms.applications.queries.forms import forms_of
from platforms.applications.queries.quotas import quota_use
from platforms.applications.queries.sites import facts_of_all
from platforms.applications.services import filing_extensions as exceptions
from platforms.applications.services.drafts import local_day
from platforms.applications.services.filing_steps import Incomplete, freeze
from platforms.applications.services.ownership import check_own, check_version, locked_all
from platforms.applications.workflow import APPLICATION
from platforms.audit.services import audit
from platforms.errors import Gone, Refusal
from platforms.models import Application, ApplicationMove, Liaison, User
from platforms.move_table import Move
from platforms.moves import apply_move, check_may_move
from platforms.rounds.choices import RoundStatus
from platforms.rounds.services.locking import check_not_published, locked_round
from platforms.text import clean_text


class OverQuota(Refusal):
    """The quota of the region is used up and no reason was given; the same submission with a reason is taken."""


@transaction.atomic
def submit(
    *, application: Application, version: int, by: User, at: datetime, over_quota_reason: str = ""
) -> Application:
    """Submit a complete draft and freeze what was submitted.

    People submit through ``batches.report``, which gives a receipt; this is the act inside of it.

    Raises:
        Gone: it is no draft any more.
        StaleVersion: it was saved since it was shown.
        Incomplete: something is missing.
        OverQuota: the quota is used up and no reason was given.
        Refusal: filing is not open and no exception lets it in, not the person's own, no liaison officer is named, or a
            ban is in force.
    """
    return submit_all(applications={application: version}, by=by, at=at, over_quota_reason=over_quota_reason)[0]


@transaction.atomic
def submit_all(
    *, applications: Mapping[Application, int], by: User, at: datetime, over_quota_reason: str = ""
) -> list[Application]:
    """Submit complete drafts of one region and round, each with the version that was shown; by number.

    Those within the quota keep no reason, those beyond it keep ``over_quota_reason``.

    Raises:
        Refusal: as for :func:`submit`; ``refusal.about`` is the first application that was refused. Nothing is done.
    """
    move = check_may_move(workflow=APPLICATION, name="submit", by=by)
    rows = locked_all(applications)
    round_ = locked_round(rows[0].round)
    if len({(row.round_id, row.region_id) for row in rows}) > 1:
        raise Refusal("一次只能提交同一地区、同一年度的申报表。")
    versions = {row.pk: version for row, version in applications.items()}
    for row in rows:
        row.round = round_
        with about(row):
            _check_begin(row, move, version=versions[row.pk], by=by)
    late = deadlines.came_late(round_.report_due_on, at)
    if round_.status == RoundStatus.EVALUATING:
        exceptions.take(applications=rows, by=by, at=at)
    else:
        exceptions.check_filing_open(round_, region=rows[0].region, on=local_day(at))
    _check_liaison(rows[0])
    forms = forms_of(rows)
    for row, facts in zip(rows, facts_of_all(rows, role=by.role, on=local_day(at)), strict=True):
        with about(row):
            _check_fit(forms[row.pk], facts)
    reasons = _over_quota_reasons(rows, over_quota_reason)
    for row in rows:
        version, reason = versions[row.pk], reasons.get(row.pk, "")
        with about(row):
            apply_move(
                row,
                move=move,
                guard={"version": version},
                version=F("version") + 1,
                submitted_at=at,
                last_submitted_at=at,
                is_late=late,
                over_quota_reason=reason,
            )
        freeze(row, by=by, at=at, data=forms[row.pk])
    _record(rows, move, by=by, at=at)
    return rows


@contextmanager
def about(row: Application) -> Iterator[None]:
    """Let a refusal inside of it say that it is about ``row``."""
    try:
        yield
    except Refusal as refusal:
        refusal.about = row
        raise


def _check_begin(row: Application, move: Move, *, version: int, by: User) -> None:
    check_own(row, by)
    if row.status not in move.sources:
        raise Gone(f"“{move.label}”未执行：申报表现为“{row.get_status_display()}”，请刷新页面后查看最新情况。")
    check_not_published(row.round)
    check_version(row, version)


def _check_liaison(row: Application) -> None:
    # 四·(一): 各地确定1名工作联络员; key industries are the city's own.
    if row.region_id and not Liaison.objects.filter(round=row.round_id, region=row.region_id).exists():
        raise Refusal("本地区尚未明确本年度的工作联络员，请先填写联络员再提交。")


def _check_fit(form: completeness.Form, facts: eligibility.Facts) -> None:
    gaps = completeness.gaps(form)
    if gaps:
        raise Incomplete(gaps)
    against = eligibility.problems(facts)
    if against:
        raise Refusal("".join(against))


def _over_quota_reasons(rows: Sequence[Application], reason: str) -> dict[int, str]:
    """Return the reason for each of ``rows`` that goes over the quota (三: 供各地参考执行), by key."""
    region = rows[0].region
    if region is None:
        return {}
    use = quota_use(round=rows[0].round, region=region)
    if use.places is None:
        return {}
    beyond = rows[max(use.places - use.used, 0) :]
    if not beyond:
        return {}
    reason = clean_text("超出名额的理由", reason, most=400)
    if not reason:
        raise OverQuota(over_quota_sentence(use.places, use.used, len(rows)))
    return {row.pk: reason for row in beyond}


def over_quota_sentence(places: int, used: int, more: int) -> str:
    """Say that ``more`` submissions go over a quota of ``places`` of which ``used`` are taken."""
    now = f"，本次上报 {more} 个" if more > 1 else ""
    return f"本地区名额为 {places} 个，已申报 {used} 个{now}。名额供参考，超出的请填写理由后提交。"


def _record(rows: Sequence[Application], move: Move, *, by: User, at: datetime) -> None:
    source = move.sources[0]
    ApplicationMove.objects.bulk_create(
        ApplicationMove(
            application=row, name=move.name, label=move.label, source=source, target=move.target,
            reason=row.over_quota_reason, at=at, by=by,
        )
        for row in rows
    )  # fmt: skip
    audit.record_many(
        [audit.Entry(verb=move.label, target=row, reason=row.over_quota_reason) for row in rows], by=by, at=at
    )
