"""The table of roles: what it names exists, and the three administrators hold nothing of the business."""

import pytest
from django.apps import apps
from django.contrib.auth.management import _get_all_permissions

from platforms import roles
from platforms.choices import Role
from platforms.models import User

EXCEL = {
    f"platforms.{verb}_{model}"
    for verb in ("import", "export")
    for model in ("region", "town", "park", "quota", "calendarday", "user", "auditevent", "application")
} | {"evaluation.export_assessment"}


def test_each_permission_in_the_table_exists() -> None:
    known = {
        f"{model._meta.app_label}.{code}"
        for model in apps.get_models()
        for code, _ in _get_all_permissions(model._meta)
    }
    named = {permission for permissions in roles.TABLE.values() for permission in permissions}
    assert sorted(named - known - EXCEL) == []


def test_each_role_has_a_line() -> None:
    assert set(roles.TABLE) == set(Role.values)


@pytest.mark.trust("T05")
@pytest.mark.parametrize("role", ["auditor", "security", "sysadmin"])
def test_administrators_hold_no_permission_on_business_data(role: str) -> None:
    business = {"auditevent", "user", "region"}
    assert {perm for perm in roles.permissions_of(role) if perm.split("_")[-1] not in business} == set()


def test_an_unknown_role_may_do_nothing() -> None:
    assert roles.permissions_of("root") == frozenset()


def test_an_account_that_is_switched_off_may_do_nothing() -> None:
    person = User(username="x", role="city", is_active=False)
    assert (person.has_perm("platforms.view_application"), person.has_module_perms("platforms")) == (False, False)
