"""The county's own check between operating unit and city, and what it asks of the unit."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from platforms.applications.correction import Asked
from platforms.applications.queries.corrections import check_state, turns_of
from platforms.applications.queries.differences import between
from platforms.applications.queries.forms import form_data
from platforms.applications.services import attachments, corrections, filing, fill_links
from platforms.applications.services import drafts as applications
from platforms.errors import Gone, Refusal, StaleVersion
from platforms.models import Application, AuditEvent, CorrectionItem, FillLink, Round, User
from tests import factories

pytestmark = pytest.mark.django_db

AREA = Asked("venue", "floor_area", "请核对面积")
STAFF = Asked("staff", "staff", "请补充专职人员")


@pytest.fixture
def full(yinzhou: User, round_2026: Round, now: datetime) -> Application:
    return factories.complete_application(yinzhou, round_2026, now)


SendBack = Callable[..., FillLink]


@pytest.fixture
def send_back(full: Application, yinzhou: User, now: datetime) -> SendBack:
    """A function that sends the form back to the unit with the items given."""

    def back(*items: Asked, **more: Any) -> FillLink:
        more = {"application": full, "recipient": "测试服务中心", "days": 14, "by": yinzhou, "at": now} | more
        return corrections.send_back(items=items, **more)[0]

    return back


def by_unit(row: Application, link: FillLink, at: datetime, section: str, **values: Any) -> Application:
    row.refresh_from_db()
    return applications.save_section(
        application=row, section=section, values=values, version=row.version, by=None, at=at,
        actor=fill_links.actor_of(link),
    )  # fmt: skip


# The check


@pytest.mark.clause("N15")
def test_a_check_holds_for_what_was_checked(full: Application, yinzhou: User, now: datetime) -> None:
    assert check_state(full) == "none"
    done = corrections.check(application=full, version=full.version, by=yinzhou, at=now)
    assert (done.checked_version, done.checked_at, done.checked_by, done.version) == (
        full.version, now, yinzhou, full.version,
    )  # fmt: skip
    assert check_state(done) == "checked"
    event = AuditEvent.objects.order_by("serial").last()
    assert event is not None
    assert (event.verb, event.actor, event.object_code) == ("县级核对通过", "yinzhou", full.number)
    changed = applications.save_section(
        application=done, section="venue", values={"counters": 8}, version=done.version, by=yinzhou, at=now
    )
    assert check_state(changed) == "stale"
    again = corrections.check(application=changed, version=changed.version, by=yinzhou, at=now)
    assert check_state(again) == "checked"


def test_a_file_that_comes_or_goes_makes_a_check_stale(full: Application, yinzhou: User, now: datetime) -> None:
    corrections.check(application=full, version=full.version, by=yinzhou, at=now)
    factories.attach(full, yinzhou, now, [("photo", "现场")])
    full.refresh_from_db()
    assert check_state(full) == "stale"
    corrections.check(application=full, version=full.version, by=yinzhou, at=now)
    attachments.remove(attachment=full.attachments.get(kind="photo"), by=yinzhou, at=now)
    full.refresh_from_db()
    assert check_state(full) == "stale"


def test_a_submitted_form_stays_checked_and_a_returned_one_is_checked_anew(
    full: Application, yinzhou: User, city: User, now: datetime
) -> None:
    done = corrections.check(application=full, version=full.version, by=yinzhou, at=now)
    sent = filing.submit(application=done, version=done.version, by=yinzhou, at=now)
    assert check_state(sent) == "checked"
    back = filing.return_for_correction(application=sent, reason="请补正", by=city, at=now)
    assert check_state(back) == "stale"


def test_an_incomplete_form_may_be_checked_too(yinzhou: User, round_2026: Round, now: datetime) -> None:
    draft = factories.draft(yinzhou, round_2026, now)
    assert check_state(corrections.check(application=draft, version=draft.version, by=yinzhou, at=now)) == "checked"


@pytest.mark.trust("T11")
def test_nobody_checks_what_they_have_not_seen(full: Application, yinzhou: User, now: datetime) -> None:
    with pytest.raises(StaleVersion):
        corrections.check(application=full, version=full.version - 1, by=yinzhou, at=now)


def test_only_who_files_checks(full: Application, cixi: User, city: User, auditor: User, now: datetime) -> None:
    for person in (cixi, city, auditor):
        with pytest.raises(Refusal, match="权限"):
            corrections.check(application=full, version=full.version, by=person, at=now)
        with pytest.raises(Refusal, match="权限"):
            corrections.send_back(application=full, recipient="x", days=3, items=[AREA], by=person, at=now)
    assert (check_state(full), CorrectionItem.objects.count()) == ("none", 0)


def test_what_was_submitted_is_neither_checked_nor_sent_back(
    full: Application, yinzhou: User, now: datetime, send_back: SendBack
) -> None:
    sent = filing.submit(application=full, version=full.version, by=yinzhou, at=now)
    with pytest.raises(Refusal, match="申报表当前为“已提交”"):
        corrections.check(application=sent, version=sent.version, by=yinzhou, at=now)
    with pytest.raises(Refusal, match="申报表当前为“已提交”"):
        send_back(AREA)


# Back to the unit


def test_the_unit_may_change_only_what_the_county_names(full: Application, send_back: SendBack, now: datetime) -> None:
    link = send_back(AREA, STAFF)
    assert [(item.level, item.turn, item.sent_in, item.section, item.field) for item in full.corrections.all()] == [
        ("county", 1, link, "venue", "floor_area"),
        ("county", 1, link, "staff", "staff"),
    ]
    row = by_unit(full, link, now, "venue", floor_area="150")
    for section, values, label in (
        ("venue", {"counters": 9}, "服务窗口（个）"),
        ("platform", {"address": "别处"}, "地址"),
    ):
        with pytest.raises(Refusal, match="退回时没有要求补正") as refused:
            by_unit(row, link, now, section, **values)
        assert label in str(refused.value)
    row.refresh_from_db()
    changes = between(link.sent_form, form_data(row))
    assert [(each.label, each.old, each.new) for each in changes] == [("服务场地面积（㎡）", "120.5", "150")]


def test_the_county_itself_may_change_everything_meanwhile(
    full: Application, send_back: SendBack, yinzhou: User, now: datetime
) -> None:
    send_back(AREA)
    row = applications.save_section(
        application=full, section="venue", values={"counters": 9}, version=full.version, by=yinzhou, at=now
    )
    assert row.counters == 9


def test_what_follows_is_open_to_the_unit_while_it_types(full: Application, send_back: SendBack, now: datetime) -> None:
    link = send_back(Asked("operator", "operating_mode", "请核对运营方式"))
    by_unit(full, link, now, "operator", operating_mode="entrusted")
    by_unit(full, link, now, "operator", agreement="协")
    row = by_unit(full, link, now, "operator", agreement="协议")
    assert row.agreement == "协议"
    with pytest.raises(Refusal, match="“联系人”"):
        by_unit(full, link, now, "operator", contact_name="别人")


def test_the_unit_answers_through_its_link(
    full: Application, send_back: SendBack, yinzhou: User, now: datetime
) -> None:
    link = send_back(AREA)
    item = link.items.get()
    done = corrections.answer(item=item, text="已核对", by=None, link=link, at=now)
    assert (done.answer, done.answered_by, done.answerer) == ("已核对", None, "测试服务中心")
    event = AuditEvent.objects.order_by("serial").last()
    assert event is not None
    assert (event.verb, event.actor) == ("答复补正要求", "填报单位：测试服务中心")
    # The county's own question is not the county's to answer.
    with pytest.raises(Gone):
        corrections.answer(item=item, text="代答", by=yinzhou, at=now)
    fill_links.hand_over(link=link, at=now)
    with pytest.raises(Gone):
        corrections.answer(item=item, text="改口", by=None, link=link, at=now)


@pytest.mark.trust("T12")
def test_another_link_answers_nothing(full: Application, send_back: SendBack, now: datetime) -> None:
    first = send_back(AREA)
    item = first.items.get()
    second = send_back(STAFF)
    for link in (first, second):
        with pytest.raises(Gone):
            corrections.answer(item=item, text="x", by=None, link=link, at=now)
    assert [[item.text for item in turn.items] for turn in turns_of(full, "county")] == [
        ["请补充专职人员"],
        ["请核对面积"],
    ]


@pytest.mark.parametrize(
    ("items", "sentence"),
    [
        ([], "请至少写明一项需要运营单位修改的内容。"),
        ([Asked("venue", "", " ")], "请填写“第 1 项补正要求”。"),
        ([Asked("venue", "name", "x")], "第 1 项补正要求所指的栏目不在申报表中，请重新选择。"),
        (
            [AREA, Asked("commitment", "county_opinion", "x")],
            "第 2 项：县级审核意见由经信部门填写，不能要求运营单位修改。",
        ),
    ],
)
def test_a_question_says_something_that_the_unit_can_do(send_back: SendBack, items: list[Asked], sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        send_back(*items)
    assert str(refused.value) == sentence
    assert (FillLink.objects.count(), CorrectionItem.objects.count()) == (0, 0)


def test_the_county_asks_the_unit_only_for_what_the_city_opened(
    full: Application, yinzhou: User, city: User, now: datetime, send_back: SendBack
) -> None:
    sent = filing.submit(application=full, version=full.version, by=yinzhou, at=now)
    back = filing.return_for_correction(application=sent, reason="请补正", items=[AREA], by=city, at=now)
    for item in (Asked("venue", "counters", "x"), Asked("plan", "", "x")):
        with pytest.raises(Refusal, match="第 1 项：市经信局退回时没有要求补正"):
            send_back(item, application=back)
    link = send_back(AREA, Asked("venue", "", "场地"), Asked("", "", "全部"), application=back)
    row = by_unit(back, link, now, "venue", floor_area="150")
    # Both limits hold: the county named all of it, the city one field.
    with pytest.raises(Refusal, match="“服务窗口"):
        by_unit(row, link, now, "venue", counters=9)


def test_the_columns_of_a_question_are_closed(full: Application, yinzhou: User, now: datetime) -> None:
    from django.db import IntegrityError, transaction

    made = {"application": full, "turn": 1, "text": "x", "asked_at": now, "asked_by": yinzhou}
    for wrong in ({"level": "city"}, {"level": "county"}, {"level": "other"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CorrectionItem.objects.create(**made, **wrong)
