"""A report on its way: opened, sent, written, handed in, sent back, checked, let in later, settled."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from evaluation.marking.services.figures import count_figures
from evaluation.marking.services.start import sync_assessments
from evaluation.models import (
    Assessment,
    Evaluation,
    Mark,
    Score,
    SelfReport,
    SelfReportLeave,
    SelfReportLine,
    SelfReportLink,
    Sheet,
)
from evaluation.self_reports.queries.lines import evidence_of
from evaluation.self_reports.services import checking, filling, links, settling
from evaluation.self_reports.services.filling import LineEntry, checked_link
from evaluation.self_reports.services.links import Sent
from platforms.errors import Gone, Refusal, StaleVersion
from platforms.models import Application, AuditEvent, EvidenceFile, Ground, Mail, Round, User
from tests import factories
from tests.evaluation import stage
from tests.evaluation.self_reports.writing import entries_for, fill, report_of

DAY = timedelta(days=1)
#: The unit has two weeks.
LATE = 15 * DAY


def verbs() -> list[str]:
    return list(AuditEvent.objects.order_by("-serial").values_list("verb", flat=True))


def last() -> AuditEvent:
    return AuditEvent.objects.order_by("-serial")[0]


def pdf() -> SimpleUploadedFile:
    return factories.upload(content=factories.PDF)


def line_of(report: SelfReport, code: str) -> SelfReportLine:
    return report.lines.get(indicator__code=code)


# Opened ------------------------------------------------------------


def test_each_assessment_gets_a_report_with_a_line_for_each_asked_indicator(evaluation: Evaluation) -> None:
    assert SelfReport.objects.count() == Assessment.objects.count() == 4
    asked = {line.indicator.code for line in report_of("330212").lines.select_related("indicator")}
    deductions = {each.code for each in evaluation.scheme.indicators.filter(method="deduct")}
    scored = {each.code for each in evaluation.scheme.indicators.filter(method="scored", unit="")}
    assert asked == set(evaluation.scheme.indicators.values_list("code", flat=True)) - deductions - scored
    assert deductions
    assert scored


def test_a_platform_that_is_added_later_gets_one_too(evaluation: Evaluation, city: User, at: datetime) -> None:
    stage.file_accepted(evaluation.round, {"330225": {"A": 1}}, at=at)
    assert sync_assessments(evaluation=evaluation, by=city, at=at) == 1
    assert report_of("330225").status == "waiting"


# Sent ------------------------------------------------------------


def test_a_link_goes_to_the_units_contact_by_mail(sent: Sent, report: SelfReport) -> None:
    mail = Mail.objects.get(kind="self_report")
    assert (mail.address, mail.application, mail.region) == (
        "unit@example.cn", report.assessment.application, report.assessment.application.region,
    )  # fmt: skip
    assert f"/fill/report/{sent.token}/" in mail.body
    assert (sent.mailed, last().verb) == (True, "发送自评链接")


def test_without_an_address_no_mail_is_written(report: SelfReport, yinzhou: User, at: datetime) -> None:
    Application.objects.update(contact_email="")
    report.refresh_from_db()
    assert links.send(report=report, by=yinzhou, at=at).mailed is False
    assert Mail.objects.filter(kind="self_report").count() == 0


def test_the_token_is_stored_as_its_hash_and_stands_in_no_event(sent: Sent) -> None:
    assert sent.token not in str(SelfReportLink.objects.values().get())
    assert all(sent.token not in f"{each.reason}{each.changes}{each.object_code}" for each in AuditEvent.objects.all())


def test_a_newer_link_ends_the_older(sent: Sent, report: SelfReport, yinzhou: User, at: datetime) -> None:
    newer = links.send(report=report, by=yinzhou, at=at)
    with pytest.raises(Gone, match="已由新的链接替代"):
        fill(sent.link, at)
    assert fill(newer.link, at).version == 2


def test_nobody_sends_the_link_of_another_region(report: SelfReport, cixi: User, city: User, at: datetime) -> None:
    for person in (cixi, city):
        with pytest.raises(Refusal, match="所属区县"):
            links.send(report=report, by=person, at=at)


def test_the_city_sends_that_of_a_key_industry(evaluation: Evaluation, city: User, at: datetime) -> None:
    report = SelfReport.objects.get(assessment__application__region__isnull=True)
    assert links.send(report=report, by=city, at=at).link.report == report


def test_who_has_no_such_right_sends_nothing(report: SelfReport, finance: User, at: datetime) -> None:
    with pytest.raises(Refusal, match="没有“发送自评链接”的权限"):
        links.send(report=report, by=finance, at=at)


def test_all_are_sent_or_none(evaluation: Evaluation, yinzhou: User, cixi: User, at: datetime) -> None:
    rows = [report_of("330212"), report_of("330212", 1)]
    assert len(links.send_all(reports=rows, by=yinzhou, at=at)) == 2
    assert verbs()[:2] == ["发送自评链接"] * 2
    with pytest.raises(Refusal, match=rows[0].number):
        links.send_all(reports=[report_of("330282"), rows[0]], by=cixi, at=at)
    assert SelfReportLink.objects.filter(report=report_of("330282")).count() == 0


def test_only_the_first_opening_is_noted(sent: Sent, at: datetime) -> None:
    links.open_link(link=sent.link, at=at)
    links.open_link(link=sent.link, at=at + DAY)
    assert SelfReportLink.objects.get().opened_at == at
    assert verbs().count("打开自评链接") == 1
    assert last().actor.startswith("填报单位：")


# Written ------------------------------------------------------------


def test_what_is_saved_stands_with_what_changed_in_the_log(sent: Sent, at: datetime) -> None:
    entry = LineEntry(value=Decimal("40.5"), remark=" 台账 ", link="https://www.example.cn/1")
    row = filling.save(link=sent.link, entries={"enterprises": entry}, version=1, at=at)
    line = line_of(row, "enterprises")
    assert (line.value, line.remark, line.link, row.version) == (Decimal("40.5"), "台账", "https://www.example.cn/1", 2)
    assert (last().verb, last().changes) == (
        "填写自评",
        {
            "服务企业：本期数值": [None, "40.5"],
            "服务企业：说明": ["", "台账"],
            "服务企业：佐证链接": ["", "https://www.example.cn/1"],
        },
    )


def test_the_same_again_writes_nothing(sent: Sent, at: datetime) -> None:
    fill(sent.link, at)
    before = AuditEvent.objects.count()
    assert fill(sent.link, at, version=2).version == 2
    assert AuditEvent.objects.count() == before


def test_what_another_saved_in_between_is_not_overwritten(sent: Sent, at: datetime) -> None:
    fill(sent.link, at)
    with pytest.raises(StaleVersion):
        fill(sent.link, at, enterprises="9")
    assert line_of(sent.link.report, "enterprises").value == 12


@pytest.mark.parametrize("value", ["-0.01", "1000000000", "1.234", "NaN"])
def test_a_figure_out_of_range_is_refused_at_its_box(sent: Sent, at: datetime, value: str) -> None:
    with pytest.raises(Refusal) as caught:
        filling.save(link=sent.link, entries={"enterprises": LineEntry(Decimal(value))}, version=1, at=at)
    assert caught.value.field == "enterprises-value"


def test_the_largest_figure_is_kept(sent: Sent, at: datetime) -> None:
    largest = Decimal("999999999.99")
    filling.save(link=sent.link, entries={"enterprises": LineEntry(largest)}, version=1, at=at)
    assert line_of(sent.link.report, "enterprises").value == largest


def test_an_indicator_that_is_not_asked_is_refused(sent: Sent, at: datetime) -> None:
    with pytest.raises(Refusal, match="没有这项指标"):
        filling.save(link=sent.link, entries={"complaints": LineEntry()}, version=1, at=at)


@pytest.mark.parametrize(
    "text",
    ["http://www.example.cn", "javascript:alert(1)", "https://", "https://localhost/x", "https://a b.cn",
     "https://me:pass@example.cn/", "https://[::1", "https://example.cn/\x00", f"https://example.cn/{'a' * 300}"],
)  # fmt: skip
def test_only_an_address_with_https_is_a_link(text: str) -> None:
    with pytest.raises(Refusal):
        checked_link(text)


def test_a_link_is_kept_trimmed_and_none_is_none() -> None:
    assert [checked_link(text) for text in (" https://www.example.cn/1 ", "", "  ")] == [
        "https://www.example.cn/1", "", "",
    ]  # fmt: skip


def test_a_proof_is_kept_for_its_line_and_named_after_the_unit(sent: Sent, at: datetime) -> None:
    line = line_of(sent.link.report, "enterprises")
    file = filling.add_file(link=sent.link, line=line, upload=pdf(), at=at)
    assert (file.kind, file.key, file.uploaded_by) == ("self_report", line.pk, None)
    assert (last().verb, last().actor[:5]) == ("上传佐证材料", "填报单位：")


def test_a_report_takes_no_more_files_than_its_limit(sent: Sent, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "MOST_FILES", 1)
    first, other = (line_of(sent.link.report, code) for code in ("enterprises", "events"))
    filling.add_file(link=sent.link, line=first, upload=pdf(), at=at)
    with pytest.raises(Refusal, match="最多 1 个文件"):
        filling.add_file(link=sent.link, line=other, upload=pdf(), at=at)
    monkeypatch.setattr(filling, "MOST_FILES", 2)
    monkeypatch.setattr(filling, "MOST_BYTES", 1)
    with pytest.raises(Refusal, match="不能再上传"):
        filling.add_file(link=sent.link, line=other, upload=pdf(), at=at)


# Handed in ------------------------------------------------------------


def test_handing_in_gives_a_receipt_and_ends_writing(handed_in: SelfReport, sent: Sent, at: datetime) -> None:
    year = timezone.localdate(at).year
    assert (handed_in.status, handed_in.receipt, handed_in.filled_by) == ("handed_in", f"ZP-{year}-0001", "王填报")
    assert (last().verb, last().reason) == ("提交自评", f"ZP-{year}-0001")
    with pytest.raises(Gone, match="自评已提交"):
        fill(sent.link, at, version=3)
    with pytest.raises(Gone, match="自评已提交"):
        filling.add_file(link=sent.link, line=line_of(handed_in, "events"), upload=pdf(), at=at)


def test_what_is_missing_is_named_before_it_is_handed_in(sent: Sent, at: datetime) -> None:
    with pytest.raises(Refusal, match="尚未填写本期数值"):
        filling.hand_in(link=sent.link, filled_by="王填报", version=1, at=at)
    assert SelfReport.objects.get(pk=sent.link.report_id).status == "waiting"


def test_nobody_hands_in_without_a_name(sent: Sent, at: datetime) -> None:
    fill(sent.link, at)
    with pytest.raises(Refusal) as caught:
        filling.hand_in(link=sent.link, filled_by=" ", version=2, at=at)
    assert caught.value.field == "filled_by"


def test_the_last_day_is_in_time_and_the_day_after_is_not(sent: Sent, at: datetime) -> None:
    fill(sent.link, at + 14 * DAY)
    with pytest.raises(Gone, match="截止"):
        fill(sent.link, at + LATE, version=2)


def test_an_application_that_was_taken_back_reports_nothing(sent: Sent, at: datetime) -> None:
    Application.objects.update(status="withdrawn", withdrawn_at=at)
    with pytest.raises(Gone, match="已撤回"):
        fill(sent.link, at)


def test_after_publication_nothing_moves(sent: Sent, at: datetime) -> None:
    Round.objects.update(status="published", published_on=timezone.localdate(at))
    with pytest.raises(Gone, match="已公布"):
        fill(sent.link, at)


def test_the_database_keeps_the_lines_of_what_was_handed_in(handed_in: SelfReport) -> None:
    with pytest.raises(IntegrityError, match="须先退回"), transaction.atomic():
        handed_in.lines.update(remark="改")
    with pytest.raises(IntegrityError, match="须先退回"), transaction.atomic():
        handed_in.lines.all().delete()
    other = handed_in.assessment.evaluation.scheme.indicators.get(code="complaints")
    with pytest.raises(IntegrityError, match="须先退回"), transaction.atomic():
        SelfReportLine.objects.create(report=handed_in, indicator=other)


# Sent back and checked ------------------------------------------------------------


def test_what_is_to_be_mended_stands_on_its_line_and_the_link_works_again(
    handed_in: SelfReport, sent: Sent, yinzhou: User, at: datetime
) -> None:
    row = checking.send_back(report=handed_in, questions={"enterprises": "与台账不符"}, by=yinzhou, at=at)
    assert (row.status, row.return_reason, row.returned_by) == ("returned", "详见各项退回意见。", yinzhou)
    assert line_of(row, "enterprises").question == "与台账不符"
    assert (last().verb, list(last().changes.values())) == ("退回自评", [[None, "与台账不符"]])
    fill(sent.link, at, version=row.version, enterprises="30")
    again = filling.hand_in(link=sent.link, filled_by="王填报", version=row.version + 1, at=at)
    assert (again.status, again.receipt) == ("handed_in", handed_in.receipt)


def test_nothing_is_sent_back_without_a_word(handed_in: SelfReport, yinzhou: User, at: datetime) -> None:
    with pytest.raises(Refusal, match="至少写明一处"):
        checking.send_back(report=handed_in, questions={"enterprises": " "}, by=yinzhou, at=at)
    with pytest.raises(Refusal, match="没有这项指标"):
        checking.send_back(report=handed_in, questions={"nothing": "x"}, by=yinzhou, at=at)


def test_only_the_own_county_checks_and_sends_back(handed_in: SelfReport, cixi: User, city: User, at: datetime) -> None:
    for person in (cixi, city):
        with pytest.raises(Refusal, match="所属区县"):
            checking.check(report=handed_in, by=person, at=at)
        with pytest.raises(Refusal, match="所属区县"):
            checking.send_back(report=handed_in, questions={}, reason="不符", by=person, at=at)


def test_checking_brings_the_figures_beside_the_scores(handed_in: SelfReport, yinzhou: User, at: datetime) -> None:
    row = checking.check(report=handed_in, version=handed_in.version, by=yinzhou, at=at)
    reported = dict(Score.objects.filter(assessment=row.assessment).values_list("indicator__code", "reported"))
    values = {line.indicator.code: line.value for line in row.lines.select_related("indicator")}
    assert {code: value for code, value in reported.items() if value is not None} == {
        code: value for code, value in values.items() if value is not None
    }
    assert (row.status, row.checked_by) == ("checked", yinzhou)
    assert verbs()[:3] == ["提出撤销情形事实", "记入自评数值", "审核通过自评"]


def test_a_reported_figure_is_proposed_where_the_records_have_none(
    handed_in: SelfReport, yinzhou: User, at: datetime
) -> None:
    Sheet.objects.update(status="open", handed_in_at=None, handed_in_by=None)
    checking.check(report=handed_in, by=yinzhou, at=at)
    scores = Score.objects.filter(assessment=handed_in.assessment, indicator__code__in=("enterprises", "attendance"))
    marks = Mark.objects.filter(
        sheet__assessment=handed_in.assessment, indicator__code__in=("enterprises", "attendance")
    )
    found = {each.indicator.code: (each.reported, each.counted, each.verified) for each in scores}
    assert found == {"enterprises": (12, None, 12), "attendance": (12, 0, 0)}
    assert {each.indicator.code: (each.verified, each.points) for each in marks} == {
        "enterprises": (12, Decimal("0.72")), "attendance": (0, 0),
    }  # fmt: skip


def test_the_database_keeps_what_was_checked(handed_in: SelfReport, yinzhou: User, at: datetime) -> None:
    row = checking.check(report=handed_in, by=yinzhou, at=at)
    with pytest.raises(IntegrityError, match="不得修改"), transaction.atomic():
        SelfReport.objects.filter(pk=row.pk).update(filled_by="他人")
    with pytest.raises(IntegrityError, match="须先退回"), transaction.atomic():
        row.lines.update(value=1)
    with pytest.raises(Gone):
        checking.send_back(report=row, questions={}, reason="不符", by=yinzhou, at=at)


def test_two_who_check_at_once_check_once(handed_in: SelfReport, yinzhou: User, at: datetime) -> None:
    stale = SelfReport.objects.get(pk=handed_in.pk)
    checking.check(report=handed_in, by=yinzhou, at=at)
    with pytest.raises(StaleVersion):
        checking.check(report=stale, version=stale.version, by=yinzhou, at=at)


def test_nothing_is_checked_once_the_platform_is_scored(handed_in: SelfReport, yinzhou: User, at: datetime) -> None:
    Assessment.objects.filter(pk=handed_in.assessment_id).update(status="scored")
    with pytest.raises(Gone, match="评分已完成"):
        checking.check(report=handed_in, by=yinzhou, at=at)
    assert SelfReport.objects.get(pk=handed_in.pk).status == "handed_in"


def test_all_are_checked_or_none(handed_in: SelfReport, yinzhou: User, at: datetime) -> None:
    with pytest.raises(Refusal, match=report_of("330212", 1).number):
        checking.check_all(reports=[handed_in, report_of("330212", 1)], by=yinzhou, at=at)
    assert SelfReport.objects.get(pk=handed_in.pk).status == "handed_in"
    assert checking.check_all(reports=[handed_in], by=yinzhou, at=at) == 1
    assert "审核通过自评" in verbs()


def test_what_proves_an_indicator_is_offered_once_it_is_checked(sent: Sent, yinzhou: User, at: datetime) -> None:
    report = sent.link.report
    file = filling.add_file(link=sent.link, line=line_of(report, "enterprises"), upload=pdf(), at=at)
    entries = {code: LineEntry(entry.value) for code, entry in entries_for(report).items()}
    entries["events"] = LineEntry(Decimal(3), link="https://www.example.cn/2")
    filling.save(link=sent.link, entries=entries, version=1, at=at)
    row = filling.hand_in(link=sent.link, filled_by="王填报", version=2, at=at)
    assert evidence_of(row.assessment) == {}
    checking.check(report=row, by=yinzhou, at=at)
    assert evidence_of(row.assessment) == {"enterprises": [file], "events": ["https://www.example.cn/2"]}


# Later ------------------------------------------------------------


def test_one_unit_is_let_in_later_with_a_reason_that_stays(sent: Sent, yinzhou: User, at: datetime) -> None:
    report, later = sent.link.report, at + LATE
    until = timezone.localdate(later) + 3 * DAY
    leave = checking.let_in(report=report, until=until, reason="填报人生病", by=yinzhou, at=later)
    assert (last().verb, last().reason, leave.granted_by) == ("准予逾期自评", "填报人生病", yinzhou)
    sent.link.report.refresh_from_db()
    assert fill(sent.link, later + 3 * DAY).version == 2
    with pytest.raises(Gone):
        fill(sent.link, later + 4 * DAY, version=2)
    with pytest.raises(IntegrityError, match="不得修改"), transaction.atomic():
        SelfReportLeave.objects.update(reason="其他")


def test_a_leave_lies_ahead_and_has_a_reason(report: SelfReport, yinzhou: User, cixi: User, at: datetime) -> None:
    due, today = report.assessment.evaluation.self_reports_by, timezone.localdate(at)
    for until, moment in ((due, at), (due + DAY, at + 20 * DAY)):
        with pytest.raises(Refusal) as caught:
            checking.let_in(report=report, until=until, reason="生病", by=yinzhou, at=moment)
        assert caught.value.field == "until"
    with pytest.raises(Refusal, match="请填写“理由”"):
        checking.let_in(report=report, until=due + DAY, reason=" ", by=yinzhou, at=at)
    with pytest.raises(Refusal, match="所属区县"):
        checking.let_in(report=report, until=due + DAY, reason="生病", by=cixi, at=at)
    assert checking.let_in(report=report, until=due + DAY, reason="生病", by=yinzhou, at=at).until > today


def test_what_was_handed_in_needs_no_leave(handed_in: SelfReport, yinzhou: User, at: datetime) -> None:
    due = handed_in.assessment.evaluation.self_reports_by
    with pytest.raises(Gone, match="不需要延期"):
        checking.let_in(report=handed_in, until=due + DAY, reason="生病", by=yinzhou, at=at)


# Nothing reported ------------------------------------------------------------


@pytest.mark.clause("N29")
def test_reporting_nothing_is_settled_after_the_day_and_proposed_as_a_fact_once(
    evaluation: Evaluation, handed_in: SelfReport, city: User, at: datetime
) -> None:
    assert settling.settle(evaluation=evaluation, by=city, at=at + 14 * DAY) == 0
    assert settling.settle(evaluation=evaluation, by=city, at=at + LATE) == 3
    assert settling.settle(evaluation=evaluation, by=city, at=at + LATE) == 0
    settled = Assessment.objects.filter(unreported_at__isnull=False)
    assert handed_in.assessment not in settled
    assert verbs().count("登记未自评") == 3
    facts = Ground.objects.filter(source="unreported")
    assert {each.platform for each in facts} == {each.application.platform for each in settled}
    assert {each.status for each in facts} == {"proposed"}
    assert {each.ground_label for each in facts} == {evaluation.round.terms.collected_by("refuses_evaluation").label}
    assert set(settled.values_list("status", "grade", "veto")) == {("open", "", "")}


def test_the_clock_settles_all_evaluations_by_itself(evaluation: Evaluation, at: datetime) -> None:
    assert settling.settle(by=None, at=at + LATE, actor="命令行") == 4
    events = AuditEvent.objects.filter(verb="登记未自评")
    assert {each.actor for each in events} == {"命令行"}


def test_a_county_does_not_settle(evaluation: Evaluation, yinzhou: User, at: datetime) -> None:
    with pytest.raises(Refusal, match="登记未自评"):
        settling.settle(evaluation=evaluation, by=yinzhou, at=at + LATE)


def test_who_was_let_in_later_is_not_settled_before_that_day(
    evaluation: Evaluation, report: SelfReport, yinzhou: User, city: User, at: datetime
) -> None:
    until = timezone.localdate(at) + 20 * DAY
    checking.let_in(report=report, until=until, reason="生病", by=yinzhou, at=at)
    assert settling.settle(evaluation=evaluation, by=city, at=at + LATE) == 3
    assert settling.settle(evaluation=evaluation, by=city, at=at + 21 * DAY) == 1


@pytest.mark.clause("N29")
def test_a_late_report_takes_back_that_nothing_was_reported(
    evaluation: Evaluation, sent: Sent, yinzhou: User, city: User, at: datetime
) -> None:
    later, report = at + LATE, sent.link.report
    settling.settle(evaluation=evaluation, by=city, at=later)
    until = timezone.localdate(later) + DAY
    checking.let_in(report=report, until=until, reason="填报人生病", by=yinzhou, at=later)
    link = SelfReportLink.objects.get(pk=sent.link.pk)
    fill(link, later)
    row = filling.hand_in(link=link, filled_by="王填报", version=2, at=later)
    assert Assessment.objects.get(pk=row.assessment_id).unreported_at is not None
    checking.check(report=row, by=yinzhou, at=later)
    assert Assessment.objects.get(pk=row.assessment_id).unreported_at is None
    event = AuditEvent.objects.get(verb="撤销未自评登记")
    assert "准予延期至" in event.reason
    platform = row.assessment.application.platform
    assert Ground.objects.filter(source="unreported", platform=platform).count() == 0
    assert Ground.objects.filter(source="unreported").count() == 3


# Far from the records ------------------------------------------------------------


@pytest.fixture
def counted(evaluation: Evaluation) -> Score:
    """The records give ten where the unit reports who came."""
    Score.objects.filter(indicator__code="attendance").update(counted=10)
    return Score.objects.get(indicator__code="attendance", assessment=report_of("330212").assessment)


@pytest.mark.clause("N30")
@pytest.mark.parametrize(("value", "facts"), [("13", 0), ("13.01", 1)])
def test_a_figure_far_from_the_records_is_proposed_as_a_fact_and_nothing_else(
    counted: Score, sent: Sent, yinzhou: User, at: datetime, value: str, facts: int
) -> None:
    fill(sent.link, at, attendance=value)
    row = filling.hand_in(link=sent.link, filled_by="王填报", version=2, at=at)
    before = Assessment.objects.values("status", "grade", "proposed_grade", "veto", "points").get(pk=row.assessment_id)
    checking.check(report=row, by=yinzhou, at=at)
    found = Ground.objects.filter(source="self_report")
    assert found.count() == facts
    for fact in found:
        assert fact.status == "proposed"
        assert fact.ground_label == row.assessment.terms.collected_by("false_material").label
        assert ("自评填报 13.01 " in fact.text, "系统核计 10 " in fact.text) == (True, True)
    after = Assessment.objects.values("status", "grade", "proposed_grade", "veto", "points").get(pk=row.assessment_id)
    assert after == before


@pytest.mark.clause("N30")
def test_counting_after_the_check_proposes_it_too_and_only_once(
    counted: Score, evaluation: Evaluation, handed_in: SelfReport, yinzhou: User, city: User, at: datetime
) -> None:
    Score.objects.filter(pk=counted.pk).update(counted=None)
    checking.check(report=handed_in, by=yinzhou, at=at)
    assert Ground.objects.filter(source="self_report").count() == 0
    for _ in range(2):
        count_figures(evaluation=evaluation, reason="补录后重新核计", by=city, at=at)
    fact = Ground.objects.get(source="self_report")
    assert "自评填报 12 " in fact.text
    assert EvidenceFile.objects.count() == 0
