"""Before an act that cannot be taken back the person shows once more who it is."""

import pytest
from django.test import override_settings
from django.utils import timezone

from platforms.accounts.services.confirming import confirm_identity
from platforms.errors import Refusal
from platforms.models import AuditEvent, User
from tests import factories


def test_the_right_password_is_enough_and_leaves_no_event(city: User) -> None:
    confirm_identity(person=city, password=factories.PASSWORD, at=timezone.now())
    assert AuditEvent.objects.count() == 0


def test_a_wrong_password_is_refused_and_logged(city: User) -> None:
    with pytest.raises(Refusal, match="登录密码不正确，请重新输入。"):
        confirm_identity(person=city, password="wrong", at=timezone.now())
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.reason) == ("确认身份失败", "city", "登录密码不正确")


@override_settings(PASSWORD_FAILURES=2)
def test_after_some_wrong_ones_the_right_one_is_refused_too(city: User, cixi: User) -> None:
    for _ in range(2):
        with pytest.raises(Refusal, match="登录密码不正确"):
            confirm_identity(person=city, password="wrong", at=timezone.now())
    with pytest.raises(Refusal, match="登录密码连续输入错误，请约"):
        confirm_identity(person=city, password=factories.PASSWORD, at=timezone.now())
    confirm_identity(person=cixi, password=factories.PASSWORD, at=timezone.now())


@override_settings(PASSWORD_FAILURES=2)
def test_the_right_password_does_not_count(city: User) -> None:
    for _ in range(5):
        confirm_identity(person=city, password=factories.PASSWORD, at=timezone.now())
