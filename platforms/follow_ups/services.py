"""Calls after a service (回访): a sample is drawn from the records by a stored rule, and each call is written down."""

import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from platforms import checks
from platforms.audit.services import audit, numbering
from platforms.choices import Role, ServiceClass
from platforms.errors import Refusal, check_seen
from platforms.follow_ups.choices import FollowUpResult
from platforms.follow_ups.queries import may_call
from platforms.models import FollowUp, FollowUpSample, Platform, Region, ServiceRecord, User
from platforms.sampling import Candidate, differences, digest_of, draw
from platforms.text import clean_text

MOST = 500
LONGEST_DAYS = 731
_SEED = re.compile(r"[0-9A-Za-z-]{1,32}", re.ASCII)
STALE = "您打开页面之后，这条回访已由他人登记，本次没有保存。请查看最新内容后再登记。"


@dataclass(frozen=True)
class Rule:
    """How a sample is drawn: filter, period (inclusive), size, seed and the two ways of drawing."""

    from_on: date
    until_on: date
    size: int
    seed: str = ""
    of_region: Region | None = None
    platform: Platform | None = None
    service_class: str = ""
    by_platform: bool = False
    once_per_enterprise: bool = True


@transaction.atomic
def draw_sample(*, rule: Rule, by: User, at: datetime) -> FollowUpSample:
    """Draw a sample by ``rule`` and make the list of enterprises to call; an empty seed is made here.

    A county draws from its own records, the city from all. What a record says is kept beside the call.

    Raises:
        Refusal: ``by`` may not, the rule is wrong (``field`` says where), or it meets no record.
    """
    _check_rule(rule, by=by, at=at)
    region = by.region if by.role == Role.COUNTY else None
    seed = rule.seed.strip() or secrets.token_hex(8)
    made = FollowUpSample(
        region=region,
        of_region=region or rule.of_region,
        platform=rule.platform,
        service_class=rule.service_class,
        from_on=rule.from_on,
        until_on=rule.until_on,
        size=rule.size,
        seed=seed,
        by_platform=rule.by_platform,
        once_per_enterprise=rule.once_per_enterprise,
        drawn_at=at,
        drawn_by=by,
    )
    drawn, made.population = _drawn(made)
    if not drawn:
        raise Refusal("没有符合条件的服务记录，请调整地区、平台、类别或服务日期。")
    made.digest = digest_of(each.identity for each in drawn)
    year = timezone.localdate(at).year
    made.number = f"HF-{year}-{numbering.next_number(f'follow_up:{year}'):03d}"
    made.save(force_insert=True)
    records = ServiceRecord.objects.in_bulk([each.key for each in drawn])
    FollowUp.objects.bulk_create(
        (_call(made, position, records[each.key]) for position, each in enumerate(drawn, start=1)), batch_size=200
    )
    changes = {
        "样本量": [None, len(drawn)],
        "符合条件的记录（条）": [None, made.population],
        "抽样随机数": [None, seed],
        "样本校验值": [None, made.digest],
    }
    audit.record(verb="抽取回访样本", by=by, at=at, target=made, changes=changes)
    return made


def drawn_again(sample: FollowUpSample) -> tuple[str, int]:
    """Draw by the rule of ``sample`` from the records as they are now; returns digest and population, keeps nothing."""
    drawn, population = _drawn(sample)
    return digest_of(each.identity for each in drawn), population


@transaction.atomic
def note_call(
    *,
    call: FollowUp,
    result: str,
    satisfaction: int | None = None,
    fee_taken: bool | None = None,
    phone: str = "",
    note: str = "",
    version: int,
    by: User,
    at: datetime,
) -> FollowUp:
    """Write down what came of a call; a second entry replaces the first, which stays in the log.

    Satisfaction (1 to 5) and fee are asked only where the enterprise says that it was served.

    Raises:
        Refusal: the sample is another side's, or a value is missing or wrong; ``field`` says which.
        StaleVersion: somebody wrote it down since it was shown.
    """
    row = FollowUp.objects.select_for_update(of=("self",)).select_related("sample").get(pk=call.pk)
    if not may_call(row.sample, by):
        raise Refusal("这个样本由抽取样本的一方回访，您不能登记。")
    if result not in FollowUpResult.values:
        raise Refusal.of("result", "请选择回访结果。")
    if satisfaction is not None and not 1 <= satisfaction <= 5:
        raise Refusal.of("satisfaction", "满意度为 1 至 5 的整数。")
    said = satisfaction is not None or fee_taken is not None
    if result != FollowUpResult.CONFIRMED and said:
        where = "satisfaction" if satisfaction is not None else "fee_taken"
        raise Refusal.of(where, "只有企业确认接受过服务（结果为“属实”）时，才登记满意度和收费。")
    check_seen(row.version, version, STALE)
    phone = _phone(phone)
    note = clean_text("回访情况", note, most=400, field="note")
    found = differences(
        result=result,
        fee_taken=fee_taken,
        satisfaction=satisfaction,
        recorded_fee=row.recorded_fee,
        is_public=bool(row.free_category),
        recorded_satisfaction=row.recorded_satisfaction,
    )
    before = {"回访结果": row.get_result_display(), "回访满意度": row.satisfaction, "是否收费": row.fee_taken}
    row.result, row.satisfaction, row.fee_taken, row.phone, row.note = result, satisfaction, fee_taken, phone, note
    row.existence_differs, row.fee_differs = found.existence, found.fee
    row.satisfaction_differs = found.satisfaction
    row.called_at, row.called_by, row.version = at, by, row.version + 1
    row.save()
    after = {"回访结果": row.get_result_display(), "回访满意度": satisfaction, "是否收费": fee_taken}
    audit.record(
        verb="登记回访", by=by, at=at, target=row, code=str(row), reason=note,
        changes=audit.differences(before, after),
    )  # fmt: skip
    return row


@dataclass(frozen=True)
class Answer:
    """What came of the call at ``position`` of a sample, as :func:`note_call` takes it."""

    position: int
    result: str
    satisfaction: int | None
    fee_taken: bool | None
    phone: str
    note: str
    version: int


@transaction.atomic
def note_calls(
    *, sample: FollowUpSample, answers: Iterable[Answer], by: User, at: datetime
) -> tuple[list[FollowUp], dict[int, str]]:
    """Write down several calls of ``sample`` as :func:`note_call`, each by itself; returns the calls that were written
    down, and by position the sentences of those that were refused."""
    given = {each.position: each for each in answers}
    calls = {each.position: each for each in sample.calls.filter(position__in=given)}
    done, refused = [], {}
    for position, answer in given.items():
        try:
            if position not in calls:
                raise Refusal("样本中没有这条回访，请刷新页面。")
            with transaction.atomic():
                done.append(
                    note_call(
                        call=calls[position], result=answer.result, satisfaction=answer.satisfaction,
                        fee_taken=answer.fee_taken, phone=answer.phone, note=answer.note, version=answer.version,
                        by=by, at=at,
                    )
                )  # fmt: skip
        except Refusal as refusal:
            refused[position] = str(refusal)
    return done, refused


def eligible(sample: FollowUpSample) -> QuerySet[ServiceRecord]:
    """Return the records that the rule of ``sample`` meets, the cancelled ones left out."""
    rows: QuerySet[ServiceRecord] = ServiceRecord.objects.filter(
        cancelled_at__isnull=True, served_on__range=(sample.from_on, sample.until_on)
    )
    if sample.of_region_id:
        rows = rows.filter(platform__region=sample.of_region_id)
    if sample.platform_id:
        rows = rows.filter(platform=sample.platform_id)
    return rows.filter(service_class=sample.service_class) if sample.service_class else rows


def _drawn(sample: FollowUpSample) -> tuple[list[Candidate], int]:
    population = 0

    def candidates() -> Iterator[Candidate]:
        nonlocal population
        facts = eligible(sample).order_by().values_list("pk", "source", "external_id", "platform__code", "enterprise")
        for key, source, external_id, platform, enterprise in facts.iterator(chunk_size=5_000):
            population += 1
            yield Candidate(key, f"{source}\n{external_id}", platform, str(enterprise))

    drawn = draw(
        candidates(), seed=sample.seed, size=sample.size, by_stratum=sample.by_platform,
        once_per_unit=sample.once_per_enterprise,
    )  # fmt: skip
    return drawn, population


def _call(sample: FollowUpSample, position: int, record: ServiceRecord) -> FollowUp:
    """Return the call about ``record``, with what it says now."""
    return FollowUp(
        sample=sample,
        position=position,
        platform_id=record.platform_id,
        enterprise_id=record.enterprise_id,
        record=record,
        source=record.source,
        external_id=record.external_id,
        record_version=record.version,
        served_on=record.served_on,
        service_class=record.service_class,
        free_category=record.free_category,
        recorded_fee=record.fee,
        recorded_satisfaction=record.satisfaction,
        summary=record.summary,
    )


def _check_rule(rule: Rule, *, by: User, at: datetime) -> None:
    county = by.role == Role.COUNTY
    if not by.has_perm("platforms.add_followupsample") or (county and by.region_id is None):
        raise Refusal("您没有抽取回访样本的权限。")
    if county and rule.of_region is not None and rule.of_region.pk != by.region_id:
        raise Refusal.of("of_region", "只能从本地区的服务记录中抽取。")
    if rule.platform is not None and not rule.platform.is_visible_to(by):
        raise Refusal.of("platform", "只能从本地区平台的服务记录中抽取。")
    if rule.platform is not None and rule.of_region is not None and rule.platform.region_id != rule.of_region.pk:
        raise Refusal.of("platform", "所选平台不在所选地区。")
    if rule.service_class and rule.service_class not in ServiceClass.values:
        raise Refusal.of("service_class", "请从列出的服务类别中选择。")
    if rule.until_on < rule.from_on:
        raise Refusal.of("until_on", "截止日期不能早于起始日期。")
    if (rule.until_on - rule.from_on).days > LONGEST_DAYS:
        raise Refusal.of("until_on", "服务日期的范围最长两年。")
    if rule.from_on > timezone.localdate(at):
        raise Refusal.of("from_on", "起始日期不能晚于今天。")
    if not 1 <= rule.size <= MOST:
        raise Refusal.of("size", f"样本量应在 1 至 {MOST} 之间。")
    if rule.seed.strip() and not _SEED.fullmatch(rule.seed.strip()):
        raise Refusal.of("seed", "抽样随机数由 1 至 32 个字母、数字或短横线组成。")


def _phone(text: str) -> str:
    phone = checks.normalise_phones(clean_text("回访电话", text, most=60, field="phone"))
    wrong = checks.check_phones(phone) if phone else None
    if wrong:
        raise Refusal.of("phone", wrong)
    return phone
