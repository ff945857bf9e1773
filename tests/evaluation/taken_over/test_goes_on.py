"""What was taken over goes on like what the system issued: renewed, changed, corrected, warned of, counted again."""

from datetime import date
from typing import Any

import pytest

from evaluation.amendments.services import deciding, proposing
from evaluation.certification.choices import Validity
from evaluation.certification.queries.in_force import in_force, state_of
from evaluation.models import Certification, Result
from evaluation.renewal.services.renewals import begin
from platforms.choices import Role
from platforms.models import Town, User
from tests import factories
from tests.evaluation.taken_over.before import AT, CODE, TODAY, row, taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def before(town: Town, city: User) -> Certification:
    """The certificate of 东郊街道 of 2023, which holds until October 2026."""
    return taken(row(), by=city).certificates[0]


@pytest.mark.clause("N28")
def test_it_is_renewed_by_an_application_that_nothing_could_fill(before: Certification, yinzhou: User) -> None:
    draft = begin(certification=before, round=factories.round_of(2026), by=yinzhou, at=AT)
    assert draft.renews is not None
    assert (draft.status, draft.renews.certificate, draft.site_key) == (
        "draft", before.number, before.result.platform.site_key,
    )  # fmt: skip


def two_people(made: Any, city2: User) -> Result:
    decided = deciding.decide(amendment=made, by=city2, at=AT)
    found: Result = Result.objects.get(amendment=decided)
    return found


def test_its_operator_is_changed_by_two_people(before: Certification, city: User, city2: User) -> None:
    other = factories.credit_code(7, "12330212")
    made = proposing.propose_change(
        result=before.result, changes={"operator_name": "新中心", "operator_code": other}, effective_on=TODAY,
        public_reason="运营单位变更。", reason="来文。", uploads=[factories.upload("营业执照.pdf")], by=city, at=AT,
    )  # fmt: skip
    new = two_people(made, city2)
    assert (new.version, new.operator_name, new.corrects) == (2, "新中心", before.result)
    held = in_force(TODAY).get()
    assert (held.result, held.operator_code, held.valid_until) == (new, other, before.valid_until)
    assert before.operator_code == CODE


def test_its_grade_is_corrected_by_two_people(before: Certification, city: User, city2: User) -> None:
    made = proposing.propose_correction(
        result=before.result, grade="D", grade_reason="原件为D档。", effective_on=date(2026, 4, 10),
        public_reason="公布的档次有误。",
        reason="复核。", by=city, at=AT,
    )  # fmt: skip
    new = two_people(made, city2)
    assert (new.version, new.grade) == (2, "D")
    before.refresh_from_db()
    assert state_of(Certification.objects.get(pk=before.pk), TODAY) == Validity.CORRECTED
    assert not in_force(TODAY).exists()


def test_a_county_reads_of_it_what_the_public_reads(before: Certification, browser_of: Any, yinzhou: User) -> None:
    assert yinzhou.role == Role.COUNTY
    desk = browser_of(yinzhou)
    assert desk.get("/desk/results/").status_code == 200
    assert desk.get("/desk/results/2023/").status_code == 200
    assert desk.get(f"/desk/results/2023/{before.result.code}/").status_code == 404
    assert before.number in desk.get("/desk/certificates/").content.decode()
