"""Service records at the desk: the list, one record, typed by hand, corrected, taken back."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from platforms.models import AuditEvent, Enterprise, Platform, PlatformMonth, ServiceRecord, ServiceRecordPast, User
from platforms.pages.short_names import short_of
from platforms.service_records.services import records as service_records
from tests import factories
from tests.platforms.service_records.cast import platform as platform_of
from tests.platforms.service_records.cast import row

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N03")]
LIST = "/desk/services/"
ENTRY = "/desk/services/new/"
CODE = factories.credit_code(1)


@pytest.fixture
def own(yinzhou: User) -> Platform:
    return platform_of(yinzhou.region)


@pytest.fixture
def other(cixi: User) -> Platform:
    return platform_of(cixi.region)


def taken(*rows: dict[str, Any], source: str = "region:330212") -> list[ServiceRecord]:
    at = datetime(2026, 4, 10, 2, 0, tzinfo=UTC)
    outcome = service_records.take_in(
        rows=rows, source=source, platforms=Platform.objects.all(), by=None, actor="枢纽", at=at
    )
    assert outcome.rejected == ()
    return [ServiceRecord.objects.get(source=source, external_id=each["external_id"]) for each in rows]


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def said(answer: Any) -> list[str]:
    return [str(each) for each in answer.context["messages"]]


def names(answer: Any) -> list[str]:
    """The enterprises of the rows of a list."""
    return [each["cells"][1] for each in answer.context["rows"]]


def test_a_county_sees_its_own_records_and_the_city_all(
    desk: Client, own: Platform, other: Platform, city: User, browser_of: Any
) -> None:
    taken(row(1), row(2, platform="330282-001"))
    answer = desk.get(LIST)
    cells = [each["cells"] for each in answer.context["rows"]]
    assert [(*each[:2], each[3]) for each in cells] == [("2026-04-01", "宁波企业1有限公司", short_of(own))]
    answer = browser_of(city).get(LIST)
    assert [each["cells"][3:5] for each in answer.context["rows"]] == [
        [short_of(other), "慈溪市"], [short_of(own), "鄞州区"],
    ]  # fmt: skip


@pytest.mark.trust("T01")
def test_a_record_of_another_county_is_not_there(desk: Client, other: Platform) -> None:
    foreign = taken(row(1, platform="330282-001"))[0]
    for end in ("", "correct/", "cancel/", "fee/"):
        assert desk.get(f"{LIST}{foreign.pk}/{end}").status_code == 404
    assert desk.post(f"{LIST}{foreign.pk}/undo/").status_code == 404
    assert desk.get(LIST, {"platform": "330282-001"}).context["rows"] == []


def test_the_list_pages_by_key_to_both_ends(desk: Client, own: Platform) -> None:
    taken(*(row(n, served_on=f"2026-0{1 + n % 3}-10") for n in range(1, 121)))
    first = desk.get(LIST)
    assert (len(first.context["rows"]), first.context["newer_url"]) == (50, "")
    second = desk.get(first.context["older_url"])
    third = desk.get(second.context["older_url"])
    assert (len(third.context["rows"]), third.context["older_url"]) == (20, "")
    pages = [[each["url"] for each in page.context["rows"]] for page in (first, second, third)]
    assert len({url for page in pages for url in page}) == 120
    back = desk.get(third.context["newer_url"])
    assert [each["url"] for each in back.context["rows"]] == pages[1]
    last = desk.get(first.context["last_url"])
    assert [each["url"] for each in last.context["rows"]] == [*pages[1], *pages[2]][-50:]
    assert [each["url"] for each in desk.get(last.context["first_url"]).context["rows"]] == pages[0]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({"class": "law"}, [1]),
        ({"free": "policy"}, [3, 2]),
        ({"state": "flagged"}, [3]),
        ({"channel": "online"}, [4]),
        ({"since": "2026-03"}, [5, 4, 3]),
        ({"until": "2026-02"}, [2, 1]),
        ({"since": "2026-02", "until": "2026-02"}, [2]),
        ({"q": "企业1有限"}, [1]),
        ({"q": factories.credit_code(3)}, [2]),
        ({"source": "hand"}, []),
        ({"state": "cancelled"}, [6]),
        ({"state": "all"}, [6, 5, 4, 3, 2, 1]),
        ({"class": "nonsense", "since": "yesterday", "after": "x", "before": "2026-01-01.9e9"}, [5, 4, 3, 2, 1]),
    ],
)
def test_the_list_and_its_file_are_narrowed_alike(
    desk: Client, own: Platform, yinzhou: User, now: datetime, query: dict[str, str], numbers: list[int]
) -> None:
    taken(
        row(1, service_class="law", served_on="2026-01-10"),
        row(2, free_category="policy", served_on="2026-02-28"),
        row(3, free_category="policy", fee="12.50", served_on="2026-03-01"),
        row(4, channel="online", served_on="2026-03-31"),
        row(5, served_on="2026-04-01", fee="100"),
        row(6, served_on="2026-04-02"),
    )
    service_records.cancel(record=ServiceRecord.objects.get(external_id="FW-6"), reason="重复", by=yinzhou, at=now)
    answer = desk.get(LIST, query)
    shown = [ServiceRecord.objects.get(pk=each["url"].split("/")[-2]).external_id for each in answer.context["rows"]]
    assert shown == [f"FW-{number}" for number in numbers]
    url = dict(answer.context["exports"])["csv"]
    lines = list(csv.reader(io.StringIO(b"".join(desk.get(url).streaming_content).decode("utf-8-sig"))))
    assert [line[16] for line in lines[1:]] == shown
    assert lines[0][:3] == ["服务日期", "窗口平台", "平台编号"]
    assert AuditEvent.objects.filter(verb="导出列表：服务记录").count() == 1


def test_a_file_holds_no_formula_and_opens(desk: Client, own: Platform) -> None:
    from openpyxl import load_workbook

    taken(row(1, summary="=1+1", fee="12.50"))
    answer = desk.get("/desk/services.xlsx")
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    values = [cell.value for cell in book["服务记录"][2]]
    assert (values[8], values[12], values[13]) == ("'=1+1", 12.5, "否")


def test_one_record_shows_what_it_said_before(desk: Client, own: Platform, yinzhou: User, now: datetime) -> None:
    record = taken(row(1, free_category="policy", fee="20"))[0]
    text = text_of(desk.get(f"{LIST}{record.pk}/"))
    assert "公益性服务收费" in text
    assert "待说明" in text
    values = {
        "platform": "330212-001", "enterprise_name": "宁波企业1有限公司", "enterprise_code": factories.credit_code(2),
        "service_class": "information", "free_category": "policy", "summary": "答复政策咨询", "served_on": "2026-04-01",
        "channel": "phone", "served_by": "", "result": "settled", "fee": "0", "satisfaction": "",
        "reason": "实际没有收费", "version": "1",
    }  # fmt: skip
    shown = desk.get(f"{LIST}{record.pk}/correct/").context["form"]
    assert (shown["fee"].value(), shown["version"].value(), shown["platform"].value()) == ("20", 1, "330212-001")
    answer = desk.post(f"{LIST}{record.pk}/correct/", values, follow=True)
    assert said(answer) == ["已更正，原来的内容保留在办理记录中。"]
    assert answer.context["events"][0]["what"] == "更正第 1 版：收费：20.00 改为 0.00"
    assert answer.context["events"][0]["why"] == "实际没有收费"
    assert answer.context["case"] is None
    record.refresh_from_db()
    assert (record.fee, record.version, ServiceRecordPast.objects.count()) == (0, 2, 1)

    stale = desk.post(f"{LIST}{record.pk}/correct/", values | {"fee": "5"})
    assert stale.status_code == 409
    assert "这条记录刚被更正过，请核对后再改。" in text_of(stale)
    wrong = desk.post(f"{LIST}{record.pk}/correct/", values | {"version": "2", "fee": "五元", "reason": "写错"})
    assert wrong.context["form"].errors == {"fee": ["收费须为数字，不能带单位、逗号或其他符号。"]}
    assert 'value="五元"' in text_of(wrong)
    same = desk.post(f"{LIST}{record.pk}/correct/", values | {"version": "2", "reason": "再来一次"})
    assert same.context["form"].non_field_errors() == ["内容没有变化，不需要更正。"]


def test_a_cancelled_record_stays_and_says_why(desk: Client, own: Platform) -> None:
    record = taken(row(1))[0]
    url = f"{LIST}{record.pk}/cancel/"
    assert "作废后不能恢复" in text_of(desk.get(url))
    assert desk.post(url, {"reason": " "}).context["form"].errors == {"reason": ["请填写。"]}
    answer = desk.post(url, {"reason": "企业没有来过"}, follow=True)
    assert said(answer) == ["已作废，这条服务记录不再计入统计。"]
    assert (answer.context["state"]["label"], answer.context["moves"]) == ("已作废", [])
    assert answer.context["events"][0] | {"when": ""} == {
        "when": "", "who": "yinzhou员", "what": "作废", "why": "企业没有来过",
    }  # fmt: skip
    assert PlatformMonth.objects.filter(records__gt=0).count() == 0
    late = text_of(desk.post(url, {"reason": "再次"}))
    assert ("这条服务记录已经作废。" in late, "再次" in late) == (True, True)
    again = desk.get(f"{LIST}{record.pk}/correct/", follow=True)
    assert said(again) == ["这条服务记录已经作废，不能更正。"]


def typed(desk: Client, follow: bool = True, **more: Any) -> Any:
    shown = desk.get(ENTRY)
    values = {name: str(field.value() or "") for name, field in ((f.name, f) for f in shown.context["form"])}
    values |= {
        "number": shown.context["number"], "enterprise": f"宁波测试有限公司 {CODE}", "service_class": "law",
        "summary": "合同审查", "platform": "330212-001",
    }  # fmt: skip
    return desk.post(ENTRY, values | more, follow=follow)


def test_three_fields_and_a_return_key_make_a_record(desk: Client, own: Platform, yinzhou: User) -> None:
    answer = typed(desk)
    assert said(answer) == ["已登记：宁波测试有限公司。"]
    record = ServiceRecord.objects.get()
    assert (record.platform, record.enterprise.code, record.service_class, record.summary) == (
        own,
        CODE,
        "law",
        "合同审查",
    )
    assert (record.served_on, record.channel, record.fee) == (timezone.localdate(), "onsite", 0)
    assert (record.source, record.entered_by) == ("hand:330212", yinzhou)
    assert [each["row"].pk for each in answer.context["today"]] == [record.pk]
    form = answer.context["form"]
    assert (form["platform"].value(), form["service_class"].value(), form["enterprise"].value()) == (
        "330212-001", "law", None,
    )  # fmt: skip
    assert "autofocus" in form.fields["enterprise"].widget.attrs


def test_a_known_enterprise_needs_its_code_or_its_name_only(desk: Client, own: Platform) -> None:
    typed(desk)
    typed(desk, enterprise=CODE, summary="第二次")
    typed(desk, enterprise="宁波测试有限公司", summary="第三次")
    typed(desk, enterprise=f"{CODE.lower()}，宁波测试有限公司", summary="第四次")
    assert (ServiceRecord.objects.count(), Enterprise.objects.get().name) == (4, "宁波测试有限公司")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "请填写。"),
        ("没听说过公司", "没有登记过这个名称的企业，请在名称后面写上 18 位统一社会信用代码。"),
        (factories.credit_code(9), "这家企业尚未登记，请在代码后面写上企业名称。"),
        ("甲公司 913302120000000000", "统一社会信用代码的校验位不对，请核对。"),
    ],
)
def test_what_cannot_be_an_enterprise_is_said_beside_it_and_nothing_is_lost(
    desk: Client, own: Platform, text: str, sentence: str
) -> None:
    answer = typed(desk, enterprise=text, summary="打字很久的内容")
    assert list(answer.context["form"].errors) == ["enterprise"]
    if "校验" not in sentence:
        assert answer.context["form"].errors["enterprise"] == [sentence]
    assert 'value="打字很久的内容"' in text_of(answer)
    assert not ServiceRecord.objects.exists()


def test_two_enterprises_of_one_name_are_told_apart(desk: Client, own: Platform) -> None:
    second = factories.credit_code(2)
    typed(desk)
    typed(desk, enterprise=f"宁波测试有限公司{second}")
    answer = typed(desk, enterprise="宁波测试有限公司")
    codes = "、".join(sorted((CODE, second)))
    assert answer.context["form"].errors["enterprise"] == [f"同名企业 2 家，请填写统一社会信用代码：{codes}。"]


def test_the_same_page_sent_twice_is_one_record(desk: Client, own: Platform) -> None:
    number = "20260410-0123456789ab"
    typed(desk, number=number)
    answer = typed(desk, number=number, summary="另一次服务")
    assert answer.status_code == 409
    assert answer.context["form"].non_field_errors() == [
        "这一页的内容刚才已经登记过，没有重复登记。如果是另一次服务，请核对后再保存一次。"
    ]
    assert answer.context["number"] != number
    typed(desk, number=answer.context["number"], summary="另一次服务")
    assert list(ServiceRecord.objects.order_by("pk").values_list("summary", flat=True)) == ["合同审查", "另一次服务"]


def test_what_the_service_refuses_stands_beside_its_field(desk: Client, own: Platform) -> None:
    answer = typed(desk, served_on="2099-01-01", fee="-1")
    assert answer.context["form"].errors == {"fee": ["收费不得小于 0。"]}
    assert answer.context["open_details"] is True
    answer = typed(desk, served_on="2099-01-01")
    assert answer.context["form"].errors == {"served_on": ["服务日期不能晚于今天。"]}


def test_a_fee_in_a_free_category_is_said_at_once(desk: Client, own: Platform) -> None:
    answer = typed(desk, free_category="policy", fee="30")
    assert said(answer)[1] == "公益性服务应当免费，这条记录已标为“公益性服务收费”，请核对或填写说明。"
    assert ServiceRecord.objects.get().fee == Decimal(30)


@pytest.mark.trust("T01")
def test_nobody_types_a_record_for_another_county(desk: Client, own: Platform, other: Platform) -> None:
    answer = typed(desk, platform="330282-001")
    assert list(answer.context["form"].errors) == ["platform"]
    assert not ServiceRecord.objects.exists()


def test_what_was_typed_today_is_taken_back_with_one_press(
    desk: Client, own: Platform, yinzhou2: User, browser_of: Any
) -> None:
    typed(desk)
    record = ServiceRecord.objects.get()
    refused = browser_of(yinzhou2).post(f"{LIST}{record.pk}/undo/", follow=True)
    assert said(refused) == ["只能撤回本人当天手工登记的记录，其他记录请在记录页面填写理由后作废。"]
    answer = desk.post(f"{LIST}{record.pk}/undo/", follow=True)
    assert said(answer) == ["已撤回，这条记录不计入统计。"]
    assert (answer.context["today_count"], answer.context["today"][0]["undo_url"]) == (0, "")
    record.refresh_from_db()
    assert record.cancel_reason == "当天登记有误，撤回"
    assert said(desk.post(f"{LIST}{record.pk}/undo/", follow=True)) == ["这条服务记录已经作废。"]


def test_without_a_platform_there_is_nothing_to_type(desk: Client, yinzhou: User) -> None:
    assert "暂无受理的窗口平台，不能登记服务记录。" in text_of(desk.get(ENTRY))


@pytest.mark.trust("T01")
def test_known_enterprises_of_others_are_offered_from_four_characters_and_ten_at_most(
    desk: Client, own: Platform, other: Platform
) -> None:
    theirs = [
        row(
            n, platform=other.code, enterprise_name=f"宁波甲乙{n:02d}有限公司",
            enterprise_code=factories.credit_code(n),
        )
        for n in range(1, 16)
    ]  # fmt: skip
    taken(*theirs)
    lookup = reverse("desk:service_enterprises")

    def found(text: str) -> list[str]:
        answer = desk.get(lookup, {"q": text})
        assert "no-store" in answer["Cache-Control"]
        return [each["name"] for each in answer.json()["enterprises"]]

    assert found("宁波甲") == found(" 9 1 ") == found("") == []
    assert found("宁波甲乙") == [f"宁波甲乙{n:02d}有限公司" for n in range(1, 11)]
    assert found(factories.credit_code(3)[:17]) == ["宁波甲乙03有限公司"]
    assert found(factories.credit_code(3)[2:17]) == ["宁波甲乙03有限公司"]
    assert set(desk.get(lookup, {"q": "宁波甲乙"}).json()["enterprises"][0]) == {"name", "code"}


@pytest.mark.trust("T01")
def test_those_of_the_own_records_are_offered_from_two_characters_and_first(
    desk: Client, own: Platform, other: Platform
) -> None:
    taken(row(1, platform=other.code, enterprise_name="宁波甲乙一厂", enterprise_code=factories.credit_code(1)))
    taken(row(2, enterprise_name="宁波甲乙二厂", enterprise_code=factories.credit_code(2)))

    def found(text: str) -> list[str]:
        answer = desk.get(reverse("desk:service_enterprises"), {"q": text})
        return [each["name"] for each in answer.json()["enterprises"]]

    assert found("甲") == []
    assert found("甲乙") == ["宁波甲乙二厂"]
    assert found("宁波甲乙") == ["宁波甲乙二厂", "宁波甲乙一厂"]


def test_the_empty_box_offers_what_was_typed_last(desk: Client, own: Platform) -> None:
    typed(desk)
    typed(desk, enterprise=f"第二家公司 {factories.credit_code(2)}")
    typed(desk, summary="再来一次")
    found = desk.get(reverse("desk:service_enterprises")).json()["enterprises"]
    assert [each["name"] for each in found] == ["宁波测试有限公司", "第二家公司"]


def test_the_day_is_kept_for_the_next_record_of_the_same_day_of_typing(
    desk: Client, own: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = timezone.localdate() - timedelta(days=3)
    answer = typed(desk, served_on=before.isoformat())
    assert str(answer.context["form"]["served_on"].value()) == before.isoformat()
    tomorrow = timezone.localdate() + timedelta(days=1)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: tomorrow)
    assert desk.get(ENTRY).context["form"]["served_on"].value() == tomorrow


def test_without_a_script_a_button_looks_for_enterprises_and_keeps_what_was_typed(desk: Client, own: Platform) -> None:
    typed(desk)
    answer = typed(desk, find="1", enterprise="测试", summary="写了一半")
    assert (answer.context["found"], answer.context["form"].errors) == ([f"宁波测试有限公司 {CODE}"], {})
    assert 'value="写了一半"' in text_of(answer)
    answer = typed(desk, pick=f"宁波测试有限公司 {CODE}", enterprise="测试", summary="写了一半")
    form = answer.context["form"]
    assert (form["enterprise"].value(), form["summary"].value()) == (f"宁波测试有限公司 {CODE}", "写了一半")
    assert ServiceRecord.objects.count() == 1
    assert "没有找到企业" in text_of(typed(desk, find="1", enterprise="没听说过"))
    assert typed(desk, find="1", enterprise="").context["found"] == [f"宁波测试有限公司 {CODE}"]


@pytest.mark.parametrize("path", [LIST, ENTRY])
def test_a_page_asks_as_often_for_thirty_rows_as_for_one(
    desk: Client, own: Platform, django_assert_num_queries: Any, path: str
) -> None:
    expected = {LIST: 9, ENTRY: 7}[path]
    typed(desk)
    desk.get(path)
    with django_assert_num_queries(expected):
        desk.get(path)
    for n in range(29):
        typed(desk, summary=f"第 {n} 次", enterprise=f"企业{n} {factories.credit_code(n + 2)}", follow=False)
    desk.get(path)  # tells what was kept
    with django_assert_num_queries(expected):
        desk.get(path)
    assert ServiceRecord.objects.filter(served_on__gte=date(2000, 1, 1)).count() == 30


@pytest.mark.clause("N33")
def test_a_fee_for_what_must_be_free_is_explained_and_decided_on_its_page(
    desk: Client, own: Platform, city: User, browser_of: Any
) -> None:
    record = taken(row(1, free_category="policy", fee="20"))[0]
    fees, url = "/desk/services/fees/", f"{LIST}{record.pk}/fee/"
    assert [each["cells"][2]["label"] for each in desk.get(fees).context["rows"]] == ["待说明"]
    assert desk.post(url, {"text": ""}).context["form"].errors == {"text": ["请填写。"]}
    answer = desk.post(url, {"text": "误收，已退还"}, follow=True)
    assert (said(answer), answer.context["case"]["label"]) == (["已保存情况说明。"], "已说明")
    bureau = browser_of(city)
    assert bureau.post(url, {"text": "核实"}).context["form"].errors == {"passed": ["请选择是否移送。"]}
    answer = bureau.post(url, {"passed": "yes", "text": "多次收费"}, follow=True)
    assert (said(answer), answer.context["case"]["label"]) == (["已保存处理意见。"], "已移送撤销情形登记")
    assert said(bureau.get(url, follow=True)) == ["这项收费已经处理，未作变更。"]
    assert desk.get(fees).context["rows"] == []
    listed = desk.get(f"{fees.rstrip('/')}.csv", {"state": "passed"})
    assert "多次收费" in b"".join(listed.streaming_content).decode()
