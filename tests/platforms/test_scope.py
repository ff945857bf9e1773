"""Which rows a person sees: one door for every list, form, file and export."""

from datetime import datetime

import pytest
from django.contrib.auth.models import AnonymousUser

from platforms.models import Application, AuditEvent, Park, Region, Round, Town, User
from platforms.scope import may_view
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.trust("T01")]


@pytest.fixture
def drafts(yinzhou: User, cixi: User, city: User, round_2026: Round, now: datetime) -> dict[str, Application]:
    return {
        "yinzhou": factories.draft(yinzhou, round_2026, now),
        "cixi": factories.draft(cixi, round_2026, now),
        "city": factories.draft(city, round_2026, now, type="industry"),
    }


def test_an_officer_sees_the_own_region_only(drafts: dict[str, Application], yinzhou: User) -> None:
    assert list(Application.objects.visible_to(yinzhou)) == [drafts["yinzhou"]]
    assert drafts["yinzhou"].is_visible_to(yinzhou)
    assert not drafts["cixi"].is_visible_to(yinzhou)


def test_the_city_sees_all_regions_and_its_own(drafts: dict[str, Application], city: User) -> None:
    assert set(Application.objects.visible_to(city)) == set(drafts.values())


def test_rows_below_an_application_follow_it(
    drafts: dict[str, Application], yinzhou: User, cixi: User, now: datetime
) -> None:
    factories.fill(drafts["cixi"], cixi, now)
    for below in ("staff", "services", "partners", "rules"):
        model = Application._meta.get_field(below).related_model
        assert model.objects.visible_to(cixi).exists()
        assert not model.objects.visible_to(yinzhou).exists()


def test_reference_data_is_the_same_for_all_who_may_see_it(yinzhou: User, finance: User, auditor: User) -> None:
    factories.town(yinzhou.region)
    assert Region.objects.visible_to(yinzhou).count() == 17
    assert Region.objects.visible_to(finance).count() == 17
    assert Town.objects.visible_to(yinzhou).count() == 1
    assert not Region.objects.visible_to(auditor).exists()


def test_parks_belong_to_their_region(yinzhou: User, cixi: User) -> None:
    factories.park(cixi.region)
    assert not Park.objects.visible_to(yinzhou).exists()
    assert Park.objects.visible_to(cixi).count() == 1


@pytest.mark.trust("T05")
def test_the_three_administrators_and_strangers_see_no_business_data(
    drafts: dict[str, Application], auditor: User, security: User, sysadmin: User, finance: User
) -> None:
    for person in (auditor, security, sysadmin, finance, AnonymousUser()):
        assert not Application.objects.visible_to(person).exists()
        assert not may_view(person, Application)
    assert AuditEvent.objects.visible_to(auditor).exists()


def test_who_has_lost_region_or_account_sees_nothing(drafts: dict[str, Application], yinzhou: User) -> None:
    yinzhou.region = None
    assert not Application.objects.visible_to(yinzhou).exists()
    yinzhou.refresh_from_db()
    yinzhou.is_active = False
    assert not Application.objects.visible_to(yinzhou).exists()
