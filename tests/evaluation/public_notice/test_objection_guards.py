"""What of an objection the database itself keeps, each by the change that it refuses."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from evaluation.models import Objection, PublicNotice
from evaluation.public_notice.services import objections
from platforms.models import Mail, User
from tests.evaluation.public_notice.noticed import AT, filed, first
from tests.platforms.test_guards import refused

pytestmark = [pytest.mark.django_db, pytest.mark.trust("T49")]
SENTENCE = "异议办结后不得修改，登记不得删除"


@pytest.fixture
def objection(notice: PublicNotice, city2: User) -> Objection:
    made = filed(notice, first(notice), email="who@example.cn")
    return objections.assign(objection=made, to=city2, by=city2, at=AT)


@pytest.mark.parametrize(
    "change",
    [{"text": "别的"}, {"name": "别人"}, {"number": "YYX"}, {"lookup_hash": "0" * 64}, {"channel": "paper"},
     {"phone": "13900000000"}, {"email": ""}, {"received_at": AT - timedelta(days=1)}, {"assessment": None}],
)  # fmt: skip
def test_what_was_said_and_by_whom_stays(objection: Objection, change: dict[str, Any]) -> None:
    refused(Objection.objects.all(), SENTENCE, **change)


def test_it_is_never_deleted(objection: Objection) -> None:
    refused(Objection.objects.all(), SENTENCE)


@pytest.mark.parametrize("ended", ["answered", "refused"])
def test_what_was_answered_or_refused_never_changes(objection: Objection, city2: User, ended: str) -> None:
    if ended == "answered":
        objections.answer(objection=objection, outcome="rejected", text="不属实", by=city2, at=AT)
    else:
        objections.refuse(objection=objection, text="无关", by=city2, at=AT)
    rows = Objection.objects.all()
    for change in ({"answer": "别的"}, {"outcome": "upheld"}, {"status": "assigned"}, {"due_on": AT.date()}, {}):
        refused(rows, SENTENCE, **change)


def broken(name: str, **changes: Any) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Objection.objects.update(**changes)


def test_state_and_answer_go_together(objection: Objection, city: User) -> None:
    # Whichever of the two the database looks at first.
    broken("objection_(status_closed|answer_whole)", status="lost")
    broken("objection_assigned_has_who_and_when", assigned_to=None)
    broken("objection_answer_whole", answer="不属实")
    whole = {"status": "answered", "answer": "不属实", "answered_at": AT, "answered_by": city}
    broken("objection_answer_whole", **whole)
    broken("objection_answer_whole", **whole, outcome="refused")
    broken("objection_answer_whole", **(whole | {"status": "refused"}), outcome="upheld")


def test_a_channel_is_one_of_the_list(objection: Objection) -> None:
    row = Objection.objects.get()
    row.pk, row.number, row.channel = None, "YYX", "phone"
    with pytest.raises(IntegrityError, match="objection_channel_closed"), transaction.atomic():
        row.save(force_insert=True)


def test_one_act_is_told_by_one_mail(objection: Objection) -> None:
    mail = Mail.objects.get()
    mail.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        mail.save(force_insert=True)
