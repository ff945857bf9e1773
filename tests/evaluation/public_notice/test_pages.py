"""公示 on its pages: in the back office, at the desk of a county, and for everybody."""

import csv
import itertools
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from evaluation.certification.queries import published
from evaluation.marking.services.assessments import reopen
from evaluation.models import Assessment, NoticeLine, PublicNotice
from evaluation.public_notice.services import notices
from platforms.models import Round, User
from platforms.rounds.choices import RoundStatus
from platforms.workbench.queries.todo import todo_for
from tests import factories
from tests.evaluation import stage
from tests.evaluation.public_notice.test_notices import assessment_of, regraded
from tests.platforms.applications.documents.samples import pages_of

pytestmark = pytest.mark.django_db
#: Tuesday 8 September 2020, 10:00 in Ningbo.
AT = datetime(2020, 9, 8, 2, 0, tzinfo=UTC)
PROPOSE, AMENDED = "evaluation_publicnotice_propose", "异议成立，重新评分"
Move = Callable[..., None]


@pytest.fixture(autouse=True)
def it_is(monkeypatch: pytest.MonkeyPatch) -> Move:
    """Set the clock; it begins on 8 September 2020."""

    def at(moment: datetime) -> None:
        ticks = itertools.count()
        monkeypatch.setattr(timezone, "now", lambda: moment + timedelta(microseconds=next(ticks)))

    at(AT)
    return at


@pytest.fixture
def graded(db: None) -> Round:
    return stage.confirmed_round({"330212": {"A": 1, "D": 1}, "330282": {"B": 1}})


@pytest.fixture
def opened(graded: Round) -> PublicNotice:
    return stage.opened(stage.proposed(graded, at=AT), at=AT)


def fields(**changes: Any) -> dict[str, Any]:
    return {
        "starts_on": "2020-09-08", "working_days": "5", "document_number": "经信[2020]8号", "organiser": "市经信局",
        "phone": "0574-87654321", "address": "和济街95号", "email": "gs@example.cn", "reason": "评价工作已完成",
        "password": factories.PASSWORD,
    } | changes  # fmt: skip


def move(row: PublicNotice, name: str) -> str:
    return reverse("admin:evaluation_publicnotice_move", args=(row.pk, name))


def page(row: PublicNotice) -> str:
    return reverse("admin:evaluation_publicnotice_change", args=(row.pk,))


def amend(row: PublicNotice, code: str) -> str:
    return reverse("admin:evaluation_publicnotice_amend", args=(row.pk, assessment_of(code).pk))


def text(client: Client, path: str, **more: Any) -> str:
    answer = client.get(path, **more)
    assert answer.status_code == 200
    return str(answer.content.decode())


# Back office ---------------------------------------------------------------------------------------------------------


@pytest.mark.clause("N20")
def test_one_officer_proposes_another_opens_and_only_then_it_is_public(
    browser_of: Any, stranger: Client, city: User, city2: User, graded: Round
) -> None:
    one, other = browser_of(city), browser_of(city2)
    evaluation = reverse("admin:evaluation_evaluation_change", args=(graded.evaluation.pk,))
    url = reverse(f"admin:{PROPOSE}", args=(graded.pk,))
    assert url in text(one, evaluation)
    asked = text(one, url)
    assert "公示期：2020年9月8日至2020年9月15日（5个工作日，首日不计入）" in asked
    assert "拟列入 3 个平台：对外公示 2 个，仅告知所在地 1 个。" in asked
    done = one.post(url, fields(), follow=True).content.decode()
    row = PublicNotice.objects.get()
    assert f"已提出公示 {row.number}，待市经信局另一位人员批准。" in done
    assert (row.document_number, row.ends_on) == ("经信〔2020〕8号", date(2020, 9, 15))
    # Who proposed has no button to open, and no way by the address.
    assert (move(row, "open") in done, move(row, "withdraw") in done) == (False, True)
    assert one.post(move(row, "open")).status_code == 403
    assert [each.text for each in todo_for(city) if "公示" in each.text] == []
    assert [(each.text, each.count) for each in todo_for(city2) if "公示" in each.text] == [("批准公示", 1)]
    public = reverse("site:notice", args=(row.number,))
    assert stranger.get(public).status_code == 404
    assert row.number not in text(stranger, reverse("site:notices"))
    asked = text(other, move(row, "open"))
    assert "对外公示 2 个拟予认定的平台；不予认定的 1 个不对外公示。" in asked
    wrong = other.post(move(row, "open"), {"password": "wrong"}).content.decode()
    assert "密码" in wrong
    assert PublicNotice.objects.get().status == "proposed"
    other.post(move(row, "open"), {"password": factories.PASSWORD})
    assert PublicNotice.objects.get().status == "opened"
    assert stranger.get(public).status_code == 200
    assert public in text(one, page(row))
    assert page(row) in text(one, evaluation)


def test_the_last_day_is_told_before_anything_is_proposed_and_nothing_typed_is_lost(
    browser_of: Any, city: User, graded: Round
) -> None:
    client, url = browser_of(city), reverse(f"admin:{PROPOSE}", args=(graded.pk,))
    given = fields(starts_on="2020-09-30", first_day_counts="on", preview="yes", password="", organiser="某单位")
    asked = client.post(url, given).content.decode()
    assert "公示期：2020年9月30日至2020年10月13日（5个工作日，首日计入）" in asked
    assert ('value="某单位"' in asked, 'value="2020-09-30"' in asked, "请输入您的登录密码" in asked) == (
        True,
        True,
        False,
    )
    assert not PublicNotice.objects.exists()
    asked = client.post(url, given | {"starts_on": "明天"}).content.decode()
    assert "公示开始日期：日期的写法应为 2020-03-18。" in asked


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("working_days", "61", "应在 1 至 60 之间，请核对。"),
        ("document_number", "八号", "请按“机关代字〔年份〕序号”填写文号"),
        ("email", "gs@", "电子邮箱的格式不正确"),
        ("starts_on", "2020-09-07", "公示开始日期应在2020年9月8日至2020年11月7日之间。"),
        ("password", "", "请输入您的登录密码。"),
        ("reason", "", "请填写。"),
    ],
)
def test_a_wrong_value_is_told_at_its_box(
    browser_of: Any, city: User, graded: Round, field: str, value: str, sentence: str
) -> None:
    url = reverse(f"admin:{PROPOSE}", args=(graded.pk,))
    answer = browser_of(city).post(url, fields(**{field: value}))
    assert sentence in "".join(answer.context["form"].errors[field])
    assert 'value="和济街95号"' in answer.content.decode()
    assert not PublicNotice.objects.exists()


def test_what_cannot_be_proposed_says_why(browser_of: Any, city: User, opened: PublicNotice) -> None:
    url = reverse(f"admin:{PROPOSE}", args=(opened.round_id,))
    told = browser_of(city).get(url, follow=True).content.decode()
    assert f"2020年度已有公示 {opened.number}（已公示），不能另行提出。" in told


def test_the_page_names_what_has_to_be_listed_anew_and_leads_there(
    browser_of: Any, city: User, opened: PublicNotice
) -> None:
    client = browser_of(city)
    assert "核定档次与公示不一致" not in text(client, page(opened))
    regraded("330212-001", "B")
    line = NoticeLine.objects.get(code="330212-001")
    told = text(client, page(opened))
    assert f"{line.name}（330212-001）：公示为A档，现核定为B档" in told
    url = amend(opened, "330212-001")
    assert url in told
    asked = text(client, url)
    assert ("A档（公示）" in asked, "B档（公示）" in asked) == (True, True)
    given = {"reason": AMENDED, "objection": "", "password": factories.PASSWORD}
    done = client.post(url, given, follow=True).content.decode()
    assert f"已更新“{line.name}”的公示内容。" in done
    assert "第 1 版（今天 10:00）：A档" in done
    again = client.post(url, given, follow=True).content.decode()
    assert "该平台的核定档次和理由与公示内容一致，无须更新。" in again
    assert NoticeLine.objects.filter(code="330212-001").count() == 2


def test_what_was_sent_back_is_not_listed_anew_until_it_is_confirmed(
    browser_of: Any, city: User, opened: PublicNotice
) -> None:
    reopen(assessment=assessment_of("330212-001"), reason="异议成立", by=city, at=AT)
    client = browser_of(city)
    assert "公示为A档，现退回重评中" in text(client, page(opened))
    told = client.get(amend(opened, "330212-001"), follow=True).content.decode()
    assert "该平台现无核定档次，核定档次后才能更新公示。" in told


def test_the_page_counts_the_objections_and_leads_to_them(browser_of: Any, city: User, opened: PublicNotice) -> None:
    office, url = browser_of(city), reverse("admin:evaluation_publicnotice_change", args=(opened.pk,))
    listing = f"{reverse('admin:evaluation_objection_changelist')}?notice__id__exact={opened.pk}"
    assert listing not in office.get(url).content.decode()
    number = stage.objection(opened, None).number
    assert f'<a href="{listing}">收到 1 件，已答复 0 件</a>' in office.get(url).content.decode()
    assert [row.number for row in office.get(listing).context["cl"].result_list] == [number]


def test_a_stop_asks_for_reason_and_password_and_says_what_stays(
    browser_of: Any, city: User, stranger: Client, opened: PublicNotice
) -> None:
    client = browser_of(city)
    assert "公示页面保留名单，并显示已终止和终止理由。" in text(client, move(opened, "stop"))
    client.post(move(opened, "stop"), {"reason": "名单有误", "password": factories.PASSWORD})
    shown = text(stranger, reverse("site:notice", args=(opened.number,)))
    assert ("本公示已终止" in shown, "名单有误" in shown) == (True, True)
    told = client.get(amend(opened, "330212-001"), follow=True).content.decode()
    assert "该公示已终止或结果已公布，不能更新。" in told


def test_a_published_round_has_a_notice_that_nobody_stops(browser_of: Any, city: User) -> None:
    stage.published_round({"330212": {"A": 1}})
    row = PublicNotice.objects.get()
    client = browser_of(city)
    assert move(row, "stop") not in text(client, page(row))
    assert client.post(move(row, "stop")).status_code == 403


# County --------------------------------------------------------------------------------------------------------------


@pytest.mark.clause("N21")
def test_a_county_reads_its_own_platforms_with_the_reasons_of_a_d_once_it_is_opened(
    browser_of: Any, graded: Round, yinzhou: User, cixi: User
) -> None:
    url, own, other = reverse("evaluation:notice_lines"), browser_of(yinzhou), browser_of(cixi)
    row = stage.proposed(graded, at=AT)
    assert "本年度尚未公示拟认定名单。" in text(own, url)
    stage.opened(row, at=AT)
    names = dict(NoticeLine.objects.values_list("code", "name"))
    shown = text(own, url)
    assert [code for code in names if code in shown] == ["330212-001", "330212-002"]
    assert "评价得分 30 分。" in shown
    shown = text(other, url)
    assert [code for code in names if code in shown] == ["330282-001"]
    assert "评价得分 30 分。" not in shown


def test_the_page_without_a_year_is_about_the_latest_notice_and_not_about_a_year_that_has_none(
    browser_of: Any, yinzhou: User, opened: PublicNotice
) -> None:
    url, own = reverse("evaluation:notice_lines"), browser_of(yinzhou)
    factories.round_of(2021, RoundStatus.FILING)
    answer = own.get(url, {"public": "no"}, follow=True)
    assert answer.redirect_chain == [(f"{url}?public=no&year=2020", 302)]
    assert [row["cells"][0] for row in answer.context["rows"]] == ["330212-002"]
    assert "本年度尚未公示拟认定名单。" in text(own, f"{url}?year=2021")


def test_a_county_reads_both_versions_of_what_changed(
    browser_of: Any, city: User, yinzhou: User, opened: PublicNotice
) -> None:
    notices.amend(notice=opened, assessment=regraded("330212-001", "B"), reason=AMENDED, by=city, at=AT)
    answer = browser_of(yinzhou).get(reverse("evaluation:notice_lines") + "?changed=yes")
    assert {row["cells"][0] for row in answer.context["rows"]} == {"330212-001"}
    assert [(row["cells"][3], row["cells"][6], row["cells"][7]) for row in answer.context["rows"]] == [
        ("B档", 2, AMENDED), ("A档", 1, ""),
    ]  # fmt: skip


def test_the_list_is_narrowed_and_sent_as_a_file(browser_of: Any, city: User, opened: PublicNotice) -> None:
    client, url = browser_of(city), reverse("evaluation:notice_lines")

    def codes(query: str) -> list[str]:
        return [row["cells"][0] for row in client.get(url + query).context["rows"]]

    assert codes("") == ["330212-001", "330212-002", "330282-001"]
    assert codes("?public=no") == ["330212-002"]
    assert codes("?region=330282") == ["330282-001"]
    assert codes("?q=330212-001") == ["330212-001"]
    assert codes("?region=city") == []
    file = client.get(reverse("evaluation:notice_line_list", kwargs={"kind": "csv"}) + "?public=no")
    told = b"".join(file.streaming_content).decode("utf-8-sig")
    assert ("330212-002" in told, "330212-001" in told, "公示中" in told) == (True, False, True)


# Everybody -----------------------------------------------------------------------------------------------------------


@pytest.mark.clause("N20")
def test_the_public_page_says_who_until_when_and_how_to_object_and_no_d(stranger: Client, opened: PublicNotice) -> None:
    shown = text(stranger, reverse("site:notice", args=(opened.number,)))
    names = dict(NoticeLine.objects.values_list("code", "name"))
    assert (names["330212-001"] in shown, names["330282-001"] in shown, names["330212-002"] in shown) == (
        True, True, False,
    )  # fmt: skip
    for told in (
        "经信〔2020〕8号", "2020年9月8日至2020年9月15日（5个工作日，首日不计入）", "市经信局", "0574-87654321",
        "和济街95号", "gs@example.cn", "公示中",
    ):  # fmt: skip
        assert told in shown
    assert "评价得分" not in shown


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (datetime(2020, 9, 15, 15, 59, tzinfo=UTC), "公示中"),
        (datetime(2020, 9, 15, 16, 0, tzinfo=UTC), "公示期满"),
    ],
)
def test_the_period_ends_with_its_last_day_in_ningbo(
    stranger: Client, opened: PublicNotice, it_is: Move, at: datetime, state: str
) -> None:
    it_is(at)
    assert state in text(stranger, reverse("site:notices"))
    # The news tell of it afterwards too; that it runs is said once only.
    assert [each["notice"] for each in stranger.get("/").context["notices"]] == [opened] * (state == "公示中")


def test_a_notice_that_begins_later_says_so(stranger: Client, graded: Round) -> None:
    row = stage.opened(stage.proposed(graded, at=AT, starts_on=date(2020, 9, 10)), at=AT)
    assert "未开始" in text(stranger, reverse("site:notice", args=(row.number,)))
    assert stranger.get("/").context["notices"] == []


@pytest.mark.clause("N20")
def test_a_change_stands_beside_what_was_public_before_with_its_reason(
    stranger: Client, city: User, opened: PublicNotice
) -> None:
    notices.amend(notice=opened, assessment=regraded("330212-001", "B"), reason=AMENDED, by=city, at=AT)
    shown = text(stranger, reverse("site:notice", args=(opened.number,)))
    assert f"2020年9月8日A档变更为B档：{AMENDED}" in shown
    assert "原为A档（2020年9月8日列入）" in shown


def test_what_left_the_list_keeps_its_old_grade_and_shows_no_new_one(
    stranger: Client, city: User, opened: PublicNotice
) -> None:
    notices.amend(notice=opened, assessment=regraded("330282-001", "D"), reason="复核后不符", by=city, at=AT)
    shown = text(stranger, reverse("site:notice", args=(opened.number,)))
    assert ("2020年9月8日不再列入：复核后不符" in shown, "原为B档" in shown, "D档" in shown) == (True, True, False)


def test_what_joined_the_list_shows_no_grade_from_before(stranger: Client, city: User, opened: PublicNotice) -> None:
    notices.amend(notice=opened, assessment=regraded("330212-002", "C"), reason="申辩成立", by=city, at=AT)
    shown = text(stranger, reverse("site:notice", args=(opened.number,)))
    assert ("2020年9月8日新列入：申辩成立" in shown, "D档" in shown) == (True, False)


@pytest.mark.clause("N20")
def test_the_list_can_be_taken_as_a_file_that_says_what_the_page_says(
    stranger: Client, city: User, opened: PublicNotice
) -> None:
    address = reverse("site:notice_csv", args=(opened.number,))
    notices.amend(notice=opened, assessment=regraded("330282-001", "D"), reason="复核后不符", by=city, at=AT)
    shown = text(stranger, reverse("site:notice", args=(opened.number,)))
    assert f'href="{address}"' in shown
    answer = stranger.get(address)
    sent = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    head, *rows = csv.reader(sent.removeprefix("\ufeff").splitlines())
    assert head == [
        "平台名称", "地区", "类型", "运营单位", "拟评档次", "拟评档次名称", "版本", "变动", "变动日期", "变动理由",
    ]  # fmt: skip
    # The platform that was D from the beginning is on neither.
    names = dict(NoticeLine.objects.filter(version=1).values_list("code", "name"))
    assert [(row[0], *row[4:]) for row in rows] == [
        (names["330212-001"], "A", "A档", "1", "", "", ""),
        (names["330282-001"], "", "", "2", "不再列入", "2020-09-08", "复核后不符"),
    ]
    assert "D档" not in sent
    book = stranger.get(reverse("site:notice_xlsx", args=(opened.number,)))
    assert b"".join(book.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    assert f'href="{address}"' in text(stranger, reverse("site:open_data"))
    assert 'id="notice"' in text(stranger, reverse("site:dictionary"))


@pytest.mark.parametrize("end", ["proposed", "declined", "withdrawn"])
def test_a_notice_that_was_not_opened_is_as_unknown_as_a_guess(
    stranger: Client, city: User, city2: User, graded: Round, end: str
) -> None:
    row = stage.proposed(graded, by=city, at=AT)
    if end == "declined":
        notices.decline(notice=row, reason="有误", by=city2, at=AT)
    if end == "withdrawn":
        notices.withdraw(notice=row, by=city, at=AT)
    for name in ("site:notice", "site:notice_sheet", "site:notice_csv"):
        found, guessed = (stranger.get(reverse(name, args=(number,))) for number in (row.number, "GS-2020-9999"))
        assert (found.status_code, guessed.status_code) == (404, 404)
    assert "尚无公示。" in text(stranger, reverse("site:notices"))
    assert row.number not in text(stranger, "/sitemap.xml")


def test_the_sheet_to_print_holds_the_list_and_is_the_same_file_every_time(
    stranger: Client, city: User, opened: PublicNotice
) -> None:
    url = reverse("site:notice_sheet", args=(opened.number,))
    one, two = stranger.get(url).content, stranger.get(url).content
    assert one == two
    told = "".join(pages_of(one))
    assert ("鄞州区第1镇" in told, "鄞州区第2镇" in told, "慈溪市第1镇" in told) == (True, False, True)
    assert "2020年9月8日至2020年9月15日（5个工作日，首日不计入）" in told
    notices.amend(notice=opened, assessment=regraded("330282-001", "D"), reason="复核后不符", by=city, at=AT)
    told = "".join(pages_of(stranger.get(url).content))
    assert ("公示期间的变动" in told, "复核后不符" in told) == (True, True)


def test_a_public_page_asks_as_often_for_four_platforms_as_for_one(stranger: Client, city: User) -> None:
    found = []
    for year, count in ((2019, 1), (2018, 4)):
        round_ = stage.confirmed_round({"330212": {"A": count}}, year=year)
        row = stage.opened(stage.proposed(round_, at=AT), at=AT)
        for line in list(row.lines.all()):
            Assessment.objects.filter(pk=line.assessment_id).update(grade="B")
            notices.amend(notice=row, assessment=line.assessment, reason=AMENDED, by=city, at=AT)
        with CaptureQueriesContext(connection) as asked:
            text(stranger, reverse("site:notice", args=(row.number,)))
        found.append(len(asked))
    assert found == [5, 5]


def test_every_act_and_the_day_make_a_new_edition_of_the_public_pages(city: User, graded: Round) -> None:
    day = AT.date()
    seen = [published.edition(day)]
    row = stage.proposed(graded, at=AT)
    assert published.edition(day) == seen[0]
    stage.opened(row, at=AT)
    seen.append(published.edition(day))
    notices.amend(notice=row, assessment=regraded("330212-001", "B"), reason=AMENDED, by=city, at=AT)
    seen.append(published.edition(day))
    notices.stop(notice=row, reason="有误", by=city, at=AT)
    seen += [published.edition(day), published.edition(day + timedelta(days=1))]
    assert len(set(seen)) == 5
