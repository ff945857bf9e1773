"""公示: proposed by one, opened by another, amended, stopped; frozen, told and logged."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db.models import F

from evaluation.marking.services.assessments import reopen
from evaluation.models import Assessment, Hearing, NoticeLine, PublicNotice
from evaluation.public_notice.choices import NoticeStatus
from evaluation.public_notice.queries import notices as queries
from evaluation.public_notice.services import notices
from platforms.errors import Gone, Refusal
from platforms.models import Application, AuditEvent, CalendarDay, Mail, Platform, Region, Round, User
from tests.evaluation import stage
from tests.kept_rows import once

pytestmark = pytest.mark.django_db
#: Tuesday 8 September 2020, 10:00 in Ningbo.
AT = datetime(2020, 9, 8, 2, 0, tzinfo=UTC)
COUNTS = {"330212": {"A": 1, "C": 1, "D": 1}, "330282": {"B": 1}, "HY": {"A": 1}}


@pytest.fixture
def graded(db: None) -> Round:
    return once(stage.confirmed_round, COUNTS)


@pytest.fixture
def proposed(graded: Round, city: User) -> PublicNotice:
    return stage.proposed(graded, by=city, at=AT)


@pytest.fixture
def opened(proposed: PublicNotice, city2: User) -> PublicNotice:
    return stage.opened(proposed, by=city2, at=AT)


def assessment_of(code: str) -> Assessment:
    return Assessment.objects.get(application__platform__code=code)


def regraded(code: str, grade: str, remark: str = "") -> Assessment:
    """The assessment of the platform ``code``, sent back and confirmed with another grade."""
    row = assessment_of(code)
    reopen(assessment=row, reason="异议成立", by=stage.city_officer(), at=AT)
    Assessment.objects.filter(pk=row.pk).update(
        status="confirmed", grade=grade, grade_reason=remark, confirmed_by=stage.grader(), confirmed_at=AT
    )
    return assessment_of(code)


def events(verb: str) -> list[tuple[str, str, str]]:
    return list(AuditEvent.objects.filter(verb=verb).values_list("object_code", "actor", "reason"))


# Proposing -----------------------------------------------------------------------------------------------------------


@pytest.mark.clause("N20")
def test_a_notice_is_proposed_with_its_last_day_and_seen_by_nobody_outside_of_the_city(
    graded: Round, city: User, yinzhou: User
) -> None:
    made = stage.proposed(graded, by=city, at=AT)
    assert (made.number, made.status, made.starts_on, made.ends_on) == (
        "GS-2020-0001", NoticeStatus.PROPOSED, date(2020, 9, 8), date(2020, 9, 15),
    )  # fmt: skip
    assert (made.document_number, made.proposed_by, made.proposed_at, len(made.basis)) == (
        "经信〔2020〕8号", city, AT, 64,
    )  # fmt: skip
    assert not NoticeLine.objects.exists()
    assert not Mail.objects.filter(kind="notice").exists()
    assert not queries.released().exists()
    assert not PublicNotice.objects.visible_to(yinzhou).exists()
    assert events("提出公示") == [("GS-2020-0001", "city", "评价工作已完成。")]


@pytest.mark.parametrize(
    ("counts", "first", "days", "last"),
    [
        (True, date(2020, 9, 28), 5, date(2020, 10, 10)),
        (False, date(2020, 9, 28), 5, date(2020, 10, 12)),
        (True, date(2020, 10, 1), 1, date(2020, 10, 9)),
        (False, date(2020, 10, 1), 1, date(2020, 10, 9)),
    ],
)
def test_the_last_day_is_counted_past_national_day_both_ways(
    graded: Round, city: User, counts: bool, first: date, days: int, last: date
) -> None:
    """28 September 2020 was a Monday, 10 October a Saturday that was worked for the eight free days."""
    made = stage.proposed(graded, by=city, at=AT, starts_on=first, working_days=days, first_day_counts=counts)
    assert made.ends_on == last


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("document_number", "八号文", "请按“机关代字〔年份〕序号”填写文号"),
        ("organiser", " ", "请填写“公示单位”"),
        ("phone", "", "请填写“联系电话”"),
        ("email", "gs@", "电子邮箱的格式不正确"),
        ("working_days", 0, "公示工作日数应在 1 至 60 之间。"),
        ("working_days", 61, "公示工作日数应在 1 至 60 之间。"),
        ("starts_on", date(2020, 9, 7), "公示开始日期应在2020年9月8日至2020年11月7日之间。"),
        ("starts_on", date(2020, 11, 8), "公示开始日期应在2020年9月8日至2020年11月7日之间。"),
        ("reason", "", "请填写“理由”"),
    ],
)
def test_a_wrong_value_is_refused_at_its_field(
    graded: Round, city: User, field: str, value: Any, sentence: str
) -> None:
    with pytest.raises(Refusal, match=sentence) as refusal:
        stage.proposed(graded, by=city, at=AT, **{field: value})
    assert refusal.value.field == field
    assert not PublicNotice.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"), [("working_days", 1), ("working_days", 60), ("starts_on", date(2020, 11, 7))]
)
def test_values_at_their_limits_are_taken(graded: Round, city: User, field: str, value: Any) -> None:
    assert getattr(stage.proposed(graded, by=city, at=AT, **{field: value}), field) == value


def test_a_round_has_one_notice_at_a_time(opened: PublicNotice, city: User) -> None:
    with pytest.raises(Refusal, match=r"2020年度已有公示 GS-2020-0001（已公示），不能另行提出。"):
        stage.proposed(opened.round, by=city, at=AT)


def test_nothing_is_proposed_without_a_confirmed_grade(city: User) -> None:
    round_ = stage.confirmed_round({"330212": {"scored": 1}})
    with pytest.raises(Refusal, match="尚无核定档次的平台"):
        stage.proposed(round_, by=city, at=AT)


def test_nothing_is_proposed_once_the_results_are_public(city: User) -> None:
    publication = stage.published_round({"330212": {"A": 1}})
    with pytest.raises(Gone, match="2020年度认定结果已公布"):
        stage.proposed(publication.round, by=city, at=AT)


@pytest.mark.parametrize("person", ["yinzhou", "finance", "auditor"])
def test_only_the_city_proposes_opens_and_stops(
    opened: PublicNotice, person: str, request: pytest.FixtureRequest
) -> None:
    by = request.getfixturevalue(person)
    with pytest.raises(Refusal, match="没有提出公示的权限"):
        stage.proposed(opened.round, by=by, at=AT)
    with pytest.raises(Refusal, match="没有“终止公示”的权限"):
        notices.stop(notice=opened, reason="有误", by=by, at=AT)
    with pytest.raises(Refusal, match="没有更新公示名单的权限"):
        notices.amend(notice=opened, assessment=assessment_of("330212-001"), reason="有误", by=by, at=AT)


# Opening -------------------------------------------------------------------------------------------------------------


@pytest.mark.clause("N20")
def test_another_officer_opens_and_every_graded_platform_becomes_a_line(
    proposed: PublicNotice, city: User, city2: User
) -> None:
    with pytest.raises(Refusal, match="批准人不能是提出人本人"):
        notices.open_notice(notice=proposed, by=city, at=AT)
    done = notices.open_notice(notice=proposed, by=city2, at=AT)
    assert (done.status, done.decided_by, done.decided_at) == (NoticeStatus.OPENED, city2, AT)
    assert list(NoticeLine.objects.values_list("code", "grade", "is_public", "version", "made_by__username")) == [
        ("330212-001", "A", True, 1, "city2"),
        ("330212-002", "C", True, 1, "city2"),
        ("330212-003", "D", False, 1, "city2"),
        ("330282-001", "B", True, 1, "city2"),
        ("HY-001", "A", True, 1, "city2"),
    ]
    assert events("批准公示") == [("GS-2020-0001", "city2", "")]


@pytest.mark.clause("N21")
def test_a_and_b_have_no_reasons_c_and_d_have_theirs_and_no_name_of_who_judged(opened: PublicNotice) -> None:
    reasons = dict(NoticeLine.objects.values_list("code", "reasons"))
    assert reasons["330212-001"] == reasons["330282-001"] == ""
    assert reasons["330212-002"].startswith("评价得分 64 分。\n得分较低的指标：")
    assert reasons["330212-003"].startswith("评价得分 30 分。\n得分较低的指标：")
    judges = set(User.objects.values_list("name", flat=True))
    assert not [name for name in judges for text in reasons.values() if name in text]


def test_a_line_says_what_was_submitted_and_not_what_the_rows_say_today(proposed: PublicNotice, city2: User) -> None:
    names = dict(Application.objects.values_list("platform__code", "name"))
    operators = dict(Application.objects.values_list("platform__code", "operator_name"))
    Application.objects.update(name=F("number"), operator_name="改名之后")
    Platform.objects.update(name=F("code"), operator_name="改名之后")
    stage.opened(proposed, by=city2, at=AT)
    assert dict(NoticeLine.objects.values_list("code", "name")) == names
    assert dict(NoticeLine.objects.values_list("code", "operator_name")) == operators


def test_the_operator_of_each_platform_that_is_not_certified_is_told_until_the_last_day(opened: PublicNotice) -> None:
    told = Hearing.objects.get()
    line = NoticeLine.objects.get(code="330212-003")
    assert (told.kind, told.platform.code, told.assessment, told.recipient) == (
        "grade", "330212-003", line.assessment, line.operator_name,
    )  # fmt: skip
    assert (told.intended, told.reasons, told.answer_by) == (
        "拟评定为D档，不予认定", line.reasons, date(2020, 9, 15),
    )  # fmt: skip


def test_each_county_that_has_a_line_gets_one_mail_with_its_own_platforms(
    opened: PublicNotice, regions: dict[str, Region]
) -> None:
    written = Mail.objects.filter(kind="notice").order_by("occasion")
    assert [(mail.occasion, mail.region.name if mail.region else "") for mail in written] == [
        (f"notice:{opened.pk}:330212", regions["330212"].name),
        (f"notice:{opened.pk}:330282", regions["330282"].name),
        (f"notice:{opened.pk}:HY", ""),
    ]
    own, other = written[0], written[1]
    failed = NoticeLine.objects.get(code="330212-003")
    assert own.subject == (
        "请知悉：2020年度窗口平台拟认定名单公示（经信〔2020〕8号），公示期2020年9月8日至2020年9月15日"
    )
    assert "鄞州区有 2 个平台拟予认定" in own.body
    assert f"{failed.name}：评价得分 30 分。" in own.body
    assert "慈溪市有 1 个平台拟予认定" in other.body
    assert "拟不予认定的平台（不对外公示）：\n（无）" in other.body
    assert failed.name not in other.body


def test_a_mail_names_twelve_platforms_and_counts_the_rest(city: User, city2: User) -> None:
    round_ = stage.confirmed_round({"330212": {"D": 13}})
    stage.opened(stage.proposed(round_, by=city, at=AT), by=city2, at=AT)
    body = Mail.objects.get(kind="notice").body
    assert body.count("评价得分 30 分") == 12
    assert "等 13 个，全部名单和理由请登录后查看。" in body


def test_a_notice_opens_on_the_grades_that_were_proposed_and_no_others(proposed: PublicNotice, city2: User) -> None:
    regraded("330212-001", "B")
    with pytest.raises(Refusal, match="不能批准公示：提出之后，核定档次或平台名单有变动，须重新提出。"):
        notices.open_notice(notice=proposed, by=city2, at=AT)
    assert not NoticeLine.objects.exists()


@pytest.mark.parametrize(("late", "opens"), [(timedelta(hours=13, minutes=59), True), (timedelta(hours=14), False)])
def test_a_notice_opens_no_later_than_on_its_first_day(
    proposed: PublicNotice, city2: User, late: timedelta, opens: bool
) -> None:
    """Midnight in Ningbo is fourteen hours after 10:00."""
    if opens:
        assert notices.open_notice(notice=proposed, by=city2, at=AT + late).status == NoticeStatus.OPENED
        return
    with pytest.raises(Refusal, match="公示开始日期2020年9月8日已过，须重新提出。"):
        notices.open_notice(notice=proposed, by=city2, at=AT + late)


def test_a_day_off_that_was_entered_since_asks_for_a_new_proposal(proposed: PublicNotice, city2: User) -> None:
    CalendarDay.objects.create(day=date(2020, 9, 10), kind="free", note="台风")
    with pytest.raises(Refusal, match="放假安排有变动，公示期应至2020年9月16日，须重新提出。"):
        notices.open_notice(notice=proposed, by=city2, at=AT)


def test_a_proposal_of_somebody_who_left_no_longer_counts(proposed: PublicNotice, city: User, city2: User) -> None:
    User.objects.filter(pk=city.pk).update(is_active=False)
    with pytest.raises(Refusal, match="账号已停用或已不在岗位"):
        notices.open_notice(notice=proposed, by=city2, at=AT)


def test_a_notice_is_opened_once(opened: PublicNotice, city2: User) -> None:
    with pytest.raises(Gone, match="“批准公示”未执行：该公示现为“已公示”"):
        notices.open_notice(notice=opened, by=city2, at=AT)
    assert Mail.objects.filter(kind="notice").count() == 3


# Declined, withdrawn, stopped ----------------------------------------------------------------------------------------


def test_another_officer_declines_with_a_reason(proposed: PublicNotice, city: User, city2: User) -> None:
    with pytest.raises(Refusal, match="批准人不能是提出人本人"):
        notices.decline(notice=proposed, reason="名单有误", by=city, at=AT)
    with pytest.raises(Refusal, match="请填写“不予批准”的理由"):
        notices.decline(notice=proposed, reason=" ", by=city2, at=AT)
    done = notices.decline(notice=proposed, reason="名单有误", by=city2, at=AT)
    assert (done.status, done.decided_by, done.decision_reason) == (NoticeStatus.DECLINED, city2, "名单有误")
    assert events("不予批准公示") == [("GS-2020-0001", "city2", "名单有误")]
    assert not queries.released().exists()


def test_only_who_proposed_withdraws(proposed: PublicNotice, city: User, city2: User) -> None:
    with pytest.raises(Refusal, match="只有提出人可以撤回"):
        notices.withdraw(notice=proposed, by=city2, at=AT)
    assert notices.withdraw(notice=proposed, by=city, at=AT).status == NoticeStatus.WITHDRAWN
    assert events("撤回公示") == [("GS-2020-0001", "city", "")]
    assert stage.proposed(proposed.round, by=city2, at=AT).number == "GS-2020-0002"


def test_a_stopped_notice_stays_with_its_reason_and_makes_room_for_another(opened: PublicNotice, city: User) -> None:
    with pytest.raises(Refusal, match="请填写“终止公示”的理由"):
        notices.stop(notice=opened, reason="", by=city, at=AT)
    done = notices.stop(notice=opened, reason="名单有误", by=city, at=AT)
    assert (done.status, done.stopped_by, done.stopped_at, done.stop_reason) == (
        NoticeStatus.STOPPED, city, AT, "名单有误",
    )  # fmt: skip
    assert [each.number for each in queries.released()] == ["GS-2020-0001"]
    assert events("终止公示") == [("GS-2020-0001", "city", "名单有误")]
    again = stage.opened(stage.proposed(opened.round, by=city, at=AT), at=AT)
    assert again.lines.count() == 5


def test_a_notice_is_not_stopped_after_the_publication(city: User) -> None:
    publication = stage.published_round({"330212": {"A": 1}})
    with pytest.raises(Gone, match="2020年度认定结果已公布"):
        notices.stop(notice=PublicNotice.objects.get(), reason="有误", by=city, at=stage.moment(2020))
    assert publication.round.public_notices.get().status == NoticeStatus.OPENED


# Amended -------------------------------------------------------------------------------------------------------------


@pytest.mark.clause("N20")
def test_a_change_is_a_new_version_with_its_reason_beside_the_old_one(opened: PublicNotice, city: User) -> None:
    row = regraded("330212-001", "B")
    line = notices.amend(notice=opened, assessment=row, reason="异议成立，重新评分", by=city, at=AT)
    assert (line.version, line.grade, line.is_public, line.change_reason, line.made_by) == (
        2, "B", True, "异议成立，重新评分", city,
    )  # fmt: skip
    assert list(opened.lines.filter(code="330212-001").values_list("version", "grade")) == [(1, "A"), (2, "B")]
    event = AuditEvent.objects.get(verb="更新公示名单")
    assert (event.object_code, event.actor, event.reason) == ("GS-2020-0001", "city", "异议成立，重新评分")
    assert event.changes["拟评档次"] == ["A档", "B档"]
    assert Hearing.objects.count() == 1


def test_what_is_no_longer_certified_leaves_the_public_list_and_its_operator_is_told(
    opened: PublicNotice, city: User
) -> None:
    row = regraded("330282-001", "D", "经复核，场地不符。")
    # On Tuesday 15 September, the last day: five working days end on the 22nd.
    at = datetime(2020, 9, 15, 2, 0, tzinfo=UTC)
    line = notices.amend(notice=opened, assessment=row, reason="复核后不符合条件", by=city, at=at)
    assert (line.is_public, line.grade, "核定说明：经复核，场地不符。" in line.reasons) == (False, "D", True)
    told = Hearing.objects.get(platform__code="330282-001")
    assert (told.reasons, told.answer_by) == (line.reasons, date(2020, 9, 22))


def test_what_becomes_certified_joins_the_public_list(opened: PublicNotice, city: User) -> None:
    line = notices.amend(notice=opened, assessment=regraded("330212-003", "C"), reason="陈述申辩成立", by=city, at=AT)
    assert (line.version, line.is_public) == (2, True)
    shown = queries.with_versions(queries.seen_by_public(opened).filter(code="330212-003"), public=True)
    assert [(each.latest.grade, each.older) for each in shown] == [("C", ())]


def test_nothing_is_listed_anew_where_nothing_changed(opened: PublicNotice, city: User) -> None:
    for code in ("330212-001", "330212-003", "HY-001"):
        with pytest.raises(Refusal, match="与公示内容一致，无须更新"):
            notices.amend(notice=opened, assessment=assessment_of(code), reason="有误", by=city, at=AT)
    assert NoticeLine.objects.count() == 5


def test_a_new_reason_alone_is_a_change(opened: PublicNotice, city: User) -> None:
    row = regraded("330212-003", "D", "现场核查后补充。")
    line = notices.amend(notice=opened, assessment=row, reason="补充理由", by=city, at=AT)
    assert (line.version, line.grade, line.reasons.endswith("核定说明：现场核查后补充。")) == (2, "D", True)


@pytest.mark.parametrize("state", ["proposed", "stopped"])
def test_only_an_opened_notice_is_amended(proposed: PublicNotice, city: User, state: str) -> None:
    row = assessment_of("330212-001")
    if state == "stopped":
        notices.stop(notice=stage.opened(proposed, at=AT), reason="有误", by=city, at=AT)
    with pytest.raises(Gone, match=f"未更新：该公示现为“{'待批准' if state == 'proposed' else '已终止'}”"):
        notices.amend(notice=proposed, assessment=row, reason="有误", by=city, at=AT)


def test_a_platform_without_a_confirmed_grade_is_not_listed_anew(opened: PublicNotice, city: User) -> None:
    row = assessment_of("330212-001")
    reopen(assessment=row, reason="异议成立", by=city, at=AT)
    with pytest.raises(Refusal, match="该平台现无核定档次或不能认定"):
        notices.amend(notice=opened, assessment=row, reason="有误", by=city, at=AT)


def test_a_platform_that_was_graded_later_needs_another_notice(opened: PublicNotice, city: User) -> None:
    late = stage.confirmed_round({"330212": {"A": 1}}, year=2021)
    with pytest.raises(Refusal, match="该平台未列入本次公示"):
        notices.amend(notice=opened, assessment=late.evaluation.assessments.get(), reason="有误", by=city, at=AT)


def test_the_objection_of_a_change_is_about_that_platform_or_the_whole_list(opened: PublicNotice, city: User) -> None:
    row, other = regraded("330212-001", "B"), assessment_of("330282-001")
    about = {
        name: stage.objection(opened, assessment, number=f"YY{place}")
        for place, (name, assessment) in enumerate({"own": row, "other": other, "list": None}.items())
    }
    with pytest.raises(Refusal, match="所选异议不是对该平台提出的") as refusal:
        notices.amend(notice=opened, assessment=row, reason="异议成立", objection=about["other"], by=city, at=AT)
    assert refusal.value.field == "objection"
    line = notices.amend(notice=opened, assessment=row, reason="异议成立", objection=about["own"], by=city, at=AT)
    assert line.objection == about["own"]
    again = notices.amend(
        notice=opened,
        assessment=regraded("330212-001", "C"),
        reason="再次复核",
        objection=about["list"],
        by=city,
        at=AT,
    )
    assert (again.version, again.objection) == (3, about["list"])
