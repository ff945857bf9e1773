"""The step that gave the certificates of earlier years their ends and their platforms their standings."""

import importlib
from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.db import connection

from evaluation.models import Certification, CertificationEnd
from platforms.models import Round, Standing
from tests.evaluation import stage

pytestmark = pytest.mark.django_db

STEP = importlib.import_module("evaluation.migrations.0004_ends_and_standings_of_what_was_issued")
GUARDS = (
    *importlib.import_module("evaluation.migrations.0003_ends_of_certificates").GUARDS,
    *importlib.import_module("platforms.migrations.0016_standings_of_platforms").GUARDS,
)
AT = datetime(2023, 3, 1, 2, 0, tzinfo=UTC)


def forget() -> None:
    """Take away what the services wrote, as if it was published before there were ends."""
    with connection.cursor() as cursor:
        for guard in GUARDS:
            for statement in guard.removal(connection.vendor):
                cursor.execute(statement)
        for model in (CertificationEnd, Standing):
            rows = model._default_manager.all()
            rows._raw_delete(rows.db)  # type: ignore[attr-defined]
        for guard in GUARDS:
            for statement in guard.statements(connection.vendor):
                cursor.execute(statement)
    Round.objects.update(published_on=None)


def told() -> list[tuple[str, str, date | None]]:
    """Return, by first day, what ended each certificate, what its standing says, and the first day without it."""
    ends = {each.certification_id: each for each in CertificationEnd.objects.all()}
    standings = {each.certificate: each for each in Standing.objects.all()}
    return [
        (ends[row.pk].cause if row.pk in ends else "", standings[row.number].ended_why, standings[row.number].ended_on)
        for row in Certification.objects.order_by("valid_from", "number")
    ]


def published(*years: int) -> None:
    for year in years:
        stage.published_round({"330212": {"A": 1}}, year=year)


def revoked(year: int, on: date) -> None:
    rows = Certification.objects.filter(result__publication__round__year=year)
    rows.update(ground="fees", revocation_reason="收费", revoked_on=on, revoked_at=AT, revoked_by=stage.city_officer())


def test_a_later_certificate_replaces_the_one_before_and_one_that_ran_out_is_expired(db: None) -> None:
    published(2020, 2022, 2026)
    expected = [("replaced", "replaced", date(2022, 9, 28)), ("", "expired", date(2025, 9, 28)), ("", "", None)]
    assert told() == expected
    forget()
    STEP.write(apps, None)
    assert told() == expected
    assert Round.objects.get(year=2022).published_on == date(2022, 9, 28)


@pytest.mark.parametrize("year", [2020, 2022])
def test_a_revocation_ends_what_the_platform_held_whichever_certificate_it_was_written_on(year: int) -> None:
    published(2020, 2022)
    forget()
    revoked(year, date(2023, 3, 1))
    STEP.write(apps, None)
    assert told() == [("replaced", "replaced", date(2022, 9, 28)), ("revoked", "revoked", date(2023, 3, 1))]
    assert Certification.objects.get(result__publication__round__year=2022).ground == "fees"


def test_what_was_issued_after_a_revocation_stands(db: None) -> None:
    published(2020)
    forget()
    revoked(2020, date(2023, 3, 1))
    published(2026)
    forget()
    STEP.write(apps, None)
    assert told() == [("revoked", "revoked", date(2023, 3, 1)), ("", "", None)]


def test_run_again_it_changes_nothing_of_the_standings(db: None) -> None:
    published(2020, 2022)
    forget()
    STEP.write(apps, None)
    before = list(Standing.objects.values_list())
    with connection.cursor() as cursor:
        for guard in GUARDS[:3]:
            for statement in guard.removal(connection.vendor):
                cursor.execute(statement)
        rows = CertificationEnd.objects.all()
        rows._raw_delete(rows.db)
        for guard in GUARDS[:3]:
            for statement in guard.statements(connection.vendor):
                cursor.execute(statement)
    STEP.write(apps, None)
    assert list(Standing.objects.values_list()) == before
    assert told()[0][0] == "replaced"
