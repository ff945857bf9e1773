"""A renewal is an application in the round of a year, filled in advance and from then on like any other."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from evaluation.certification.choices import Validity
from evaluation.certification.queries.in_force import held_by, state_of
from evaluation.certification.validity import day_in_ningbo
from evaluation.models import Certification
from evaluation.renewal.days import opens_on
from evaluation.renewal.queries import filed_for
from platforms.applications.choices import ApplicationStatus
from platforms.applications.eligibility import ban_sentence
from platforms.applications.queries.bans import active_bans
from platforms.applications.queries.reuse import Source, sources_for
from platforms.applications.services import drafts, reuse
from platforms.audit.services import audit
from platforms.choices import PlatformType, Role
from platforms.dates import day_in_words
from platforms.errors import Refusal
from platforms.models import Application, Platform, Round, Standing, User

#: What is said of a certificate that is in force no longer.
_OVER = {
    Validity.EXPIRED: "已到期，不能续期，请新建申报",
    Validity.REPLACED: "已换发新证，请对新证书办理续期",
    Validity.GIVEN_UP: "已放弃，不能续期",
    Validity.REVOKED: "已撤销，不能续期",
    Validity.CORRECTED: "已更正，不再有效，不能续期",
}


@transaction.atomic
def begin(*, certification: Certification, round: Round, by: User, at: datetime) -> Application:
    """Make the draft in ``round`` that renews ``certification``, filled with what its platform filed last.

    What was filed under another operator than the platform's present one leaves the operator open.

    Raises:
        Refusal: it is no longer in force, does not end soon, or something comes after it; an operator or place is
            banned; ``round`` takes no filings, has one of the place already, or ``by`` may not.
    """
    on = day_in_ningbo(at)
    check(certification, by=by, on=on)
    platform = certification.result.platform
    standing = Standing.objects.get(certificate=certification.number)
    draft = drafts.create(
        round=round, type=platform.type, region=platform.region, town=platform.town, park=platform.park,
        association=platform.association, industry_chain=platform.industry_chain, renews=standing, by=by, at=at,
    )  # fmt: skip
    filled: list[str] = []
    if source := _last(platform, draft, by):
        parts = [part for part in source.parts if part != "operator" or _is_operator_of(source.application, platform)]
        draft, filled = reuse.take_over(
            application=draft, source=source.application, parts=parts, version=draft.version, by=by, at=at
        )
    audit.record(
        verb="办理续期申报", by=by, at=at, target=certification, code=certification.number,
        changes={"申报编号": ["", draft.number], "已带入": ["", "、".join(filled)]},
    )  # fmt: skip
    return draft


def check(certification: Certification, *, by: User, on: date) -> None:
    """Refuse a renewal that ``by`` may not begin on the day ``on``, whatever the round.

    Raises:
        Refusal: as for :func:`begin`.
    """
    platform = certification.result.platform
    if not (by.has_perm("platforms.add_application") and is_own(platform, by)):
        raise Refusal("您没有办理该平台续期申报的权限。")
    _check_state(certification, on)
    _check_time(certification, on)
    if platform.former_zone_id:
        raise Refusal("该平台原由已调整的管委会本级设立，不能续期，请按现地区新建申报。")
    bans = active_bans(
        operator_code=platform.operator_code, site_key=platform.site_key, on=on, site_name=platform.site_name
    )
    if bans:
        raise Refusal("".join(map(ban_sentence, bans)))
    if filed := filed_for(certification).first():
        raise Refusal(f"该平台{filed.round}已有申报表 {filed.number}，请直接打开办理。")


def is_own(platform: Platform, by: User) -> bool:
    """Say whether ``by`` files for ``platform``: the county of its region, the city for key industries."""
    if by.role == Role.CITY:
        return platform.type == PlatformType.INDUSTRY
    return by.role == Role.COUNTY and by.acts_for(platform.region_id)


def _check_state(certification: Certification, on: date) -> None:
    if over := _OVER.get(state_of(certification, on)):
        raise Refusal(f"证书 {certification.number} {over}。")
    others = held_by(certification.result.platform_id, on).exclude(pk=certification.pk)
    if later := others.filter(valid_from__gt=certification.valid_from).first():
        raise Refusal(f"该平台已有证书 {later.number}，自{day_in_words(later.valid_from)}起生效，无须续期。")


def _check_time(certification: Certification, on: date) -> None:
    opens = max(opens_on(certification.valid_until, settings.RENEWAL_DAYS), certification.valid_from)
    if on < opens:
        until = day_in_words(certification.valid_until)
        raise Refusal(f"证书 {certification.number} 有效期至{until}，{day_in_words(opens)}起可办理续期申报。")


def _last(platform: Platform, draft: Application, by: User) -> Source | None:
    """Return the last accepted application of ``platform``, as far as it is for the same place."""
    for source in sources_for(draft, user=by):
        row = source.application
        if source.same_place and row.platform_id == platform.pk and row.status == ApplicationStatus.ACCEPTED:
            return source
    return None


def _is_operator_of(application: Application, platform: Platform) -> bool:
    return application.operator_code == platform.operator_code
