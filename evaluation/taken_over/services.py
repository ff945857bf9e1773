"""Results and certificates from before this system, taken over as they were (五)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from django.db import transaction

from evaluation.certification.choices import EndCause
from evaluation.certification.services import endings
from evaluation.certification.validity import day_in_ningbo
from evaluation.models import Certification, Publication, Result
from evaluation.taken_over.queries import Entry, Plan, Year, plan
from evaluation.taken_over.rows import Row, ground_of
from platforms.applications.eligibility import ban_end
from platforms.applications.services.bans import ban
from platforms.applications.services.platform_codes import next_code
from platforms.audit.services import audit, numbering
from platforms.document_number import document_number
from platforms.errors import Refusal
from platforms.models import Ban, Notice, Platform, Round, User
from platforms.periodic_reports.services import rows as report_rows
from platforms.pinyin import searchable
from platforms.rounds.choices import RoundStatus

BATCH = 500
#: A round needs a cap, and none is known of what was paid before.
_NO_CAP = 1


@dataclass(frozen=True)
class TakenOver:
    """What was written: the years, how many results and platforms, the certificates, and the bans that still run."""

    years: tuple[int, ...]
    results: int
    platforms: int
    certificates: tuple[Certification, ...]
    bans: tuple[Ban, ...]


@transaction.atomic
def take_over(*, rows: Sequence[Row], notice: Notice, digest: str, by: User, at: datetime) -> TakenOver:
    """Write down the results and certificates of past years that ``rows`` hold, all of them or nothing.

    Years that are new run under ``notice`` and are public at once; a year that was taken over before gets further rows.
    Certificates keep their numbers, and end as the rows say: given up, revoked with the ban that the notice puts on it,
    or replaced by the next one of the platform. ``digest`` is the SHA-256 of the file.

    Raises:
        Refusal: ``by`` may not, there are no rows, or one of them does not fit what is on record.
    """
    if not by.has_perm("evaluation.take_over_results"):
        raise Refusal("您没有导入历史认定的权限。")
    if not rows:
        raise Refusal("文件中没有可导入的行。")
    # Whoever takes over at the same time waits for this number and reads what the other one wrote.
    number = numbering.next_number("taken_over")
    found = plan(rows, notice=notice, today=day_in_ningbo(at))
    if found.problems:
        raise Refusal(f"有 {len(found.problems)} 处与系统中的记录不符或填写有误，没有导入，请重新上传核对。")
    made = _platforms(found, by, at)
    results: dict[int, Result] = {}
    for year in found.years:
        publication = year.publication or _publication(year, notice, by, at)
        results |= _results(publication, year.entries, made)
    issued = _certificates(found, results, by, at)
    bans = _in_turn(found, issued, by, at)
    report_rows.sync_all(platforms=list({each.platform_id: each.platform for each in results.values()}.values()))
    done = TakenOver(
        tuple(year.year for year in found.years), len(results), len(made), tuple(issued.values()), tuple(bans)
    )
    audit.record(
        verb="导入历史认定",
        by=by,
        at=at,
        code=f"历史认定第 {number} 份",
        reason=f"文件校验值 {digest}",
        changes={
            "年度": ["", "、".join(str(year) for year in done.years)],
            "结果": [0, done.results],
            "新建平台": [0, done.platforms],
            "证书": [0, len(done.certificates)],
            "限制申报": [0, len(done.bans)],
        },
    )
    return done


def _platforms(found: Plan, by: User, at: datetime) -> dict[str, Platform]:
    """Make the platforms that are not on record, as their latest rows call them; returns them by place."""
    made = {}
    for entry in sorted(found.made, key=lambda each: (each.region.code if each.region else "", each.row.number)):
        platform, row = entry.place, entry.row
        platform.code, platform.name = next_code(entry.region), row.name
        platform.operator_name, platform.operator_code = row.operator, row.operator_code
        platform.accepted_on = min(each.row.decided_on for each in found.chains[entry.key])
        platform.save()
        made[entry.key] = platform
    audit.record_many(
        [
            audit.Entry(verb="建立历史平台", target=each, changes={"平台名称": ["", each.name]})
            for each in made.values()
        ],
        by=by,
        at=at,
    )
    return made


def _publication(year: Year, notice: Notice, by: User, at: datetime) -> Publication:
    first = year.entries[0].row
    round = Round.objects.create(
        notice=notice,
        year=year.year,
        title=f"{year.year}年度认定（历史数据）",
        status=RoundStatus.PUBLISHED,
        target=notice.value().target,
        cap_yuan=_NO_CAP,
        report_due_on=first.decided_on,
        published_on=first.decided_on,
    )
    made: Publication = Publication.objects.create(
        round=round,
        taken_over=True,
        decided_on=first.decided_on,
        document_number=document_number(first.document_number),
        published_at=at,
        published_by=by,
    )
    audit.record(
        verb="建立历史年度",
        by=by,
        at=at,
        target=made,
        code=str(year.year),
        changes={
            "认定日期": ["", made.decided_on],
            "文号": ["", made.document_number],
            "依据的通知": ["", str(notice)],
        },
    )
    return made


def _results(publication: Publication, entries: Iterable[Entry], made: dict[str, Platform]) -> dict[int, Result]:
    """Write the lines of one year; returns them by the number of their row."""
    by_row = {entry.row.number: _result(publication, entry, entry.platform or made[entry.key]) for entry in entries}
    Result.objects.bulk_create(by_row.values(), batch_size=BATCH)
    return by_row


def _result(publication: Publication, entry: Entry, platform: Platform) -> Result:
    row = entry.row
    return Result(
        publication=publication,
        platform=platform,
        code=platform.code,
        name=row.name,
        pinyin=searchable(row.name),
        type=row.type,
        region=entry.region,
        site_name=entry.place.site_name if entry.platform is None else row.site or platform.site_name,
        operator_name=row.operator,
        address=row.address,
        service_phone=row.phone,
        grade=entry.grade,
    )


def _certificates(found: Plan, results: dict[int, Result], by: User, at: datetime) -> dict[int, Certification]:
    """Write the certificates with their old numbers; returns them by the number of their row."""
    by_row = {
        row.number: Certification(
            result=results[row.number], operator_code=row.operator_code, number=row.certificate, valid_from=first,
            valid_until=last,
        )
        for row in (each.row for each in found.entries)
        if row.is_whole and (first := row.valid_from) and (last := row.valid_until)
    }  # fmt: skip
    Certification.objects.bulk_create(by_row.values(), batch_size=BATCH)
    audit.record_many(
        [
            audit.Entry(
                verb="导入历史证书",
                target=each,
                changes={
                    "平台编号": ["", each.result.code],
                    "档次": ["", each.result.grade],
                    "有效期起": ["", each.valid_from],
                    "有效期止": ["", each.valid_until],
                },
            )
            for each in by_row.values()
        ],
        by=by,
        at=at,
    )
    return by_row


def _in_turn(found: Plan, issued: dict[int, Certification], by: User, at: datetime) -> list[Ban]:
    """Let the certificates of each platform begin and end one after the other; returns the bans that still run."""
    bans = []
    chains = [[each.row for each in rows if each.row.is_whole] for rows in found.chains.values()]
    for turn in zip_longest(*chains):
        rows = [row for row in turn if row is not None]
        endings.begin(issued=[issued[row.number] for row in rows], by=by, at=at)
        for row in rows:
            if row.cause in (EndCause.GIVEN_UP, EndCause.REVOKED):
                bans += _end(row, issued[row.number], by, at)
    return bans


def _end(row: Row, certification: Certification, by: User, at: datetime) -> list[Ban]:
    assert row.ended_on is not None  # told with its cause
    if row.cause == EndCause.GIVEN_UP:
        endings.give_up(certification=certification, on=row.ended_on, reason=row.reason, by=by, at=at)
        return []
    round = certification.result.publication.round
    ground = ground_of(round.terms, row.ground)
    assert ground is not None  # judged with the row
    platform = certification.result.platform
    endings.end_for_revocation(
        platform=platform, on=row.ended_on, notice=round.notice_id, ground=ground.key, reason=row.reason, by=by, at=at
    )
    audit.record(
        verb="导入历史撤销", by=by, at=at, target=certification, reason=row.reason,
        changes={"撤销情形": ["", ground.label], "撤销日期": ["", row.ended_on]},
    )  # fmt: skip
    if ban_end(row.ended_on, round.terms.ban_years) < day_in_ningbo(at):
        return []
    made = ban(
        operator_code=row.operator_code,
        site_key=platform.site_key,
        site_label=certification.result.site_name,
        starts_on=row.ended_on,
        years=round.terms.ban_years,
        reason=f"{certification.number}被撤销：{ground.label}（历史数据）",
        by=by,
        at=at,
    )
    return [made]
