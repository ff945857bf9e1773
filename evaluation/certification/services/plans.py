"""Publishing by two officers (四·(四)): one proposes, everything is prepared, another one approves, and all is public.

There is no other way to publish: :func:`approve` is the only caller of ``services.publication.release``.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from evaluation.certification.choices import PlanStatus, PreparedKind
from evaluation.certification.evidence import digest
from evaluation.certification.queries.planned import Planned, contradictions, first_days, planned
from evaluation.certification.queries.publication import before_publishing
from evaluation.certification.services import preparing
from evaluation.certification.services.publication import release
from evaluation.certification.validity import day_in_ningbo
from evaluation.certification.workflow import PUBLICATION
from evaluation.models import Prepared, Publication, PublicationPlan
from evaluation.public_notice.queries.notices import opened_of
from platforms import document_number as numbers
from platforms.applications.services import standings
from platforms.audit.services import audit, numbering
from platforms.dates import day_in_words
from platforms.errors import Gone, Refusal
from platforms.mail.choices import MailKind
from platforms.mail.services.mails import text_of
from platforms.models import Liaison, Round, User
from platforms.move_table import Move
from platforms.moves import apply_move, check_may_move
from platforms.rounds.choices import RoundAct, RoundStatus
from platforms.rounds.readiness import asking
from platforms.rounds.services import overrides
from platforms.rounds.services.locking import locked_round
from platforms.text import clean_text
from platforms.two_people import decline_other, withdraw_own

#: A decision may be dated so many days ahead of its publication, as a document that takes effect later.
DAYS_AHEAD = 30
#: So many names stand in one sentence.
NAMED = 5


@transaction.atomic
def propose(
    *, round: Round, decided_on: date, document_number: str = "", reason: str = "", by: User, at: datetime
) -> PublicationPlan:
    """Propose to publish the results of ``round``, with certificates from ``decided_on``; nothing is public yet.

    What was returned or has no confirmed grade would stay behind, with ``reason``. What can be published is settled
    here: the plan stands for these platforms, grades and days and for no others.

    Raises:
        Gone: the round is public already. Refusal: ``by`` may not, another plan waits, something stands in the way
            (``queries.publication``) or stays behind without a reason, a platform's own scores do not give its grade,
            the date is out of range, or the number of the document is none.
    """
    if not by.has_perm("evaluation.propose_publication"):
        raise Refusal("您没有提出公布的权限。")
    today = day_in_ningbo(at)
    row = locked_round(round)
    if row.status == RoundStatus.PUBLISHED:
        raise Gone(f"{row}认定结果已经公布。")
    waiting = PublicationPlan.objects.filter(round=row, status=PlanStatus.PROPOSED).first()
    if waiting is not None:
        raise Refusal(f"该年度已有待批准的公布方案 {waiting.number}，请先办结。")
    document_number = _document(document_number)
    gaps = overrides.check(act=RoundAct.PUBLISH, findings=before_publishing(row, on=today), reason=reason)
    _check_date(row, decided_on, today)
    reason = clean_text("理由", reason, most=400) if gaps else ""
    rows = planned(row, decided_on=decided_on, on=today)
    wrong = contradictions(rows)
    if wrong:
        more = f"等 {len(wrong)} 个平台" if len(wrong) > NAMED else ""
        raise Refusal(f"下列平台的得分或档次与评分不一致，请退回重评：{'、'.join(wrong[:NAMED])}{more}。")
    standings.check_may_begin(starts=first_days(rows))
    made = PublicationPlan.objects.create(
        number=f"GB-{today.year}-{numbering.next_number(f'publication:{today.year}'):04d}",
        round=row,
        reason=reason,
        decided_on=decided_on,
        document_number=document_number,
        gaps=[each.full for each in gaps],
        basis=basis_of(row, rows),
        proposed_at=at,
        proposed_by=by,
    )
    changes = {"公布平台": [0, len(rows)], "认定日期": ["", decided_on], "文号": ["", document_number]}
    audit.record(verb="提出公布", by=by, at=at, target=made, reason=reason, changes=changes)
    return made


def prepare(
    *, plan: PublicationPlan, by: User, at: datetime, told: Callable[[int], object] = lambda _done: None
) -> PublicationPlan:
    """Prepare everything that the approval of ``plan`` makes valid; ``told`` hears how many platforms are printed.

    It takes as long as the printing and holds no lock over it. What was broken off goes on where it stopped.

    Raises:
        Gone: the plan was decided or withdrawn. Refusal: ``by`` may not, or what it stands for has changed.
        OSError: the disk is full or cannot be written.
    """
    if not by.has_perm("evaluation.propose_publication"):
        raise Refusal("您没有提出公布的权限。")
    plan = PublicationPlan.objects.select_related("round", "proposed_by").get(pk=plan.pk)
    if plan.status != PlanStatus.PROPOSED:
        raise Gone(f"公布方案 {plan.number} 现为“{plan.get_status_display()}”，不再准备。")
    if plan.prepared_at is not None:
        return plan
    rows = _rows_of(plan, at)
    preparing.reserve(plan, rows)
    preparing.print_documents(plan, rows, told)
    with transaction.atomic():
        row = _open(plan)
        if row.prepared_at is not None:
            return row
        _rows_of(row, at)
        preparing.write_letters(row, rows)
        row.prepared_at = at
        row.save(update_fields=["prepared_at"])
        changes = {"准备内容": [0, row.prepared.count()]}
        audit.record(verb="准备公布内容", by=by, at=at, target=row, changes=changes)
    return row


@transaction.atomic
def approve(*, plan: PublicationPlan, by: User, at: datetime) -> Publication:
    """Publish as proposed by somebody else: results, certificates, documents, mails and evidence, all or nothing.

    A new certificate takes the place of the one that its platform holds, from its first day on; a D leaves it in force
    until its date (五 names six grounds for taking it away and no seventh).

    Raises:
        Gone: decided, declined or withdrawn already, or published in between.
        Refusal: ``by`` may not or proposed it, the proposer's account no longer counts, it is not prepared yet, or
            what it stands for has changed since, which is named.
    """
    step = check_may_move(workflow=PUBLICATION, name="approve", by=by)
    row = _taken(plan, step)
    if row.proposed_by_id == by.pk:
        raise Refusal("批准人不能是提出人本人，须由市经信局另一位人员批准。")
    proposer = User.objects.select_for_update(no_key=True).get(pk=row.proposed_by_id)
    if not proposer.has_perm("evaluation.propose_publication"):
        raise Refusal(f"提出人{proposer.name}的账号已停用或已不在岗位，方案不再有效，请不批准后重新提出。")
    if row.prepared_at is None:
        raise Refusal("公布内容尚未准备完成，完成后才能批准。")
    rows = _rows_of(row, at)
    findings = before_publishing(row.round, on=day_in_ningbo(at))
    fresh = [each.full for each in asking(findings) if each.full not in row.gaps]
    if fresh:
        raise Refusal(f"方案提出后出现新的尚缺事项：{''.join(fresh)}请不批准后重新提出。")
    overrides.settle(round=row.round, act=RoundAct.PUBLISH, findings=findings, reason=row.reason, by=by, at=at)
    apply_move(row, move=step, guard={"proposed_by": proposer}, decided_at=at, decided_by=by)
    audit.record(
        verb="批准公布",
        by=by,
        at=at,
        target=row,
        reason=row.reason,
        changes={
            "提出人": ["", proposer.username],
            "认定日期": ["", row.decided_on],
            "文号": ["", row.document_number],
        },
    )
    return release(plan=row, rows=rows, by=by, at=at)


@transaction.atomic
def decline(*, plan: PublicationPlan, reason: str, by: User, at: datetime) -> PublicationPlan:
    """Publish nothing; the plan stays on record, and its numbers stay with their platforms.

    Raises:
        Gone, Refusal: ended already, ``by`` may not or proposed it, or no reason.
    """
    step = check_may_move(workflow=PUBLICATION, name="decline", by=by, reason=reason)
    reason = clean_text("理由", reason, most=400, required=True)
    own = "提出人不能办理本人提出的方案，可以撤回方案。"
    row = decline_other(_taken(plan, step), move=step, reason=reason, own=own, by=by, at=at)
    audit.record(verb="不批准公布", by=by, at=at, target=row, reason=reason)
    return row


@transaction.atomic
def withdraw(*, plan: PublicationPlan, by: User, at: datetime) -> PublicationPlan:
    """Take one's own plan back; its numbers stay with their platforms.

    Raises:
        Gone, Refusal: ended already, or another's plan.
    """
    step = check_may_move(workflow=PUBLICATION, name="withdraw", by=by)
    foreign = "只有提出人可以撤回方案；不同意的，请办理“不批准公布”。"
    row = withdraw_own(_taken(plan, step), move=step, foreign=foreign, by=by, at=at)
    audit.record(verb="撤回公布方案", by=by, at=at, target=row)
    return row


def changed_since(plan: PublicationPlan, rows: Sequence[Planned]) -> str:
    """Return in words what is otherwise than when ``plan`` was proposed, empty where nothing is."""
    if basis_of(plan.round, rows) == plan.basis:
        return ""
    reports = Prepared.objects.filter(plan=plan, kind=PreparedKind.REPORT).select_related("assessment__application")
    then = {each.assessment_id: each for each in reports}
    now = {row.assessment.pk: row for row in rows}
    told = [
        _named("新增", [row.assessment.application.number for key, row in now.items() if key not in then]),
        _named("减少", [str(each.assessment) for key, each in then.items() if key not in now]),
        _named(
            "评分、档次或公布信息有变动",
            [
                row.assessment.application.number
                for key, row in now.items()
                if key in then and then[key].text.get("basis") != row.basis
            ],
        ),
    ]
    return "；".join(filter(None, told)) if then and any(told) else "评价结果、联络员或邮件模板有变动"


def basis_of(round: Round, rows: Iterable[Planned]) -> str:
    """Return the digest of everything that a publication of ``rows`` is prepared from, who gets a mail included."""
    text = text_of(MailKind.PUBLISHED)
    liaisons = Liaison.objects.filter(round=round).order_by("region").values_list("region", "name", "email")
    return digest(
        {
            "rows": [[row.assessment.pk, row.basis] for row in rows],
            "mail": [text.subject, text.body],
            "liaisons": [list(each) for each in liaisons],
        }
    )


def _named(what: str, names: list[str]) -> str:
    more = f"等 {len(names)} 个平台" if len(names) > NAMED else ""
    return f"{what}：{'、'.join(names[:NAMED])}{more}" if names else ""


def _rows_of(plan: PublicationPlan, at: datetime) -> list[Planned]:
    """Return what ``plan`` publishes, if that is still what it was proposed for."""
    rows = planned(plan.round, decided_on=plan.decided_on, on=day_in_ningbo(at))
    changed = changed_since(plan, rows)
    if changed:
        raise Refusal(f"方案 {plan.number} 提出后内容已有变动（{changed}），请撤回或不批准后重新提出。")
    return rows


def _open(plan: PublicationPlan) -> PublicationPlan:
    row: PublicationPlan = (
        PublicationPlan.objects.select_for_update(of=("self",)).select_related("round", "proposed_by").get(pk=plan.pk)
    )
    if row.status != PlanStatus.PROPOSED:
        raise Gone(f"公布方案 {row.number} 现为“{row.get_status_display()}”，请刷新页面后查看。")
    return row


def _taken(plan: PublicationPlan, move: Move) -> PublicationPlan:
    """Return the plan as it is now, locked, if ``move`` can start from that; its round is locked first."""
    locked_round(plan.round)
    row: PublicationPlan = (
        PublicationPlan.objects.select_for_update(of=("self",)).select_related("round", "proposed_by").get(pk=plan.pk)
    )
    if row.status not in move.sources:
        raise Gone(f"“{move.label}”未执行：该方案现为“{row.get_status_display()}”，请刷新页面后查看。")
    return row


def _document(text: str) -> str:
    try:
        return numbers.document_number(text)
    except ValueError as wrong:
        raise Refusal.of("document_number", str(wrong)) from wrong


def _check_date(round: Round, decided_on: date, today: date) -> None:
    """Refuse a day before the public notice of ``round`` was over, as objections are answered before the decision."""
    notice = opened_of(round)
    assert notice is not None  # nothing is published without one
    earliest, latest = notice.ends_on + timedelta(days=1), today + timedelta(days=DAYS_AHEAD)
    if not earliest <= decided_on <= latest:
        span = f"{day_in_words(earliest)}（公示期满次日）至{day_in_words(latest)}（公布后 {DAYS_AHEAD} 天）"
        raise Refusal.of("decided_on", f"认定日期为{day_in_words(decided_on)}，应在{span}之间。")
