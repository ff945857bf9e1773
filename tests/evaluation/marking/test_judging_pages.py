"""The pages on which the city assigns assessors, and the one on which a judge stays out of a platform."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from evaluation.marking.choices import SheetKind
from evaluation.marking.services.assigning import assign_third
from evaluation.marking.services.entering import ScoreEntry
from evaluation.models import Assessment, Conflict, Evaluation, Sheet
from platforms.models import User
from platforms.workbench.queries.todo import todo_for
from tests import factories
from tests.evaluation import stage
from tests.evaluation.marking.judging import AT, assigned, filled, judged_by_assessors

Browser = Callable[[User], Client]
pytestmark = [pytest.mark.django_db, pytest.mark.clause("N20")]
LIST = "/admin/evaluation/assessment/"
BULK = "/admin/evaluation/assessment/assign/"


def text_of(answer: Any) -> str:
    """What is read on a page: blanks in one form, no tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", str(answer.content.decode())))


def url(view: str, *keys: int) -> str:
    return reverse(f"admin:evaluation_{view}", args=keys)


@pytest.fixture
def rows(db: None) -> list[Assessment]:
    judged_by_assessors({"330212": {"A": 2}, "330282": {"A": 1}})
    return list(Assessment.objects.order_by("application__number"))


@pytest.fixture
def lawyer(db: None) -> User:
    return factories.assessor("lu", employer="宁波某律师事务所")


def judges_of(row: Assessment) -> list[str]:
    sheets = row.sheets.filter(kind=SheetKind.ASSESSOR).order_by("pk")
    return list(sheets.values_list("judge__username", flat=True))


def plan_on(answer: Any) -> list[str]:
    return re.findall(r'name="plan" value="([^"]*)"', answer.content.decode())


# In bulk -----------------------------------------------------------------------------------------------------------


def bulk(client: Client, rows: list[Assessment], *people: User, step: str = "preview", **more: Any) -> Any:
    data = {
        "plan": [f"{row.pk}:" for row in rows],
        "judges": [person.pk for person in people],
        "mode": "keep",
        "reason": "",
        "step": step,
    }
    return client.post(BULK, data | more)


def test_chosen_platforms_are_spread_as_the_preview_says(
    browser_of: Browser, city: User, rows: list[Assessment], assessor: User, assessor2: User, assessor3: User
) -> None:
    client = browser_of(city)
    asked = client.post(LIST, {"action": "assign_chosen", "_selected_action": [row.pk for row in rows]})
    assert "将 3 个平台平均分派给所选人员，每个平台 2 名" in text_of(asked)
    assert plan_on(asked) == [f"{row.pk}:" for row in rows]
    preview = bulk(client, rows, assessor, assessor2, assessor3)
    assert "assessor员（assessor研究院）：2 个" in text_of(preview)
    assert Sheet.objects.filter(kind=SheetKind.ASSESSOR).count() == 0
    done = bulk(client, rows, assessor, assessor2, assessor3, step="go", plan=plan_on(preview))
    assert (done.status_code, done.url) == (302, LIST)
    assert [judges_of(row) for row in rows] == [
        ["assessor2", "assessor3"],
        ["assessor", "assessor2"],
        ["assessor3", "assessor"],
    ]
    assert "已分派 6 份评分表。" in text_of(client.get(LIST))


def test_the_preview_says_who_is_left_out_and_why_and_what_is_missing(
    browser_of: Browser, city: User, rows: list[Assessment], assessor: User, lawyer: User
) -> None:
    preview = bulk(browser_of(city), rows[:1], assessor, lawyer)
    told = text_of(preview)
    assert "lu员：工作单位“宁波某律师事务所”是该平台的合作机构。" in told
    assert "缺 1 名" in told
    assert "可分派的人员不足" in told
    assert plan_on(preview) == [f"{rows[0].pk}:{assessor.pk}"]


def test_those_who_are_there_are_kept_or_replaced_by_choice(
    browser_of: Browser, city: User, rows: list[Assessment], assessor: User, assessor2: User, assessor3: User
) -> None:
    client = browser_of(city)
    assigned(rows[0], assessor)
    kept = bulk(client, rows[:1], assessor2, assessor3)
    assert plan_on(kept) == [f"{rows[0].pk}:{assessor.pk},{assessor2.pk}"]
    assert "assessor员（assessor研究院）［已分派］、assessor2员（assessor2研究院）" in text_of(kept)
    refused = bulk(client, rows[:1], assessor2, assessor3, mode="replace")
    assert "请填写重新分派的理由。" in text_of(refused)
    assert refused.content.decode().count("checked") == 3  # two people and the mode
    anew = bulk(client, rows[:1], assessor2, assessor3, mode="replace", reason="重新分组")
    assert "未列入下表的评审员将取消分派" in text_of(anew)
    bulk(client, rows[:1], assessor2, assessor3, mode="replace", reason="重新分组", step="go", plan=plan_on(anew))
    assert judges_of(rows[0]) == ["assessor2", "assessor3"]


@pytest.mark.trust("T11")
def test_what_changed_since_the_preview_is_refused_and_the_choice_stays(
    browser_of: Browser, city: User, rows: list[Assessment], assessor: User, assessor2: User, assessor3: User
) -> None:
    client = browser_of(city)
    preview = bulk(client, rows[:1], assessor2, assessor3)
    assigned(rows[0], assessor)
    answer = bulk(client, rows[:1], assessor2, assessor3, step="go", plan=plan_on(preview))
    assert (answer.status_code, judges_of(rows[0])) == (409, ["assessor"])
    assert "的评审员在预览之后有变动，请重新预览。" in text_of(answer)
    assert len(re.findall(r"checked", answer.content.decode())) == 3  # two people and the mode


@pytest.mark.parametrize("plan", [[], ["x:1"], ["99999:"], ["1" * 30 + ":"], ["١:"]])
def test_nothing_chosen_is_said_so(
    browser_of: Browser, city: User, rows: list[Assessment], assessor: User, plan: list[str]
) -> None:
    client = browser_of(city)
    answer = bulk(client, [], assessor, plan=plan)
    assert (answer.status_code, answer.url) == (302, LIST)
    assert "没有选中平台，请在列表中勾选后再办理。" in text_of(client.get(LIST))


def test_without_anybody_chosen_the_form_says_so(browser_of: Browser, city: User, rows: list[Assessment]) -> None:
    assert "请选择评审员。" in text_of(bulk(browser_of(city), rows))


def test_what_is_scored_already_is_not_assigned(browser_of: Browser, city: User) -> None:
    stage.graded_round({"330212": {"scored": 1}})
    row, client = Assessment.objects.get(), browser_of(city)
    answer = client.post(LIST, {"action": "assign_chosen", "_selected_action": [row.pk]}, follow=True)
    assert "选中的平台都不是待评分状态，没有可分派的。" in text_of(answer)
    page = client.get(url("assessment_judges", row.pk))
    assert (page.context["form"], page.context["conflict_url"]) == (None, "")


def test_a_round_that_the_city_judges_says_what_assigning_does(browser_of: Browser, city: User, assessor: User) -> None:
    stage.started(stage.filed_round({"330212": {"A": 1}}))
    row, client = Assessment.objects.get(), browser_of(city)
    here, whole = url("assessment_judges", row.pk), url("evaluation_change", row.evaluation_id)
    assert "分派评审员后，该平台改由两名评审员独立评分。" in text_of(client.get(here))
    assert "评审进度" not in text_of(client.get(whole))
    client.post(here, {"judges": [assessor.pk]})
    assert "分派评审员后" not in text_of(client.get(here))
    assert "评审进度" in text_of(client.get(whole))


# One platform ------------------------------------------------------------------------------------------------------


def test_two_are_chosen_for_one_platform(
    browser_of: Browser, city: User, rows: list[Assessment], assessor: User, assessor2: User, lawyer: User
) -> None:
    client, here = browser_of(city), url("assessment_judges", rows[0].pk)
    assert here in client.get(url("assessment_change", rows[0].pk)).content.decode()
    page = client.get(here)
    assert "lu员（宁波某律师事务所）：工作单位“宁波某律师事务所”是该平台的合作机构。" in text_of(page)
    assert lawyer not in page.context["form"].fields["judges"].queryset
    answer = client.post(here, {"judges": [assessor.pk, assessor2.pk]})
    assert (answer.status_code, sorted(judges_of(rows[0]))) == (302, ["assessor", "assessor2"])
    page = client.get(here)
    assert f"已分派：{rows[0].application.number}，assessor2员、assessor员。" in text_of(page)
    assert page.context["form"] is None


def test_more_than_are_wanted_are_refused(
    browser_of: Browser, city: User, rows: list[Assessment], assessor: User, assessor2: User, assessor3: User
) -> None:
    assigned(rows[0], assessor)
    answer = browser_of(city).post(url("assessment_judges", rows[0].pk), {"judges": [assessor2.pk, assessor3.pk]})
    assert "最多还可分派 1 名，现选了 2 名。" in text_of(answer)
    assert judges_of(rows[0]) == ["assessor"]


def test_who_must_stay_out_cannot_be_sent_either(
    browser_of: Browser, city: User, rows: list[Assessment], lawyer: User
) -> None:
    answer = browser_of(city).post(url("assessment_judges", rows[0].pk), {"judges": [lawyer.pk]})
    assert (answer.status_code, judges_of(rows[0])) == (200, [])


def test_the_county_that_runs_the_platform_itself_is_marked(
    browser_of: Browser, city: User, rows: list[Assessment]
) -> None:
    (line,) = browser_of(city).get(url("assessment_judges", rows[0].pk)).context["sheets"]
    assert (line["kind"], line["who"], line["told"], line["url"]) == ("县级初评", "county员", "县级自行运营", "")


def test_a_judge_is_replaced_or_taken_off_for_a_reason(
    browser_of: Browser, city: User, rows: list[Assessment], assessor: User, assessor2: User
) -> None:
    client, sheet = browser_of(city), assigned(rows[0], assessor)
    here = url("assessment_judge", rows[0].pk, sheet.pk)
    assert "现由assessor员评分（评审员评分，尚未提交）。更换或取消后，其已填写的内容不再保留。" in text_of(
        client.get(here)
    )
    assert client.post(here, {"judge": "", "reason": ""}).status_code == 200
    assert judges_of(rows[0]) == ["assessor"]
    assert client.post(here, {"judge": assessor2.pk, "reason": "出差"}).status_code == 302
    assert judges_of(rows[0]) == ["assessor2"]
    assert client.get(here).status_code == 404
    here = url("assessment_judge", rows[0].pk, Sheet.objects.get(judge=assessor2).pk)
    assert client.post(here, {"judge": "", "reason": "出差"}).status_code == 302
    assert judges_of(rows[0]) == []


def test_the_sheet_of_a_county_and_of_another_platform_is_no_page_here(
    browser_of: Browser, city: User, rows: list[Assessment], assessor: User
) -> None:
    client, sheet = browser_of(city), assigned(rows[1], assessor)
    county = rows[0].sheets.get(kind=SheetKind.COUNTY)
    assert client.get(url("assessment_judge", rows[0].pk, county.pk)).status_code == 404
    assert client.get(url("assessment_judge", rows[0].pk, sheet.pk)).status_code == 404


def test_a_sheet_that_was_handed_in_is_not_taken_off(
    browser_of: Browser, city: User, rows: list[Assessment], assessor: User
) -> None:
    client, sheet = browser_of(city), filled(assigned(rows[0], assessor), assessor)
    answer = client.post(url("assessment_judge", rows[0].pk, sheet.pk), {"judge": "", "reason": "出差在外"})
    assert "评分表已提交，或已取消分派" in text_of(answer)
    assert "出差在外" in text_of(answer)
    assert judges_of(rows[0]) == ["assessor"]


def test_the_city_notes_down_who_stays_out(
    browser_of: Browser, city: User, rows: list[Assessment], assessor: User
) -> None:
    client, here = browser_of(city), url("assessment_conflict", rows[0].pk)
    assert client.post(here, {"person": assessor.pk, "reason": ""}).status_code == 200
    assert client.post(here, {"person": assessor.pk, "reason": "曾任顾问"}).status_code == 302
    assert Conflict.objects.get().declared_by == city
    page = text_of(client.get(url("assessment_judges", rows[0].pk)))
    assert "assessor员（assessor研究院）：已登记回避：曾任顾问" in page
    assert "曾任顾问" in text_of(client.get(url("conflict_changelist")))


# A judge of its own ------------------------------------------------------------------------------------------------


def test_an_assessor_hands_a_platform_back(
    browser_of: Browser, rows: list[Assessment], assessor: User, assessor2: User, city: User
) -> None:
    sheet = assigned(rows[0], assessor)
    here, client = url("conflict_declare", sheet.pk), browser_of(assessor)
    assert f"“{rows[0].application.name}”不再由您评分" in text_of(client.get(here))
    assert "请填写此项。" in text_of(client.post(here, {"reason": ""}))
    assert browser_of(assessor2).get(here).status_code == 404
    assert browser_of(city).get(here).status_code == 403
    answer = client.post(here, {"reason": "配偶任职于该单位"})
    assert (answer.status_code, answer.url, judges_of(rows[0])) == (302, "/admin/", [])
    assert Conflict.objects.get().person == assessor
    assert client.get(here).status_code == 404


def test_who_has_handed_in_reads_that_it_is_too_late_and_keeps_the_words(
    browser_of: Browser, rows: list[Assessment], assessor: User
) -> None:
    sheet = filled(assigned(rows[0], assessor), assessor)
    answer = browser_of(assessor).post(url("conflict_declare", sheet.pk), {"reason": "配偶任职于该单位"})
    assert "已提交评分表，请先由市经信局退回该评分表，再登记回避。" in text_of(answer)
    assert "配偶任职于该单位" in text_of(answer)


# How far -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def differing(rows: list[Assessment], assessor: User, assessor2: User) -> list[Assessment]:
    """Two platforms on which the two assessors differ, and one that lacks both."""
    for row in rows[:2]:
        filled(assigned(row, assessor), assessor)
        filled(assigned(row, assessor2), assessor2, venue=ScoreEntry(points=Decimal(4), evidence="面积偏小"))
    return rows


def test_the_page_of_progress_counts_by_person_and_names_what_lacks_somebody(
    browser_of: Browser, city: User, differing: list[Assessment], assessor: User, assessor3: User
) -> None:
    sheet = Sheet.objects.filter(kind=SheetKind.THIRD)[0]
    assign_third(sheet=sheet, judge=assessor3, by=city, at=AT)
    client, evaluation = browser_of(city), Evaluation.objects.get()
    here = url("evaluation_judges", evaluation.pk)
    assert here in client.get(url("evaluation_change", evaluation.pk)).content.decode()
    page = client.get(here)
    assert [row["cells"] for row in page.context["rows"]] == [
        ["assessor3员", "assessor3研究院", 1, 0],
        ["assessor2员", "assessor2研究院", 0, 2],
        ["assessor员", "assessor研究院", 0, 2],
    ]
    assert page.context["total"] == ["合计", "", 1, 4]
    assert "有 1 个平台尚未分派满评审员" in text_of(page)
    assert [each["url"] for each in page.context["named"]] == [url("assessment_judges", differing[2].pk)]


def test_a_third_is_named_for_those_that_are_ticked(
    browser_of: Browser, city: User, differing: list[Assessment], assessor3: User
) -> None:
    client, here = browser_of(city), url("evaluation_differences", Evaluation.objects.get().pk)
    page = client.get(here)
    assert text_of(page).count("“场地设施”：一人 4 分，一人 8 分，相差 4 分") == 2
    assert text_of(page).count("待指定") == 2
    thirds = list(Sheet.objects.filter(kind=SheetKind.THIRD).order_by("pk"))
    nobody = client.post(here, {"judge": assessor3.pk})
    assert "没有选中平台，请勾选后再办理。" in text_of(nobody)
    unnamed = client.post(here, {"sheet": [thirds[0].pk], "judge": ""})
    assert "请选择第三人。" in text_of(unnamed)
    assert unnamed.content.decode().count("checked") == 1
    answer = client.post(here, {"sheet": [thirds[0].pk], "judge": assessor3.pk})
    assert (answer.status_code, answer.url) == (302, here)
    assert list(Sheet.objects.filter(kind=SheetKind.THIRD).order_by("pk").values_list("judge", flat=True)) == [
        assessor3.pk, None,
    ]  # fmt: skip


def test_one_of_the_two_is_refused_as_the_third(
    browser_of: Browser, city: User, differing: list[Assessment], assessor: User
) -> None:
    thirds = [sheet.pk for sheet in Sheet.objects.filter(kind=SheetKind.THIRD)]
    here = url("evaluation_differences", Evaluation.objects.get().pk)
    answer = browser_of(city).post(here, {"sheet": thirds, "judge": assessor.pk})
    assert (answer.status_code, answer.content.decode().count("checked")) == (409, 2)
    assert "assessor员已参与" in text_of(answer)


def test_a_third_is_named_on_the_page_of_the_platform_too(
    browser_of: Browser, city: User, city2: User, differing: list[Assessment], assessor3: User
) -> None:
    client, third = browser_of(city), differing[0].sheets.get(kind=SheetKind.THIRD)
    here = url("assessment_judge", differing[0].pk, third.pk)
    assert "评分相差较大，请指定第三人复评。" in text_of(client.get(here))
    assert client.post(here, {"judge": assessor3.pk}).status_code == 302
    assert "第三人复评，尚未提交" in text_of(client.get(here))
    assert client.post(here, {"judge": city2.pk, "reason": "出差"}).status_code == 302
    assert Sheet.objects.get(pk=third.pk).judge == city2
    assert client.post(here, {"judge": "", "reason": "出差"}).status_code == 302
    assert Sheet.objects.get(pk=third.pk).judge is None


@pytest.mark.parametrize("person", ["yinzhou", "assessor", "finance"])
def test_nobody_but_the_city_opens_these_pages(
    browser_of: Browser, rows: list[Assessment], person: str, request: pytest.FixtureRequest
) -> None:
    client, evaluation = browser_of(request.getfixturevalue(person)), Evaluation.objects.get()
    pages = [
        BULK,
        url("assessment_judges", rows[0].pk),
        url("assessment_conflict", rows[0].pk),
        url("evaluation_judges", evaluation.pk),
        url("evaluation_differences", evaluation.pk),
        url("conflict_changelist"),
    ]
    assert {client.get(page).status_code for page in pages} == {403}


# What waits --------------------------------------------------------------------------------------------------------


def test_what_waits_for_the_city_is_assigning_and_naming_a_third_never_the_scoring_itself(
    city: User, differing: list[Assessment], assessor3: User
) -> None:
    key = Evaluation.objects.get().pk
    waiting = {each.text: (each.count, each.url) for each in todo_for(city)}
    listing = url("assessment_changelist")
    assert waiting["分派评审员"] == (1, f"{listing}?waiting=judges.short.{Evaluation.objects.get().round_id}")
    assert waiting["指定复评人"] == (2, f"{url('evaluation_differences', key)}?third=none")
    assert "完成评分" not in waiting
    for sheet in Sheet.objects.filter(kind=SheetKind.THIRD):
        assign_third(sheet=sheet, judge=assessor3, by=city, at=AT)
    assert "指定复评人" not in {each.text for each in todo_for(city)}


def test_where_the_city_judges_the_scoring_waits_for_it_but_for_what_assessors_judge(
    city: User, assessor: User
) -> None:
    stage.started(stage.filed_round({"330212": {"A": 2}}))
    waiting = {each.text: each.count for each in todo_for(city)}
    assert (waiting["完成评分"], "分派评审员" in waiting) == (2, False)
    assigned(Assessment.objects.all()[0], assessor)
    waiting = {each.text: each.count for each in todo_for(city)}
    assert (waiting["完成评分"], waiting["分派评审员"]) == (1, 1)
