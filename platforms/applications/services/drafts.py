"""Drafts: made, filled section by section, deleted. What was submitted is changed by nobody."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from platforms import stored_files
from platforms.applications import eligibility, naming
from platforms.applications.choices import ApplicationStatus
from platforms.applications.queries.forms import proposed_name
from platforms.applications.queries.sites import applications_at, facts_of
from platforms.applications.sections import section as section_of
from platforms.applications.services import answers, gap_counts
from platforms.applications.services.filing_extensions import check_filing_open
from platforms.applications.services.ownership import (
    STALE,
    check_may_change,
    check_open,
    check_own,
    check_version,
    is_own,
    locked,
)
from platforms.applications.services.rows import save_rows
from platforms.applications.services.values import clean_unreadable, clean_values
from platforms.audit.services import audit, numbering
from platforms.choices import Role
from platforms.errors import Refusal, StaleVersion
from platforms.models import Application, Park, Region, Round, Standing, Town, User
from platforms.rounds.services.locking import locked_round
from platforms.text import clean_text
from platforms.unreadable import Unreadable
from platforms.values import described_changes, field_of

__all__ = ["create", "delete_draft", "save_rows", "save_section"]

# Says nothing about who has it: that is another county's business.
NAME_TAKEN = "这个平台名称不能使用，请换一个名称；确需使用的，请与市经信局联系。"


@transaction.atomic
def create(
    *,
    round: Round,
    type: str,
    region: Region | None,
    town: Town | None = None,
    park: Park | None = None,
    association: str = "",
    industry_chain: str = "",
    renews: Standing | None = None,
    by: User,
    at: datetime,
) -> Application:
    """Make a draft for a place; its name comes from the naming rule. ``region`` is None for key industries.

    ``renews`` is what the platform of the place stands under and what the application is to renew.

    Raises:
        Refusal: the round takes no filings, ``by`` may not file this type or place, the place is taken or banned.
    """
    round = locked_round(round)
    if not by.has_perm("platforms.add_application"):
        raise Refusal("您没有建立申报表的权限。")
    if by.role == Role.COUNTY and (region is None or region.pk != by.region_id):
        raise Refusal("只能为本地区建立申报表。")
    # With the round locked no change of regions runs beside; one may have ended it since it was read.
    if region is not None and (told := Region.objects.get(pk=region.pk).ended):
        raise Refusal(told)
    check_filing_open(round, region=region, on=local_day(at))
    draft = Application(
        round=round,
        type=type,
        region=region,
        town=town,
        park=park,
        # Blanks in a Chinese name mean nothing; without them the same association is the same text.
        association="".join(clean_text("行业协会", association, most=80).split()),
        industry_chain=clean_text("服务产业链", industry_chain, most=80),
        renews=renews,
        created_by=by,
        created_at=at,
        saved_at=at,
    )
    own = next((each for each in applications_at(draft, round=round) if is_own(each, by)), None)
    if own is not None:
        raise Refusal(f"该地点{round}已有申报表 {own.number}，请直接打开办理。")
    against = eligibility.problems(facts_of(draft, role=by.role, on=local_day(at)))
    if against:
        raise Refusal("".join(against))
    draft.name = proposed_name(draft)
    wrong = naming.check(draft.name)
    if wrong:
        raise Refusal(f"按命名规则生成的名称不合要求：{wrong}")
    _check_name_free(draft, draft.name, by)
    draft.number = f"{round.year}-{numbering.next_number(f'application:{round.year}'):04d}"
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
    except IntegrityError:
        raise Refusal(eligibility.PLACE_TAKEN) from None
    changes = {"续期的证书": ["", renews.certificate]} if renews else None
    audit.record(verb="建立申报表", by=by, at=at, target=draft, changes=changes)
    return draft


@transaction.atomic
def save_section(
    *,
    application: Application,
    section: str,
    values: Mapping[str, Any],
    version: int,
    by: User | None,
    at: datetime,
    actor: str = "",
    wrong: Mapping[str, Unreadable] | None = None,
) -> Application:
    """Save fields of one section (slug); returns the row with its new version. Fields not in ``values`` stay.

    ``wrong`` is what stands in boxes and no column holds, by field; it is kept as it was typed, see
    :mod:`platforms.unreadable`, until a value comes for the field, and the column keeps what it held.

    Keys ``question_<pk>`` are answers to the questions that the round adds to the section.
    ``by`` is None for a fill link, ``actor`` then says who ("填报单位:…"). Values may be Python values or text as
    typed. Where nothing differs nothing is saved and the version stays.

    Raises:
        StaleVersion: ``version`` is not the one that is stored.
        Refusal: not editable, not the person's own, or a value that the column cannot hold.
    """
    row = locked(application)
    check_may_change(row, by=by, at=at, actor=actor, section=section)
    check_version(row, version)
    table = section_of(section)
    allowed = set(table.fields) if by is not None else set(table.fields) - set(table.county_fields)
    columns, given = answers.split(values)
    kept = clean_unreadable(wrong or {})
    kept_columns, kept_answers = answers.split(kept)
    answers.check_asked(row, section, table.title, kept_answers)
    if (set(columns) | set(kept_columns)) - allowed:
        raise Refusal(f"“{table.title}”中有不能在此填写的内容，未保存。")
    cleaned = clean_values(Application, columns)
    check_dates(cleaned, on=local_day(at))
    answered = answers.changed(row, section, table.title, given)
    typed_wrong, told = _merge_unreadable(row, {*columns, *given}, kept)
    changes = told | described_changes(row, cleaned) | answers.described(answered)
    if not changes:
        return row
    differing = [name for name in cleaned if cleaned[name] != getattr(row, name)]
    typed = {**cleaned, **{each.key: new for each, (_, new) in answered.items()}}
    fields = [*differing, *(each.key for each in answered)]
    fields += [name for name in kept if name not in fields and (row.unreadable or {}).get(name) != kept[name]]
    check_open(row, by=by, at=at, section=section, fields=fields, values=typed)
    if "name" in cleaned and cleaned["name"] != row.name:
        _check_name_free(row, cleaned["name"], by)
    try:
        with transaction.atomic():
            rows = Application.objects.filter(
                pk=row.pk, version=version, status__in=(ApplicationStatus.DRAFT, ApplicationStatus.RETURNED)
            )
            done = rows.update(**cleaned, unreadable=typed_wrong or None, version=F("version") + 1, saved_at=at)
    except IntegrityError:
        raise Refusal.of("name", NAME_TAKEN) from None
    if not done:
        raise StaleVersion(STALE)
    answers.keep(row, answered)
    audit.record(verb=f"填写{table.title}", by=by, at=at, target=row, changes=changes, actor=actor)
    saved = locked(row)
    gap_counts.keep([saved])
    return saved


def _merge_unreadable(
    row: Application, read: Collection[str], kept: Mapping[str, Unreadable]
) -> tuple[dict[str, Unreadable], dict[str, list[Any]]]:
    """Return what stays unreadable when ``read`` has come and ``kept`` is typed, and what changes, for the log."""
    before = row.unreadable or {}
    after = {name: each for name, each in before.items() if name not in read} | dict(kept)
    texts = [{name: each["text"] for name, each in some.items()} for some in (before, after)]
    labels = {name: each["label"] for name, each in {**before, **after}.items()}
    told = {
        f"{label}（格式有误）": [texts[0].get(name), texts[1].get(name)]
        for name, label in labels.items()
        if texts[0].get(name) != texts[1].get(name)
    }
    return after, told


@transaction.atomic
def delete_draft(*, application: Application, by: User, at: datetime) -> None:
    """Delete a draft that was never submitted, with everything below it.

    Raises:
        Refusal: it was submitted before, or is not the person's own.
    """
    row = locked(application)
    if not by.has_perm("platforms.delete_application"):
        raise Refusal("您没有删除申报表的权限。")
    check_own(row, by)
    if row.status != ApplicationStatus.DRAFT or row.submitted_at is not None:
        raise Refusal("只能删除从未提交过的草稿；已提交的请办理撤回。")
    if row.exceptions.exists():
        raise Refusal("这份草稿有延期申报许可，须留存，不能删除。")
    audit.record(verb="删除草稿", by=by, at=at, target=row, reason=row.name)
    key = row.pk
    row.delete()
    transaction.on_commit(lambda: stored_files.drop_all(key))


def local_day(at: datetime) -> date:
    """Return the day of ``at`` in Ningbo; deadlines and dates are days there."""
    return timezone.localdate(at)


def _check_name_free(row: Application, name: str, by: User | None) -> None:
    others = Application.objects.filter(round=row.round_id, name=name).exclude(status=ApplicationStatus.WITHDRAWN)
    other = others.exclude(pk=row.pk).first()
    if other is None:
        return
    if by is not None and is_own(other, by):
        raise Refusal.of("name", f"本地区的申报表 {other.number} 已使用这个名称，请换一个名称。")
    raise Refusal.of("name", NAME_TAKEN)


def check_dates(values: Mapping[str, Any], *, on: date) -> None:
    """Refuse a day that lies before 1900 or after ``on``.

    Raises:
        Refusal: the sentence names the field.
    """
    for name, value in values.items():
        if isinstance(value, date) and not date(1900, 1, 1) <= value <= on:
            label = field_of(Application, name).verbose_name
            raise Refusal.of(name, f"“{label}”须在 1900年1月1日至今天之间。")
