"""What is done with a platform asks that it is in operation on the day that it is about (五)."""

from datetime import date

from platforms.applications.queries.standings import operations
from platforms.dates import day_in_words
from platforms.errors import Refusal
from platforms.models import Platform

#: A service of a day on which the platform was not in operation.
NOT_IN_OPERATION = "该平台在服务日期不在运营期内，不能登记这一天的服务记录。"


def check_in_operation(platform: Platform, *, on: date, field: str = "platform") -> None:
    """Refuse what concerns ``platform`` on the day ``on`` if it is not in operation then.

    Days before its first acceptance are let through: nothing was decided on it yet.

    Raises:
        Refusal: it was revoked, given up or ran out, or was never certified; ``field`` is what the sentence is about.
    """
    if not operations([platform.pk])[platform.pk].may_have_served(on):
        raise Refusal.of(
            field,
            f"“{platform.name}”在{day_in_words(on)}不在运营期内（证书已终止或到期，且没有办理中的申报），不能办理。",
        )
