"""Whoever is logged in shows once more who it is, before an act that cannot be taken back."""

from datetime import datetime

from django.conf import settings

from platforms.accounts.services.failure_log import record_failure
from platforms.errors import Refusal
from platforms.limits import Limiter
from platforms.models import User
from platforms.turning_away import in_words

#: Wrong passwords of one account, from wherever: whoever found a session open must not guess on.
tries = Limiter("own passwords", lambda: settings.PASSWORD_FAILURES, seconds=15 * 60)


def confirm_identity(*, person: User, password: str, at: datetime) -> None:
    """Compare ``password`` with that of ``person``; wrong ones are logged and limited.

    Raises:
        Refusal: it is another one, or too many were wrong within a quarter of an hour.
    """
    account = str(person.pk)
    seconds = tries.wait(account)
    if seconds:
        raise Refusal(f"登录密码连续输入错误，请约 {in_words(seconds)}后再试。")
    if not person.check_password(password):
        record_failure(verb="确认身份失败", by=person, at=at, reason="登录密码不正确")
        raise Refusal("登录密码不正确，请重新输入。")
    tries.give_back(account)
