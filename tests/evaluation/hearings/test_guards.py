"""What was told, answered and replied, and the change that the database itself refuses."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from evaluation.hearings.services import hearings
from evaluation.hearings.services.hearings import Sent
from evaluation.models import Hearing
from platforms.models import User
from tests.evaluation.hearings.conftest import AT
from tests.platforms.test_guards import refused

pytestmark = [pytest.mark.django_db, pytest.mark.trust("T49")]
FIXED = "告知和陈述不得修改或删除"


def hold(*changes: dict[str, Any]) -> None:
    for change in (*changes, {}):
        refused(Hearing.objects.all(), FIXED, **change)


def test_what_was_told_stays_as_it_was_told(sent: Sent, city2: User) -> None:
    hold(
        {"reasons": "别的"}, {"intended": "别的"}, {"number": "X"}, {"recipient": "别的"}, {"sent_by": city2},
        {"answer_by": date(2021, 6, 30)}, {"sent_at": AT.replace(hour=2)},
    )  # fmt: skip
    # A newer link, and that it was opened.
    assert Hearing.objects.update(token_hash="x", opened_at=AT) == 1


def test_what_was_answered_stays_as_it_was_answered(sent: Sent, yinzhou: User) -> None:
    hearings.answer(hearing=sent.hearing, text="是代收。", name="李法人", token=sent.token, at=AT)
    hold(
        {"answer": "别的"}, {"answered_name": "王"}, {"answered_phone": "1"}, {"entered_by": yinzhou},
        {"answered_at": AT.replace(hour=2)}, {"answer": "", "waived": True},
        {"answer": "", "answered_name": "", "answered_at": None},
    )  # fmt: skip


def test_what_was_replied_stays_and_its_link_may_still_be_renewed(sent: Sent, city: User, city2: User) -> None:
    hearings.answer(hearing=sent.hearing, text="是代收。", name="李法人", token=sent.token, at=AT)
    hearings.reply(hearing=sent.hearing, text="不予采纳。", by=city, at=AT)
    hold(
        {"reply": "予以采纳。"}, {"replied_by": city2}, {"replied_at": AT.replace(hour=2)},
        {"reply": "", "replied_by": None, "replied_at": None},
    )  # fmt: skip
    assert hearings.find(hearings.renew_link(hearing=sent.hearing, by=city, at=AT).token) == sent.hearing


def test_the_database_knows_no_half_answer_and_no_half_reply(sent: Sent, city: User) -> None:
    halves: tuple[dict[str, Any], ...] = (
        {"answer": "x"},
        {"waived": True},
        {"answered_at": AT, "answered_name": "李"},
        {"answered_at": AT, "answer": "x"},
        {"answered_at": AT, "answered_name": "李", "answer": "x", "waived": True},
        {"reply": "x", "replied_at": AT, "replied_by": city},
    )
    for half in halves:
        with pytest.raises(IntegrityError), transaction.atomic():
            Hearing.objects.update(**half)
    hearings.answer(hearing=sent.hearing, text="是代收。", name="李法人", token=sent.token, at=AT)
    for half in ({"reply": "x"}, {"replied_at": AT, "replied_by": city}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Hearing.objects.update(**half)
