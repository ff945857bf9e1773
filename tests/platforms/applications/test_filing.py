"""An application on its way: submitted, returned, submitted again, accepted, withdrawn."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from platforms.applications.queries.bans import active_bans
from platforms.applications.queries.forms import digest_of
from platforms.applications.queries.quotas import quota_table, quota_use
from platforms.applications.services import bans, filing
from platforms.applications.services import drafts as applications
from platforms.errors import Gone, Refusal, StaleVersion
from platforms.models import (
    Application,
    ApplicationMove,
    ApplicationVersion,
    AuditEvent,
    Ban,
    Liaison,
    Platform,
    Quota,
    Round,
    User,
)
from platforms.periodic_reports.services import acceptance
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def complete(yinzhou: User, round_2026: Round, now: datetime) -> Application:
    return factories.complete_application(yinzhou, round_2026, now)


def submit(application: Application, by: User, at: datetime, **more: Any) -> Application:
    more = {"version": application.version} | more
    return filing.submit(application=application, by=by, at=at, **more)


# Submitting


@pytest.mark.clause("N15")
@pytest.mark.clause("N17")
def test_a_submission_freezes_what_was_submitted(complete: Application, yinzhou: User, now: datetime) -> None:
    sent = submit(complete, yinzhou, now)
    assert (sent.status, sent.submitted_at, sent.last_submitted_at, sent.is_late) == ("submitted", now, now, False)
    frozen = sent.versions.get()
    assert (frozen.number, frozen.submitted_by, frozen.digest) == (1, yinzhou, digest_of(frozen.data))
    assert frozen.data["operator"]["operator_name"] == "测试服务中心"
    move = sent.moves.get()
    assert (move.name, move.source, move.target, move.by, move.at) == ("submit", "draft", "submitted", yinzhou, now)
    event = AuditEvent.objects.first()
    assert (event.verb, event.object_code, event.actor) == ("提交申报表", sent.number, "yinzhou")


@pytest.mark.clause("N17")
@pytest.mark.trust("T44")
@pytest.mark.parametrize(
    ("at", "late"),
    [
        (datetime(2026, 4, 17, 15, 59, 59, tzinfo=UTC), False),
        # Midnight in Ningbo, whatever day it is in Greenwich.
        (datetime(2026, 4, 17, 16, 0, tzinfo=UTC), True),
    ],
)
def test_a_report_is_late_after_the_due_day_in_ningbo(
    complete: Application, yinzhou: User, at: datetime, late: bool
) -> None:
    assert submit(complete, yinzhou, at).is_late is late


@pytest.mark.clause("N15")
def test_what_is_missing_stops_a_submission(yinzhou: User, round_2026: Round, now: datetime) -> None:
    draft = factories.draft(yinzhou, round_2026, now)
    factories.liaison(round_2026, yinzhou.region, yinzhou, now)
    with pytest.raises(filing.Incomplete) as refused:
        submit(draft, yinzhou, now)
    assert str(refused.value) == (
        "申报表还有 43 处需要补充或更正等：请填写平台地址。请填写开放时间。请填写对外公布的服务电话。"
    )
    assert len(refused.value.gaps) == 43
    one = factories.complete_application(yinzhou, round_2026, now, staff=[])
    with pytest.raises(filing.Incomplete, match=r"申报表还有 1 处需要补充或更正：请登记运营人员。$"):
        submit(one, yinzhou, now)
    assert not ApplicationVersion.objects.exists()


@pytest.mark.clause("N16")
def test_the_county_names_its_liaison_officer_first(
    complete: Application, yinzhou: User, city: User, round_2026: Round, now: datetime
) -> None:
    Liaison.objects.all().delete()
    with pytest.raises(Refusal, match="本地区尚未明确2026年度的工作联络员，请先填写联络员再提交。"):
        submit(complete, yinzhou, now)
    # A key industry is the city's own and needs none.
    assert factories.submitted(city, round_2026, now, type="industry").status == "submitted"


@pytest.mark.clause("N09")
def test_going_over_the_quota_asks_for_a_reason_and_is_not_stopped(
    yinzhou: User, cixi: User, city: User, round_2026: Round, now: datetime
) -> None:
    Quota.objects.create(round=round_2026, region=yinzhou.region, places=1)
    Quota.objects.create(round=round_2026, region=cixi.region, places=4)
    first = factories.complete_application(yinzhou, round_2026, now)
    first = submit(first, yinzhou, now, over_quota_reason="不需要的理由")
    assert first.over_quota_reason == ""
    use = quota_use(round=round_2026, region=yinzhou.region)
    assert (use.places, use.used, use.left, use.over, use.next_is_over) == (1, 1, 0, 0, True)

    second = factories.complete_application(yinzhou, round_2026, now)
    for reason in ("", "  "):
        with pytest.raises(filing.OverQuota, match="本地区名额为 1 个，已申报 1 个。名额供参考"):
            submit(second, yinzhou, now, over_quota_reason=reason)
    second = submit(second, yinzhou, now, over_quota_reason="企业集中，确有需要")
    assert (second.status, second.over_quota_reason) == ("submitted", "企业集中，确有需要")
    assert second.moves.get().reason == "企业集中，确有需要"
    assert quota_use(round=round_2026, region=yinzhou.region).over == 1

    assert [(each.region.code, each.places, each.used) for each in quota_table(round=round_2026, user=yinzhou)] == [
        ("330212", 1, 2)
    ]
    everywhere = {each.region.code: (each.places, each.left) for each in quota_table(round=round_2026, user=city)}
    assert len(everywhere) == 17
    assert (everywhere["330212"], everywhere["330282"], everywhere["HZW"]) == ((1, 0), (4, 4), (None, None))
    none = quota_use(round=round_2026, region=factories.Region.objects.get(code="HZW"))
    assert (none.over, none.next_is_over) == (0, False)


@pytest.mark.clause("N35")
@pytest.mark.parametrize("met", ["operator", "place", "both"])
def test_a_ban_is_checked_at_every_submission(
    complete: Application, yinzhou: User, city: User, now: datetime, met: str
) -> None:
    bans.ban(
        operator_code=complete.operator_code if met != "place" else "",
        site_key=complete.site_key if met != "operator" else "",
        site_label="测试街道",
        starts_on=date(2023, 4, 10),
        years=3,
        reason="撤销运营资格",
        by=city,
        at=now,
    )
    with pytest.raises(Refusal, match="因撤销运营资格，在2026年4月10日"):
        submit(complete, yinzhou, now)
    assert submit(complete, yinzhou, datetime(2026, 4, 10, 16, 0, tzinfo=UTC)).status == "submitted"


@pytest.mark.clause("N35")
def test_a_ban_that_came_in_between_stops_the_acceptance(
    yinzhou: User, city: User, round_2026: Round, now: datetime
) -> None:
    sent = factories.submitted(yinzhou, round_2026, now)
    Ban.objects.create(
        operator_code=sent.operator_code, starts_on=date(2026, 4, 1), ends_on=date(2029, 4, 1), reason="撤销"
    )
    with pytest.raises(
        Refusal, match=f"运营单位（{sent.operator_code}）因撤销运营资格，在2029年4月1日（含当日）前不受理申报。"
    ):
        acceptance.accept(application=sent, by=city, at=now)
    assert not Platform.objects.exists()


@pytest.mark.clause("N35")
def test_bans_are_made_by_who_revokes(city: User, yinzhou: User, now: datetime) -> None:
    facts = {"site_label": "", "starts_on": date(2024, 2, 29), "years": 3, "reason": "撤销", "at": now}
    made = bans.ban(operator_code="X", site_key="", by=city, **facts)
    assert made.ends_on == date(2027, 2, 28)
    with pytest.raises(Refusal, match="您没有限制申报的权限。"):
        bans.ban(operator_code="X", site_key="", by=yinzhou, **facts)
    with pytest.raises(Refusal, match="请指明限制申报的运营单位或地点。"):
        bans.ban(operator_code="", site_key="", by=city, **facts)
    days = {
        day: len(active_bans(operator_code="X", site_key="", on=day))
        for day in (date(2024, 2, 28), date(2024, 2, 29), date(2027, 2, 28), date(2027, 3, 1))
    }
    assert list(days.values()) == [0, 1, 1, 0]
    assert active_bans(operator_code="", site_key="", on=date(2025, 1, 1)) == ()


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("preparing", "2026年度尚未开始受理申报。"),
        ("evaluating", "2026年度申报已截止"),
        ("published", "2026年度结果已公布，申报表不能再变动。"),
    ],
)
def test_a_first_submission_needs_open_filing(
    complete: Application, yinzhou: User, now: datetime, status: str, sentence: str
) -> None:
    Round.objects.update(status=status)
    with pytest.raises(Refusal, match=sentence):
        submit(complete, yinzhou, now)


@pytest.mark.trust("T11")
@pytest.mark.trust("T12")
def test_an_old_page_and_a_second_click_are_refused(complete: Application, yinzhou: User, now: datetime) -> None:
    for version in (complete.version - 1, 999):
        with pytest.raises(StaleVersion):
            submit(complete, yinzhou, now, version=version)
    sent = submit(complete, yinzhou, now)
    with pytest.raises(Gone, match="“提交申报表”未执行：申报表现为“已提交”，请刷新页面后查看最新情况。"):
        submit(complete, yinzhou, now, version=complete.version)
    assert (sent.versions.count(), sent.moves.count()) == (1, 1)


# Returning and submitting again


@pytest.mark.trust("T12")
def test_a_return_keeps_its_reason_and_is_answered(yinzhou: User, city: User, round_2026: Round, now: datetime) -> None:
    back = factories.returned(yinzhou, round_2026, now, city=city, reason="请补充场地证明")
    captured = back.version
    with pytest.raises(Refusal, match="请填写“补正后重新提交”的理由。"):
        filing.resubmit(application=back, version=captured, answer=" ", by=yinzhou, at=now)
    again = filing.resubmit(application=back, version=captured, answer="已补充", by=yinzhou, at=now)
    assert (again.status, again.versions.count()) == ("submitted", 2)
    second = filing.return_for_correction(application=again, reason="仍缺一页", by=city, at=now)
    # The answer to the first return, sent once more, does not answer the second.
    with pytest.raises(StaleVersion):
        filing.resubmit(application=second, version=captured, answer="已补充", by=yinzhou, at=now)
    assert list(second.moves.values_list("name", "reason")) == [
        ("submit", ""),
        ("return", "请补充场地证明"),
        ("resubmit", "已补充"),
        ("return", "仍缺一页"),
    ]
    logged = AuditEvent.objects.filter(object_code=second.number, verb__in=("退回补正", "补正后重新提交"))
    assert list(logged.order_by("serial").values_list("verb", "reason", "actor")) == [
        ("退回补正", "请补充场地证明", "city"),
        ("补正后重新提交", "已补充", "yinzhou"),
        ("退回补正", "仍缺一页", "city"),
    ]


def test_a_returned_application_comes_back_after_filing_was_closed(
    yinzhou: User, city: User, round_2026: Round, now: datetime
) -> None:
    back = factories.returned(yinzhou, round_2026, now, city=city)
    Round.objects.update(status="evaluating")
    late = datetime(2026, 6, 1, tzinfo=UTC)
    again = filing.resubmit(application=back, version=back.version, answer="已补充", by=yinzhou, at=late)
    # It was filed in time; the correction does not make it late.
    assert (again.is_late, again.submitted_at, again.last_submitted_at) == (False, now, late)
    Round.objects.update(status="published")
    with pytest.raises(Refusal, match="2026年度结果已公布"):
        acceptance.accept(application=again, by=city, at=late)


def test_a_correction_must_be_complete(yinzhou: User, city: User, round_2026: Round, now: datetime) -> None:
    back = factories.returned(yinzhou, round_2026, now, city=city)
    back = applications.save_rows(application=back, section="staff", rows=[], version=back.version, by=yinzhou, at=now)
    with pytest.raises(filing.Incomplete):
        filing.resubmit(application=back, version=back.version, answer="已补充", by=yinzhou, at=now)


# Accepting


@pytest.mark.clause("N15")
def test_an_accepted_application_has_a_platform_with_a_code(
    yinzhou: User, cixi: User, city: User, round_2026: Round, now: datetime
) -> None:
    made = [
        factories.accepted(yinzhou, round_2026, now, city=city),
        factories.accepted(yinzhou, round_2026, now, city=city),
        factories.accepted(cixi, round_2026, now, city=city, type="park"),
        factories.accepted(city, round_2026, now, city=city, type="industry"),
    ]
    assert [each.platform.code for each in made] == ["330212-001", "330212-002", "330282-001", "HY-001"]
    assert made[0].platform.accepted_on == date(2026, 4, 10)
    assert made[3].platform.industry_chain == "测试产业链"


def test_a_platform_lives_on_from_round_to_round(yinzhou: User, city: User, round_2026: Round, now: datetime) -> None:
    first = factories.accepted(yinzhou, round_2026, now, city=city)
    next_round = factories.round_of(2027)
    later = datetime(2027, 4, 1, tzinfo=UTC)
    second = factories.accepted(
        yinzhou,
        next_round,
        later,
        city=city,
        town=first.town,
        operator_name="新运营单位",
        operator_code=factories.credit_code(7, "12330212"),
    )
    assert second.platform == first.platform
    assert (second.platform.operator_name, second.platform.accepted_on) == ("新运营单位", date(2026, 4, 10))
    assert Platform.objects.count() == 1


def test_the_citys_opinion_is_kept(yinzhou: User, city: User, round_2026: Round, now: datetime) -> None:
    sent = factories.submitted(yinzhou, round_2026, now)
    assert acceptance.accept(application=sent, by=city, at=now, opinion="同意受理").city_opinion == "同意受理"


# Withdrawing


def test_a_county_withdraws_until_the_results_are_public(
    yinzhou: User, city: User, round_2026: Round, now: datetime
) -> None:
    made = factories.accepted(yinzhou, round_2026, now, city=city)
    Round.objects.update(status="published")
    with pytest.raises(Refusal, match="2026年度结果已公布"):
        acceptance.withdraw(application=made, reason="选址有变", by=yinzhou, at=now)
    Round.objects.update(status="evaluating")
    gone = acceptance.withdraw(application=made, reason="选址有变", by=yinzhou, at=now)
    assert (gone.status, gone.withdrawn_at, gone.moves.last().reason) == ("withdrawn", now, "选址有变")
    with pytest.raises(Gone):
        acceptance.withdraw(application=made, reason="选址有变", by=yinzhou, at=now)


# Who may do what, and when


Doing = Callable[[Application, User, datetime], Application]

MOVES: dict[str, Doing] = {
    "submit": lambda row, by, at: filing.submit(
        application=row, version=row.version, by=by, at=at, over_quota_reason="理由"
    ),
    "resubmit": lambda row, by, at: filing.resubmit(
        application=row, version=row.version, answer="已补充", by=by, at=at
    ),
    "accept": lambda row, by, at: acceptance.accept(application=row, by=by, at=at),
    "return": lambda row, by, at: filing.return_for_correction(application=row, reason="请补充", by=by, at=at),
    "withdraw": lambda row, by, at: acceptance.withdraw(application=row, reason="撤回", by=by, at=at),
}
ALLOWED = {
    ("draft", "submit", "county"),
    ("submitted", "accept", "city"),
    ("submitted", "return", "city"),
    ("submitted", "withdraw", "county"),
    ("returned", "resubmit", "county"),
    ("returned", "withdraw", "county"),
    ("accepted", "withdraw", "county"),
}


@pytest.mark.trust("T13")
@pytest.mark.parametrize("status", ["draft", "submitted", "returned", "accepted", "withdrawn"])
def test_only_the_cells_of_the_table_move_anything(
    status: str, yinzhou: User, cixi: User, city: User, round_2026: Round, now: datetime
) -> None:
    row = factories.complete_application(yinzhou, round_2026, now)
    way = {"draft": [], "submitted": ["submit"], "returned": ["submit", "return"], "accepted": ["submit", "accept"]}
    for name in way.get(status, ["submit", "withdraw"]):
        row = MOVES[name](row, city if name in ("accept", "return") else yinzhou, now)
    people = {"county": yinzhou, "other county": cixi, "city": city} | {
        role: factories.person(role, role) for role in ("finance", "auditor", "security", "sysadmin")
    }
    counts = (ApplicationMove.objects.count(), ApplicationVersion.objects.count(), AuditEvent.objects.count())
    for name, do in MOVES.items():
        for role, person in people.items():
            if (status, name, role) in ALLOWED:
                continue
            with pytest.raises(Refusal):
                do(row, person, now)
    row.refresh_from_db()
    assert row.status == status
    assert counts == (
        ApplicationMove.objects.count(),
        ApplicationVersion.objects.count(),
        AuditEvent.objects.count(),
    )


@pytest.mark.trust("T13")
@pytest.mark.parametrize(("status", "name", "role"), sorted(ALLOWED))
def test_every_cell_of_the_table_works(
    status: str, name: str, role: str, yinzhou: User, city: User, round_2026: Round, now: datetime
) -> None:
    makers: dict[str, Callable[[], Application]] = {
        "draft": lambda: factories.complete_application(yinzhou, round_2026, now),
        "submitted": lambda: factories.submitted(yinzhou, round_2026, now),
        "returned": lambda: factories.returned(yinzhou, round_2026, now, city=city),
        "accepted": lambda: factories.accepted(yinzhou, round_2026, now, city=city),
    }
    moved = MOVES[name](makers[status](), yinzhou if role == "county" else city, now)
    assert moved.moves.last().name == name


@pytest.mark.trust("T22")
def test_reasons_with_characters_that_cannot_be_stored_are_refused(
    yinzhou: User, city: User, round_2026: Round, now: datetime
) -> None:
    sent = factories.submitted(yinzhou, round_2026, now)
    with pytest.raises(Refusal, match="“退回理由”中有无法保存的字符"):
        filing.return_for_correction(application=sent, reason="空\x00字符", by=city, at=now)
    with pytest.raises(Refusal, match="“撤回理由”最多 1000 个字"):
        acceptance.withdraw(application=sent, reason="长" * 1001, by=yinzhou, at=now)
