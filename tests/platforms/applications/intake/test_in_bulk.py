"""What is taken in at once is what the services would have left behind one by one."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from platforms.applications.queries.forms import form_data
from platforms.applications.services import drafts as applications
from platforms.applications.services.intake import take_in
from platforms.applications.services.intake_plan import Filed
from platforms.audit.services import audit
from platforms.errors import Refusal, StaleVersion
from platforms.models import Answer, Application, AuditEvent, Ban, Park, Question, Region, Round, StaffMember, User
from tests import factories
from tests.factories import FORM, ROWS

pytestmark = pytest.mark.django_db
SECTIONS = {slug: values for slug, values in FORM.items() if slug != "commitment"}
#: Differ between two places, or by the order in which rows were made; what is searched is the name of the place.
OTHER = {"id", "number", "town", "name", "search_text"}


@pytest.fixture
def question(round_2026: Round) -> Question:
    return Question.objects.create(
        round=round_2026, section="venue", text="是否有电梯", kind="choice", options="有\n没有"
    )


def one_by_one(filed: Filed, round: Round, by: User, at: datetime) -> Application:
    """Do with the services for single drafts what ``filed`` says."""
    row = applications.create(round=round, type=filed.type, region=filed.region, town=filed.town, by=by, at=at)
    return save_parts(row, filed, by, at)


def save_parts(row: Application, filed: Filed, by: User, at: datetime) -> Application:
    for slug, values in filed.sections.items():
        row = applications.save_section(application=row, section=slug, values=values, version=row.version, by=by, at=at)
    for kind, rows in filed.rows.items():
        row = applications.save_rows(application=row, section=kind, rows=rows, version=row.version, by=by, at=at)
    return row


def columns(row: Application) -> dict[str, Any]:
    row = Application.objects.get(pk=row.pk)
    return {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.name not in OTHER
    }


def form(row: Application) -> dict[str, Any]:
    data = form_data(Application.objects.get(pk=row.pk))
    return {name: value for name, value in data.items() if name != "site"} | {
        "platform": {**data["platform"], "name": ""}
    }


def events(row: Application) -> list[tuple[str, Any]]:
    found = AuditEvent.objects.filter(object_code=row.number).order_by("serial")
    return [(each.verb, each.changes) for each in found]


def filed_for(user: User, town: Any, question: Question | None = None, **changes: Any) -> Filed:
    sections = {slug: dict(values) for slug, values in SECTIONS.items()}
    if question is not None:
        sections["venue"][question.key] = "有"
    sections["operator"] |= changes
    return Filed(type="town", region=user.region, town=town, sections=sections, rows=ROWS)


def test_a_new_form_is_the_same_both_ways(yinzhou: User, round_2026: Round, now: datetime, question: Question) -> None:
    here, there = (filed_for(yinzhou, factories.town(yinzhou.region, name), question) for name in ("甲镇", "乙镇"))
    single = one_by_one(here, round_2026, yinzhou, now)
    done = take_in(round=round_2026, filed=[there], by=yinzhou, at=now)
    assert (len(done.new), done.changed, done.unchanged) == (1, (), ())
    assert columns(done.new[0]) == columns(single)
    assert form(done.new[0]) == form(single)
    for row in (done.new[0], single):
        assert Application.objects.get(pk=row.pk).search_text.startswith(f"{row.name} ")
    assert events(done.new[0]) == events(single)
    assert done.new[0].number == "2026-0002"
    assert list(audit.breaks()) == []


def test_a_changed_form_is_the_same_both_ways(
    yinzhou: User, round_2026: Round, now: datetime, question: Question
) -> None:
    first = [filed_for(yinzhou, factories.town(yinzhou.region, name), question) for name in ("甲镇", "乙镇")]
    single, bulk = take_in(round=round_2026, filed=first, by=yinzhou, at=now).new
    second = [
        Filed(
            type="town",
            region=yinzhou.region,
            town=each.town,
            sections={
                "operator": {**each.sections["operator"], "contact_name": "新联系", "contact_email": ""},
                "venue": {question.key: "没有", "floor_area": "120.50"},
            },
            rows={"staff": ROWS["staff"][:1], "partners": ROWS["partners"]},
        )
        for each in first
    ]
    later = now + timedelta(hours=1)
    save_parts(single, second[0], yinzhou, later)
    done = take_in(round=round_2026, filed=[second[1]], by=yinzhou, at=later)
    assert [row.pk for row in done.changed] == [bulk.pk]
    assert columns(bulk) == columns(single)
    assert form(bulk) == form(single)
    assert events(bulk) == events(single)
    assert Answer.objects.get(application=bulk).value == "没有"
    assert list(audit.breaks()) == []


def test_a_second_time_changes_nothing(yinzhou: User, round_2026: Round, now: datetime) -> None:
    filed = [filed_for(yinzhou, factories.town(yinzhou.region))]
    take_in(round=round_2026, filed=filed, by=yinzhou, at=now, digest="ab" * 32)
    before = (columns(Application.objects.get()), list(StaffMember.objects.values_list("pk")))
    done = take_in(round=round_2026, filed=filed, by=yinzhou, at=now + timedelta(days=1), digest="ab" * 32, left_out=3)
    assert (done.new, done.changed, len(done.unchanged)) == ((), (), 1)
    assert (columns(Application.objects.get()), list(StaffMember.objects.values_list("pk"))) == before
    reasons = list(AuditEvent.objects.filter(verb="批量填报").order_by("serial").values_list("reason", flat=True))
    assert reasons == [
        "新建 1 份，修改 0 份，未变 0 份；文件校验值 abababababababab",
        "新建 0 份，修改 0 份，未变 1 份，未写入 3 份；文件校验值 abababababababab",
    ]


def refused(round_: Round, by: User, at: datetime, *filed: Filed) -> str:
    count = Application.objects.count()
    with pytest.raises(Refusal) as caught:
        take_in(round=round_, filed=filed, by=by, at=at)
    assert Application.objects.count() == count
    return str(caught.value)


def test_one_that_is_against_the_rules_stops_all(yinzhou: User, round_2026: Round, now: datetime) -> None:
    good, bad = (filed_for(yinzhou, factories.town(yinzhou.region, name)) for name in ("甲镇", "乙镇"))
    bad.sections["venue"]["counters"] = 5000  # type: ignore[index]
    assert refused(round_2026, yinzhou, now, good, bad) == "第 2 份：“服务窗口（个）”：不能大于 1000。"


@pytest.mark.trust("T07")
def test_nobody_takes_in_for_another_region(
    yinzhou: User, cixi: User, city: User, finance: User, round_2026: Round, now: datetime
) -> None:
    filed = filed_for(cixi, factories.town(cixi.region))
    assert refused(round_2026, yinzhou, now, filed) == "只能为本地区建立申报表。"
    assert refused(round_2026, city, now, filed) == "只能为本地区建立申报表。"
    assert refused(round_2026, finance, now, filed) == "您没有批量填报的权限。"
    foreign = Filed(type="town", region=yinzhou.region, town=filed.town)
    assert refused(round_2026, yinzhou, now, foreign) == "第 1 份：所选乡镇（街道）不属于本地区，请重新选择。"


def test_what_was_handed_in_is_left_alone(yinzhou: User, round_2026: Round, now: datetime) -> None:
    row = factories.submitted(yinzhou, round_2026, now)
    same = filed_for(yinzhou, row.town)
    assert len(take_in(round=round_2026, filed=[same], by=yinzhou, at=now).unchanged) == 1
    other = filed_for(yinzhou, row.town, contact_name="另一人")
    sentence = "第 1 份：该地点的申报表 2026-0001 为“已提交”，表格只能修改从未提交过的草稿，请在网页上办理。"
    assert refused(round_2026, yinzhou, now, other) == sentence


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("evaluating", "第 1 份：2026年度申报已截止，不再受理新的申报表；被退回的申报表仍可补正后重新提交。"),
        ("published", "2026年度结果已公布，申报表不能再变动。"),
    ],
)
def test_new_forms_are_made_while_filing_is_open(
    yinzhou: User, round_2026: Round, now: datetime, status: str, sentence: str
) -> None:
    Round.objects.update(status=status)
    assert refused(round_2026, yinzhou, now, filed_for(yinzhou, factories.town(yinzhou.region))) == sentence


@pytest.mark.clause("N35")
def test_places_names_and_operators_are_judged_as_at_the_desk(
    yinzhou: User, hzw: User, cixi: User, round_2026: Round, now: datetime, regions: dict[str, Region]
) -> None:
    town = factories.town(yinzhou.region, "甲镇")
    twice = [Filed(type="town", region=yinzhou.region, town=town)] * 2
    assert refused(round_2026, yinzhou, now, *twice) == "第 2 份：同一地点在表中出现了两次，请只保留一行。"
    other = factories.draft(yinzhou, round_2026, now)
    named = Filed(type="town", region=yinzhou.region, town=town, sections={"platform": {"name": other.name}})
    sentence = "第 1 份：本地区的申报表 2026-0001 已使用这个名称，请换一个名称。"
    assert refused(round_2026, yinzhou, now, named) == sentence
    code = factories.credit_code(7, "91330212MA")
    Ban.objects.create(operator_code=code, starts_on=now.date(), ends_on=now.date(), reason="撤销运营资格")
    banned = filed_for(yinzhou, town, operator_code=code)
    assert refused(round_2026, yinzhou, now, banned) == (
        f"第 1 份：运营单位（{code}）因撤销运营资格，在2026年4月10日（含当日）前不受理申报。"
    )
    # A town that a zone filed for is taken, whoever asks.
    below = factories.town(cixi.region, "庵东镇", kind="town", zone=hzw.region, open_to_host=True)
    factories.draft(hzw, round_2026, now, type="functional_zone", town=below)
    filed = Filed(type="town", region=cixi.region, town=below)
    assert refused(round_2026, cixi, now, filed) == (
        "第 1 份：该地点本年度不能再建立申报表。如有疑问，请与市经信局联系。"
    )


def test_parks_zones_and_associations(yinzhou: User, hzw: User, city: User, round_2026: Round, now: datetime) -> None:
    park: Park = factories.park(yinzhou.region)
    made = take_in(
        round=round_2026, filed=[Filed(type="park", region=yinzhou.region, park=park)], by=yinzhou, at=now
    ).new[0]
    assert (made.site_key, made.name) == (f"park:{park.pk}", "鄞州区测试小微企业园中小企业公共服务窗口平台")
    zone = take_in(round=round_2026, filed=[Filed(type="functional_zone", region=hzw.region)], by=hzw, at=now).new[0]
    assert zone.name == "杭州湾新区中小企业公共服务窗口平台"
    industry = Filed(type="industry", association="宁波市 模具行业协会", industry_chain="模具")
    made = take_in(round=round_2026, filed=[industry], by=city, at=now).new[0]
    assert (made.association, made.region) == ("宁波市模具行业协会", None)
    other = Filed(type="industry", association="宁波市模具行业协会", industry_chain="汽车")
    assert refused(round_2026, city, now, other) == (
        "第 1 份：申报表 2026-0003 的服务产业链是“模具”，不能通过表格更改。"
    )


def test_rows_that_contradict_each_other_are_refused(yinzhou: User, round_2026: Round, now: datetime) -> None:
    town = factories.town(yinzhou.region)

    def with_rows(**rows: Any) -> str:
        filed = Filed(type="town", region=yinzhou.region, town=town, rows=rows)
        return refused(round_2026, yinzhou, now, filed).removeprefix("第 1 份：")

    both = {"free_service": "policy", "service_class": "law", "content": "甲"}
    assert with_rows(services=[both]) == "每项服务只能是公益性服务或八类服务之一。"
    fee = {"free_service": "policy", "content": "甲", "is_free": False}
    assert with_rows(services=[fee]) == "三项公益性服务须免费，不得填写收费标准。"
    free = {"free_service": "policy", "content": "甲"}
    assert with_rows(services=[free, free]) == "同一项公益性服务只需填写一次。"
    rule = {"kind": "fees", "title": "收费标准"}
    assert with_rows(rules=[rule, rule]) == "同一类制度只需填写一次。"
    assert with_rows(rules=[rule] * 201).startswith("“管理制度”最多 200 行，现为 201 行。")
    assert with_rows(staff=[{"name": "甲"}]) == "请填写“性别”。"


def test_a_form_that_a_colleague_saves_in_the_same_moment_stops_all(
    yinzhou: User, round_2026: Round, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from platforms.applications.services import intake

    filed = filed_for(yinzhou, factories.town(yinzhou.region))
    row = take_in(round=round_2026, filed=[filed], by=yinzhou, at=now).new[0]
    real = intake.work_out

    def late(**given: Any) -> Any:
        plans = real(**given)
        Application.objects.filter(pk=row.pk).update(version=row.version + 1)
        return plans

    monkeypatch.setattr(intake, "work_out", late)
    other = filed_for(yinzhou, row.town, contact_name="另一人")
    with pytest.raises(StaleVersion, match="检查之后有人改动了其中的申报表"):
        take_in(round=round_2026, filed=[other], by=yinzhou, at=now)


def test_thirty_cost_hardly_more_queries_than_one(
    yinzhou: User, round_2026: Round, now: datetime, django_assert_num_queries: Any
) -> None:
    made = [filed_for(yinzhou, factories.town(yinzhou.region, f"第{n}镇")) for n in range(31)]
    # The gaps of all are counted once at the end, with three statements.
    with django_assert_num_queries(36) as first:
        take_in(round=round_2026, filed=made[:1], by=yinzhou, at=now)
    # The first one also begins the counters, with four statements. SQLite takes 999 values in one statement, so thirty
    # forms are written in three.
    more = 2 if connection.vendor == "sqlite" else -4
    with django_assert_num_queries(len(first) + more):
        take_in(round=round_2026, filed=made[1:], by=yinzhou, at=now)
