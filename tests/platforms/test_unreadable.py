"""What is typed and no column holds stays with the draft, in the log and on no form that is submitted."""

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from platforms.applications.completeness import gaps, progress
from platforms.applications.queries.forms import form_data
from platforms.applications.services import drafts as applications
from platforms.applications.services import filing
from platforms.applications.services.filing import Incomplete
from platforms.errors import Refusal
from platforms.masking import mask_form
from platforms.models import Application, AuditEvent, Round, ServiceOffer, User
from tests import factories

pytestmark = pytest.mark.django_db
WRONG = {"text": "约三百", "sentence": "请只填写数字。", "label": "服务场地面积"}


@pytest.fixture
def whole(yinzhou: User, round_2026: Round, now: datetime) -> Application:
    return factories.complete_application(yinzhou, round_2026, now)


def save(row: Application, by: User, at: datetime, values: Any = None, wrong: Any = None) -> Application:
    return applications.save_section(
        application=row, section="venue", values=values or {}, wrong=wrong, version=row.version, by=by, at=at
    )


def save_row(row: Application, by: User, at: datetime, kind: str, *rows: dict[str, Any]) -> Application:
    return applications.save_rows(application=row, section=kind, rows=rows, version=row.version, by=by, at=at)


@pytest.mark.trust("T52")
def test_a_wrong_box_is_kept_beside_its_column_and_is_a_gap(whole: Application, yinzhou: User, now: datetime) -> None:
    before = form_data(whole)
    kept = save(whole, yinzhou, now, wrong={"floor_area": WRONG})
    assert (kept.version, str(kept.floor_area)) == (whole.version + 1, "120.50")
    assert [(gap.field, gap.message) for gap in gaps(form_data(kept))] == [
        ("floor_area", "“服务场地面积”：请只填写数字。")
    ]
    assert {each.slug: each.state for each in progress(form_data(kept))}["venue"] == "partial"
    event = AuditEvent.objects.get(verb="填写场地设施", changes__has_key="服务场地面积（格式有误）")
    assert event.changes == {"服务场地面积（格式有误）": [None, "约三百"]}
    assert save(kept, yinzhou, now, wrong={"floor_area": WRONG}).version == kept.version
    with pytest.raises(Incomplete):
        filing.submit(application=kept, version=kept.version, by=yinzhou, at=now)
    # The same value as before puts it right, and the form is what it was.
    right = save(kept, yinzhou, now, {"floor_area": "120.5"})
    assert (right.unreadable, form_data(right)) == (None, before)


def test_what_cannot_be_stored_or_is_not_asked_there_is_refused(
    whole: Application, yinzhou: User, now: datetime
) -> None:
    for wrong, sentence in (
        ({"status": WRONG}, "有不能在此填写的内容"),
        ({"floor_area": WRONG | {"text": "长" * 4001}}, "最多 4000 个字"),
        ({"floor_area": WRONG | {"text": "\x00"}}, "无法保存的字符"),
        ({"question_999": WRONG}, "有不能在此填写的内容"),
    ):
        with pytest.raises(Refusal, match=sentence):
            save(whole, yinzhou, now, wrong=wrong)
    with pytest.raises(Refusal, match="有不能在此填写的内容"):
        save_row(whole, yinzhou, now, "staff", {"name": "王一", "unreadable": {"application": WRONG}})
    whole.refresh_from_db()
    assert whole.unreadable is None


@pytest.mark.trust("T52")
def test_rows_that_were_begun_are_kept_and_told_in_the_log(whole: Application, yinzhou: User, now: datetime) -> None:
    kept = save_row(whole, yinzhou, now, "staff", {"name": "王一", "unreadable": {"years": WRONG}}, {"sex": "male"})
    assert list(kept.staff.order_by("pk").values_list("name", "sex", "years")) == [
        ("王一", "", None),
        ("", "male", None),
    ]
    event = AuditEvent.objects.filter(verb="填写运营人员").order_by("-serial")[0]
    assert event.changes["运营人员"][1] == ["姓名：王一，专职：是，企业服务年限（年）：约三百", "性别：男，专职：是"]
    with pytest.raises(Incomplete):
        filing.submit(application=kept, version=kept.version, by=yinzhou, at=now)


def test_what_is_typed_wrong_names_nobody_to_other_places(whole: Application, yinzhou: User, now: datetime) -> None:
    kept = save(whole, yinzhou, now, wrong={"floor_area": WRONG})
    kept = save_row(kept, yinzhou, now, "staff", {"name": "王一", "unreadable": {"mobile": WRONG}})
    masked = mask_form(form_data(kept))
    assert ("unreadable" in masked, "unreadable" in masked["staff"][0]) == (False, False)


@pytest.mark.clause("N04")
def test_a_service_is_never_of_both_kinds(whole: Application) -> None:
    offer = {"application": whole, "content": "x"}
    ServiceOffer.objects.create(**offer)
    for wrong in ({"free_service": "policy", "service_class": "law"}, {"service_class": "other"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ServiceOffer.objects.create(**offer, **wrong)
