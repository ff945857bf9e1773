"""续期: an application in the year's round, filled in advance; who, when, and when not."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from evaluation.certification.services import endings
from evaluation.certification.services.endings import give_up
from evaluation.models import Certification, Result
from evaluation.renewal.queries import filed_for, to_renew, visible, with_renewal
from evaluation.renewal.services.renewals import begin
from platforms.applications.services.drafts import delete_draft
from platforms.errors import Refusal
from platforms.models import Application, AuditEvent, Ban, Platform, Region, Round, User
from tests import factories
from tests.evaluation import stage
from tests.evaluation.revocation.revoking import revoked
from tests.kept_rows import once

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
LAST = date(2023, 9, 27)
AT = datetime(2023, 4, 3, 2, 0, tzinfo=UTC)
ON = date(2023, 4, 3)


def renewal(row: Certification, on: date) -> str:
    """How the renewal of ``row`` stands on the day ``on``."""
    return str(with_renewal(Certification.objects.filter(pk=row.pk), on=on).get().renewal)


@pytest.fixture
def certificate(yinzhou: User) -> Certification:
    """A certificate of a platform of 鄞州区 from 28 September 2020 to 27 September 2023."""
    return once(stage.certified, year=2020)


@pytest.fixture
def round_(certificate: Certification) -> Round:
    """The round of 2023, which takes applications."""
    return factories.round_of(2023, notice=certificate.result.publication.round.notice)


@pytest.fixture
def renewed(certificate: Certification, round_: Round, yinzhou: User) -> Application:
    return begin(certification=certificate, round=round_, by=yinzhou, at=AT)


@pytest.mark.clause("N28")
def test_a_renewal_is_a_draft_for_the_same_place_filled_with_what_was_filed_last(
    certificate: Certification, renewed: Application
) -> None:
    platform, before = certificate.result.platform, Application.objects.get(round__year=2020)
    assert (renewed.status, renewed.site_key, renewed.round.year) == ("draft", platform.site_key, 2023)
    assert renewed.renews is not None
    assert renewed.renews.certificate == certificate.number
    taken = ("operator_name", "operator_code", "address", "opening_hours", "introduction")
    assert [getattr(renewed, name) for name in taken] == [getattr(before, name) for name in taken]


def test_it_is_written_down_with_the_certificate(certificate: Certification, renewed: Application) -> None:
    event = AuditEvent.objects.get(verb="办理续期申报")
    assert (event.object_code, event.changes["申报编号"]) == (certificate.number, ["", renewed.number])
    made = AuditEvent.objects.get(verb="建立申报表")
    assert made.changes == {"续期的证书": ["", certificate.number]}


@pytest.mark.clause("N28")
def test_the_present_operator_is_not_named_by_an_older_application(
    certificate: Certification, round_: Round, yinzhou: User
) -> None:
    Platform.objects.update(operator_name="新运营单位", operator_code=factories.credit_code(7))
    certificate.refresh_from_db()
    draft = begin(certification=certificate, round=round_, by=yinzhou, at=AT)
    assert (draft.operator_name, draft.operator_code) == ("", "")
    assert draft.address == Application.objects.get(round__year=2020).address


def test_what_was_never_filed_here_is_renewed_with_an_empty_form(
    certificate: Certification, round_: Round, yinzhou: User
) -> None:
    Application.objects.update(status="withdrawn", withdrawn_at=AT, platform=None)
    draft = begin(certification=certificate, round=round_, by=yinzhou, at=AT)
    assert (draft.operator_name, draft.address) == ("", "")
    assert AuditEvent.objects.get(verb="办理续期申报").changes["已带入"] == ["", ""]


def test_the_city_renews_key_industries(city: User) -> None:
    stage.published_round({stage.INDUSTRY: {"A": 1}}, year=2020)
    certificate = Certification.objects.get()
    round_ = factories.round_of(2023, notice=certificate.result.publication.round.notice)
    draft = begin(certification=certificate, round=round_, by=city, at=AT)
    assert (draft.association, draft.region) == (certificate.result.platform.association, None)


@pytest.mark.clause("N28")
@pytest.mark.parametrize(("days", "opens"), [(365, date(2022, 9, 27)), (100, date(2023, 6, 19))])
def test_it_opens_a_set_time_before_the_end(
    certificate: Certification, round_: Round, yinzhou: User, settings: Any, days: int, opens: date
) -> None:
    settings.RENEWAL_DAYS = days
    assert (renewal(certificate, opens - DAY), renewal(certificate, opens)) == ("early", "open")
    early = datetime(opens.year, opens.month, opens.day, tzinfo=UTC) - timedelta(hours=9)
    told = f"有效期至2023年9月27日，{opens.year}年{opens.month}月{opens.day}日起可办理续期申报。"
    with pytest.raises(Refusal) as refused:
        begin(certification=certificate, round=round_, by=yinzhou, at=early)
    assert str(refused.value) == f"证书 {certificate.number} {told}"
    assert begin(certification=certificate, round=round_, by=yinzhou, at=early + timedelta(hours=1)).pk


def expired(_: Certification) -> datetime:
    return datetime(2023, 9, 27, 16, 0, tzinfo=UTC)


def taken_away(row: Certification) -> datetime:
    revoked(row, on=ON, at=AT)
    return AT


def given_up(row: Certification) -> datetime:
    give_up(certification=row, on=ON, reason="平台来文放弃。", by=stage.city_officer(), at=AT)
    return AT


def banned_operator(row: Certification) -> datetime:
    Ban.objects.create(
        operator_code=row.result.platform.operator_code, starts_on=ON, ends_on=ON, reason="另一平台被撤销。"
    )
    return AT


def banned_place(row: Certification) -> datetime:
    Ban.objects.create(
        site_key=row.result.platform.site_key, site_label="第1镇", starts_on=ON, ends_on=ON, reason="撤销。"
    )
    return AT


def of_a_zone_that_ended(row: Certification) -> datetime:
    Platform.objects.filter(pk=row.result.platform_id).update(former_zone=Region.objects.filter(kind="zone")[0])
    return AT


@pytest.mark.clause("N28")
@pytest.mark.parametrize(
    ("before", "sentence"),
    [
        (expired, "已到期，不能续期，请新建申报。"),
        (taken_away, "已撤销，不能续期。"),
        (given_up, "已放弃，不能续期。"),
        (banned_operator, "不受理"),
        (banned_place, "不受理申报"),
        (of_a_zone_that_ended, "该平台原由已调整的管委会本级设立"),
    ],
)
def test_what_is_over_or_banned_is_not_renewed(
    certificate: Certification,
    round_: Round,
    yinzhou: User,
    before: Callable[[Certification], datetime],
    sentence: str,
) -> None:
    at = before(certificate)
    row = Certification.objects.get(pk=certificate.pk)
    with pytest.raises(Refusal, match=sentence):
        begin(certification=row, round=round_, by=yinzhou, at=at)
    assert not Application.objects.filter(round=round_).exists()


@pytest.mark.parametrize(("status", "sentence"), [("preparing", "尚未开始受理申报"), ("evaluating", "截止")])
def test_a_round_that_takes_no_applications_takes_no_renewal(
    certificate: Certification, yinzhou: User, status: str, sentence: str
) -> None:
    round_ = factories.round_of(2023, status, notice=certificate.result.publication.round.notice)
    with pytest.raises(Refusal, match=sentence):
        begin(certification=certificate, round=round_, by=yinzhou, at=AT)


def test_a_second_one_is_refused_with_the_number_of_the_first(
    certificate: Certification, round_: Round, renewed: Application, yinzhou: User
) -> None:
    with pytest.raises(Refusal) as refused:
        begin(certification=certificate, round=round_, by=yinzhou, at=AT)
    assert str(refused.value) == f"该平台2023年度已有申报表 {renewed.number}，请直接打开办理。"
    delete_draft(application=renewed, by=yinzhou, at=AT)
    assert begin(certification=certificate, round=round_, by=yinzhou, at=AT).number != renewed.number


def test_another_application_of_the_place_is_in_the_way_too(
    certificate: Certification, round_: Round, yinzhou: User
) -> None:
    draft = factories.draft(yinzhou, round_, AT, town=certificate.result.platform.town)
    with pytest.raises(Refusal, match=f"已有申报表 {draft.number}，请直接打开办理。"):
        begin(certification=certificate, round=round_, by=yinzhou, at=AT)


@pytest.mark.parametrize("who", ["cixi", "city", "finance"])
def test_nobody_renews_for_another(
    certificate: Certification, round_: Round, who: str, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(Refusal, match="没有办理该平台续期申报的权限"):
        begin(certification=certificate, round=round_, by=request.getfixturevalue(who), at=AT)


@pytest.mark.clause("N28")
@pytest.mark.parametrize(
    ("status", "state", "waits"),
    [("draft", "filing", 0), ("submitted", "filed", 0), ("returned", "filed", 0), ("accepted", "accepted", 0),
     ("withdrawn", "open", 1)],
)  # fmt: skip
def test_how_a_renewal_stands_follows_its_application(
    certificate: Certification, renewed: Application, yinzhou: User, status: str, state: str, waits: int
) -> None:
    changes: dict[str, Any] = {"status": status, "submitted_at": AT, "last_submitted_at": AT, "withdrawn_at": None}
    if status == "accepted":
        changes |= {"accepted_at": AT, "platform": certificate.result.platform}
    if status == "withdrawn":
        changes |= {"withdrawn_at": AT}
    Application.objects.filter(pk=renewed.pk).update(**changes)
    assert renewal(certificate, ON) == state
    assert to_renew(yinzhou, ON).count() == waits
    assert filed_for(certificate).count() == 1 - waits


def test_a_certificate_that_was_changed_meanwhile_goes_on_with_its_renewal(
    certificate: Certification, round_: Round, renewed: Application, yinzhou: User, city: User
) -> None:
    own = certificate.result
    version = Result.objects.get(pk=own.pk)
    version.pk, version.corrects, version.version, version.operator_name = None, own, 2, "新运营单位"
    version.save(force_insert=True)
    changed = Certification.objects.create(
        result=version, number="NB2023-900-CHNGD", valid_from=ON, valid_until=certificate.valid_until
    )
    endings.begin(issued=[changed], by=city, at=AT)
    assert [renewal(row, ON) for row in (certificate, changed)] == ["none", "filing"]
    with pytest.raises(Refusal, match=f"已有申报表 {renewed.number}，请直接打开办理。"):
        begin(certification=changed, round=round_, by=yinzhou, at=AT)
    with pytest.raises(Refusal, match="已换发新证，请对新证书办理续期。"):
        begin(certification=Certification.objects.get(pk=certificate.pk), round=round_, by=yinzhou, at=AT)


@pytest.mark.clause("N28")
def test_what_is_not_renewed_lapses_on_the_day_after_its_last(certificate: Certification, city: User) -> None:
    assert (renewal(certificate, LAST), renewal(certificate, LAST + DAY)) == ("open", "lapsed")
    give_up(certification=certificate, on=ON, reason="平台来文放弃。", by=city, at=AT)
    assert (renewal(certificate, ON - DAY), renewal(certificate, ON)) == ("open", "none")


def test_a_renewal_that_earned_no_certificate_renewed_nothing(certificate: Certification) -> None:
    stage.published_round({"330212": {"D": 1}}, year=2023)
    assert renewal(certificate, LAST) == "open"


def test_each_county_sees_its_own_and_the_city_all(
    yinzhou: User, cixi: User, city: User, finance: User, assessor: User
) -> None:
    stage.published_round({"330212": {"A": 2}, "330282": {"A": 1}, stage.INDUSTRY: {"A": 1}}, year=2020)
    assert [visible(person).count() for person in (yinzhou, cixi, city, finance, assessor)] == [2, 1, 4, 0, 0]
    assert [to_renew(person, ON).count() for person in (yinzhou, cixi, city)] == [2, 1, 1]


@pytest.mark.clause("N28")
def test_the_form_says_which_certificate_it_renews(
    certificate: Certification, renewed: Application, yinzhou: User, city: User, browser_of: Callable[[User], Client]
) -> None:
    told = f"证书 {certificate.number}，有效期至2023年9月27日"
    desk = browser_of(yinzhou)
    for path in ("", "venue/"):
        page = desk.get(f"/desk/applications/{renewed.number}/{path}").content.decode()
        assert page.count(f"续期申报：{told}") == 1
    assert told in browser_of(city).get(f"/admin/platforms/application/{renewed.pk}/change/").content.decode()
