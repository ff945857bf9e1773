"""A change of regions carried out: in one transaction, by the plan that was looked at."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from platforms.accounts.services import accounts
from platforms.applications.queries.bans import LIFTED, RELEASED, state_of, with_state
from platforms.audit.services import audit
from platforms.choices import PlatformType
from platforms.errors import Gone, Refusal
from platforms.models import (
    Application,
    Ban,
    Mail,
    Platform,
    Quota,
    Region,
    RegionChange,
    RegionSuccession,
    Round,
    Town,
    User,
)
from platforms.reference.choices import RegionKind
from platforms.region_changes.choices import ChangeKind
from platforms.region_changes.queries.plan import Plan, last_day, plan_of
from platforms.region_changes.queries.wanted import Wanted
from platforms.rounds.choices import RoundStatus
from platforms.service_records.services import rollup
from platforms.text import clean_text

#: The permission of the whole act.
DECIDE = "platforms.decide_regionchange"
STALE = "核对之后，转入的内容有变化，本次操作未执行。请重新核对后再办理。"


@transaction.atomic
def change_regions(*, wanted: Wanted, seen: str, by: User, at: datetime) -> RegionChange:
    """Merge, found or dissolve regions: what is at work goes to who takes over, what is past stays where it is.

    ``seen`` is the digest of the plan that was looked at.

    Raises:
        Gone: something of it has changed since.
        Refusal: ``by`` may not, a text is empty, or the plan has problems; the first of them is told.
    """
    if not by.has_perm(DECIDE):
        raise Refusal("您没有合并、新设、撤销地区的权限。")
    reason = clean_text("事由", wanted.reason, most=400, required=True, field="reason")
    number = clean_text("文号", wanted.document_number, most=60, required=True, field="document_number")
    # Whoever makes or reports a form waits here; the rounds come first, as everywhere.
    list(Round.objects.select_for_update().exclude(status=RoundStatus.PUBLISHED).order_by("pk"))
    wanted = _as_they_are(wanted)
    plan = plan_of(wanted, today=timezone.localdate(at))
    if plan.problems:
        raise Refusal(plan.problems[0])
    if plan.digest != seen:
        raise Gone(STALE)
    main = wanted.main or _found(plan, by=by, at=at)
    made = RegionChange.objects.create(
        kind=wanted.kind,
        effective_on=wanted.effective_on,
        main=main,
        document_number=number,
        reason=reason,
        carried={"转入": [str(item) for item in plan.carried], "不变": [str(item) for item in plan.staying]},
        decided_at=at,
        decided_by=by,
    )
    told = f"{number}；{reason}"
    entries = [audit.Entry(verb=f"办理地区{ChangeKind(wanted.kind).label}", target=made, code=main.code, reason=told)]
    accounts.carry_over(regions=wanted.ending, to=None if wanted.close_officers else main, by=by, at=at)
    entries += _carry_places(plan, main)
    entries += _carry_work(plan, main)
    entries += _end(plan, made, main)
    audit.record_many(entries, by=by, at=at)
    return made


def _as_they_are(wanted: Wanted) -> Wanted:
    """Return ``wanted`` with its regions as they are now, locked until the transaction ends: two acts do not meet."""
    now = {region.pk: region for region in Region.objects.select_for_update().order_by("pk")}
    return replace(
        wanted,
        ending=tuple(now[region.pk] for region in wanted.ending),
        main=now[wanted.main.pk] if wanted.main else None,
        towns=tuple((town, now[to.pk] if to else None) for town, to in wanted.towns),
    )


def _found(plan: Plan, *, by: User, at: datetime) -> Region:
    newcomer = plan.wanted.newcomer
    assert newcomer is not None
    made = Region(
        code=newcomer.code,
        name=newcomer.name,
        kind=newcomer.kind,
        host=newcomer.host,
        valid_from=plan.wanted.effective_on,
    )
    made.full_clean()
    made.save(force_insert=True)
    changes = {"名称": ["", made.name], "类别": ["", made.get_kind_display()], "设立日期": ["", made.valid_from]}
    audit.record(verb="设立地区", by=by, at=at, target=made, changes=changes)
    return made


def _end(plan: Plan, made: RegionChange, main: Region) -> Iterable[audit.Entry]:
    wanted, last = plan.wanted, last_day(plan.wanted)
    for region in wanted.ending:
        Region.objects.filter(pk=region.pk).update(valid_until=last)
        for successor in (main, *wanted.others):
            RegionSuccession.objects.create(change=made, predecessor=region, successor=successor)
            stored = Region.objects.get(pk=successor.pk)
            keys = sorted({*stored.inherits, region.pk, *region.inherits})
            Region.objects.filter(pk=successor.pk).update(inherits=keys)
        names = "、".join(map(str, (main, *wanted.others)))
        changes = {"最后有效日": ["", last], "承接地区": ["", names]}
        yield audit.Entry(verb="撤并地区", target=region, changes=changes)


def _carry_places(plan: Plan, main: Region) -> Iterable[audit.Entry]:
    day = plan.wanted.effective_on
    ending = set(plan.wanted.ending)
    # Away from the old county first, so that no two towns of one name meet on the way.
    for move in plan.towns:
        town, target = move.town, move.to or main
        values: dict[str, Any] = {"moved_on": day}
        if target.kind == RegionKind.ZONE:
            values["zone"] = target
        else:
            values["region"] = target
            if town.zone in ending:
                values |= {"zone": None, "open_to_host": False}
        words = {"region": "所属区县", "zone": "代管管委会"}
        changes = {
            word: [str(getattr(town, name) or ""), str(values[name] or "")]
            for name, word in words.items()
            if name in values
        }
        Town.objects.filter(pk=town.pk).update(**values)
        yield audit.Entry(verb="划转乡镇（街道）", target=town, changes=changes)
    for zone in plan.zones:
        before = str(zone.host)
        Region.objects.filter(pk=zone.pk).update(host=main)
        yield audit.Entry(verb="修改地区", target=zone, changes={"所在区县": [before, str(main)]})
    yield from _carry_bans(plan, main)
    for park, to in plan.parks:
        yield _moved(park, to or main, "划转小微企业园")
    for row, to in plan.platforms:
        target = to or main
        rollup.move_region(platform=row.pk, source=row.region_id, target=target.pk)
        Platform.objects.filter(pk=row.pk).update(**_site(plan, row, target))
        yield audit.Entry(verb="划转窗口平台", target=row, changes={"地区": [str(row.region), str(target)]})


def _carry_bans(plan: Plan, main: Region) -> Iterable[audit.Entry]:
    """Keep the place of a zone that goes on under another name out as long as it was; the old row never changes."""
    if plan.renamed is None:
        return
    there = Ban.objects.filter(site_key=f"zone:{plan.renamed.pk}", ends_on__gte=plan.wanted.effective_on)
    for ban in with_state(there, on=plan.wanted.effective_on):
        if state_of(ban, on=plan.wanted.effective_on) in (LIFTED, RELEASED):
            continue
        made = Ban.objects.create(
            site_key=f"zone:{main.pk}",
            site_label=main.name,
            starts_on=ban.starts_on,
            ends_on=ban.ends_on,
            reason=ban.reason,
        )
        yield audit.Entry(verb="承接限制申报", target=made, code=main.code, reason=f"原地点：{plan.renamed}")


def _carry_work(plan: Plan, main: Region) -> Iterable[audit.Entry]:
    for row, to in plan.applications:
        target = to or main
        # The type of a form that was filled stays; what would have to change it is refused by the plan.
        values = _site(plan, row, target) | {"type": row.type}
        Application.objects.filter(pk=row.pk).update(**values)
        yield audit.Entry(verb="划转申报表", target=row, changes={"地区": [str(row.region), str(target)]})
    for quota in plan.quotas:
        yield from _add_quota(quota, main)
    for liaison in plan.liaisons:
        code = f"{liaison.round.year}-{liaison.region.code}"
        if type(liaison).objects.filter(round=liaison.round, region=main).exists():
            changes = {"地区": [str(liaison.region), ""]}
            yield audit.Entry(verb="删除联络员", target=liaison, code=code, changes=changes)
            type(liaison).objects.filter(pk=liaison.pk).delete()
        else:
            yield _moved(liaison, main, "划转联络员", code)
    for each, to in plan.extensions:
        yield _moved(each, to or main, "划转延期申报许可")
    for activity, to in plan.activities:
        yield _moved(activity, to or main, "划转服务活动")
    for token, to in plan.tokens:
        if token.platform_id is None and token.region is not None and not token.former_code:
            # Its records are kept under the code that it was given out with.
            type(token).objects.filter(pk=token.pk).update(former_code=token.region.code)
        yield _moved(token, to or main, "划转接口令牌")
    mails = Mail.objects.filter(region__in=plan.wanted.ending, round__in=plan.rounds)
    mails.update(region=main)


def _add_quota(quota: Quota, main: Region) -> Iterable[audit.Entry]:
    """Add ``quota`` to that of ``main`` in the same round, and take it away."""
    there, fresh = Quota.objects.get_or_create(round=quota.round, region=main, defaults={"places": 0})
    before = None if fresh else there.places
    there.places += quota.places
    there.save(update_fields=["places"])
    year, label = quota.round.year, str(Quota._meta.get_field("places").verbose_name)
    added, taken = {label: [before, there.places]}, {label: [quota.places, None]}
    yield audit.Entry(verb="修改名额", target=there, code=f"{year}-{main.code}", changes=added)
    yield audit.Entry(verb="删除名额", target=quota, code=f"{year}-{quota.region.code}", changes=taken)
    Quota.objects.filter(pk=quota.pk).delete()


def _moved(row: Any, target: Region, verb: str, code: str = "") -> audit.Entry:
    before = str(row.region)
    type(row).objects.filter(pk=row.pk).update(region=target)
    return audit.Entry(verb=verb, target=row, code=code, changes={"地区": [before, str(target)]})


def _site(plan: Plan, row: Platform | Application, target: Region) -> dict[str, Any]:
    """Return region, type and former zone of ``row`` with ``target``."""
    values: dict[str, Any] = {"region": target, "type": row.type}
    if row.type == PlatformType.TOWN and target.kind == RegionKind.ZONE:
        values["type"] = PlatformType.FUNCTIONAL_ZONE
    elif row.type == PlatformType.FUNCTIONAL_ZONE and row.town_id and target.kind == RegionKind.COUNTY:
        values["type"] = PlatformType.TOWN
    elif row.type == PlatformType.FUNCTIONAL_ZONE and not row.town_id and not row.former_zone_id:
        values["former_zone"] = None if plan.to_itself(row) else row.region
    return values
