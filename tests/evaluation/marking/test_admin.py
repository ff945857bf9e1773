"""The worklist and the marking sheet in the back office."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from evaluation.models import Assessment
from platforms.models import User
from tests.evaluation import stage
from tests.kept_rows import once

pytestmark = pytest.mark.django_db
WORKLIST = "admin:evaluation_assessment_changelist"

GATES = ("gate-venue", "gate-team", "gate-network", "gate-public", "gate-activities", "gate-rules")
#: What the records of the stage do not give, as found on the spot.
FOUND = {
    "staff": "3", "rules": "3", "breadth": "4", "free": "3", "satisfaction": "96.5", "enterprises": "186",
    "services": "73", "events": "14", "attendance": "520",
}  # fmt: skip
TYPED = (
    {f"passed-{code}": "yes" for code in GATES}
    | {f"verified-{code}": n for code, n in FOUND.items()}
    | {
        "points-venue": "8",
        "points-income": "8",
        "points-partners": "6",
        "points-hubs": "5.5",
        "evidence-hubs": "一次活动未参加",
    }
)


@pytest.fixture
def office(browser_of: Any, city: User) -> Client:
    made: Client = browser_of(city)
    return made


def _assessment(city: User) -> Assessment:
    round_ = stage.filed_round({"330212": {"A": 2}})
    stage.started(round_, by=city)
    return Assessment.objects.order_by("application__number")[0]


@pytest.fixture
def assessment(city: User) -> Assessment:
    return once(_assessment, city)


def sheet_of(assessment: Assessment) -> str:
    return reverse("admin:evaluation_assessment_change", args=(assessment.pk,))


@pytest.mark.clause("N20")
def test_a_city_officer_scores_sees_the_points_and_goes_on_to_the_next(office: Client, assessment: Assessment) -> None:
    page = office.get(sheet_of(assessment)).content.decode()
    assert "第 1 个，共 2 个" in page
    # What the records of the period give stands there already; the form is only told.
    assert scores_of(assessment, "enterprises") == (186, None, None, None)
    assert scores_of(assessment, "complaints") == (None, None, 0, 0)
    answer = office.post(sheet_of(assessment), TYPED | {"revision": "1", "action": "adopt"}, follow=True)
    assert "已保存：SB2020-330212-001，得分 90.97 分，建议A档。" in answer.content.decode()
    assessment.refresh_from_db()
    finished = office.post(sheet_of(assessment), stored(assessment) | {"revision": "2", "action": "finish"})
    following = Assessment.objects.order_by("application__number")[1]
    assert finished["Location"] == sheet_of(following)
    assessment.refresh_from_db()
    assert assessment.status == "scored"
    assert "disabled" in office.get(sheet_of(assessment)).content.decode()


def scores_of(assessment: Assessment, code: str) -> tuple[Any, ...]:
    """What the form states, the unit reported, the records give and the judge verified."""
    score = assessment.scores.get(indicator__code=code)
    return score.stated, score.reported, score.counted, score.verified


def stored(assessment: Assessment) -> dict[str, str]:
    """What the boxes of the sheet hold now."""
    typed: dict[str, str] = {}
    for score in assessment.scores.select_related("indicator"):
        code = score.indicator.code
        typed[f"evidence-{code}"] = score.evidence
        typed[f"passed-{code}"] = {True: "yes", False: "no", None: ""}[score.passed]
        typed[f"verified-{code}"] = "" if score.verified is None else f"{score.verified:f}"
        typed[f"points-{code}"] = "" if score.points is None else f"{score.points:f}"
    return typed


@pytest.mark.trust("T11")
@pytest.mark.parametrize("revision", ["1", "", "999", "abc", "-1", "２", "9" * 30])
def test_a_stale_sheet_is_refused_and_shows_both_texts(office: Client, assessment: Assessment, revision: str) -> None:
    office.post(sheet_of(assessment), {"revision": "1", "points-venue": "7", "evidence-venue": "甲写的"})
    answer = office.post(sheet_of(assessment), {"revision": revision, "points-venue": "6", "evidence-venue": "乙写的"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "他人已在您打开之后保存过评分" in page
    assert "他人保存：得分 7，甲写的" in page
    assert 'value="乙写的"' in page
    assert assessment.scores.get(indicator__code="venue").evidence == "甲写的"
    again = office.post(sheet_of(assessment), {"revision": "2", "points-venue": "6", "evidence-venue": "乙写的"})
    assert again.status_code == 302


@pytest.mark.trust("T15")
@pytest.mark.parametrize(
    "typed", ["-1", "NaN", "Infinity", "1e3", "1_0", "1,0", "0.005", "八", "8分", "1" * 30, "0x1", "8.0.0"]
)
def test_an_odd_number_is_refused_beside_its_box_and_kept(office: Client, assessment: Assessment, typed: str) -> None:
    answer = office.post(sheet_of(assessment), {"revision": "1", "points-venue": typed, "evidence-team": "x"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "请填写不小于 0 的数字，最多两位小数，如 12.5。" in page
    assert f'value="{typed}"' in page
    assert Assessment.objects.get(pk=assessment.pk).revision == 1


@pytest.mark.trust("T15")
def test_full_width_digits_are_read_as_digits(office: Client, assessment: Assessment) -> None:
    office.post(sheet_of(assessment), {"revision": "1", "points-venue": "７．５", "evidence-venue": "略小"})
    assert str(assessment.scores.get(indicator__code="venue").points) == "7.50"


def test_a_refused_row_says_what_is_missing_and_nothing_typed_is_lost(office: Client, assessment: Assessment) -> None:
    answer = office.post(
        sheet_of(assessment),
        {"revision": "1", "passed-gate-team": "no", "verified-complaints": "9", "evidence-free": "留"},
    )
    page = answer.content.decode()
    assert "未保存：有 2 项需要改正，见行内提示。" in page
    assert "判定为不具备，请填写佐证与说明。" in page
    assert "核定数值与系统核计不一致，请填写佐证与说明。" in page
    assert 'value="9"' in page
    assert 'value="留"' in page


@pytest.mark.trust("T13")
def test_state_grade_and_points_cannot_be_smuggled_in(office: Client, assessment: Assessment) -> None:
    smuggled = {
        "status": "published",
        "grade": "A",
        "points": "100",
        "proposed_grade": "A",
        "scores-0-points": "9",
        "confirmed_by": "1",
        # Points of a counted indicator follow from the value and are never taken from the sheet.
        "points-enterprises": "12",
    }
    office.post(sheet_of(assessment), smuggled | {"revision": "1"})
    assessment.refresh_from_db()
    assert (assessment.status, assessment.grade, assessment.points) == ("open", "", 0)
    assert assessment.scores.get(indicator__code="enterprises").points is None


@pytest.mark.trust("T13")
def test_reading_a_page_changes_nothing(office: Client, assessment: Assessment) -> None:
    for move in ("confirm", "reopen", "complete", "publish"):
        office.get(reverse("admin:evaluation_assessment_move", args=(assessment.pk, move)))
    office.get(sheet_of(assessment), TYPED | {"revision": "1", "action": "finish"})
    for bulk in ("stage_proposed", "unstage"):
        office.get(reverse(f"admin:evaluation_assessment_{bulk}"), {"shown": f"{assessment.pk}:1"})
    assessment.refresh_from_db()
    assert (assessment.status, assessment.revision) == ("open", 1)


def test_a_veto_is_recorded_on_the_sheet(office: Client, assessment: Assessment) -> None:
    office.post(
        sheet_of(assessment),
        {"revision": "1", "action": "finish", "veto": "refuses_evaluation", "veto_fact": "拒绝现场核查"},
    )
    assessment.refresh_from_db()
    assert (assessment.veto, assessment.proposed_grade, assessment.status) == ("refuses_evaluation", "D", "scored")


def test_a_grade_is_staged_on_its_page_and_all_are_confirmed_at_once(office: Client) -> None:
    stage.graded_round({"330212": {"scored": 1}})
    row = Assessment.objects.get()
    url = reverse("admin:evaluation_assessment_stage", args=(row.pk,))
    assert "建议A档" in office.get(url).content.decode()
    refused = office.post(url, {"grade": "B", "reason": "", "revision": row.revision})
    assert "请填写说明" in refused.content.decode()
    office.post(url, {"grade": "B", "reason": "专家组复核", "revision": row.revision})
    row.refresh_from_db()
    assert (row.status, row.staged_grade, row.grade) == ("scored", "B", "")
    apply = reverse("admin:evaluation_evaluation_apply", args=(row.evaluation_id,))
    assert (
        "将一次核定 1 个平台的暂定档次：A档 0 个、B档 1 个、C档 0 个、D档 0 个。" in office.get(apply).content.decode()
    )
    office.post(apply)
    row.refresh_from_db()
    assert (row.status, row.grade, row.grade_reason, row.staged_grade) == ("confirmed", "B", "专家组复核", "")


def test_two_grades_of_difference_wait_for_a_second_officer(office: Client, browser_of: Any, city2: User) -> None:
    stage.graded_round({"330212": {"scored": 1}})
    row = Assessment.objects.get()
    office.post(
        reverse("admin:evaluation_assessment_stage", args=(row.pk,)),
        {"grade": "C", "reason": "专家组复核", "revision": row.revision},
    )
    apply = reverse("admin:evaluation_evaluation_apply", args=(row.evaluation_id,))
    told = office.post(apply, follow=True).content.decode()
    assert "有 1 个平台的暂定档次与建议档次相差2档以上，须由另一位经办人员复核：SB2020-330212-001。" in told
    second = reverse("admin:evaluation_assessment_second", args=(row.pk,))
    assert "暂定人不能复核自己暂定的档次" in office.post(second, follow=True).content.decode()
    other = browser_of(city2)
    assert "同意暂定档次" in other.get(second).content.decode()
    other.post(second)
    office.post(apply)
    row.refresh_from_db()
    assert (row.status, row.grade) == ("confirmed", "C")


@pytest.mark.trust("T18")
def test_many_grades_are_staged_from_the_list_after_a_page_that_names_them(office: Client) -> None:
    stage.graded_round({"330212": {"scored": 2, "open": 1}})
    keys = list(Assessment.objects.values_list("pk", flat=True))
    page = office.post(reverse(WORKLIST), {"action": "stage_chosen", "_selected_action": keys}).content.decode()
    assert "将对 2 个平台按建议档次暂定：A档 2 个。" in page
    assert "另有 1 个平台不是“待核定且尚未暂定”状态" in page
    shown = [f"{row.pk}:{row.revision}" for row in Assessment.objects.filter(status="scored")]
    office.post(reverse("admin:evaluation_assessment_stage_proposed"), {"shown": [*shown, "x:1", "1", ":", "5:6:7"]})
    assert Assessment.objects.filter(status="scored", staged_grade="A").count() == 2
    back = office.post(reverse(WORKLIST), {"action": "unstage_chosen", "_selected_action": keys}).content.decode()
    assert "将对 2 个平台取消暂定档次：A档 2 个。" in back
    office.post(reverse("admin:evaluation_assessment_unstage"), {"shown": shown})
    assert Assessment.objects.filter(status="scored", staged_grade="").count() == 2


@pytest.mark.trust("T18")
def test_a_list_staged_on_older_scores_stages_none(office: Client) -> None:
    stage.graded_round({"330212": {"scored": 2}})
    first, second = Assessment.objects.all()
    answer = office.post(
        reverse("admin:evaluation_assessment_stage_proposed"),
        {"shown": [f"{first.pk}:{first.revision}", f"{second.pk}:{second.revision + 1}"]},
        follow=True,
    )
    assert f"{second.application.number}：未暂定" in answer.content.decode()
    assert Assessment.objects.exclude(staged_grade="").count() == 0


def test_the_worklist_is_exported_as_it_is_filtered(office: Client) -> None:
    stage.graded_round({"330212": {"A": 1, "open": 1}})
    url = reverse("admin:evaluation_assessment_export") + "?status__exact=confirmed"
    content = office.post(url, {"format": "xlsx"}).content
    rows = list(load_workbook(BytesIO(content)).worksheets[0].iter_rows(values_only=True))
    assert rows[0][:5] == ("申报编号", "平台名称", "地区", "类型", "状态")
    assert [row[0] for row in rows[1:]] == ["SB2020-330212-001"]
