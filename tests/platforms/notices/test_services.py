"""A notice on its way: entered, sent for approval, approved by another; loaded from the reference files."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from platforms.errors import Gone, Refusal, StaleVersion
from platforms.models import AuditEvent, Notice, Round, User
from platforms.notices.models import value_of
from platforms.notices.queries import approved_terms, in_use, latest_approved, printed_number
from platforms.notices.services import load_notices, move_notice, save_draft
from tests import factories
from tests.platforms.notices import sample

NUMBER = "某创办〔2027〕1号"


def values(**changes: Any) -> dict[str, Any]:
    return {
        "number": NUMBER,
        "version": 1,
        "title": "试点通知",
        "issuers": ["某市经信局"],
        "issued_on": date(2027, 1, 10),
        "clauses": sample.clauses(),
        "terms": sample.terms(),
        "replaces": None,
    } | changes


def entered(by: User, at: datetime, **changes: Any) -> Notice:
    factories.notice()
    return save_draft(notice=None, by=by, at=at, **values(**changes))


def approved(city: User, city2: User, at: datetime, **changes: Any) -> Notice:
    row = entered(city, at, **changes)
    move_notice(notice=row, name="propose", by=city, at=at)
    return move_notice(notice=row, name="approve", by=city2, at=at)


def verbs() -> list[tuple[str, str]]:
    return list(AuditEvent.objects.order_by("serial").values_list("actor_name", "verb"))


def test_one_enters_and_another_approves_and_each_act_is_on_record(city: User, city2: User, now: datetime) -> None:
    row = approved(city, city2, now)
    assert (row.status, row.proposed_by, row.approved_by, row.approved_at) == ("approved", city, city2, now)
    assert verbs() == [("city员", "录入通知"), ("city员", "送审通知"), ("city2员", "批准通知")]
    assert value_of(row.pk).terms.validity_years == 2


def test_who_sent_it_for_approval_does_not_approve_it(city: User, now: datetime) -> None:
    row = entered(city, now)
    move_notice(notice=row, name="propose", by=city, at=now)
    with pytest.raises(Refusal, match="送审人不能批准自己送审的通知"):
        move_notice(notice=row, name="approve", by=city, at=now)
    row.refresh_from_db()
    assert row.status == "proposed"
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.filter(pk=row.pk).update(status="approved", approved_at=now, approved_by=city)


def test_it_is_sent_back_with_a_reason_and_changed_again(city: User, city2: User, now: datetime) -> None:
    row = entered(city, now)
    move_notice(notice=row, name="propose", by=city, at=now)
    with pytest.raises(Refusal, match="只有编制中的通知可以修改"):
        save_draft(notice=row, seen=row.revision, by=city, at=now, **values(title="改"))
    with pytest.raises(Refusal, match="请填写“退回修改”的理由"):
        move_notice(notice=row, name="send_back", by=city2, at=now)
    back = move_notice(notice=row, name="send_back", by=city2, at=now, reason="档次有误")
    assert (back.status, back.proposed_by) == ("draft", None)
    assert AuditEvent.objects.filter(verb="退回通知").get().reason == "档次有误"
    with pytest.raises(Gone):
        move_notice(notice=row, name="approve", by=city2, at=now)


def test_what_changed_is_on_record_by_name(city: User, now: datetime) -> None:
    row = entered(city, now)
    clauses = sample.clauses()
    clauses[0]["number"] = "首条"
    changed = values(title="正式通知", terms=sample.terms(target=70), clauses=clauses)
    save_draft(notice=row, seen=row.revision, by=city, at=now, **changed)
    event = AuditEvent.objects.get(verb="修改通知")
    assert event.changes == {
        "标题": ["试点通知", "正式通知"],
        "建设目标（个）": [60, 70],
        "“窗口平台的定位”的条款号": ["第1条", "首条"],
    }
    row.refresh_from_db()
    save_draft(notice=row, seen=row.revision, by=city, at=now, **changed)
    assert AuditEvent.objects.filter(verb="修改通知").count() == 1


def test_a_draft_keeps_what_cannot_be_and_is_not_sent_for_approval(city: User, now: datetime) -> None:
    row = entered(city, now, terms=sample.terms(validity_years=99))
    assert Notice.objects.get(pk=row.pk).terms["validity_years"] == 99
    with pytest.raises(Refusal) as refused:
        move_notice(notice=row, name="propose", by=city, at=now)
    assert str(refused.value) == ("这份通知还有 1 处不符合要求，不能送审：认定有效期（年）应为1至10的整数，例如3。")


def test_two_who_save_the_same_draft_do_not_overwrite_each_other(city: User, city2: User, now: datetime) -> None:
    row = entered(city, now)
    save_draft(notice=row, seen=1, by=city2, at=now, **values(title="他人所改"))
    with pytest.raises(StaleVersion):
        save_draft(notice=row, seen=1, by=city, at=now, **values(title="旧页所改"))
    assert Notice.objects.get(pk=row.pk).title == "他人所改"


def test_a_version_of_a_number_stands_once(city: User, now: datetime) -> None:
    entered(city, now)
    with pytest.raises(Refusal, match="这一版本已经录入") as refused:
        entered(city, now)
    assert refused.value.field == "version"
    assert str(entered(city, now, version=2)) == f"{NUMBER}（第2版）"


def test_only_the_city_enters_notices(yinzhou: User, finance: User, now: datetime) -> None:
    for person in (yinzhou, finance):
        with pytest.raises(Refusal, match="没有录入通知的权限"):
            entered(person, now)


def test_an_approved_notice_never_changes(city: User, city2: User, now: datetime) -> None:
    row = approved(city, city2, now)
    for act in (
        lambda: Notice.objects.filter(pk=row.pk).update(title="改"),
        lambda: Notice.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(IntegrityError, match="已批准的通知不得修改或删除"), transaction.atomic():
            act()


def test_a_round_keeps_its_notice_once_filing_is_open(city: User, city2: User, now: datetime) -> None:
    other = approved(city, city2, now)
    preparing = factories.round_of(2027, "preparing")
    Round.objects.filter(pk=preparing.pk).update(notice=other)
    Round.objects.filter(pk=preparing.pk).update(status="filing")
    with pytest.raises(IntegrityError, match="年度所依据的通知不得更换"), transaction.atomic():
        Round.objects.filter(pk=preparing.pk).update(notice=factories.notice())


def test_no_round_is_opened_under_a_draft(city: User, now: datetime) -> None:
    draft = entered(city, now)
    preparing = factories.round_of(2027, "preparing", notice=draft)
    with pytest.raises(IntegrityError, match="年度所依据的通知尚未批准"), transaction.atomic():
        Round.objects.filter(pk=preparing.pk).update(status="filing")
    with pytest.raises(IntegrityError, match="年度所依据的通知尚未批准"), transaction.atomic():
        factories.round_of(2028, "filing", notice=draft)


def test_the_notice_in_use_is_that_of_the_current_round(city: User, city2: User, now: datetime) -> None:
    assert in_use() is None
    assert printed_number(None, "ban") == "ban"
    first = factories.notice()
    assert in_use() == first.pk
    later = approved(city, city2, now)
    assert (in_use(), latest_approved()) == (later.pk, later.pk)
    factories.round_of(2026)
    assert in_use() == first.pk
    assert [terms.validity_years for terms in approved_terms()] == [2, 3]
    assert (printed_number(None, "ban"), printed_number(later.pk, "ban")) == ("五", "第23条")


def folder_with(path: Path, old: str = "", new: str = "") -> Path:
    text = (settings.REFERENCE_DIR / "notices" / "2020-5.toml").read_text(encoding="utf-8")
    assert old in text
    (path / "a.toml").write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
    return path


def test_loading_again_changes_nothing_and_an_approved_one_is_never_rewritten(
    db: None, tmp_path: Path, now: datetime
) -> None:
    assert load_notices(folder=folder_with(tmp_path), at=now) == ([factories.NOTICE], 0)
    assert load_notices(folder=tmp_path, at=now) == ([], 1)
    with pytest.raises(Refusal, match="已批准，不能更改；内容有变的，请在文件中填写下一个版本号"):
        load_notices(folder=folder_with(tmp_path, "validity_years = 3", "validity_years = 4"), at=now)
    again = folder_with(tmp_path, "version = 1", "version = 2")
    assert load_notices(folder=again, at=now) == ([f"{factories.NOTICE}（第2版）"], 0)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("validity_years = 3", "validity_years = 0", "认定有效期（年）应为1至10的整数，例如3。"),
        ('title = "', 'heading = "', "缺少“title”"),
        ("[terms]", "[terms", "不是 UTF-8 编码的 TOML 文件"),
        ('"purpose" = [', '"purpose" = ["一", ', "条款应写成"),
    ],
)
def test_a_file_that_cannot_be_loads_nothing(
    db: None, tmp_path: Path, now: datetime, old: str, new: str, sentence: str
) -> None:
    with pytest.raises(Refusal, match=sentence):
        load_notices(folder=folder_with(tmp_path, old, new), at=now)
    assert Notice.objects.count() == 0


def test_a_folder_without_notices_is_refused(db: None, tmp_path: Path, now: datetime) -> None:
    with pytest.raises(Refusal, match="没有通知文件"):
        load_notices(folder=tmp_path, at=now)
