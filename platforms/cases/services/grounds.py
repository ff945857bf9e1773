"""The register of facts that speak for a revocation (五): noted, proposed by the system, decided by the city."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from platforms.applications.queries.standings import notice_of, notices_of
from platforms.audit.services import audit, numbering
from platforms.cases.choices import GroundSource, GroundStatus
from platforms.cases.queries.grounds import enough_for, holds
from platforms.cases.workflow import GROUND
from platforms.choices import Role
from platforms.errors import Refusal
from platforms.files.choices import EvidenceKind
from platforms.models import AuditEvent, EvidenceFile, Ground, Platform, User
from platforms.moves import apply_move, check_may_move
from platforms.notices.choices import Collector
from platforms.notices.models import value_of
from platforms.notices.terms import Ground as TermsGround
from platforms.notices.terms import Terms
from platforms.text import clean_text

MOST_TEXT = 1000
MOST_REASON = 400


@dataclass(frozen=True)
class Said:
    """What a source says about a platform, whatever its notice; ``source`` and ``key`` name the row that it comes from.

    ``named`` is the key of the ground that the row names itself, if it does; where the notice lists none of that key,
    ``collectors`` say which ground it speaks for: the first of them that the notice has one for.
    """

    platform: Platform
    collectors: tuple[str, ...]
    source: str
    key: str
    text: str
    happened_on: date
    named: str = ""

    def under(self, terms: Terms) -> TermsGround | None:
        """Return the ground of ``terms`` that it speaks for; complaints are counted and never named."""
        named = [each for each in terms.grounds if each.key == self.named and each.collector != Collector.COMPLAINTS]
        found = [*named, *map(terms.collected_by, self.collectors)]
        return next((each for each in found if each is not None), None)


@dataclass(frozen=True)
class Fact:
    """What a source says about a platform, as a ground of a notice; ``source`` and ``key`` name the row."""

    platform: Platform
    notice: int
    ground: str
    source: str
    key: str
    text: str
    happened_on: date


def under_notices(said: Iterable[Said]) -> Iterator[Fact]:
    """Yield each of ``said`` as a fact under the notice of the certificate that its platform held on that day.

    What speaks for no ground of that notice is left out. Two questions, however many.
    """
    rows = list(said)
    notices = notices_of((each.platform.pk, each.happened_on) for each in rows)
    for each in rows:
        notice = notices[each.platform.pk, each.happened_on]
        ground = each.under(value_of(notice).terms)
        if ground is not None:
            yield Fact(each.platform, notice, ground.key, each.source, each.key, each.text, each.happened_on)


@transaction.atomic
def note(
    *,
    platform: Platform,
    ground: str,
    text: str,
    happened_on: date,
    by: User,
    at: datetime,
    source: str = GroundSource.HAND,
    key: str = "",
) -> Ground:
    """Note one fact about ``platform``; it waits for the city like any other.

    ``ground`` is one of the notice of the certificate that the platform held on ``happened_on``. ``source`` and ``key``
    are given where somebody notes what a row of another table says; each row once. The ground of complaints is not
    noted: it comes from as many verified ones as the notice names.

    Raises:
        Refusal: ``by`` may not, a value is missing or wrong (``field`` says which), or it stands already.
    """
    if not by.has_perm("platforms.add_ground") or (by.role == Role.COUNTY and by.region_id != platform.region_id):
        raise Refusal("您没有为这个平台登记撤销情形事实的权限。")
    notice = notice_of(platform.pk, happened_on)
    terms = value_of(notice).terms
    listed = next((each for each in terms.grounds if each.key == ground), None)
    if listed is None:
        raise Refusal.of("ground", "请选择通知所列撤销情形之一。")
    if listed.collector == Collector.COMPLAINTS:
        told = f"投诉情形由系统在核实{terms.complaints_enough}件投诉后提出，不需要人工登记。"
        raise Refusal.of("ground", told)
    text = clean_text("事实", text, most=MOST_TEXT, required=True, field="text")
    if happened_on > timezone.localdate(at):
        raise Refusal.of("happened_on", "发生日期不能晚于今天。")
    if key and Ground.objects.filter(source=source, source_key=key).exists():
        raise Refusal("这件事已经登记过，请在撤销情形列表中查看。")
    return _write(Fact(platform, notice, ground, source, key, text, happened_on), by=by, at=at)


@transaction.atomic
def propose(fact: Fact, *, at: datetime) -> Ground:
    """Write ``fact`` as a proposal of the system, or return the one that stands for its source already."""
    # The counter's row lock makes proposals of the same source queue.
    numbering.next_number("ground-proposals")
    found = Ground.objects.filter(source=fact.source, source_key=fact.key).first()
    return found or _write(fact, by=None, at=at)


@transaction.atomic
def propose_each(facts: Iterable[Fact], *, at: datetime) -> int:
    """Propose those of ``facts`` that do not stand yet; returns how many are new."""
    wanted = {(fact.source, fact.key): fact for fact in facts}
    sources = {source for source, _ in wanted}
    known = set(Ground.objects.filter(source__in=sources).values_list("source", "source_key"))
    fresh = [fact for name, fact in wanted.items() if name not in known]
    for fact in fresh:
        propose(fact, at=at)
    return len(fresh)


@transaction.atomic
def follow(source: GroundSource, facts: Iterable[Fact], *, at: datetime) -> None:
    """Bring the proposals of the system from ``source`` that nobody decided up to ``facts``.

    Words and day follow the fact of the same key; a proposal without one is taken back, unless somebody worked on it:
    hung a proof on it, or opened it again. What was decided stays as it is.
    """
    wanted = {fact.key: fact for fact in facts}
    kind = str(Ground._meta.verbose_name)
    opened = AuditEvent.objects.filter(object_type=kind, verb=f"{kind}{GROUND.move('reopen').label}")
    worked_on = {int(key) for key in opened.values_list("object_pk", flat=True)}
    worked_on |= set(EvidenceFile.objects.filter(kind=EvidenceKind.GROUND).values_list("key", flat=True))
    rows = Ground.objects.select_for_update(of=("self",)).filter(
        source=source, status=GroundStatus.PROPOSED, noted_by__isnull=True
    )
    for row in rows.exclude(source_key__in=list(wanted)):
        if row.pk in worked_on:
            continue
        audit.record(verb="收回提出的事实", by=None, at=at, target=row, reason=row.text, actor="系统")
        row.delete()
    for row in rows.filter(source_key__in=list(wanted)):
        fact = wanted[row.source_key]
        if (row.text, row.happened_on) == (fact.text[:MOST_TEXT], fact.happened_on):
            continue
        changes = audit.differences({"事实": row.text}, {"事实": fact.text[:MOST_TEXT]})
        row.text, row.happened_on = fact.text[:MOST_TEXT], fact.happened_on
        row.save(update_fields=("text", "happened_on"))
        audit.record(verb="更新提出的事实", by=None, at=at, target=row, changes=changes, actor="系统")


def confirm(*, ground: Ground, reason: str, by: User, at: datetime) -> Ground:
    """Confirm that the fact holds; it revokes nothing.

    Raises:
        Gone, Refusal: decided already, ``by`` may not, no reason, or too few of its complaints still hold.
    """
    if not holds(ground):
        told = f"计入的投诉中核实的已不足{enough_for(ground)}件，不能确认；请重新核实投诉，或不予认定。"
        raise Refusal(told)
    return _decide(ground, "confirm", reason, by=by, at=at)


def dismiss(*, ground: Ground, reason: str, by: User, at: datetime) -> Ground:
    """Say that the fact does not hold or does not weigh; it stays on record and is not proposed again.

    Raises:
        Gone, Refusal: decided already, ``by`` may not, or no reason.
    """
    return _decide(ground, "dismiss", reason, by=by, at=at)


def reopen(*, ground: Ground, reason: str, by: User, at: datetime) -> Ground:
    """Put a fact that was decided back among the proposals.

    Raises:
        Gone, Refusal: not decided, ``by`` may not, or no reason.
    """
    return _decide(ground, "reopen", reason, by=by, at=at)


@transaction.atomic
def _decide(ground: Ground, name: str, reason: str, *, by: User, at: datetime) -> Ground:
    step = check_may_move(workflow=GROUND, name=name, by=by, reason=reason)
    reason = clean_text("理由", reason, most=MOST_REASON, required=True, field="reason")
    undone = step.target == GroundStatus.PROPOSED
    row = apply_move(
        ground,
        move=step,
        decided_at=None if undone else at,
        decided_by=None if undone else by,
        decision_reason="" if undone else reason,
    )
    audit.record(verb=f"撤销情形{step.label}", by=by, at=at, target=row, reason=reason)
    return row


def _write(fact: Fact, *, by: User | None, at: datetime) -> Ground:
    year = timezone.localdate(at).year
    row = Ground.objects.create(
        number=f"CX-{year}-{numbering.next_number(f'ground:{year}'):04d}",
        platform=fact.platform,
        notice_id=fact.notice,
        ground=fact.ground,
        text=fact.text[:MOST_TEXT],
        happened_on=fact.happened_on,
        source=fact.source,
        source_key=fact.key,
        noted_at=at,
        noted_by=by,
    )
    changes = {"撤销情形": [None, row.ground_label], "来源": [None, row.get_source_display()]}
    verb = "登记撤销情形事实" if by else "提出撤销情形事实"
    audit.record(verb=verb, by=by, at=at, target=row, reason=row.text, changes=changes, actor="" if by else "系统")
    return row
