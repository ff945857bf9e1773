"""Public notices as they stand while they run, and objections to them."""

from datetime import UTC, date, datetime
from typing import Any

from evaluation.models import Assessment, NoticeLine, Objection, PublicNotice
from evaluation.public_notice.services import objections
from platforms.audit.services import numbering
from platforms.models import Round, User
from tests import factories

#: Thursday 10 to Wednesday 16 September 2026, and a moment in between: Friday, 10:00.
FIRST, LAST = date(2026, 9, 10), date(2026, 9, 16)
AT = datetime(2026, 9, 11, 2, 0, tzinfo=UTC)
WORDS = "公示的服务企业数与实际不符，实际不足二十家。"


def officers() -> tuple[User, User]:
    """Two officers of the city who scored and confirmed nothing."""
    names = ("objections", "objections2")
    known = {each.username: each for each in User.objects.filter(username__in=names)}
    one, two = (known.get(name) or factories.person(name, "city") for name in names)
    return one, two


def opened(round_: Round, *, starts_on: date = FIRST, ends_on: date = LAST, at: datetime = AT) -> PublicNotice:
    """A notice of ``round_`` that another officer opened, with every graded platform on it."""
    one, two = officers()
    notice = PublicNotice.objects.create(
        number=f"GS-{round_.year}-9{numbering.next_number('noticed'):03d}", round=round_, status="opened",
        reason="评价完成", organiser="市经信局企业服务处", phone="0574-87654321", address="某路1号",
        email="gs@example.cn",
        working_days=5, starts_on=starts_on, ends_on=ends_on, basis="0" * 64, proposed_at=at, proposed_by=one,
        decided_at=at, decided_by=two,
    )  # fmt: skip
    rows = Assessment.objects.filter(evaluation__round=round_).exclude(grade="")
    for assessment in rows.select_related("application__platform", "application__region"):
        form = assessment.application
        NoticeLine.objects.create(
            notice=notice, assessment=assessment, code=form.platform.code, name=form.name, type=form.type,
            region=form.region, site_name=form.site_name, operator_name=form.operator_name, grade=assessment.grade,
            is_public=assessment.grade in round_.terms.certified, made_at=at, made_by=two,
        )  # fmt: skip
    return notice


def amended(line: NoticeLine, grade: str, *, objection: Objection | None = None, at: datetime = AT) -> NoticeLine:
    """The next version of ``line`` with another grade."""
    values = {field.attname: getattr(line, field.attname) for field in line._meta.concrete_fields if field.name != "id"}
    certified = grade in line.notice.round.terms.certified
    changes = {"version": line.version + 1, "grade": grade, "is_public": certified, "change_reason": "经复核更正"}
    return NoticeLine.objects.create(**{**values, **changes, "objection_id": objection and objection.pk, "made_at": at})


def filed(notice: PublicNotice, assessment: Assessment | None = None, **changes: Any) -> Objection:
    """An objection by the form, unless ``changes`` say otherwise."""
    facts: dict[str, Any] = {
        "channel": "form", "name": "宁波某某机械有限公司", "phone": "13812345678", "text": WORDS,
        "sender_hash": "a" * 64, "at": AT,
    }  # fmt: skip
    return objections.file(notice=notice, assessment=assessment, **{**facts, **changes})[0]


def first(notice: PublicNotice, grade: str = "A") -> Assessment:
    """The first listed platform of ``grade``."""
    return Assessment.objects.filter(notice_lines__notice=notice, notice_lines__grade=grade).order_by("pk")[0]
