"""The sheet of a county and of an assessor: filled, saved while it is typed, handed in, and what stands beside it."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from evaluation.marking.queries.proven import proven_on
from evaluation.marking.services import proofs
from evaluation.models import Assessment, Mark, Proof, Scheme, SelfReport, Sheet, SiteVisit
from platforms import stored_files
from platforms.files.services import evidence
from platforms.models import Application, Attachment, AuditEvent, User
from tests import factories
from tests.evaluation import stage
from tests.evaluation.marking.filling import AT, assigned, county_sheet, fill, judged, send, typed, url

Browser = Callable[[User], Client]
pytestmark = [pytest.mark.django_db, pytest.mark.clause("N20")]


@pytest.fixture
def platforms(city: User) -> list[Assessment]:
    return judged(city)


@pytest.fixture
def sheet(platforms: list[Assessment]) -> Sheet:
    return county_sheet(platforms[0])


@pytest.fixture
def county(browser_of: Browser, yinzhou: User) -> Client:
    return browser_of(yinzhou)


def mark(sheet: Sheet, code: str) -> Mark:
    return sheet.marks.get(indicator__code=code)


def boxes() -> dict[str, str]:
    """Everything that a sheet takes, as its boxes are sent."""
    sent = {}
    for code, entry in typed().items():
        sent |= {f"evidence-{code}": entry.evidence, f"passed-{code}": "yes" if entry.passed else ""}
        sent |= {f"verified-{code}": f"{entry.verified or ''}", f"points-{code}": f"{entry.points or ''}"}
        if entry.verified == 0:
            sent[f"verified-{code}"] = "0"
    return sent


def test_a_box_is_saved_as_it_is_typed_and_the_answer_tells_what_follows(county: Client, sheet: Sheet) -> None:
    answer = send(
        county, url(sheet, "cells"), (sheet.pk, "points-venue", "7.5", ""), (sheet.pk, "passed-gate-team", "yes", "")
    )
    told = answer.json()
    assert [(each["col"], each["value"]) for each in told["saved"]] == [
        ("points-venue", "7.5"),
        ("passed-gate-team", "yes"),
    ]
    assert (told["refused"], told["stale"], told["revision"]) == ([], [], 2)
    rows = told["rows"][str(sheet.pk)]
    assert rows["total"] == "7.5"
    assert rows["gap-venue"] == "“场地设施”未得满分，请说明扣分理由。"
    assert (mark(sheet, "venue").points, mark(sheet, "gate-team").passed) == (Decimal("7.50"), True)


def test_a_reason_may_come_after_its_figure_and_is_asked_for_when_handing_in(county: Client, sheet: Sheet) -> None:
    filled = boxes() | {"points-venue": "7", "evidence-venue": "", "action": "finish"}
    answer = county.post(url(sheet), filled | {"revision": "1"})
    assert "未得满分，请说明扣分理由" in answer.content.decode()
    send(county, url(sheet, "cells"), (sheet.pk, "points-venue", "7", ""))
    sheet.refresh_from_db()
    assert (sheet.status, mark(sheet, "venue").evidence) == ("open", "")
    answer = county.post(url(sheet), filled | {"revision": sheet.revision, "evidence-venue": "无会议室"})
    sheet.refresh_from_db()
    assert (answer.status_code, sheet.status) == (302, "handed_in")


def test_a_cell_out_of_range_is_refused_at_its_place_and_the_others_are_saved(county: Client, sheet: Sheet) -> None:
    answer = send(
        county, url(sheet, "cells"), (sheet.pk, "points-venue", "8.01", ""), (sheet.pk, "points-income", "3", "")
    )
    told = answer.json()
    assert [each["col"] for each in told["saved"]] == ["points-income"]
    assert [each["sentence"] for each in told["refused"]] == ["应在 0 至 8 之间，请核对。"]


def test_two_officers_on_one_sheet_keep_different_boxes_and_are_told_of_the_same_one(
    county: Client, sheet: Sheet
) -> None:
    send(county, url(sheet, "cells"), (sheet.pk, "points-venue", "7", ""))
    answer = send(
        county, url(sheet, "cells"), (sheet.pk, "points-venue", "6", ""), (sheet.pk, "points-income", "3", "")
    )
    told = answer.json()
    assert [(each["col"], each["value"]) for each in told["stale"]] == [("points-venue", "7")]
    assert [each["col"] for each in told["saved"]] == ["points-income"]
    assert mark(sheet, "venue").points == Decimal(7)


def test_a_cell_that_is_sent_again_is_saved_and_leaves_no_second_event(county: Client, sheet: Sheet) -> None:
    cell = (sheet.pk, "points-venue", "7", "")
    send(county, url(sheet, "cells"), cell)
    answer = send(county, url(sheet, "cells"), cell)
    assert [each["col"] for each in answer.json()["saved"]] == ["points-venue"]
    assert AuditEvent.objects.filter(verb="填写县级初评").count() == 1


@pytest.mark.parametrize("body", [b"", b"[]", b'{"cells": [1]}', b'{"cells": [{"row": 1}]}'])
def test_what_no_page_of_ours_sends_is_answered_with_a_sentence(county: Client, sheet: Sheet, body: bytes) -> None:
    answer = county.post(url(sheet, "cells"), body, content_type="application/json")
    assert (answer.status_code, answer.json()["sentence"]) == (400, "提交的内容无法识别，没有保存，请刷新页面后重试。")


def test_a_cell_of_another_sheet_is_not_saved(county: Client, platforms: list[Assessment], sheet: Sheet) -> None:
    other = county_sheet(platforms[1])
    answer = send(county, url(sheet, "cells"), (other.pk, "points-venue", "7", ""))
    assert [each["sentence"] for each in answer.json()["refused"]] == ["没有这份评分表，请刷新页面。"]
    assert mark(other, "venue").points is None


def test_a_sheet_that_is_handed_in_takes_no_more_cells(county: Client, sheet: Sheet, yinzhou: User) -> None:
    fill(sheet, yinzhou)
    answer = send(county, url(sheet, "cells"), (sheet.pk, "points-venue", "7", "8"))
    assert (answer.status_code, answer.json()["sentence"]) == (409, "评分已完成或不由您填写，不能修改。")


def test_a_county_sees_points_and_no_grade(county: Client, sheet: Sheet) -> None:
    page = county.get(url(sheet))
    shown = page.content.decode()
    assert (page.status_code, "建议档次" in shown, "暂定档次" in shown, "起点还差" in shown) == (
        200,
        False,
        False,
        False,
    )
    assert 'data-outcome="total"' in shown


def test_handing_in_goes_on_to_the_next_open_sheet(county: Client, platforms: list[Assessment], sheet: Sheet) -> None:
    assert "提交并转下一个（还有 1 份）" in county.get(url(sheet)).content.decode()
    answer = county.post(url(sheet), boxes() | {"revision": "1", "action": "finish"})
    assert answer["Location"] == url(county_sheet(platforms[1]))


def test_all_complete_sheets_are_handed_in_after_a_page_that_names_the_others(
    county: Client, platforms: list[Assessment], sheet: Sheet, yinzhou: User
) -> None:
    fill(sheet, yinzhou, finish=False)
    address = reverse("admin:evaluation_sheet_hand_in")
    page = county.get(address)
    shown = page.content.decode()
    assert "将提交 1 份评分表" in shown
    assert f"另有 1 份未填完，不在其内：{platforms[1].application.name}。" in shown
    sent = [each["value"] for each in page.context["hidden"]]
    county.post(address, {"shown": sent})
    states = {each.assessment_id: each.status for each in Sheet.objects.all()}
    assert states == {platforms[0].pk: "handed_in", platforms[1].pk: "open"}


def test_a_list_to_hand_in_that_is_out_of_date_hands_in_none(
    county: Client, sheet: Sheet, yinzhou: User, platforms: list[Assessment]
) -> None:
    fill(sheet, yinzhou, finish=False)
    address = reverse("admin:evaluation_sheet_hand_in")
    sent = [each["value"] for each in county.get(address).context["hidden"]]
    fill(sheet, yinzhou, finish=False)
    answer = county.post(address, {"shown": sent}, follow=True)
    assert "未提交：评分表在您打开之后已有变动，请重新核对。" in answer.content.decode()
    assert set(Sheet.objects.values_list("status", flat=True)) == {"open"}


def test_nothing_to_hand_in_is_said(county: Client, sheet: Sheet) -> None:
    answer = county.get(reverse("admin:evaluation_sheet_hand_in"), follow=True)
    assert "尚无评分表填写完整，请先逐份填写。" in answer.content.decode()


def test_the_city_sends_a_sheet_back_with_a_reason(
    browser_of: Browser, sheet: Sheet, yinzhou: User, city: User
) -> None:
    fill(sheet, yinzhou)
    browser_of(city).post(
        reverse("admin:evaluation_sheet_move", args=(sheet.pk, "reopen")), {"reason": "佐证不足，请补充"}
    )
    sheet.refresh_from_db()
    assert sheet.status == "open"
    assert AuditEvent.objects.get(verb="退回评分表").reason == "佐证不足，请补充"


def test_the_city_fills_what_is_empty_from_the_county(
    browser_of: Browser, platforms: list[Assessment], sheet: Sheet, yinzhou: User, city: User
) -> None:
    fill(sheet, yinzhou)
    browser = browser_of(city)
    shown = browser.get(url(platforms[0])).content.decode()
    assert "按县级初评填入空白项" in shown
    browser.post(url(platforms[0]), {"revision": "1", "action": "county", "points-venue": "7", "evidence-venue": "窄"})
    scores = {each.indicator.code: each for each in platforms[0].scores.select_related("indicator")}
    assert (scores["venue"].points, scores["venue"].evidence) == (Decimal(7), "窄")
    assert (scores["partners"].points, scores["partners"].evidence) == (Decimal(6), "现场核查")
    assert scores["gate-team"].passed is True


def test_the_city_saves_scores_as_they_are_typed_with_grade_and_distance(
    browser_of: Browser, platforms: list[Assessment], city: User
) -> None:
    row = platforms[0]
    answer = send(browser_of(city), url(row, "cells"), (row.pk, "points-venue", "8", ""))
    texts = answer.json()["rows"][str(row.pk)]
    assert (texts["total"], texts["grade"]) == ("8", "D档")
    assert texts["distance"] == "距C档起点还差 52 分"


def test_an_assessor_sees_the_assigned_platforms_and_nothing_else_in_the_rail(
    browser_of: Browser, platforms: list[Assessment]
) -> None:
    assessor = factories.person("expert", "assessor")
    assigned(platforms[1], assessor)
    browser = browser_of(assessor)
    page = browser.get(reverse("admin:evaluation_sheet_changelist"))
    assert [row.assessment_id for row in page.context["cl"].result_list] == [platforms[1].pk]
    assert [each.label for each in page.context["rail"]] == ["评分", "后台处理"]
    todo = browser.get("/admin/").context["todo"]
    assert [(each.text, each.count) for part in todo for each in part.lines] == [("填写评分表", 1)]


def test_an_assessor_can_stay_out_of_a_platform_from_its_sheet(
    browser_of: Browser, platforms: list[Assessment], sheet: Sheet, yinzhou: User
) -> None:
    assessor = factories.person("expert", "assessor")
    own = assigned(platforms[1], assessor)
    labels = [each["label"] for each in browser_of(assessor).get(url(own)).context["moves"]]
    assert labels == ["申请回避"]
    assert browser_of(yinzhou).get(url(sheet)).context["moves"] == []


def test_people_of_the_form_are_masked_beside_the_sheet_of_an_assessor(
    browser_of: Browser, city: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = stage.frozen_form

    def with_people(application: Application) -> dict[str, Any]:
        form = plain(application)
        people = {"legal_representative": "王小明", "contact_name": "李晓红", "contact_mobile": "13812345678"}
        return form | {"operator": form["operator"] | people, "contact": people}

    monkeypatch.setattr(stage, "frozen_form", with_people)
    sheet = assigned(judged(city)[0], factories.person("expert", "assessor"))
    assert sheet.judge is not None
    page = browser_of(sheet.judge).get(url(sheet, "pane", "form")).content.decode()
    assert [word in page for word in ("王小明", "李晓红", "13812345678")] == [False, False, False]
    assert [word in page for word in ("王*", "138****5678")] == [True, True]


def test_a_pane_that_is_not_there_is_404(county: Client, sheet: Sheet) -> None:
    assert county.get(url(sheet, "pane", "grades")).status_code == 404
    assert county.get(url(sheet, "row", "nothing")).status_code == 404
    assert county.get(url(sheet, "file", "attachment", 1)).status_code == 404
    assert county.get(url(sheet, "file", "evidence", 1)).status_code == 404


# What stands beside a row -------------------------------------------------------------------------------------------


def test_a_file_and_a_link_stand_beside_a_row_with_who_added_them_and_when(
    county: Client, sheet: Sheet, yinzhou: User
) -> None:
    picture = SimpleUploadedFile("现场.png", factories.PNG, content_type="image/png")
    county.post(url(sheet, "row", "venue"), {"uploads": picture, "link": "https://example.cn/a", "note": "门头"})
    made = {(str(each), each.note, each.added_by_id, each.sheet_id) for each in Proof.objects.all()}
    assert made == {
        ("现场.png", "门头", yinzhou.pk, sheet.pk),
        ("https://example.cn/a", "门头", yinzhou.pk, sheet.pk),
    }
    shown = county.get(url(sheet, "row", "venue")).content.decode()
    assert ("现场.png" in shown, "https://example.cn/a" in shown, "本人" in shown) == (True, True, True)
    file = Proof.objects.get(link="")
    answer = county.get(f"{url(sheet, 'file', 'proof', file.pk)}?view=1")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert b"".join(answer).startswith(b"\x89PNG")


def test_what_is_refused_stays_in_the_form_with_its_sentence(county: Client, sheet: Sheet) -> None:
    answer = county.post(url(sheet, "row", "venue"), {"link": "http://example.cn/a", "note": "门头"})
    page = answer.content.decode()
    assert (answer.status_code, Proof.objects.count()) == (422, 0)
    assert ("链接须以 https:// 开头" in page, "http://example.cn/a" in page, "门头" in page) == (True, True, True)
    assert "请选择文件或填写链接。" in county.post(url(sheet, "row", "venue"), {}).content.decode()


def test_the_file_of_a_sheet_opens_at_no_other_door(
    browser_of: Browser, county: Client, sheet: Sheet, cixi: User
) -> None:
    picture = SimpleUploadedFile("现场.png", factories.PNG, content_type="image/png")
    county.post(url(sheet, "row", "venue"), {"uploads": picture})
    proof = Proof.objects.get()
    assert county.get(reverse("desk:evidence", args=(proof.file_id,))).status_code == 404
    assert browser_of(cixi).get(url(sheet, "file", "proof", proof.pk)).status_code == 404


def test_who_added_it_takes_it_away_after_a_page_that_asks(
    browser_of: Browser, county: Client, sheet: Sheet, yinzhou: User
) -> None:
    county.post(url(sheet, "row", "venue"), {"link": "https://example.cn/a"})
    proof = Proof.objects.get()
    address = url(sheet, "remove", proof.pk)
    assert "将移除“场地设施”的佐证：https://example.cn/a。" in county.get(address).content.decode()
    colleague = factories.officer("colleague", yinzhou.region)
    assert browser_of(colleague).post(address).status_code == 403
    county.post(address)
    assert Proof.objects.count() == 0
    assert AuditEvent.objects.get(verb="移除评分佐证").object_code == sheet.assessment.application.number


def test_nothing_is_added_to_a_sheet_that_is_handed_in(county: Client, sheet: Sheet, yinzhou: User) -> None:
    fill(sheet, yinzhou)
    answer = county.post(url(sheet, "row", "venue"), {"link": "https://example.cn/a"})
    assert (answer.status_code, Proof.objects.count()) == (403, 0)
    assert "添加佐证" not in county.get(url(sheet, "row", "venue")).content.decode()


def test_the_files_of_the_form_that_is_judged_open_beside_the_sheet_and_later_ones_do_not(
    county: Client, city: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = stage.frozen_form
    frozen = {"kind": "photo", "shown_name": "门头.png", "digest": "a" * 64, "size": 8}
    monkeypatch.setattr(stage, "frozen_form", lambda row: plain(row) | {"attachments": [frozen]})
    sheet = county_sheet(judged(city)[0])
    stored_files.keep("attachments/test", factories.PNG)
    common = {"media_type": "image/png", "stored_name": "attachments/test", "size": 8, "uploaded_at": now}
    made = [
        Attachment.objects.create(
            application=sheet.assessment.application, kind="photo", shown_name=name, digest=digest, **common
        )
        for name, digest in (("门头.png", "a" * 64), ("后来.png", "b" * 64))
    ]
    shown = county.get(url(sheet, "pane", "files")).content.decode()
    assert ("门头.png" in shown, "后来.png" in shown) == (True, False)
    answers = [county.get(url(sheet, "file", "attachment", each.pk)) for each in made]
    assert [answer.status_code for answer in answers] == [200, 404]
    assert b"".join(answers[0]) == factories.PNG


def asked(city: User, *, explain_full: bool = False, proof_of: str = "") -> Sheet:
    """The sheet of a county in a round whose scheme asks for more than the default one."""
    scheme = factories.default_scheme()
    Scheme.objects.filter(pk=scheme.pk).update(explain_full=explain_full)
    scheme.indicators.filter(code=proof_of).update(evidence_required=True)
    return county_sheet(judged(city)[0])


def test_points_that_nothing_proves_are_not_handed_in_where_the_scheme_wants_a_proof(
    county: Client, city: User
) -> None:
    sheet = asked(city, proof_of="venue")
    answer = county.post(url(sheet), boxes() | {"revision": "1", "action": "finish"})
    assert "“场地设施”须附佐证，请添加文件或链接。" in answer.content.decode()
    county.post(url(sheet, "row", "venue"), {"link": "https://example.cn/a"})
    answer = county.post(url(sheet), boxes() | {"revision": "1", "action": "finish"})
    sheet.refresh_from_db()
    assert (answer.status_code, sheet.status) == (302, "handed_in")


@pytest.mark.parametrize(("points", "status"), [("0", "handed_in"), ("0.01", "open")])
def test_no_points_need_no_proof(county: Client, city: User, points: str, status: str) -> None:
    sheet = asked(city, proof_of="venue")
    county.post(url(sheet), boxes() | {"revision": "1", "action": "finish", "points-venue": points})
    sheet.refresh_from_db()
    assert sheet.status == status


@pytest.mark.parametrize(("rows", "status"), [(3, "handed_in"), (0, "open")])
def test_the_records_behind_a_figure_are_its_proof(county: Client, city: User, rows: int, status: str) -> None:
    sheet = asked(city, proof_of="breadth")
    sheet.assessment.scores.filter(indicator__code="breadth").update(counted_rows=rows)
    county.post(url(sheet), boxes() | {"revision": "1", "action": "finish"})
    sheet.refresh_from_db()
    assert sheet.status == status


def test_what_another_judge_added_proves_nothing_on_the_own_sheet(platforms: list[Assessment], county: Client) -> None:
    first, second = (factories.person(name, "assessor") for name in ("first", "second"))
    own, other = assigned(platforms[0], first), assigned(platforms[0], second)
    score = platforms[0].scores.get(indicator__code="venue")
    proofs.add_link(score=score, sheet=other, link="https://example.cn/a", by=second, at=AT)
    found = [proven_on(platforms[0].pk, sheet) for sheet in (own, other, county_sheet(platforms[0]), None)]
    assert found == [set(), {score.indicator_id}, set(), {score.indicator_id}]
    county.post(url(county_sheet(platforms[0]), "row", "venue"), {"link": "https://example.cn/b"})
    assert proven_on(platforms[0].pk, own) == {score.indicator_id}


def test_a_scheme_can_ask_for_a_reason_of_a_full_mark_and_of_a_passed_gate(county: Client, city: User) -> None:
    sheet = asked(city, explain_full=True)
    silent = boxes() | {"revision": "1", "action": "finish", "evidence-venue": "", "evidence-gate-team": ""}
    page = county.post(url(sheet), silent | {"evidence-breadth": ""}).content.decode()
    assert "“场地设施”得满分，请填写佐证与说明。" in page
    assert "判定为具备，请填写佐证与说明。" in page
    # What is as it was counted needs nothing.
    assert "“服务种类”" not in page
    sheet.refresh_from_db()
    assert sheet.status == "open"


def visit(assessment: Assessment, by: User, side: str, findings: str) -> SiteVisit:
    return SiteVisit.objects.create(
        number=f"XC-{side}", assessment=assessment, side=side, visited_on=AT.date(), people="两名经办人员",
        findings=findings, recorded_at=AT, recorded_by=by,
    )  # fmt: skip


def test_what_was_found_on_the_spot_is_read_beside_the_sheet_with_its_pictures(
    browser_of: Browser, platforms: list[Assessment], county: Client, city: User, yinzhou: User
) -> None:
    assessor = factories.person("expert", "assessor")
    sheet = assigned(platforms[0], assessor)
    own = visit(platforms[0], yinzhou, "county", "窗口三个，均有人值守")
    visit(platforms[0], city, "city", "会议室另作他用")
    picture = SimpleUploadedFile("窗口.png", factories.PNG, content_type="image/png")
    photo = evidence.add(kind="visit", key=own.pk, region=yinzhou.region, upload=picture, by=yinzhou, at=AT)

    def told(browser: Client, row: Any) -> tuple[bool, bool, bool]:
        page = browser.get(url(row, "pane", "visits")).content.decode()
        return "窗口三个" in page, "会议室另作他用" in page, "窗口.png" in page

    assert told(browser_of(assessor), sheet) == (True, True, True)
    assert told(browser_of(city), platforms[0]) == (True, True, True)
    assert told(county, county_sheet(platforms[0])) == (True, False, True)
    answer = browser_of(assessor).get(url(sheet, "file", "visit", photo.pk))
    assert (answer.status_code, b"".join(answer)[:4]) == (200, b"\x89PNG")
    assert browser_of(assessor).get(url(assigned(platforms[1], assessor), "file", "visit", photo.pk)).status_code == 404


def test_flags_are_between_offices_and_no_business_of_an_assessor(
    browser_of: Browser, platforms: list[Assessment], county: Client, city: User
) -> None:
    assessor = factories.person("expert", "assessor")
    sheet = assigned(platforms[0], assessor)
    pages = [
        browser_of(city).get(url(platforms[0])),
        county.get(url(county_sheet(platforms[0]))),
        browser_of(assessor).get(url(sheet)),
    ]
    labels = [[each["label"] for each in page.context["panes"]] for page in pages]
    assert labels == [["申报表", "申报附件", "现场核查", "核实事项"]] * 2 + [["申报表", "申报附件", "现场核查"]]
    assert "没有未办结的核实事项" in browser_of(city).get(url(platforms[0], "pane", "flags")).content.decode()


def test_the_sheet_is_printed_as_it_stands(
    browser_of: Browser, county: Client, sheet: Sheet, platforms: list[Assessment], city: User
) -> None:
    answers = [county.get(url(sheet, "print")), browser_of(city).get(url(platforms[0], "print"))]
    assert [(answer.status_code, answer.content[:4]) for answer in answers] == [(200, b"%PDF")] * 2
    assert browser_of(city).get(url(sheet, "print")).status_code == 403


def test_what_a_checked_self_report_proves_stands_beside_the_row_and_counts(
    county: Client, city: User, yinzhou: User
) -> None:
    sheet = asked(city, proof_of="venue")
    report = SelfReport.objects.get(assessment=sheet.assessment)
    line = report.lines.get(indicator__code="venue")
    report.lines.filter(pk=line.pk).update(link="https://example.cn/r")
    picture = SimpleUploadedFile("门头.png", factories.PNG, content_type="image/png")
    photo = evidence.add(kind="self_report", key=line.pk, region=yinzhou.region, upload=picture, by=yinzhou, at=AT)
    assert proven_on(sheet.assessment_id, sheet) == set()
    SelfReport.objects.filter(pk=report.pk).update(
        status="checked", handed_in_at=AT, receipt="ZP-1", filled_by="王", checked_at=AT, checked_by=yinzhou
    )
    assert proven_on(sheet.assessment_id, sheet) == {line.indicator_id}
    page = county.get(url(sheet, "row", "venue")).content.decode()
    assert ("https://example.cn/r" in page, "门头.png" in page) == (True, True)
    answer = county.get(url(sheet, "file", "report", photo.pk))
    assert (answer.status_code, b"".join(answer)) == (200, factories.PNG)
    assert county.get(url(sheet, "file", "report", photo.pk + 1)).status_code == 404
