"""Starting, publishing and listing in the back office."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from evaluation.certification.queries.certifications import HOLDING, in_state
from evaluation.certification.services import plans
from evaluation.models import Assessment, Certification, Evaluation, Publication, PublicationPlan, Result, Scheme
from platforms.models import Application, Job, Round, User
from tests import factories
from tests.evaluation import stage
from tests.evaluation.revocation.revoking import revoked
from tests.factories import default_scheme as load_default_scheme

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(browser_of: Any, city: User) -> Client:
    made: Client = browser_of(city)
    return made


def page(name: str, row: Any) -> str:
    return reverse(f"admin:evaluation_{name}", args=(row.pk,))


def propose_page(evaluation: Evaluation) -> str:
    return reverse("admin:evaluation_publicationplan_propose", args=(evaluation.round_id,))


def move(plan: PublicationPlan, name: str) -> str:
    return reverse("admin:evaluation_publicationplan_move", args=(plan.pk, name))


def started_as(round_: Round, scheme: Scheme) -> dict[str, Any]:
    """What the form of the start holds: who scores, and the last days of the units and of the counties."""
    today = timezone.localdate()
    return {
        "round": round_.pk,
        "scheme": scheme.pk,
        "judged_by": "city",
        "self_reports_by": today.isoformat(),
        "first_scores_by": (today + timedelta(days=14)).isoformat(),
    }


def test_an_evaluation_is_started_on_a_round_whose_filing_is_closed(office: Client) -> None:
    round_ = stage.filed_round({"330212": {"A": 2}})
    scheme = load_default_scheme()
    add = reverse("admin:evaluation_evaluation_add")
    # The only one there is stands chosen.
    option = f'<option value="{round_.pk}" selected>{round_}</option>'
    assert option in office.get(add).content.decode()
    answer = office.post(add, started_as(round_, scheme))
    evaluation = Evaluation.objects.get()
    assert answer["Location"] == page("evaluation_change", evaluation)
    assert evaluation.assessments.count() == 2
    assert option not in office.get(add).content.decode()
    assert Evaluation.objects.count() == 1


def test_a_round_that_still_takes_filings_cannot_be_chosen(office: Client, round_2026: Round) -> None:
    add = reverse("admin:evaluation_evaluation_add")
    office.post(add, started_as(round_2026, load_default_scheme()))
    assert Evaluation.objects.count() == 0


def test_a_scheme_that_does_not_hold_is_refused_on_the_page(office: Client) -> None:
    round_ = stage.filed_round({"330212": {"A": 1}})
    scheme = Scheme.objects.create(notice=factories.notice(), name="空方案")
    answer = office.post(reverse("admin:evaluation_evaluation_add"), started_as(round_, scheme))
    assert "尚无计分指标" in answer.content.decode()


@pytest.mark.clause("N20")
def test_one_officer_proposes_and_another_one_publishes(office: Client, browser_of: Any) -> None:
    year = timezone.localdate().year
    stage.graded_round({"330212": {"A": 2, "D": 1}, "330282": {"B": 1}}, year=year)
    evaluation, today = Evaluation.objects.get(), timezone.localdate()
    propose = propose_page(evaluation)
    assert f'href="{propose}"' in office.get(page("evaluation_change", evaluation)).content.decode()
    shown = office.get(propose).content.decode()
    assert "将提出公布 4 个平台的认定结果、颁发 3 张证书，由市经信局另一位人员批准后公布。" in shown
    assert "鄞州区 3 个：A档 2、D档 1" in shown
    # The reason is asked for where the day is before phase four.
    sent = {"decided_on": today.isoformat(), "document_number": "经信[2026]12号", "reason": "提前公布"}
    wrong = office.post(propose, sent | {"password": "不是密码"})
    assert "登录密码不正确，请重新输入。" in wrong.content.decode()
    assert PublicationPlan.objects.count() == 0
    answer = office.post(propose, sent | {"password": factories.PASSWORD}, follow=True)
    plan = PublicationPlan.objects.get()
    assert (plan.document_number, plan.prepared_at is None) == ("经信〔2026〕12号", False)
    assert "公布内容已准备完成，待市经信局另一位人员批准。" in answer.content.decode()
    assert "提出人不能批准本人提出的方案，可以撤回方案。" in answer.content.decode()
    assert (Publication.objects.count(), Result.objects.count()) == (0, 0)
    assert (
        f'href="{page("publicationplan_change", plan)}"'
        in office.get(page("evaluation_change", evaluation)).content.decode()
    )
    assert office.post(move(plan, "approve"), {"password": factories.PASSWORD}).status_code == 403
    other = browser_of(stage.approver())
    assert "批准公布认定结果" in other.get(reverse("admin:index")).content.decode()
    shown = other.get(move(plan, "approve")).content.decode()
    assert "将向社会公布 4 个平台的认定结果，并颁发 3 张证书。公布后不能撤回，有误的须另行更正。" in shown
    assert other.post(move(plan, "approve"), {"password": "不是密码"}).status_code == 200
    assert Publication.objects.count() == 0
    answer = other.post(move(plan, "approve"), {"password": factories.PASSWORD}, follow=True)
    assert f"已批准公布 {plan}，现为" in answer.content.decode()
    assert (Publication.objects.get().decided_on, Result.objects.count()) == (today, 4)
    again = other.post(move(plan, "approve"), {"password": factories.PASSWORD}, follow=True)
    assert "当前状态为“已公布”，不能办理“批准公布”。" in again.content.decode()


def test_what_stands_in_the_way_is_said_on_the_page(office: Client) -> None:
    stage.graded_round({"330212": {"A": 1, "submitted": 1}})
    evaluation = Evaluation.objects.get()
    shown = office.get(page("evaluation_change", evaluation)).content.decode()
    assert "还有 1 份申报表已提交，尚未受理或退回" in shown
    assert ">提出公布</a>" not in shown
    answer = office.get(propose_page(evaluation), follow=True)
    assert "还有 1 份申报表已提交，尚未受理或退回：SB2020-330212-002。" in answer.content.decode()


@pytest.mark.clause("N20")
def test_what_stays_behind_is_linked_and_published_with_a_reason_that_the_page_keeps(
    office: Client, browser_of: Any
) -> None:
    stage.graded_round({"330212": {"A": 1, "open": 1, "returned": 1}})
    evaluation, today = Evaluation.objects.get(), timezone.localdate()
    Round.objects.update(year=today.year)
    waiting = Assessment.objects.get(status="open")
    back = Application.objects.get(status="returned")
    for address in (page("evaluation_change", evaluation), propose_page(evaluation)):
        shown = office.get(address).content.decode()
        assert f'<a href="{page("assessment_change", waiting)}">{waiting.application.number}</a>' in shown
        assert f'<a href="{reverse("admin:platforms_application_change", args=(back.pk,))}">{back.number}</a>' in shown
    sent = {"decided_on": today.isoformat(), "password": factories.PASSWORD}
    refused = office.post(propose_page(evaluation), sent)
    assert (refused.status_code, PublicationPlan.objects.count()) == (200, 0)
    assert "reason" in refused.context["form"].errors
    shown = office.post(
        propose_page(evaluation), sent | {"reason": "已催办两次，不再等待"}, follow=True
    ).content.decode()
    assert "还有 1 份申报表已退回，尚未补正提交" in shown
    plan = PublicationPlan.objects.get()
    browser_of(stage.approver()).post(move(plan, "approve"), {"password": factories.PASSWORD})
    assert (Publication.objects.count(), Result.objects.count()) == (1, 1)
    shown = office.get(page("evaluation_change", evaluation)).content.decode()
    assert "理由：已催办两次，不再等待" in shown
    sheet = office.get(page("assessment_change", waiting)).content.decode()
    assert "保存评分" not in sheet


def test_what_is_prepared_is_read_by_the_city_before_the_approval_and_by_nobody_else(
    office: Client, browser_of: Any, yinzhou: User, finance: User
) -> None:
    round_ = stage.graded_round({"330212": {"A": 1, "D": 1}})
    at = stage.moment(2020)
    plan = stage.prepared_plan(round=round_, decided_on=at.date(), by=stage.city_officer(), at=at)
    shown = office.get(page("publicationplan_change", plan)).content.decode()
    listed = reverse("admin:evaluation_prepared_changelist") + f"?plan__id__exact={plan.pk}&amp;kind__exact=report"
    assert f'<a href="{listed}">绩效评价认定结果报告</a>' in shown
    for each in plan.prepared.all():
        detail = office.get(page("prepared_change", each))
        assert detail.status_code == 200
        file = office.get(page("prepared_file", each))
        assert file.status_code == (404 if each.kind == "mail" else 200)
        if file.streaming:
            assert b"".join(file.streaming_content).startswith(b"%PDF")
        for other in (yinzhou, finance):
            assert browser_of(other).get(page("prepared_file", each)).status_code == 403
            assert browser_of(other).get(page("publicationplan_change", plan)).status_code == 403
    mail = plan.prepared.get(kind="mail")
    detail = office.get(page("prepared_change", mail)).content.decode()
    assert "鄞州区予以认定 1 个，不予认定 1 个" in detail


def test_a_preparation_that_was_broken_off_goes_on_at_a_press_of_who_proposed_it(
    office: Client, browser_of: Any, city: User
) -> None:
    round_ = stage.graded_round({"330212": {"A": 1}})
    Round.objects.update(year=timezone.localdate().year)
    round_.refresh_from_db()
    plan = plans.propose(round=round_, decided_on=timezone.localdate(), reason=stage.REASON, by=city, at=timezone.now())
    shown = office.get(page("publicationplan_change", plan)).content.decode()
    assert "公布内容尚未准备完成" in shown
    assert "继续准备公布内容" in office.get(reverse("admin:index")).content.decode()
    other = browser_of(stage.approver())
    assert other.post(page("publicationplan_prepare", plan)).status_code == 403
    assert other.get(move(plan, "approve")).status_code == 403
    office.post(page("publicationplan_prepare", plan))
    plan.refresh_from_db()
    assert plan.prepared_at is not None


def test_many_platforms_are_prepared_in_the_background(
    office: Client, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr("evaluation.certification.admin.plans.AT_ONCE", 1)
    stage.graded_round({"330212": {"A": 2}}, year=timezone.localdate().year)
    sent = {"decided_on": timezone.localdate().isoformat(), "reason": "提前公布", "password": factories.PASSWORD}
    with django_capture_on_commit_callbacks(execute=True):
        answer = office.post(propose_page(Evaluation.objects.get()), sent)
    job = Job.objects.get()
    assert answer["Location"] == reverse("desk:background_job", args=(job.pk,))
    assert (job.state, job.sentence, PublicationPlan.objects.get().prepared_at is None) == (
        "done", "公布内容已准备完成，待市经信局另一位人员批准。", False,
    )  # fmt: skip


def test_who_presses_twice_comes_to_the_plan_and_makes_no_second_one(office: Client) -> None:
    stage.graded_round({"330212": {"A": 1}}, year=timezone.localdate().year)
    evaluation = Evaluation.objects.get()
    sent = {"decided_on": timezone.localdate().isoformat(), "reason": "提前公布", "password": factories.PASSWORD}
    answers = [office.post(propose_page(evaluation), sent)["Location"] for _ in range(2)]
    assert answers == [page("publicationplan_change", PublicationPlan.objects.get())] * 2


def test_a_number_of_a_document_that_is_none_is_refused_at_its_field(office: Client) -> None:
    stage.graded_round({"330212": {"A": 1}}, year=timezone.localdate().year)
    sent = {"decided_on": timezone.localdate().isoformat(), "reason": "提前公布", "password": factories.PASSWORD}
    answer = office.post(propose_page(Evaluation.objects.get()), sent | {"document_number": "十二号"})
    assert list(answer.context["form"].errors) == ["document_number"]
    assert 'value="十二号"' in answer.content.decode()


@pytest.mark.clause("N20")
def test_an_evaluation_is_started_with_what_is_missing_in_view(office: Client) -> None:
    round_ = stage.filed_round({"330212": {"A": 1, "returned": 1}})
    add = reverse("admin:evaluation_evaluation_add")
    shown = office.get(add).content.decode()
    assert "还有 1 份申报表已退回，尚未补正提交" in shown
    assert "评价期间：2020年4月18日至2020年7月25日" in shown
    sent = started_as(round_, load_default_scheme())
    assert (office.post(add, sent).status_code, Evaluation.objects.count()) == (200, 0)
    answer = office.post(add, sent | {"reason": "先行启动"})
    assert answer["Location"] == page("evaluation_change", Evaluation.objects.get())
    assert "理由：先行启动" in office.get(answer["Location"]).content.decode()


def test_the_sheet_names_the_period_and_what_the_system_recorded_in_it(office: Client) -> None:
    stage.graded_round({"330212": {"open": 1}})
    sheet = office.get(page("assessment_change", Assessment.objects.get())).content.decode()
    assert "评价期间：2020年4月18日至2020年7月25日。绩效评价已启动，不再修改。" in sheet
    assert "核查属实的投诉" in sheet


@pytest.mark.parametrize("typed", ["", "2020-02-30", "0001-01-01", "9999-12-31", "昨天"])
@pytest.mark.trust("T44")
def test_an_odd_date_of_decision_is_refused(office: Client, typed: str) -> None:
    stage.graded_round({"330212": {"A": 1}}, year=timezone.localdate().year)
    sent = {"decided_on": typed, "reason": "提前公布", "password": factories.PASSWORD}
    office.post(propose_page(Evaluation.objects.get()), sent)
    assert PublicationPlan.objects.count() == 0


def test_what_was_accepted_later_is_added_by_a_button(office: Client) -> None:
    stage.graded_round({"330212": {"A": 1}})
    answer = office.post(page("evaluation_sync", Evaluation.objects.get()), follow=True)
    assert "没有需要补充的平台。" in answer.content.decode()


@pytest.mark.trust("T13")
def test_nothing_of_a_published_row_is_taken_from_a_form(office: Client) -> None:
    stage.published_round({"330212": {"A": 1}})
    result, certification, publication = Result.objects.get(), Certification.objects.get(), Publication.objects.get()
    for name, row in (("result", result), ("certification", certification), ("publication", publication)):
        answer = office.post(page(f"{name}_change", row), {"grade": "D", "number": "X", "decided_on": "2021-01-01"})
        assert answer.status_code == 403
    assert office.post(page("evaluation_change", Evaluation.objects.get()), {"round": 1}).status_code == 403
    assert (Result.objects.get().grade, Certification.objects.get().number) == ("A", certification.number)
    assert office.post(page("assessment_change", Assessment.objects.get()), {"revision": "1"}).status_code == 200
    assert Assessment.objects.get().status == "published"


def test_certificates_are_filtered_by_what_they_are_today(office: Client) -> None:
    stage.published_round({"330212": {"A": 1}}, year=2020)
    url = reverse("admin:evaluation_certification_changelist")
    number = Certification.objects.get().number
    assert number in office.get(url + "?state=expired").content.decode()
    assert number not in office.get(url + "?state=in_force").content.decode()
    assert office.get(url + "?state=no-such").status_code == 200


def test_the_page_of_a_certificate_says_what_there_is_and_leads_to_its_file_and_its_plaque(office: Client) -> None:
    stage.published_round({"330212": {"A": 1}}, year=timezone.localdate().year - 1)
    held = Certification.objects.get()
    answer = office.get(page("certification_change", held)).content.decode()
    for address in (
        reverse("site:certificate", args=(held.number,)),
        reverse("evaluation:document", args=(held.document.pk,)),
        reverse("evaluation:plaque", args=(held.pk, "pdf")),
        reverse("evaluation:plaque", args=(held.pk, "svg")),
    ):
        assert f'href="{address}"' in answer
    for nothing_yet in ("None", "终止日期", "放弃理由", "撤销日期", "撤销事实"):
        assert nothing_yet not in answer


@pytest.mark.clause("N41")
def test_who_may_apply_for_higher_recognition_is_listed_with_grades_and_years_and_exported(office: Client) -> None:
    """Certificates in force from their first day to their last; neither over nor revoked."""
    this_year = timezone.localdate().year
    for back, code, grades in ((5, "330282", {"A": 1}), (2, "330212", {"A": 1}), (1, "HZW", {"B": 1, "C": 1})):
        stage.published_round({code: grades}, year=this_year - back)
    held = Certification.objects.filter(result__publication__round__year__lt=this_year).order_by("pk")
    over, first, second, gone = held
    revoked(gone, on=timezone.localdate(), at=timezone.now())
    url = reverse("admin:evaluation_certification_changelist")
    rows = office.get(url, {"state": "holding", "o": "5"}).context["cl"].result_list
    assert [(row.number, row.result.publication.round.year, row.result.grade) for row in rows] == [
        (first.number, this_year - 2, "A"), (second.number, this_year - 1, second.result.grade)
    ]  # fmt: skip
    sent = b"".join(office.get(f"{url}list.csv", {"state": "holding", "o": "5"}).streaming_content).decode("utf-8-sig")
    lines = [line.split(",") for line in sent.splitlines()]
    assert lines[0][:6] == ["证书编号", "状态", "平台名称", "地区", "年度", "档次"]
    told = [(row.number, str(row.result.publication.round.year), row.result.grade_label) for row in rows]
    assert [(line[0], line[4], line[5]) for line in lines[1:]] == told
    assert over.number not in sent
    last = first.valid_until
    days = (first.valid_from - timedelta(days=1), first.valid_from, last, last + timedelta(days=1))
    found = [in_state(Certification.objects.filter(pk=first.pk), HOLDING, on=day).exists() for day in days]
    assert found == [False, True, True, False]


@pytest.mark.parametrize("model", ["result", "certification"])
def test_a_name_that_looks_like_a_formula_is_exported_as_text(office: Client, model: str) -> None:
    round_ = stage.graded_round({"330212": {"A": 1}})
    row = Assessment.objects.get()
    data = row.frozen_form.data
    data["platform"]["name"] = "=HYPERLINK(1)"
    version = row.frozen_form
    version.pk, version.number, version.data = None, 2, data
    version.save()
    Assessment.objects.update(frozen_form=version)
    stage.publish(round=round_, decided_on=stage.moment(2020).date(), by=stage.city_officer(), at=stage.moment(2020))
    content = office.post(reverse(f"admin:evaluation_{model}_export"), {"format": "xlsx"}).content
    cells = [cell for line in load_workbook(BytesIO(content)).worksheets[0].iter_rows() for cell in line]
    named = [cell for cell in cells if "HYPERLINK" in str(cell.value)]
    assert [(cell.value, cell.data_type) for cell in named] == [("'=HYPERLINK(1)", "s")]


def test_finance_reads_and_exports_results(browser_of: Any, finance: User) -> None:
    stage.published_round({"330212": {"A": 1}})
    content = browser_of(finance).post(reverse("admin:evaluation_result_export"), {"format": "csv"}).content
    assert "330212-001" in content.decode("utf-8-sig")
