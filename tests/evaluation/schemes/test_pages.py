"""The page of a scheme: written in the words of officials, tried before it is used, locked once it is."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from evaluation.models import Indicator, Scheme, SchemeCutoff
from evaluation.schemes.services import copy_scheme
from platforms.models import AuditEvent, User
from tests.evaluation import stage
from tests.evaluation.schemes.pages import box, start, typed_of
from tests.factories import default_scheme as load_default_scheme

pytestmark = pytest.mark.django_db
AT = stage.moment(2020)


@pytest.fixture
def office(browser_of: Any, city: User) -> Client:
    made: Client = browser_of(city)
    return made


@pytest.fixture
def scheme(city: User) -> Scheme:
    """A draft beside the default one, which evaluations lock."""
    return copy_scheme(scheme=load_default_scheme(), by=city, at=AT)


def url_of(scheme: Scheme, name: str = "change") -> str:
    return reverse(f"admin:evaluation_scheme_{name}", args=(scheme.pk,))


def indicator(scheme: Scheme, code: str) -> Indicator:
    return Indicator.objects.get(scheme=scheme, code=code)


def test_tiers_are_written_as_officials_write_them(office: Client, scheme: Scheme) -> None:
    page = office.get(url_of(scheme))
    typed = typed_of(page)
    tiers = box(page, "staff", "tiers")
    assert typed[tiers] == "1（含）–2：2；2（含）–3：4；3（含）–5：6；5（含）以上：7"
    answer = office.post(url_of(scheme), typed | {tiers: "1（含）-4:2;4（含）-6:5;6（含）以上:7"})
    assert answer.status_code == 302, answer.context["errors"]
    assert indicator(scheme, "staff").tiers == [["1", "2"], ["4", "5"], ["6", "7"]]


def test_a_hole_between_tiers_is_refused_at_its_box_and_stays_there(office: Client, scheme: Scheme) -> None:
    page = office.get(url_of(scheme))
    holes = "60（含）–70：2；80（含）以上：10"
    answer = office.post(url_of(scheme), typed_of(page) | {box(page, "satisfaction", "tiers"): holes})
    told = answer.content.decode()
    assert answer.status_code == 200
    assert "“60（含）–70”与“80（含）以上”两档之间缺 70（含）–80，请补齐。" in told
    assert f'value="{holes}"' in told
    assert indicator(scheme, "satisfaction").tiers[0] == ["60", "2"]


def test_marks_by_type_and_settings_are_kept_and_copied(office: Client, city: User, scheme: Scheme) -> None:
    page = office.get(url_of(scheme))
    typed = typed_of(page) | {
        box(page, "venue", "marks_by_type"): "小微企业园：6；",
        box(page, "income", "marks_by_type"): "小微企业园窗口平台:10",
        box(page, "venue", "evidence_required"): "on",
        start(page, "A", "share"): "20",
        "explain_full": "on",
        "difference_share": "15.5",
        "gap_share": "40",
        "missing_report": "zero",
    }
    answer = office.post(url_of(scheme), typed)
    assert answer.status_code == 302, answer.context["errors"]
    scheme.refresh_from_db()
    value = scheme.value()
    assert (value.explain_full, str(value.difference_share), str(value.gap_share), value.missing_report) == (
        True,
        "15.50",
        "40.00",
        "zero",
    )
    assert (value.shares, value.by_rank) == ((("A", 20),), True)
    assert [(i.code, dict(i.by_type)) for i in value.indicators if i.by_type] == [
        ("venue", {"park": 6}),
        ("income", {"park": 10}),
    ]
    assert [i.code for i in value.indicators if i.evidence_required] == ["venue"]
    assert "本方案还不能启用" not in office.get(url_of(scheme)).content.decode()
    assert copy_scheme(scheme=scheme, by=city, at=AT).value() == value
    shown = office.get(reverse("admin:evaluation_scheme_changelist")).content.decode()
    assert "A档 90 且前 20% / B档 75 / C档 60" in shown


def test_a_draft_with_problems_is_saved_and_shows_each_at_its_row(office: Client, scheme: Scheme) -> None:
    page = office.get(url_of(scheme))
    typed = typed_of(page) | {
        box(page, "venue", "full_marks"): "9",
        box(page, "events", "target"): "0",
        box(page, "enterprises", "source"): "",
        start(page, "B", "least"): "95",
    }
    assert office.post(url_of(scheme), typed).status_code == 302
    page = office.get(url_of(scheme))
    assert page.context["problems"] == [
        "各计分指标满分合计为 101 分，应为 100 分。",
        "B档：起点分不得高于A档。",
        "指标“服务企业”：请选择数值来源。",
        "指标“组织服务活动”：目标值须大于起点值。",
    ]
    cutoffs, indicators = (each.formset for each in page.context["inline_admin_formsets"])
    assert {form.instance.grade: dict(form.errors) for form in cutoffs if form.errors} == {
        "B": {"least": ["起点分不得高于A档。"]}
    }
    assert {form.instance.code: dict(form.errors) for form in indicators if form.errors} == {
        "enterprises": {"source": ["请选择数值来源。"]},
        "events": {"target": ["目标值须大于起点值。"]},
    }
    assert page.content.decode().count('aria-invalid="true"') == 3


def test_a_cut_off_by_rank_alone_leaves_the_points_at_nothing(office: Client, scheme: Scheme) -> None:
    page = office.get(url_of(scheme))
    typed = typed_of(page) | {start(page, "A", "least"): "0", start(page, "A", "share"): "20"}
    assert office.post(url_of(scheme), typed).status_code == 302
    page = office.get(url_of(scheme))
    assert page.context["problems"] == []
    assert "得分相同的并列，同取较好的档次" in page.content.decode()
    assert SchemeCutoff.objects.get(scheme=scheme, grade="A").share == 20


@pytest.mark.parametrize("share", ["0", "100.01", "-1", "二成"])
def test_a_share_that_is_none_is_refused(office: Client, scheme: Scheme, share: str) -> None:
    page = office.get(url_of(scheme))
    answer = office.post(url_of(scheme), typed_of(page) | {start(page, "A", "share"): share})
    assert answer.status_code == 200
    assert SchemeCutoff.objects.get(scheme=scheme, grade="A").share is None


def test_the_sources_are_one_list_in_groups_and_an_old_name_stays_chosen(office: Client, scheme: Scheme) -> None:
    Indicator.objects.filter(scheme=scheme, code="events").update(source="gone")
    page = office.get(url_of(scheme))
    formset = page.context["inline_admin_formsets"][1].formset
    form = next(each for each in formset if each.instance.code == "events")
    groups = [name for name, words in form.fields["source"].choices if isinstance(words, list)]
    assert groups == ["服务记录", "回访", "活动", "阶段任务", "定期报送", "整改", "投诉", "申报表"]
    assert form.fields["source"].choices[-1] == ("gone", "gone（已停用）")
    assert form.errors["source"] == ["没有名为“gone”的数值来源，请重新选择。"]


def test_figures_of_the_form_are_cautioned(office: Client, scheme: Scheme) -> None:
    Indicator.objects.filter(scheme=scheme).exclude(code__in=("events", "venue")).update(source="verified_complaints")
    assert office.get(url_of(scheme)).context["caution"] == (
        "“组织服务活动”的数值来源为申报表。申报表填写的是申报前的情况，只作参考，不与核定数值比较。"
    )
    Indicator.objects.filter(scheme=scheme, code="events").update(source="counted_activities")
    assert office.get(url_of(scheme)).context["caution"] == ""


# Tried, not saved -----------------------------------------------------------------------------------------------------


@pytest.fixture
def graded(db: None) -> None:
    """One A with 100 points, one B with 80, two C with 64 and a D with 30, by the default scheme."""
    stage.graded_round({"330212": {"A": 1, "B": 1, "C": 2, "D": 1}})


def test_an_unchanged_scheme_changes_nobody(office: Client, graded: None, scheme: Scheme) -> None:
    page = office.post(url_of(scheme, "preview"), typed_of(office.get(url_of(scheme))))
    found = page.context["preview"]
    assert found.rows == []
    assert [row["cells"] for row in found.counts] == [
        ["A档", 1, 1, "0"],
        ["B档", 1, 1, "0"],
        ["C档", 2, 2, "0"],
        ["D档", 1, 1, "0"],
    ]
    assert "没有平台的档次发生变化。" in page.content.decode()


def test_a_changed_cut_off_names_who_changes_and_saves_nothing(office: Client, graded: None, scheme: Scheme) -> None:
    page = office.get(url_of(scheme))
    events = AuditEvent.objects.count()
    typed = typed_of(page) | {start(page, "B", "least"): "62", "name": "市级方案"}
    answer = office.post(url_of(scheme, "preview"), typed)
    found = answer.context["preview"]
    assert [row["cells"][1:] for row in found.rows] == [["64 → 64", "C档 → B档"]] * 2
    assert [row["cells"] for row in found.counts] == [
        ["A档", 1, 1, "0"],
        ["B档", 1, 3, "+2"],
        ["C档", 2, 0, "-2"],
        ["D档", 1, 1, "0"],
    ]
    assert found.about == "依据2020年度绩效评价已评分的 5 个平台，原档次按当时的评价方案计算。"
    # What was typed is still there and nothing of it is stored.
    assert 'value="市级方案"' in answer.content.decode()
    scheme.refresh_from_db()
    assert scheme.name == "软件默认评价方案"
    assert SchemeCutoff.objects.get(scheme=scheme, grade="B").least == 75
    assert AuditEvent.objects.count() == events


def test_rows_that_are_added_and_taken_away_count_in_the_preview(office: Client, graded: None, scheme: Scheme) -> None:
    page = office.get(url_of(scheme))
    formset = page.context["inline_admin_formsets"][1].formset
    at = len(formset.initial_forms)
    new = {"order": "99", "head": "content", "code": "brand", "title": "品牌", "method": "scored", "full_marks": "12"}
    typed = typed_of(page) | {
        box(page, "enterprises", "DELETE"): "on",
        f"{formset.prefix}-TOTAL_FORMS": str(at + 1),
        **{f"{formset.prefix}-{at}-{name}": value for name, value in new.items()},
    }
    found = office.post(url_of(scheme, "preview"), typed).context["preview"]
    assert found.unscored == ("品牌",)
    # Twelve points are gone for the best alone; the others had none of them.
    assert [row["cells"][1:] for row in found.rows] == [["100 → 88", "A档 → B档"]]
    assert not Indicator.objects.filter(code="brand").exists()


def test_the_script_gets_the_preview_alone(office: Client, graded: None, scheme: Scheme) -> None:
    typed = typed_of(office.get(url_of(scheme)))
    page = office.post(url_of(scheme, "preview"), typed, headers={"X-Preview": "1"})
    assert page.templates[0].name == "admin/evaluation/scheme_preview.html"
    assert "<form" not in page.content.decode()


def test_what_cannot_be_read_is_told_instead_of_a_preview(office: Client, graded: None, scheme: Scheme) -> None:
    page = office.get(url_of(scheme))
    typed = typed_of(page) | {box(page, "staff", "tiers"): "一档两分"}
    answer = office.post(url_of(scheme, "preview"), typed)
    assert "有栏目填写有误，改正后方可试算。" in answer.content.decode()
    assert 'value="一档两分"' in answer.content.decode()


def test_without_a_platform_that_was_scored_nothing_is_tried(office: Client, city: User, scheme: Scheme) -> None:
    typed = typed_of(office.get(url_of(scheme)))
    assert "暂无已评分的平台，不能试算。" in office.post(url_of(scheme, "preview"), typed).content.decode()
    round_ = stage.filed_round({"330212": {"A": 1}})
    stage.started(round_, scheme=load_default_scheme(), by=city)
    assert "暂无已评分的平台，不能试算。" in office.post(url_of(scheme, "preview"), typed).content.decode()


def test_a_scheme_is_tried_on_the_last_published_round(office: Client, graded: None, city: User) -> None:
    stage.published_round({"330282": {"A": 2}}, year=2019)
    scheme = copy_scheme(scheme=load_default_scheme(), by=city, at=AT)
    typed = typed_of(office.get(url_of(scheme)))
    found = office.post(url_of(scheme, "preview"), typed).context["preview"]
    assert found.about.startswith("依据2019年度绩效评价已评分的 2 个平台")


@pytest.mark.parametrize("more", [0, 6])
def test_a_preview_asks_as_much_for_many_platforms_as_for_few(
    office: Client, city: User, more: int, django_assert_num_queries: Any
) -> None:
    stage.graded_round({"330212": {"A": 1 + more}})
    scheme = copy_scheme(scheme=load_default_scheme(), by=city, at=AT)
    typed = typed_of(office.get(url_of(scheme)))
    with django_assert_num_queries(PREVIEW_QUERIES):
        office.post(url_of(scheme, "preview"), typed, headers={"X-Preview": "1"})


#: One for each of the 26 rows of the scheme, which Django looks up by itself; none for a platform.
PREVIEW_QUERIES = 63


# Used and locked ------------------------------------------------------------------------------------------------------


def test_a_used_scheme_is_read_and_not_deleted(office: Client, graded: None, scheme: Scheme) -> None:
    used = load_default_scheme()
    page = office.get(url_of(used))
    assert (page.status_code, "preview_url" in page.context) == (200, False)
    assert office.post(url_of(used, "preview"), {}).status_code == 403
    told = office.post(url_of(used, "delete"), {"post": "yes"}, follow=True)
    assert "已用于绩效评价，不能删除；需要调整的，请复制为新版本。" in told.content.decode()
    assert Scheme.objects.filter(pk=used.pk).exists()
    assert office.post(url_of(scheme, "delete"), {"post": "yes"}).status_code == 302
    assert not Scheme.objects.filter(pk=scheme.pk).exists()


def test_a_locked_scheme_shows_how_its_points_come_about(office: Client, graded: None, scheme: Scheme) -> None:
    page = office.get(url_of(load_default_scheme())).content.decode()
    assert "60（含）–70 %得 2 分，70（含）–80 %得 4 分" in page
    assert "评为最低档：逾期未报送自评的，按拒不参加评价处理" in page
