"""Leave to file after the closing (延期申报许可): granted by the city, used one by one, ended by day or number."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import transaction
from django.db.models import ProtectedError
from django.db.utils import DatabaseError

from platforms.applications.queries.filing_extensions import ExtensionState, extensions_for, standings
from platforms.applications.services import batches, filing, filing_extensions
from platforms.applications.services import drafts as applications
from platforms.errors import Gone, Refusal
from platforms.models import (
    Application,
    AuditEvent,
    Batch,
    FilingException,
    FilingExceptionUse,
    Liaison,
    Mail,
    Round,
    User,
)
from tests import factories
from tests.copies import copies_of

pytestmark = pytest.mark.django_db

#: The day on which everything here happens; the filing was closed on 30 April.
AT = datetime(2026, 5, 1, 2, 0, tzinfo=UTC)
UNTIL = date(2026, 5, 3)
CLOSED = "2026年度申报已截止，"


@pytest.fixture
def three(yinzhou: User, round_2026: Round, now: datetime) -> list[Application]:
    """Three complete drafts of 鄞州区 that were not submitted before the filing was closed."""
    first = factories.complete_application(yinzhou, round_2026, now)
    rows = [first, *copies_of(first, 2)]
    Round.objects.update(status="evaluating")
    return rows


@pytest.fixture
def grant(city: User, yinzhou: User, round_2026: Round) -> Callable[..., FilingException]:
    """A function that lets 鄞州区 file two applications until 3 May, or whatever is said instead."""

    def make(**changes: Any) -> FilingException:
        facts = {"region": yinzhou.region, "reason": "场地验收推迟", "ends_on": UNTIL, "uses_allowed": 2} | changes
        return filing_extensions.grant(round=round_2026, by=facts.pop("by", city), at=facts.pop("at", AT), **facts)

    return make


def report(by: User, rows: list[Application], at: datetime = AT) -> Batch:
    shown = {row: row.version for row in rows}
    return batches.report(round=rows[0].round, region=by.region, applications=shown, by=by, at=at)


@pytest.mark.clause("N17")
def test_under_an_exception_what_is_late_goes_in_marked_and_each_use_is_a_record(
    yinzhou: User, city: User, three: list[Application], grant: Callable[..., FilingException]
) -> None:
    made = grant()
    batch = report(yinzhou, three[:2])
    assert batch.is_late
    uses = FilingExceptionUse.objects.order_by("application__number")
    assert list(uses.values_list("exception", "application", "at", "by")) == [
        (made.pk, row.pk, AT, yinzhou.pk) for row in three[:2]
    ]
    assert set(Application.objects.filter(status="submitted").values_list("is_late", flat=True)) == {True}
    (standing,) = standings(FilingException.objects.all(), on=UNTIL)
    assert (standing.used, standing.left, standing.state) == (2, 0, ExtensionState.USED_UP)
    event = AuditEvent.objects.get(verb="许可延期申报")
    assert (event.object_code, event.reason, event.changes) == (
        "2026-330212",
        "场地验收推迟",
        {"适用": [None, "鄞州区"], "有效期至": [None, "2026-05-03"], "可提交（份）": [None, 2]},
    )


def test_the_liaison_officer_is_written_to(
    yinzhou: User, three: list[Application], grant: Callable[..., FilingException]
) -> None:
    Liaison.objects.update(email="zhao@example.cn")
    grant()
    mail = Mail.objects.get()
    assert (mail.kind, mail.address) == ("exception", "zhao@example.cn")
    assert ("可提交 2 份" in mail.body, "2026年5月3日" in mail.body, "场地验收推迟" in mail.body) == (True, True, True)


def test_without_an_exception_nothing_is_begun_and_nothing_submitted(
    yinzhou: User, round_2026: Round, three: list[Application]
) -> None:
    for do in (lambda: report(yinzhou, three[:1]), lambda: factories.draft(yinzhou, round_2026, AT)):
        with pytest.raises(Refusal) as refused:
            do()
        assert str(refused.value) == f"{CLOSED}不再受理新的申报表；被退回的申报表仍可补正后重新提交。"


def test_more_than_what_is_left_goes_in_not_at_all(
    yinzhou: User, three: list[Application], grant: Callable[..., FilingException]
) -> None:
    grant()
    with pytest.raises(Refusal, match=f"申报表 {three[2].number}“.*”不能上报，本次全部没有上报。{CLOSED}不再受理"):
        report(yinzhou, three)
    assert FilingExceptionUse.objects.count() == 0
    report(yinzhou, three[:2])
    with pytest.raises(Refusal) as refused:
        report(yinzhou, three[2:])
    assert str(refused.value) == f"{CLOSED}延期申报许可的 2 份已经用完，不能再提交。需要再申报的，请与市经信局联系。"


@pytest.mark.trust("T44")
@pytest.mark.parametrize(
    ("at", "holds"),
    [(datetime(2026, 5, 3, 15, 59, 59, tzinfo=UTC), True), (datetime(2026, 5, 3, 16, 0, tzinfo=UTC), False)],
    ids=["last second of its last day in Ningbo", "first second of the day after"],
)
def test_an_exception_holds_through_its_last_day(
    yinzhou: User, three: list[Application], grant: Callable[..., FilingException], at: datetime, holds: bool
) -> None:
    grant()
    if holds:
        assert report(yinzhou, three[:1], at).number == "SB2026-330212-01"
        return
    with pytest.raises(Refusal) as refused:
        report(yinzhou, three[:1], at)
    assert str(refused.value) == f"{CLOSED}延期申报许可已于2026年5月3日到期，不能再提交。需要延长的，请与市经信局联系。"


def test_a_revoked_exception_lets_nothing_in_and_what_went_in_stays(
    yinzhou: User, city: User, three: list[Application], grant: Callable[..., FilingException]
) -> None:
    made = grant()
    report(yinzhou, three[:1])
    revoked = filing_extensions.revoke(extension=made, reason="材料不实", by=city, at=AT)
    assert (revoked.revoked_at, revoked.revoked_by, revoked.revoke_reason) == (AT, city, "材料不实")
    with pytest.raises(Refusal) as refused:
        report(yinzhou, three[1:2])
    assert str(refused.value) == f"{CLOSED}延期申报许可已被市经信局撤销，不能再提交。"
    assert Application.objects.get(pk=three[0].pk).status == "submitted"
    with pytest.raises(Gone, match="这项许可已经撤销，请刷新页面查看。"):
        filing_extensions.revoke(extension=made, reason="再次", by=city, at=AT)
    assert AuditEvent.objects.get(verb="撤销延期申报许可").reason == "材料不实"


@pytest.mark.trust("T01")
def test_another_regions_exception_helps_nobody_else(
    yinzhou: User, cixi: User, three: list[Application], grant: Callable[..., FilingException]
) -> None:
    grant(region=cixi.region)
    with pytest.raises(Refusal, match=f"{CLOSED}不再受理新的申报表"):
        report(yinzhou, three[:1])
    grant(region=None)
    with pytest.raises(Refusal, match=f"{CLOSED}不再受理新的申报表"):
        report(yinzhou, three[:1])
    assert extensions_for(round=three[0].round, region=yinzhou.region).count() == 0


def test_an_exception_for_one_draft_is_for_that_draft_alone(
    yinzhou: User, round_2026: Round, three: list[Application], grant: Callable[..., FilingException]
) -> None:
    made = grant(application=three[1], uses_allowed=9)
    assert made.uses_allowed == 1
    for do in (lambda: report(yinzhou, three[:1]), lambda: factories.draft(yinzhou, round_2026, AT)):
        with pytest.raises(Refusal, match=f"{CLOSED}不再受理新的申报表"):
            do()
    report(yinzhou, three[1:2])
    assert FilingExceptionUse.objects.get().application == three[1]


def test_the_exception_for_one_draft_is_used_before_that_for_any(
    yinzhou: User, three: list[Application], grant: Callable[..., FilingException]
) -> None:
    later, sooner = grant(uses_allowed=1, ends_on=date(2026, 5, 9)), grant(uses_allowed=1)
    named = grant(application=three[2])
    report(yinzhou, three)
    used = dict(FilingExceptionUse.objects.values_list("application", "exception"))
    assert used == {three[0].pk: sooner.pk, three[1].pk: later.pk, three[2].pk: named.pk}


def test_a_new_application_can_be_begun_under_an_exception(
    yinzhou: User, round_2026: Round, three: list[Application], grant: Callable[..., FilingException]
) -> None:
    grant()
    assert factories.draft(yinzhou, round_2026, AT).status == "draft"
    assert FilingExceptionUse.objects.count() == 0


def test_the_city_lets_its_own_key_industries_in_late(city: User, round_2026: Round, now: datetime) -> None:
    row = factories.complete_application(city, round_2026, now, type="industry")
    Round.objects.update(status="evaluating")
    filing_extensions.grant(
        round=round_2026, region=None, reason="协会换届", ends_on=UNTIL, uses_allowed=1, by=city, at=AT
    )
    assert report(city, [row]).is_late
    assert Mail.objects.count() == 0


def test_after_reopening_no_exception_is_used(
    yinzhou: User, three: list[Application], grant: Callable[..., FilingException]
) -> None:
    grant()
    Round.objects.update(status="filing")
    report(yinzhou, three)
    assert FilingExceptionUse.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": " "}, "请填写“理由”。"),
        ({"reason": "长" * 401}, "“理由”最多 400 个字，现为 401 个字。"),
        ({"ends_on": date(2026, 4, 30)}, "有效期须在今天至 90 天之内。"),
        ({"ends_on": date(2026, 7, 31)}, "有效期须在今天至 90 天之内。"),
        ({"uses_allowed": 0}, "可提交的份数须在 1 至 50 之间。"),
        ({"uses_allowed": 51}, "可提交的份数须在 1 至 50 之间。"),
    ],
)
def test_what_cannot_be_granted_is_refused(
    three: list[Application], grant: Callable[..., FilingException], changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refusal) as refused:
        grant(**changes)
    assert str(refused.value) == sentence
    assert FilingException.objects.count() == 0


@pytest.mark.parametrize("status", ["preparing", "filing", "published"])
def test_there_is_nothing_to_grant_unless_filing_is_closed(
    three: list[Application], grant: Callable[..., FilingException], status: str
) -> None:
    Round.objects.update(status=status)
    with pytest.raises(Refusal, match="只有申报截止之后、结果公布之前才需要延期申报许可。"):
        grant()


def test_a_draft_of_another_region_or_no_draft_at_all_is_refused(
    yinzhou: User, cixi: User, three: list[Application], grant: Callable[..., FilingException]
) -> None:
    with pytest.raises(Refusal, match=f"申报表 {three[0].number} 不是所选地区2026年度的申报表。"):
        grant(application=three[0], region=cixi.region)
    grant()
    report(yinzhou, three[:1])
    with pytest.raises(Refusal, match=f"申报表 {three[0].number} 现为“已提交”，不需要延期申报许可。"):
        grant(application=three[0])


@pytest.mark.trust("T05")
@pytest.mark.parametrize("role", ["county", "finance", "auditor", "security", "sysadmin"])
def test_nobody_but_the_city_grants_or_revokes(
    role: str, yinzhou: User, three: list[Application], grant: Callable[..., FilingException]
) -> None:
    made = grant()
    person = yinzhou if role == "county" else factories.person(role, role)
    with pytest.raises(Refusal, match="您没有许可延期申报的权限。"):
        grant(by=person)
    with pytest.raises(Refusal, match="您没有撤销延期申报许可的权限。"):
        filing_extensions.revoke(extension=made, reason="理由", by=person, at=AT)


@pytest.mark.trust("T17")
def test_a_use_and_what_it_hangs_on_stay_for_good(
    yinzhou: User, three: list[Application], grant: Callable[..., FilingException]
) -> None:
    made = grant(application=three[0])
    with pytest.raises(Refusal, match="这份草稿有延期申报许可，须留存，不能删除。"):
        applications.delete_draft(application=three[0], by=yinzhou, at=AT)
    report(yinzhou, three[:1])
    with pytest.raises(ProtectedError):
        made.delete()
    for do in (
        lambda: FilingExceptionUse.objects.update(by=yinzhou),
        lambda: FilingExceptionUse.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="许可的使用记录不得修改或删除"), transaction.atomic():
            do()


def test_a_submission_outside_of_a_report_uses_an_exception_too(
    yinzhou: User, three: list[Application], grant: Callable[..., FilingException]
) -> None:
    grant(uses_allowed=1)
    filing.submit(application=three[0], version=three[0].version, by=yinzhou, at=AT)
    with pytest.raises(Refusal, match="延期申报许可的 1 份已经用完"):
        filing.submit(application=three[1], version=three[1].version, by=yinzhou, at=AT)
