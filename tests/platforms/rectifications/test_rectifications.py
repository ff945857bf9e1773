"""What is to be mended: opened by who found it, answered by the platform's side, checked by another person."""

from contextlib import nullcontext
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from platforms.choices import Role
from platforms.errors import Gone, Refusal, StaleVersion
from platforms.models import AuditEvent, Mail, Platform, Rectification, RectificationTurn, Region, Round, User
from platforms.rectifications import queries
from platforms.rectifications import services as rectifications
from platforms.rectifications.queries import Choice
from platforms.rectifications.workflow import RECTIFICATION
from tests import factories
from tests.platforms.supervised import platform_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N18")]
DUE = date(2026, 4, 24)


@pytest.fixture
def platform(round_2026: Round, yinzhou: User) -> Platform:
    return platform_of(yinzhou.region)


@pytest.fixture
def industry(round_2026: Round) -> Platform:
    return platform_of(None)


def opened(platform: Platform, by: User, at: datetime, **more: Any) -> Rectification:
    finder = "city" if by.role == Role.CITY else "county"
    values: dict[str, Any] = {
        "finder": finder,
        "clause": "conditions.linked",
        "problem": "服务数据没有上传",
        "due_on": DUE,
    } | more
    return rectifications.open_one(platform=platform, by=by, at=at, **values)


def answered(row: Rectification, by: User, at: datetime, **more: Any) -> Rectification:
    values: dict[str, Any] = {"text": "已接通并补传", "answered_for": "platform", "version": row.version} | more
    return rectifications.answer(rectification=row, by=by, at=at, **values)


def refused(call: Any, *args: Any, **more: Any) -> tuple[str, str]:
    with pytest.raises(Refusal) as refusal:
        call(*args, **more)
    return refusal.value.field, str(refusal.value)


def test_the_city_opens_the_county_answers_the_city_checks(
    platform: Platform, city: User, city2: User, yinzhou: User, now: datetime
) -> None:
    row = opened(platform, city, now)
    assert (row.number, row.status, row.version, row.round and row.round.year) == ("ZG-2026-0001", "opened", 1, 2026)
    row = answered(row, yinzhou, now + timedelta(days=1))
    assert (row.status, row.version, row.answered_by) == ("answered", 2, yinzhou)
    row = rectifications.reopen(
        rectification=row, text="截图看不清", due_on=date(2026, 5, 1), version=2, by=city2, at=now + timedelta(days=2)
    )
    assert (row.status, row.due_on, row.closed_at) == ("reopened", date(2026, 5, 1), None)
    row = answered(row, yinzhou, now + timedelta(days=30), text="重新截图")
    row = rectifications.close(rectification=row, text="已核", version=4, by=city, at=now + timedelta(days=31))
    assert (row.status, row.version, row.closed_by) == ("closed", 5, city)
    turns = row.turns.values_list("name", "source", "target", "text", "late", "due_on")
    assert list(turns) == [
        ("answer", "opened", "answered", "已接通并补传", False, DUE),
        ("reopen", "answered", "reopened", "截图看不清", False, date(2026, 5, 1)),
        ("answer", "reopened", "answered", "重新截图", True, date(2026, 5, 1)),
        ("close", "answered", "closed", "已核", False, date(2026, 5, 1)),
    ]
    verbs = AuditEvent.objects.filter(object_type__icontains="整改").order_by("serial").values_list("verb", flat=True)
    assert list(verbs) == ["下发整改通知", "答复整改", "退回重新整改", "答复整改", "复核通过"]


def test_opening_and_reopening_are_told_to_the_liaison_officer(
    platform: Platform, city: User, yinzhou: User, now: datetime
) -> None:
    row = opened(platform, city, now, clause="named.indicator", indicator="场地面积")
    rectifications.reopen(
        rectification=answered(row, yinzhou, now), text="没有图", due_on=date(2026, 5, 1), version=2, by=city, at=now
    )
    first, second = Mail.objects.filter(kind="rectify").order_by("pk")
    assert first.region == platform.region
    assert first.subject == "请办理：整改ZG-2026-0001，期限2026年4月24日"
    assert f"“{platform.name}”需要整改（整改编号 ZG-2026-0001）。" in first.body
    assert "整改依据：评价指标\n存在问题：场地面积：服务数据没有上传\n整改期限：2026年4月24日" in first.body
    assert first.body.count("/desk/rectifications/ZG-2026-0001/") == 1
    assert "需要重新整改" in second.body
    assert "存在问题：场地面积：没有图\n整改期限：2026年5月1日" in second.body


def test_who_may_open_and_for_whom(
    platform: Platform, industry: Platform, yinzhou: User, cixi: User, city: User, finance: User, now: datetime
) -> None:
    no = ("", "您没有对这个平台下发整改通知的权限。")
    assert refused(opened, platform, cixi, now) == no
    assert refused(opened, platform, finance, now) == no
    assert refused(opened, industry, yinzhou, now) == no
    assert opened(platform, yinzhou, now, finder="county_hub").get_finder_display() == "县级枢纽平台"
    assert opened(industry, city, now, finder="city_hub").get_finder_display() == "市级枢纽平台"
    for by, finder in ((yinzhou, "city"), (city, "county")):
        assert refused(opened, platform, by, now, finder=finder) == ("finder", "请选择发现单位。")


@pytest.mark.parametrize(
    ("more", "field", "sentence"),
    [
        ({"clause": "x"}, "clause", "请选择整改依据。"),
        ({"clause": ""}, "clause", "请选择整改依据。"),
        ({"clause": "conditions"}, "clause", "请选择整改依据。"),
        ({"clause": "grounds.fees"}, "clause", "请选择整改依据。"),
        ({"clause": "named.indicator"}, "indicator", "请写明是哪项指标或要求。"),
        ({"clause": "named.other", "indicator": " "}, "indicator", "请写明是哪项指标或要求。"),
        ({"indicator": "字" * 81}, "indicator", "“指标或要求”最多 80 个字，现为 81 个字。"),
        ({"problem": " \n"}, "problem", "请填写“存在问题”。"),
        ({"problem": "字" * 1001}, "problem", "“存在问题”最多 1000 个字，现为 1001 个字。"),
        ({"due_on": date(2026, 4, 9)}, "due_on", "整改期限不能早于今天。"),
        ({"due_on": date(2027, 4, 12)}, "due_on", "整改期限最长一年，请核对。"),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_its_place(
    platform: Platform, city: User, now: datetime, more: dict[str, Any], field: str, sentence: str
) -> None:
    assert refused(opened, platform, city, now, **more) == (field, sentence)
    assert not Rectification.objects.exists()
    assert not Mail.objects.exists()


@pytest.mark.parametrize(
    ("clause", "is_kept"),
    [("conditions.free", True), ("fees", True), ("of_its_own", True), ("", False), ("conditions.other", False)],
)
def test_the_database_keeps_what_code_or_a_notice_can_call_a_basis(
    platform: Platform, city: User, now: datetime, clause: str, is_kept: bool
) -> None:
    rows = Rectification.objects.filter(pk=opened(platform, city, now).pk)
    with nullcontext() if is_kept else pytest.raises(IntegrityError), transaction.atomic():
        rows.update(clause=clause)
    assert rows.filter(clause=clause).exists() == is_kept


def test_a_ground_is_a_basis_where_the_notice_of_the_round_has_it(
    round_2026: Round, platform: Platform, city: User, now: datetime
) -> None:
    terms = factories.notice().terms
    own = {"key": "idle", "label": "半年未提供服务", "clause": "grounds.other", "collector": ""}
    other = factories.invented_notice(grounds=[each for each in terms["grounds"] if each["key"] != "fees"] + [own])
    factories.round_of(2027, notice=other)
    later = now + timedelta(days=365)
    assert refused(opened, platform, city, now, clause="idle") == ("clause", "请选择整改依据。")
    assert refused(opened, platform, city, later, clause="fees", due_on=later.date()) == ("clause", "请选择整改依据。")
    row = opened(platform, city, later, clause="idle", due_on=later.date())
    assert queries.label_of(row) == "第30条 半年未提供服务"
    event = AuditEvent.objects.get(verb="下发整改通知")
    assert event.changes["整改依据"] == [None, "第30条 半年未提供服务"]


def test_nobody_checks_the_own_answer_nor_what_others_found(
    platform: Platform, yinzhou: User, yinzhou2: User, city: User, now: datetime
) -> None:
    row = answered(opened(platform, yinzhou, now), yinzhou, now, answered_for="county")
    close: dict[str, Any] = {"rectification": row, "version": 2, "at": now}
    assert refused(rectifications.close, by=yinzhou, **close) == (
        "",
        "答复人不能复核自己的答复，请由本单位其他经办人复核。",
    )
    others = "这项整改由区县（市）经信部门发现，由发现单位办理“复核通过”。"
    assert refused(rectifications.close, by=city, **close) == ("", others)
    assert list(queries.waiting_for(yinzhou)) == []
    assert list(queries.waiting_for(yinzhou2)) == [row]
    assert rectifications.close(by=yinzhou2, **close).status == "closed"
    row = answered(opened(platform, city, now), yinzhou, now)
    assert refused(rectifications.close, rectification=row, version=2, by=yinzhou2, at=now) == (
        "",
        "这项整改由市经信局发现，由发现单位办理“复核通过”。",
    )


def test_only_the_platforms_own_side_answers(
    platform: Platform, industry: Platform, yinzhou: User, cixi: User, city: User, city2: User, now: datetime
) -> None:
    row = opened(platform, city, now)
    no = ("", "整改由平台所属区县（市）、管委会答复，您可以查看，不能答复。")
    assert refused(answered, row, cixi, now) == no
    assert refused(answered, row, city, now) == no
    assert refused(answered, row, yinzhou, now, answered_for="city") == ("answered_for", "请选择答复单位。")
    assert refused(answered, row, yinzhou, now, text=" ") == ("", "请填写“答复整改”的理由。")
    assert refused(answered, row, yinzhou, now, text="字" * 1001) == ("text", "“内容”最多 1000 个字，现为 1001 个字。")
    own = answered(opened(industry, city, now), city2, now, answered_for="city")
    assert rectifications.close(rectification=own, version=2, by=city, at=now).status == "closed"


def test_found_by_mistake_it_is_withdrawn_with_a_reason(platform: Platform, city: User, now: datetime) -> None:
    row = opened(platform, city, now)
    assert refused(rectifications.withdraw, rectification=row, text="", version=1, by=city, at=now) == (
        "",
        "请填写“撤销整改”的理由。",
    )
    row = rectifications.withdraw(rectification=row, text="不属于该平台", version=1, by=city, at=now)
    assert (row.status, row.closed_by, queries.is_overdue(row.status, row.due_on, date(2027, 1, 1))) == (
        "withdrawn",
        city,
        False,
    )
    with pytest.raises(Gone):
        rectifications.withdraw(rectification=row, text="再撤", version=2, by=city, at=now)


def test_who_decides_on_an_older_page_changes_nothing(
    platform: Platform, city: User, city2: User, yinzhou: User, now: datetime
) -> None:
    row = answered(opened(platform, city, now), yinzhou, now)
    row = rectifications.reopen(rectification=row, text="不全", due_on=DUE, version=2, by=city, at=now)
    row = answered(row, yinzhou, now)
    with pytest.raises(StaleVersion, match="已有新的进展"):
        rectifications.close(rectification=row, version=2, by=city2, at=now)
    assert Rectification.objects.get().status == "answered"
    rectifications.close(rectification=row, version=4, by=city2, at=now)
    with pytest.raises(Gone):
        answered(row, yinzhou, now, version=5)


def test_turns_stay_as_they_were_said(platform: Platform, city: User, yinzhou: User, now: datetime) -> None:
    row = answered(opened(platform, city, now), yinzhou, now)
    for change in (lambda: row.turns.update(text="另一句"), lambda: row.turns.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert RectificationTurn.objects.get().text == "已接通并补传"


def test_lists_and_counts(
    platform: Platform,
    industry: Platform,
    city: User,
    yinzhou: User,
    cixi: User,
    regions: dict[str, Region],
    now: datetime,
) -> None:
    late = opened(platform, city, now)
    soon = opened(platform, yinzhou, now, due_on=date(2026, 5, 20))
    own = opened(industry, city, now, due_on=date(2026, 5, 2))
    done = answered(opened(platform, city, now), yinzhou, now)
    today = date(2026, 5, 1)

    def numbers(user: User, **narrowed: str) -> list[str]:
        return [row.number for row in queries.listed(user, Choice(**narrowed), today)]

    assert numbers(city) == [late.number, own.number, soon.number, done.number]
    assert numbers(yinzhou) == [late.number, soon.number, done.number]
    assert numbers(cixi) == []
    assert numbers(city, state="overdue") == [late.number]
    assert numbers(city, state="answered") == [done.number]
    assert numbers(city, region="330212") == [late.number, soon.number, done.number]
    assert numbers(city, region="city") == [own.number]
    assert numbers(city, platform=industry.code) == [own.number]
    assert numbers(city, q=soon.number) == [soon.number]
    assert queries.tally(yinzhou, Choice(), today) == {
        "opened": 2, "answered": 1, "reopened": 0, "closed": 0, "withdrawn": 0, "overdue": 1,
    }  # fmt: skip
    assert queries.regions_with_any(city) == [("330212", "鄞州区", 3), ("city", "市级重点行业", 1)]
    asked = [
        (queries.to_answer(who).count(), queries.to_enter(who).count(), queries.to_check(who).count())
        for who in (yinzhou, city)
    ]
    assert asked == [(1, 1, 0), (0, 1, 1)]
    assert [each.number for each in queries.late_at_counties(city, today)] == [late.number]


@pytest.mark.trust("T13")
def test_each_move_by_each_person_in_each_status(
    platform: Platform, city: User, city2: User, yinzhou: User, yinzhou2: User, cixi: User, finance: User, now: datetime
) -> None:
    """The whole table of what the city found: only these cells succeed, each by these persons."""
    people = {each.username: each for each in (city, city2, yinzhou, yinzhou2, cixi, finance)}
    makers: dict[str, Any] = {
        "answer": lambda row, by: answered(row, by, now),
        "close": lambda row, by: rectifications.close(rectification=row, version=row.version, by=by, at=now),
        "reopen": lambda row, by: rectifications.reopen(
            rectification=row, text="不全", due_on=DUE, version=row.version, by=by, at=now
        ),
        "withdraw": lambda row, by: rectifications.withdraw(
            rectification=row, text="误", version=row.version, by=by, at=now
        ),
    }
    row = opened(platform, city, now)
    rows = {"opened": row}
    succeeded = set()
    for status, way in (
        ("opened", ()), ("answered", ("answer",)), ("reopened", ("answer", "reopen")),
        ("closed", ("answer", "close")), ("withdrawn", ("withdraw",)),
    ):  # fmt: skip
        row = opened(platform, city, now)
        for step in way:
            row = makers[step](row, yinzhou if step == "answer" else city)
        rows[status] = row
        for name, make in makers.items():
            for who, by in people.items():
                try:
                    with transaction.atomic():
                        make(row, by)
                        succeeded.add((name, status, who))
                        raise Gone
                except Refusal:
                    row.refresh_from_db()
                assert row.status == status
                offered = {move.name for move in rectifications.moves_open_to(row, by)}
                assert (name in offered) == ((name, status, who) in succeeded)
    cities, counties = ("city", "city2"), ("yinzhou", "yinzhou2")
    assert succeeded == {
        *(("answer", status, who) for status in ("opened", "reopened") for who in counties),
        *((name, "answered", who) for name in ("close", "reopen") for who in cities),
        *(("withdraw", status, who) for status in ("opened", "answered", "reopened") for who in cities),
    }
    assert {move.name for move in RECTIFICATION.moves} == set(makers)


def test_the_city_checks_for_a_county_that_has_nobody_else(
    platform: Platform,
    yinzhou: User,
    cixi: User,
    city: User,
    now: datetime,
    browser_of: Any,
    regions: dict[str, Region],
) -> None:
    row = opened(platform, yinzhou, now)
    close: dict[str, Any] = {"rectification": row, "at": now}
    others = "这项整改由区县（市）经信部门发现，由发现单位办理“撤销整改”。"
    assert refused(rectifications.withdraw, text="误", version=1, by=city, **close) == ("", others)
    row = answered(row, yinzhou, now, answered_for="county")
    close["rectification"] = row
    alone = "答复人不能复核自己的答复；本单位没有其他经办人，由市经信局复核。"
    assert refused(rectifications.close, version=2, by=yinzhou, **close) == ("", alone)
    assert list(queries.waiting_for(yinzhou)) == []
    assert list(queries.waiting_for(city)) == [row]
    page = f"/desk/rectifications/{row.number}/"
    assert alone in browser_of(yinzhou).get(page).content.decode()
    shown = browser_of(city).get(page).content.decode()
    assert "发现和答复这项整改的地区没有其他经办人，由市经信局复核。" in shown
    assert "复核通过" in shown
    assert "已接通并补传" in browser_of(city).get(f"{page}close/").content.decode()
    # A colleague, not one who left or works elsewhere, takes it back from the city.
    gone = factories.officer("gone", regions["330212"])
    User.objects.filter(pk=gone.pk).update(is_active=False)
    assert list(queries.waiting_for(city)) == [row]
    factories.officer("colleague", regions["330212"])
    assert list(queries.waiting_for(city)) == []
    assert refused(rectifications.close, version=2, by=city, **close) == (
        "",
        "这项整改由区县（市）经信部门发现，由发现单位办理“复核通过”。",
    )
    User.objects.filter(username="colleague").update(is_active=False)
    row = rectifications.reopen(text="没有图", due_on=DUE, version=2, by=city, **close)
    row = answered(row, yinzhou, now)
    assert rectifications.close(rectification=row, version=4, by=city, at=now).closed_by == city
