"""Failures that anybody can cause, written to the audit log only so often that the log stays readable and small."""

from datetime import datetime

from django.conf import settings

from platforms.audit.choices import AuditResult
from platforms.audit.services import audit
from platforms.models import AuditEvent, User


def record_failure(
    *, verb: str, at: datetime, by: User | None = None, actor: str = "", code: str = "", reason: str = ""
) -> AuditEvent | None:
    """Write the event of a try that was refused, or only count it.

    In each hour the first ``settings.FAILURES_LOGGED_PER_NAME`` of one kind by one name from one address have a row
    each; the next has one that says so, and then every tenfold of the limit one with the number reached. In the same
    way ``…_PER_ADDRESS`` limits these rows for an address, and ``…_IN_ALL`` what is left for everybody, so that one
    who fails without end hides nobody else.
    """
    from platforms.limits import neighbourhood, nth

    address = neighbourhood(audit.current_address())
    name = by.username if by else actor
    for what, who, most, words in (
        ("failures of a name", f"{verb}\n{name}\n{address}", settings.FAILURES_LOGGED_PER_NAME, "同一账号在同一地址"),
        ("failures of an address", address, settings.FAILURES_LOGGED_PER_ADDRESS, "同一地址"),
        ("failures", "", settings.FAILURES_LOGGED_IN_ALL, "全系统"),
    ):
        count = nth(what, who, at)
        if count <= most:
            continue
        if not _is_noted(count, most):
            return None
        reason = f"一小时内{words}的失败已达 {count:,} 次，其后只计次数，不再逐条记录"
    return audit.record(verb=verb, by=by, at=at, actor=actor, code=code, reason=reason, result=AuditResult.REFUSED)


def _is_noted(count: int, most: int) -> bool:
    """Say whether the ``count``-th failure under a limit of ``most`` has a row although it is beyond it."""
    if count == most + 1:
        return True
    step = most * 10
    while step < count:
        step *= 10
    return step == count
