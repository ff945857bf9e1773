"""Site visits in the back office: recorded with photos, changed, withdrawn; sheets for one and for many platforms."""

import zipfile
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from evaluation.models import Assessment, SiteVisit
from evaluation.visits import queries, services
from platforms.models import AuditEvent, EvidenceFile, Job, User
from tests import factories
from tests.evaluation import stage

pytestmark = pytest.mark.django_db
ADD = "admin:evaluation_sitevisit_add"
SHEETS, ZIP = "admin:evaluation_sitevisit_sheets", "admin:evaluation_sitevisit_zip"


@pytest.fixture
def assessment(city: User) -> Assessment:
    stage.graded_round({"330212": {"scored": 2, "A": 1}, "330282": {"open": 1}, "HY": {"scored": 1}})
    return Assessment.objects.filter(application__region__code="330212", status="scored")[0]


def typed(assessment: Assessment, **changes: Any) -> dict[str, Any]:
    today = timezone.localdate().isoformat()
    facts = {"application": assessment.application_id, "visited_on": today, "people": "赵某", "findings": "场地属实"}
    return {**facts, **changes}


def page(row: SiteVisit) -> str:
    return reverse("admin:evaluation_sitevisit_change", args=(row.pk,))


def recorded(assessment: Assessment, by: User) -> SiteVisit:
    facts = typed(assessment) | {"application": assessment.application, "visited_on": timezone.localdate()}
    return services.record(**facts, by=by, at=timezone.now())


def shown(answer: Any) -> dict[str, str]:
    """The digest that the form of the page sends along."""
    return {"_shown": answer.context["shown_digest"]}


def test_a_county_records_a_visit_with_a_photo_and_sees_nothing_of_points_or_grades(
    browser_of: Any, yinzhou: User, assessment: Assessment
) -> None:
    desk = browser_of(yinzhou)
    form = desk.get(f"{reverse(ADD)}?application={assessment.application_id}").content.decode()
    assert f'<option value="{assessment.application_id}" selected>' in form
    # Of others there is no choice, nor of those whose grade is confirmed.
    assert form.count("SB2020-") == 2
    wrong = desk.post(reverse(ADD), typed(assessment, people=""))
    assert wrong.status_code == 200
    assert "场地属实</textarea>" in wrong.content.decode()
    desk.post(reverse(ADD), typed(assessment))
    row = SiteVisit.objects.get()
    assert (row.side, row.people, row.findings) == ("county", "赵某", "场地属实")
    files = reverse("admin:evaluation_sitevisit_files", args=(row.pk,))
    desk.post(files, {"uploads": [factories.upload("现场.jpg", factories.JPEG)], "note": "大厅"})
    photo = EvidenceFile.objects.get()
    assert (photo.kind, photo.key, photo.region) == ("visit", row.pk, yinzhou.region)
    text = desk.get(page(row)).content.decode()
    assert "现场.jpg" in text
    for word in (str(assessment.points), "得分", "建议档次", "核定档次", "满分"):
        assert word not in text, word


def test_a_platform_of_others_or_with_a_confirmed_grade_is_not_taken(
    browser_of: Any, yinzhou: User, assessment: Assessment
) -> None:
    desk = browser_of(yinzhou)
    for other in Assessment.objects.exclude(application__region__code="330212", status="scored"):
        answer = desk.post(reverse(ADD), typed(other))
        assert answer.status_code == 200
        assert not SiteVisit.objects.exists()


def test_a_visit_is_changed_with_a_reason_and_withdrawn_with_another(
    browser_of: Any, yinzhou: User, city: User, assessment: Assessment
) -> None:
    desk, row = browser_of(yinzhou), recorded(assessment, yinzhou)
    opened = desk.get(page(row))
    values = typed(assessment, findings="面积为 300 平方米")
    assert desk.post(page(row), values | shown(opened)).status_code == 200
    row.refresh_from_db()
    assert row.findings == "场地属实"
    desk.post(page(row), values | shown(opened) | {"reason": "测量更正"})
    row.refresh_from_db()
    assert (row.findings, row.revision) == ("面积为 300 平方米", 2)
    # A page that was opened before saves nothing.
    late = desk.post(page(row), typed(assessment) | shown(opened) | {"reason": "再改"})
    assert "已被他人修改" in late.content.decode()
    withdraw = reverse("admin:evaluation_sitevisit_withdraw", args=(row.pk,))
    assert browser_of(city).post(withdraw, {"reason": "x"}).status_code == 403
    assert desk.post(withdraw, {"reason": ""}).status_code == 200
    done = desk.post(withdraw, {"reason": "记错平台"}, follow=True).content.decode()
    assert f"已撤回现场核查 {row.number}。" in done
    assert withdraw not in done
    assert "记错平台" in done
    again = desk.post(withdraw, {"reason": "x"}, follow=True).content.decode()
    assert "这次现场核查已撤回。" in again


def test_what_the_service_refuses_about_a_withdrawal_is_told_and_keeps_what_was_typed(
    browser_of: Any, yinzhou: User, assessment: Assessment
) -> None:
    row = recorded(assessment, yinzhou)
    withdraw = reverse("admin:evaluation_sitevisit_withdraw", args=(row.pk,))
    answer = browser_of(yinzhou).post(withdraw, {"reason": "记错\x07平台"})
    assert answer.status_code == 409
    assert "中有无法保存的字符" in answer.content.decode()


def test_withdrawn_visits_are_told_apart_in_the_list(browser_of: Any, yinzhou: User, assessment: Assessment) -> None:
    stands, gone = recorded(assessment, yinzhou), recorded(assessment, yinzhou)
    services.withdraw(visit=gone, reason="重复登记", by=yinzhou, at=timezone.now())
    desk, here = browser_of(yinzhou), reverse("admin:evaluation_sitevisit_changelist")
    for query, rows in (("", {stands, gone}), ("withdrawn=no", {stands}), ("withdrawn=yes", {gone})):
        assert set(desk.get(f"{here}?{query}").context["cl"].result_list) == rows


def test_the_sheet_of_one_platform_is_a_pdf_and_noted_in_the_log(
    browser_of: Any, yinzhou: User, cixi: User, assessment: Assessment
) -> None:
    url = reverse("admin:evaluation_sitevisit_sheet", args=(assessment.application_id,))
    answer = browser_of(yinzhou).get(url)
    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Type"] == "application/pdf"
    event = AuditEvent.objects.order_by("-serial")[0]
    assert (event.verb, event.object_code) == ("打印现场核查表", assessment.application.number)
    assert browser_of(cixi).get(url).status_code == 404


def names_in(answer: Any) -> list[str]:
    return zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))).namelist()


def test_sheets_are_printed_for_those_that_are_picked_or_for_all_of_a_region(
    browser_of: Any, yinzhou: User, city: User, assessment: Assessment
) -> None:
    desk, office = browser_of(yinzhou), browser_of(city)
    assert len(desk.get(reverse(SHEETS)).context["rows"]) == 3
    assert len(office.get(reverse(SHEETS)).context["rows"]) == 5
    assert len(office.get(f"{reverse(SHEETS)}?region=330282").context["rows"]) == 1
    other = Assessment.objects.get(application__region__code="330282")
    picked = {"pick": [assessment.application_id, other.application_id, "x"]}
    name = queries.name_of(assessment.application)
    assert names_in(desk.get(reverse(ZIP), picked)) == [f"001_{name}"]
    assert len(names_in(office.get(reverse(ZIP), picked))) == 2
    assert len(names_in(office.get(reverse(ZIP), {"all": "1", "region": "330212"}))) == 3
    event = AuditEvent.objects.order_by("-serial")[0]
    assert (event.verb, event.reason) == ("打印现场核查表", "3 份")
    nothing = desk.get(reverse(ZIP), {"pick": [other.application_id]}, follow=True)
    assert "请至少选择一个平台。" in nothing.content.decode()


def test_the_page_of_sheets_costs_the_same_for_one_platform_and_for_all(browser_of: Any, city: User) -> None:
    stage.graded_round({"330212": {"scored": 3}, "330282": {"open": 1}})
    office, asked = browser_of(city), []
    # The first answer of a session also notes when it began.
    office.get("/admin/")
    for query, rows in (("region=330282", 1), ("", 4)):
        with CaptureQueriesContext(connection) as queries_of_page:
            assert len(office.get(f"{reverse(SHEETS)}?{query}").context["rows"]) == rows
        asked.append(len(queries_of_page))
    assert asked == [7, 7]


def test_many_sheets_are_made_in_the_background(
    browser_of: Any, city: User, assessment: Assessment, settings: Any
) -> None:
    settings.FORMS_PRINTED_AT_ONCE = 4
    answer = browser_of(city).get(reverse(ZIP), {"all": "1"})
    job = Job.objects.get()
    assert answer["Location"] == reverse("desk:background_job", args=(job.pk,))
    assert (job.title, job.total) == ("打印现场核查表", 5)


def test_one_sheet_that_cannot_be_made_does_not_take_the_others_with_it(
    browser_of: Any, yinzhou: User, assessment: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = queries.sheet_of

    def broken(application: Any, at: Any) -> bytes:
        if application.pk == assessment.application_id:
            raise RuntimeError("no font")
        return made(application, at)

    monkeypatch.setattr(queries, "sheet_of", broken)
    desk = browser_of(yinzhou)
    names = names_in(desk.get(reverse(ZIP), {"all": "1"}))
    assert sorted(name.rsplit(".", 1)[1] for name in names) == ["pdf", "pdf", "txt"]
    url = reverse("admin:evaluation_sitevisit_sheet", args=(assessment.application_id,))
    assert "核查表暂时无法生成" in desk.get(url, follow=True).content.decode()


def test_before_an_evaluation_the_page_says_why_it_is_empty(browser_of: Any, yinzhou: User) -> None:
    text = browser_of(yinzhou).get(reverse(SHEETS)).content.decode()
    assert "没有正在评价的平台。" in text
