"""Allocation runs in the back office."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from evaluation.models import Publication
from funding.models import AllocationRow, AllocationRun
from funding.money import FIRST
from funding.readings import Counting, Reading, count_switches_of, switches_of
from funding.runs.choices import RunStatus
from funding.runs.queries.frozen import check
from funding.runs.services.runs import STALE, discard, make_run, recalculate
from funding.runs.services.runs import check as check_run
from platforms.choices import Role
from platforms.models import AuditEvent, Region, Round, User
from tests import factories
from tests.evaluation.stage import graded_round, published_round
from tests.funding.worked import (
    AMOUNTS,
    AT,
    BING,
    DING,
    JIA,
    POOL,
    YI,
    amounts,
    checked,
    draft,
    drafter,
    locked,
    signed,
    small_round,
    stored,
    withdraw,
    worked_round,
)

pytestmark = pytest.mark.django_db

SWITCHES = (*switches_of(FIRST), *count_switches_of(FIRST))
LIST = "/admin/funding/allocationrun/"
ADD = f"{LIST}add/"
DEFAULT = Reading().as_dict() | Counting().as_dict()


def page(run: AllocationRun, *tail: object) -> str:
    return f"{LIST}{run.pk}/" + "".join(f"{part}/" for part in (tail or ("change",)))


def entered(pool: object = POOL, **more: Any) -> dict[str, Any]:
    return {**DEFAULT, "pool_yuan": pool, **more}


def text_of(response: Any) -> str:
    """What people read on the page, blanks folded."""
    html = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).replace(" （", "（")


def said(response: Any) -> list[str]:
    """The messages that the page after a move shows."""
    return [str(message) for message in response.context["messages"]]


def seen(revision: object = 1, **more: Any) -> dict[str, Any]:
    """What the confirm page of a move sends: the revision that it showed, and the own password."""
    return {"revision": revision, "password": factories.PASSWORD, **more}


def saved(browser: Client, run: AllocationRun, **values: Any) -> Any:
    """Open the page of a draft and save it with ``values``."""
    shown = browser.get(page(run)).context["shown_digest"]
    return browser.post(page(run), entered(**values) | {"_shown": shown}, follow=True)


@pytest.fixture
def desk(browser_of, finance) -> Client:
    return browser_of(finance)


# Who comes in.


@pytest.mark.trust("T13")
def test_finance_works_here_the_city_reads_and_nobody_else_comes_in(browser_of, finance, finance2) -> None:
    round_ = small_round()
    open_run, ready, pending = draft(round_, finance), checked(round_, finance), signed(round_, finance)
    regions = {region.code: region for region in Region.objects.all()}
    people = {
        role: factories.officer("c", regions[JIA]) if role == Role.COUNTY else factories.person(f"{role}-x", role)
        for role in Role.values
    }
    gets = {
        LIST: (200, 200),
        ADD: (200, 403),
        page(open_run): (200, 200),
        page(open_run, "history"): (200, 200),
        page(open_run, "delete"): (403, 403),
        page(open_run, "move", "check"): (200, 403),
        page(open_run, "move", "sign"): (302, 403),
        page(ready, "move", "sign"): (200, 403),
        page(ready, "move", "send_back"): (200, 403),
        page(open_run, "move", "discard"): (200, 403),
        page(open_run, "move", "lock"): (302, 403),
        page(pending, "move", "lock"): (200, 403),
        page(pending, "move", "send_back"): (200, 403),
        page(open_run, "move", "publish"): (404, 404),
        page(open_run, "sheet", "xlsx"): (405, 403),
        page(open_run, "sheet", "csv"): (405, 403),
        page(open_run, "sheet", "pdf"): (405, 403),
        page(open_run, "sheet", "counts"): (405, 403),
        f"{LIST}999/change/": (404, 404),
        f"{LIST}999/move/sign/": (404, 404),
        f"{LIST}999/sheet/csv/": (404, 404),
    }
    posts = {
        ADD: (200, 403),
        page(open_run): (200, 403),
        page(ready): (200, 403),
        page(pending): (403, 403),
        page(open_run, "delete"): (403, 403),
        page(pending, "delete"): (403, 403),
        page(open_run, "sheet", "csv"): (200, 403),
    }
    before = [stored(open_run), stored(ready), stored(pending)]
    for role, person in people.items():
        browser = browser_of(person)
        for table, ask in ((gets, browser.get), (posts, browser.post)):
            for address, (for_finance, for_city) in table.items():
                expected = {"finance": for_finance, "city": for_city}.get(role, 403)
                assert (role, address, ask(address).status_code) == (role, address, expected)
    for address in (*gets, *posts):
        assert Client().get(address).status_code == 302
    assert [stored(open_run), stored(ready), stored(pending)] == before


def test_the_list_shows_state_money_and_signatures(desk, finance, finance2) -> None:
    round_ = small_round()
    locked(round_, finance, finance2)
    words = text_of(desk.get(LIST))
    assert "2020-ZJ-01 2020年度 已锁定 1,500.00 15,000,000 元 1,500.00 15,000,000 元" in words
    assert "finance员 2020-10-12 finance2员 2020-10-12" in words
    assert "2020-ZJ-01" not in text_of(desk.get(f"{LIST}?status__exact=draft"))
    assert desk.get(f"{LIST}?status__exact=locked").status_code == 200
    assert desk.get(f"{LIST}?digest__startswith=0").status_code in (302, 400)


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_with_one_run_and_with_thirty(
    desk, finance, finance2, django_assert_num_queries, count
) -> None:
    round_ = factories.round_of(2020, "published")
    AllocationRun.objects.bulk_create(
        AllocationRun(
            round=round_, number=f"2020-ZJ-{n:02d}", pool_yuan=7, unallocated_yuan=7, made_at=AT, made_by=finance,
            status="signed", checked_by=finance, checked_at=AT, signed_by=finance2, signed_at=AT, digest="0" * 64,
        )
        for n in range(count)
    )  # fmt: skip
    with django_assert_num_queries(LIST_QUERIES):
        assert desk.get(LIST).status_code == 200


LIST_QUERIES = 11


# A new run.


@pytest.mark.clause("N27")
@pytest.mark.parametrize("reading", list(AMOUNTS))
def test_the_worked_example_comes_out_to_the_yuan_on_the_page(desk, reading) -> None:
    expected, unallocated = AMOUNTS[reading]
    round_ = worked_round()
    response = desk.post(ADD, entered(round=round_.pk, **dict(reading)), follow=True)
    run = AllocationRun.objects.get()
    assert response.redirect_chain == [(page(run), 302)]
    assert said(response) == ["已完成测算2020-ZJ-01，请核对。"]
    assert amounts(run) == expected
    table = rows_on(response)
    names = ("海曙区", "江北区", "北仑区", "镇海区")
    assert [table[name][0].split()[0] for name in names] == [f"{amount:,}" for amount in expected]
    assert table["合计"][0].split()[0] == f"{POOL - unallocated:,}"
    assert f"未分配 {unallocated / 10_000:,.2f} 万元 {unallocated:,} 元" in text_of(response)


def rows_on(response: Any) -> dict[str, list[str]]:
    """The lines of the main table: name → cells as they are read."""
    table = re.search(r'<table class="[^"]*run__table".*?</table>', response.content.decode(), re.DOTALL)
    assert table is not None
    found = {}
    for line in re.findall(r"<tr>(.*?)</tr>", table[0], re.DOTALL):
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line, re.DOTALL)
        words = [re.sub(r"\s+", " ", unescape(strip_tags(cell))).strip() for cell in cells]
        found[words[0]] = words[1:]
    return found


@pytest.mark.clause("N24")
@pytest.mark.clause("N25")
@pytest.mark.clause("N26")
def test_the_table_shows_counts_share_verdict_score_weight_and_money(desk, finance) -> None:
    table = rows_on(desk.get(page(draft(worked_round(), finance))))
    none = ["0"] * 5
    assert table["海曙区"] == [
        "9,250,000 925.00 万元", "支持", "10", "4", "3", "2", "1", *none, "10% 1/10", "37", "61.66% 37/60",
    ]  # fmt: skip
    nothing = "0 0.00 万元"
    assert table["江北区"] == [nothing, "不予支持", "10", "2", "4", "2", "2", *none, "20% 1/5", "—", "—"]
    assert table["鄞州区"] == [nothing, "未申报", *["0"] * 5, *none, "—", "0", "0%"]
    assert table["重点行业平台"] == [nothing, "不参加分配", *["0"] * 5, *none, "—", "—", "—"]
    assert table["合计"] == [
        "15,000,000 1,500.00 万元", "支持2个", "30", "10", "10", "5", "5", *none, "16.66% 1/6", "60", "100% 1",
    ]  # fmt: skip
    assert len(table) == 1 + 17 + 1 + 1


@pytest.mark.clause("N23")
def test_only_published_rounds_are_offered_and_taken(desk) -> None:
    unpublished, published = graded_round({JIA: {"A": 1}}, year=2021), small_round()
    response = desk.get(ADD)
    assert [str(label) for _, label in response.context["adminform"].form.fields["round"].choices] == [
        "请选择",
        "2020年度（资金上限 15,000,000 元）",
    ]
    response = desk.post(ADD, entered(round=unpublished.pk))
    assert response.context["adminform"].form.errors["round"]
    assert not AllocationRun.objects.exists()
    assert desk.post(ADD, entered(round=published.pk)).status_code == 302


def test_a_year_that_was_taken_over_is_not_offered_and_a_first_allocation_corrects_none(desk, city) -> None:
    Publication.objects.create(
        round=factories.round_of(2021, "published"), taken_over=True, decided_on=AT.date(), published_at=AT,
        published_by=city,
    )  # fmt: skip
    published = small_round()
    form = desk.get(ADD).context["adminform"].form
    assert list(form.fields["round"].queryset) == [published]
    assert form.initial["round"] == published.pk
    assert list(form.fields["replaces"].choices) == [("", "不是更正")]


def test_a_check_is_not_undone_by_who_has_not_seen_it(desk, finance) -> None:
    run = draft(small_round(), finance)
    opened = desk.get(page(run)).context
    assert opened["adminform"].form["pool_yuan"].value() == "15,000,000"
    typed = DEFAULT | {"pool_yuan": "1,000", "_shown": opened["shown_digest"]}
    check_run(run=run, by=finance, at=AT)
    response = desk.post(page(run), typed)
    assert "您打开本页之后，这条记录已被他人修改，本次没有保存。" in text_of(response)
    assert response.context["adminform"].form["pool_yuan"].value() == "1,000"
    run.refresh_from_db()
    assert (run.status, run.pool_yuan) == (RunStatus.CHECKED, POOL)
    again = typed | {"_shown": response.context["shown_digest"]}
    assert desk.post(page(run), again).status_code == 302
    run.refresh_from_db()
    assert (run.status, run.pool_yuan) == (RunStatus.DRAFT, 1_000)


def test_each_reading_stands_with_its_choices_default_and_reason(desk) -> None:
    small_round()
    words = text_of(desk.get(ADD))
    for switch in SWITCHES:
        assert switch.reason in words
        assert switch.moves in words
        assert f"{switch.default.label}（默认）" in words


@pytest.mark.trust("T15")
@pytest.mark.parametrize(
    "text",
    [
        "-1", "−1", "+5", "0", "00", "007", "0.005", "1e9", "1_000", "NaN", "Infinity", "1500,0000", "15,00",
        "1,000 000", "-inf", str(10**15), "9" * 30, "", "  ", "1000元整", "0x10", "一千", "12\x00", "9" * 4000,
        "15000001", "15,000,001", "1501万元",
    ],
)  # fmt: skip
def test_a_pool_that_is_no_amount_within_the_cap_is_refused_with_a_reason(desk, text) -> None:
    round_ = factories.round_of(2020, "published")
    response = desk.post(ADD, entered(text, round=round_.pk))
    assert response.status_code == 200
    errors = response.context["adminform"].form.errors["pool_yuan"]
    assert len(errors) == 1
    assert str(errors[0]).endswith("。")
    assert re.fullmatch(r"[^a-zA-Z]*", str(errors[0]))
    assert not AllocationRun.objects.exists()


@pytest.mark.trust("T15")
@pytest.mark.parametrize(("text", "pool"), [
        ("1", 1), ("15000000", 15_000_000), (" 1000 ", 1000), ("15,000,000", 15_000_000), ("15，000，000", 15_000_000),
        ("１５００００００", 15_000_000), ("15 000 000", 15_000_000), ("1500万元", 15_000_000), ("1,000元", 1000),
    ])  # fmt: skip
def test_a_pool_is_read_in_one_way(desk, text, pool) -> None:
    round_ = small_round()
    assert desk.post(ADD, entered(text, round=round_.pk)).status_code == 302
    assert AllocationRun.objects.get().pool_yuan == pool


@pytest.mark.clause("N22")
def test_a_pool_above_the_cap_is_an_error_beside_the_field(desk) -> None:
    round_ = small_round()
    response = desk.post(ADD, entered(15_000_001, round=round_.pk))
    assert response.context["adminform"].form.errors["pool_yuan"] == [
        "资金总额15,000,001元超过本年度上限15,000,000元。"
    ]
    response = desk.post(ADD, entered(14_999_999, round=round_.pk, unit="wan"))
    assert response.context["adminform"].form.errors["pool_yuan"] == ["金额单位为万元时，资金总额必须是整万元。"]


@pytest.mark.trust("T13")
def test_smuggled_fields_are_ignored(desk, finance2) -> None:
    round_ = small_round()
    smuggled = {
        "status": "locked", "number": "X", "allocated_yuan": 1, "amount": 1, "amount_yuan": 1, "digest": "x",
        "signed_by": finance2.pk, "locked_by": finance2.pk, "made_by": finance2.pk, "revision": 9, "note": "x",
        "rows-0-amount_yuan": 5, "rows-TOTAL_FORMS": 1,
    }  # fmt: skip
    desk.post(ADD, entered(round=round_.pk) | smuggled)
    run = AllocationRun.objects.get()
    assert (run.status, run.number, run.allocated_yuan, run.revision) == ("draft", "2020-ZJ-01", POOL, 1)
    assert (run.digest, run.signed_by, run.locked_by, run.made_by.username, run.note) == ("", None, None, "finance", "")
    saved(desk, run, pool=9_000_000, **smuggled)
    run.refresh_from_db()
    assert (run.status, run.pool_yuan, run.revision, run.number) == ("draft", 9_000_000, 2, "2020-ZJ-01")
    assert check(run) == ()


def test_a_reading_that_does_not_exist_is_refused(desk) -> None:
    round_ = small_round()
    for switch in SWITCHES:
        response = desk.post(ADD, entered(round=round_.pk) | {switch.name: "both"})
        assert switch.name in response.context["adminform"].form.errors
    assert not AllocationRun.objects.exists()


# A draft.


def test_a_draft_is_computed_anew_on_its_page(desk, finance) -> None:
    run = draft(worked_round(), finance)
    response = saved(desk, run, cutoff="exclusive")
    assert said(response) == ["已重新测算2020-ZJ-01，请核对。"]
    assert amounts(run) == AMOUNTS[(("cutoff", "exclusive"),)][0]
    assert rows_on(response)["江北区"][0] == "4,772,727 477.27 万元"
    assert [event.verb for event in AuditEvent.objects.filter(object_type="资金分配").order_by("serial")] == [
        "新建资金测算",
        "重新测算资金",
    ]


@pytest.mark.parametrize("shown", ["", "999", None])
def test_a_page_that_is_out_of_date_saves_nothing_and_shows_both(desk, finance, shown) -> None:
    run = draft(small_round(), finance)
    stale = desk.get(page(run)).context["shown_digest"] if shown is None else shown
    saved(desk, run, pool=8_000_000)
    response = desk.post(page(run), entered(7_000_000) | {"_shown": stale})
    words = text_of(response)
    assert "您打开本页之后，这条记录已被他人修改，本次没有保存。" in words
    assert "“资金总额”现为“8,000,000”，您填的是“7000000”。" in words
    run.refresh_from_db()
    assert run.pool_yuan == 8_000_000


def test_a_draft_that_cannot_be_signed_says_why(desk, finance) -> None:
    run = draft(published_round({JIA: {"A": 4, "returned": 1}}).round, finance)
    withdraw(f"SB2020-{JIA}-005")
    sentence = (
        f"测算后申报数或认定结果有变动（海曙区（SB2020-{JIA}-005由“未评定档次，未评定”变为“评分提交前撤回，撤回（不计）”）"
        "），请重新测算后再签署。"
    )
    assert sentence in text_of(desk.get(page(run)))
    response = desk.post(page(run, "move", "check"), {"revision": 1}, follow=True)
    assert said(response) == [sentence]
    assert said(saved(desk, run)) == ["已重新测算2020-ZJ-01，请核对。"]
    assert "有变动" not in text_of(desk.get(page(run)))


def test_a_cap_lowered_in_between_is_a_sentence_and_not_a_failure(desk, finance, monkeypatch) -> None:
    run = draft(small_round(), finance)
    shown = desk.get(page(run)).context["shown_digest"]
    monkeypatch.setattr("funding.runs.admin.form.check_pool", lambda *_: None)
    Round.objects.update(cap_yuan=1_000)
    response = desk.post(page(run), entered() | {"_shown": shown}, follow=True)
    form = response.context["adminform"].form
    assert (response.status_code, form.non_field_errors()) == (409, ["资金总额15,000,000元超过本年度上限1,000元。"])
    run.refresh_from_db()
    assert run.revision == 1


# Signing and locking.


def offered(response: Any) -> list[tuple[str, str]]:
    """The buttons of a page: label and kind."""
    return [(move["label"], move["kind"]) for move in response.context["moves"]]


def test_two_officers_check_sign_and_lock_through_the_confirm_pages(browser_of, finance, finance2) -> None:
    run = draft(worked_round(), finance)
    first, second = browser_of(finance), browser_of(finance2)
    assert offered(first.get(page(run))) == [("核对无误，送签署", "plain"), ("作废", "danger")]
    assert offered(second.get(page(run))) == [("作废", "danger")]
    money = "2020年度资金分配2020-ZJ-01：资金总额15,000,000元，17个地区合计分配15,000,000元。"
    assert f"核对{money}核对无误后，由另一位财政人员签署。" in text_of(first.get(page(run, "move", "check")))
    response = first.post(page(run, "move", "check"), {"revision": 1}, follow=True)
    assert said(response) == ["已核对 2020-ZJ-01，现为“已核对待签署”。"]
    assert offered(response) == [("退回重新测算", "plain"), ("作废", "danger")]
    assert offered(second.get(page(run))) == [("签署", "main"), ("退回重新测算", "plain"), ("作废", "danger")]
    response = second.get(page(run, "move", "sign"))
    assert f"将签署{money}签署后由您以外的财政人员锁定。" in text_of(response)
    assert response.context["form"].initial == {"revision": 1}
    response = second.post(page(run, "move", "sign"), seen(), follow=True)
    assert said(response) == ["已签署 2020-ZJ-01，现为“已签署待锁定”。"]
    assert "您已签署，须由另一位财政人员锁定。" in text_of(response)
    assert offered(response) == [("退回重新测算", "plain")]
    assert offered(first.get(page(run))) == [("锁定", "main"), ("退回重新测算", "plain")]
    response = first.get(page(run, "move", "lock"))
    words = text_of(response)
    assert "将锁定2020年度资金分配2020-ZJ-01：资金总额15,000,000元，17个地区合计分配15,000,000元。" in words
    for name in Region.objects.values_list("name", flat=True):
        assert name in words
    assert response.context["form"].initial == {"revision": 1}
    assert "锁定不公布结果；公布分配结果须另行办理。" in words
    response = first.post(page(run, "move", "lock"), seen(), follow=True)
    run.refresh_from_db()
    assert (run.status, run.checked_by, run.signed_by, run.locked_by) == ("locked", finance, finance2, finance)
    assert [button["label"] for button in response.context["moves"]] == ["公布分配结果"]
    words = text_of(response)
    assert run.digest in words
    assert "重新计算，结果与本表一致，校验值相符。" in words


def test_the_signer_who_locks_all_the_same_reads_why_not(desk, finance) -> None:
    run = signed(small_round(), finance)
    response = desk.post(page(run, "move", "lock"), seen(), follow=True)
    assert (response.status_code, said(response)) == (409, ["锁定人不能是签署人本人，须由另一位财政人员锁定。"])


@pytest.mark.parametrize("sent", [{}, {"revision": "999"}, {"revision": ""}, {"revision": "1"}])
def test_who_signs_what_was_computed_anew_meanwhile_is_refused(desk, sent) -> None:
    run = draft(small_round(), drafter())
    recalculate(run=run, pool_yuan=8_000_000, reading=Reading(), revision=1, by=drafter(), at=AT)
    run = check_run(run=run, by=drafter(), at=AT)
    response = desk.post(page(run, "move", "sign"), {"password": factories.PASSWORD, **sent}, follow=True)
    assert said(response) == [STALE]
    run.refresh_from_db()
    assert run.status == RunStatus.CHECKED


@pytest.mark.parametrize("sent", [{}, {"revision": "999"}, {"revision": ""}, {"revision": "1"}])
def test_who_checks_what_was_computed_anew_meanwhile_is_refused(desk, finance, sent) -> None:
    run = draft(small_round(), finance)
    saved(desk, run, pool=8_000_000)
    response = desk.post(page(run, "move", "check"), {"sent": "1", **sent}, follow=True)
    assert said(response) == [STALE]
    run.refresh_from_db()
    assert run.status == RunStatus.DRAFT


@pytest.mark.trust("T13")
@pytest.mark.parametrize(
    ("password", "told"),
    [
        ({}, "请输入您的登录密码。"),
        ({"password": ""}, "请输入您的登录密码。"),
        ({"password": "Wrong-horse-9"}, "密码不正确"),
    ],
)
@pytest.mark.parametrize("name", ["sign", "lock"])
def test_neither_signature_nor_lock_is_made_without_the_own_password(
    browser_of, finance2, password, told, name
) -> None:
    round_ = small_round()
    run = checked(round_, drafter()) if name == "sign" else signed(round_, factories.person("signer", "finance"))
    before = stored(run)
    response = browser_of(finance2).post(page(run, "move", name), {"revision": 1, **password})
    assert told in str(response.context["form"].errors["password"])
    assert stored(run) == before


def test_a_forged_form_neither_checks_for_another_nor_signs_ones_own(desk, finance) -> None:
    foreign, own = draft(small_round(), drafter()), checked(small_round(2021), finance)
    before = stored(foreign), stored(own)
    response = desk.post(page(foreign, "move", "check"), seen(), follow=True)
    assert said(response) == ["这份测算由drafter员最后测算，须由其本人核对；您可以重新测算后再核对。"]
    response = desk.post(page(own, "move", "sign"), seen(checked_by=1, made_by=1, signed_by=1), follow=True)
    assert said(response) == ["签署人不能是测算人本人，须由另一位财政人员签署。"]
    assert (stored(foreign), stored(own)) == before


def test_a_signature_that_comes_after_a_change_is_a_sentence_and_the_run_a_draft_again(desk) -> None:
    run = checked(published_round({JIA: {"A": 4, "returned": 1}}).round, drafter())
    withdraw(f"SB2020-{JIA}-005")
    response = desk.post(page(run, "move", "sign"), seen(), follow=True)
    assert said(response)[0].startswith("测算后申报数或认定结果有变动（海曙区（")
    run.refresh_from_db()
    assert (run.status, run.checked_by) == (RunStatus.DRAFT, None)
    assert "核对失效 测算后申报数或认定结果有变动" in text_of(desk.get(page(run, "history")))


@pytest.mark.trust("T18")
def test_the_page_says_that_a_signature_no_longer_counts(browser_of, finance, finance2) -> None:
    run = signed(small_round(), finance)
    User.objects.filter(pk=finance.pk).update(is_active=False)
    browser = browser_of(finance2)
    assert "签署人的账号已停用或已不在财政岗位，请退回后重新签署。" in text_of(browser.get(page(run)))
    response = browser.post(page(run, "move", "lock"), seen(), follow=True)
    assert "签署不再有效" in said(response)[0]


def test_sending_back_and_discarding_ask_for_a_reason(desk, finance) -> None:
    run = signed(small_round(), finance)
    response = desk.post(page(run, "move", "send_back"), {"reason": " "})
    assert response.context["form"].errors["reason"]
    response = desk.post(page(run, "move", "send_back"), {"reason": "口径再议"}, follow=True)
    assert said(response) == ["已退回重新测算 2020-ZJ-01，现为“测算中”。"]
    desk.post(page(run, "move", "discard"), {"reason": "不再需要"})
    run.refresh_from_db()
    assert run.status == RunStatus.DISCARDED
    assert desk.post(page(run), entered()).status_code == 403
    words = text_of(desk.get(page(run, "history")))
    assert "作废 不再需要" in words
    assert "退回重新测算 口径再议" in words


# A locked run (T17).


@pytest.mark.trust("T17")
def test_a_locked_run_refuses_at_every_door_of_the_back_office(desk, finance, finance2) -> None:
    run = locked(small_round(), finance, finance2)
    happened = AuditEvent.objects.filter(object_type="资金分配")
    before, events = stored(run), happened.count()
    row = AllocationRow.objects.filter(run=run).first()
    assert "form" not in text_of(desk.get(page(run)))
    assert 'name="pool_yuan"' not in desk.get(page(run)).content.decode()
    assert desk.post(page(run), entered(1) | {"_shown": ""}).status_code == 403
    assert desk.post(page(run, "delete"), {"post": "yes"}).status_code == 403
    assert desk.post(page(run, "history"), {"x": 1}).status_code == 200
    for name in ("check", "sign", "lock", "send_back", "discard"):
        response = desk.post(page(run, "move", name), seen(reason="改"), follow=True)
        assert "当前状态为“已锁定”，不能办理" in text_of(response)
    data = {"action": "delete_selected", "_selected_action": run.pk, "post": "yes", "select_across": "1"}
    assert desk.post(LIST, data).status_code in (200, 302, 403)
    data = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": run.pk, "form-0-pool_yuan": 1, "_save": "1"}
    assert desk.post(LIST, data).status_code in (200, 302, 403)
    assert desk.get(f"/admin/funding/allocationrow/{row.pk}/change/").status_code == 404
    assert desk.post(f"{LIST}import/", follow=True).status_code == 404
    assert (stored(run), happened.count()) == (before, events)


def test_a_locked_run_is_corrected_by_a_new_one_that_names_it(desk, finance, finance2) -> None:
    round_ = published_round({JIA: {"A": 4, "returned": 1}, YI: {"A": 4}}).round
    old = locked(round_, finance, finance2)
    response = desk.post(ADD, entered("15,000,000", round=round_.pk, cutoff="inclusive", unit="yuan"))
    form = response.context["adminform"].form
    refused = ["2020年度已有锁定的资金分配2020-ZJ-01，更正须新建测算，并写明被更正的是它。"]
    assert (response.status_code, form.errors) == (409, {"replaces": refused})
    # What was chosen is what stands there; nobody signs a default that he did not choose.
    shown = {name: form[name].value() for name in ("pool_yuan", "cutoff", "unit", "base")}
    assert shown == {"pool_yuan": "15,000,000", "cutoff": "inclusive", "unit": "yuan", "base": DEFAULT["base"]}
    response = desk.post(ADD, entered(12_000_000, round=round_.pk, replaces=old.pk), follow=True)
    words = text_of(response)
    assert "与2020-ZJ-01相比" in words
    assert "资金总额由15,000,000元变为12,000,000元" in words
    assert "海曙区 7,500,000 6,000,000 -1,500,000" in words
    assert "更正本测算的 2020-ZJ-02（测算中）" in text_of(desk.get(page(old)))
    forged = desk.post(ADD, entered(round=round_.pk, replaces=AllocationRun.objects.get(replaces=old).pk))
    assert forged.context["adminform"].form.errors["replaces"]


# What must be weighed before signing.


@pytest.mark.trust("T14")
def test_the_page_shows_the_rule_for_the_last_unit_and_every_reading_with_its_reason(desk, finance) -> None:
    words = text_of(desk.get(page(draft(worked_round(), finance, divisor="all"))))
    assert (
        "取整规则：各地应得金额先舍去不足一个金额单位的尾数，剩余单位按被舍去尾数由大到小逐个分配，尾数相同的按地区代码先后。"
        in words
    )
    for switch in SWITCHES:
        assert f"{switch.label} " in words
        assert switch.reason in words
    assert "权重分母 计入全市总数的全部得分之和 非默认（默认为“获得资金支持地区的得分之和”）" in words
    assert "淘汰线 含20%：达到20%即不予支持 默认 " in words


def test_the_page_shows_what_grades_are_worth_and_warns_of_inversion(desk, finance) -> None:
    words = text_of(desk.get(page(draft(worked_round(), finance))))
    assert "1家A档折合 1,500,000 元 1家B档折合 750,000 元 1家C档折合 500,000 元" in words
    assert "档次倒挂" not in words
    steep = draft(published_round({JIA: {"A": 8, "B": 1}}, year=2021).round, finance)
    words = text_of(desk.get(page(steep)))
    assert "档次倒挂：1家B档相当于4家A档的金额，低档次平台折合的金额高于高档次平台。" in words
    assert "1家C档折合 无" in words


def test_the_page_shows_how_far_each_region_is_from_the_cut_off_and_both_shares(desk, finance) -> None:
    round_ = published_round({JIA: {"A": 9, "D": 1, "returned": 2}, YI: {"A": 5}, BING: {"A": 3, "D": 1}}).round
    withdraw(f"SB2020-{JIA}-011")
    withdraw(f"SB2020-{JIA}-012")
    words = text_of(desk.get(page(draft(round_, finance))))
    assert "海曙区 1 10 10% 8.33% 25% 0家 9,642,857 如撤回的均为D档，则达到淘汰线" in words
    assert "江北区 0 5 0% 0% 0% 0家 5,357,143 再有1家D档即失去全部资金" in words
    assert "北仑区 1 4 25% 25% 25% 超出淘汰线1家 —" in words


def test_the_page_compares_every_other_reading_with_the_difference_per_region(desk, finance) -> None:
    words = text_of(desk.get(page(draft(worked_round(), finance))))
    line = re.search(r"海曙区 9,250,000 6.*? 江北区", words)
    assert line is not None
    # cutoff exclusive, base graded, totals funded, industry counted, divisor all, divisor hundred, unit 万元
    assert line[0] == (
        "海曙区 9,250,000 6,306,818 -2,943,182 9,250,000 9,517,857 +267,857 9,250,000 5,550,000 -3,700,000"
        " 5,550,000 -3,700,000 9,250,000 江北区"
    )
    assert "未分配 0 0 0 0 0 6,000,000 6,000,000 0" in words


def test_a_pool_that_another_unit_cannot_split_says_so_in_the_comparison(desk, finance) -> None:
    words = text_of(desk.get(page(draft(small_round(), finance, pool=14_999_999))))
    assert "金额单位为万元时，资金总额必须是整万元" in words


def test_a_run_that_allocates_nothing_says_why(desk, finance) -> None:
    run = draft(published_round({JIA: {"A": 1, "D": 1}}).round, finance)
    assert "未分配 1,500.00 万元 15,000,000 元" in text_of(desk.get(page(run)))
    assert run.note in text_of(desk.get(page(run)))


def test_figures_that_were_tampered_with_are_called_out(desk, finance) -> None:
    run = signed(small_round(), finance)
    AllocationRow.objects.filter(run=run, code=JIA).update(amount_yuan=1)
    words = text_of(desk.get(page(run)))
    assert "核对未通过" in words
    assert "海曙区的占比、得分、权重或金额与按冻结数据重新计算的不一致。" in words
    assert "校验值与现有内容不符，签署后内容被改动。" in words
    AllocationRow.objects.filter(run=run, code=JIA).update(grades={"A": 999})
    assert "已评定999家，多于申报总数2家。" in text_of(desk.get(page(run)))


def test_no_english_word_stands_on_the_pages(desk, finance, finance2) -> None:
    for person, name in ((finance, "财政员甲"), (finance2, "财政员乙"), (drafter(), "财政员丙")):
        person.name = name
        person.save()
    round_ = small_round()
    first = locked(round_, finance, finance2)
    second = make_run(round=round_, pool_yuan=5, reading=Reading(), by=finance, at=AT, replaces=first)
    addresses = [LIST, ADD, page(first), page(first, "history"), page(second), page(second, "move", "check")]
    discard(run=second, reason="不再需要", by=finance, at=AT)
    for address in (*addresses, page(second)):
        words = text_of(desk.get(address, follow=True))
        for digest in (first.digest, first.counts_digest):
            words = words.replace(digest, "")
        assert set(re.findall(r"[A-Za-z]{2,}", words)) <= {"ZJ", "SB", "Excel", "CSV", "PDF", "SHA"}


def test_the_page_of_a_run_costs_a_fixed_number_of_queries(desk, finance, django_assert_num_queries) -> None:
    run = draft(worked_round(), finance)
    with django_assert_num_queries(PAGE_QUERIES):
        desk.get(page(run))


PAGE_QUERIES = 30


def test_the_address_of_a_run_is_named(finance) -> None:
    run = draft(small_round(), finance)
    assert reverse("admin:funding_allocationrun_sheet", kwargs={"object_id": run.pk, "kind": "xlsx"}) == page(
        run, "sheet", "xlsx"
    )
    assert amounts(run, DING) == (0,)
