"""The naming rule of each platform type (二·(一)): set by the city, or left as it came with the system."""

from datetime import datetime

from django.db import transaction

from platforms.applications import naming
from platforms.applications.queries.naming import wrong_with
from platforms.applications.services import gap_counts
from platforms.audit.services import audit
from platforms.choices import PlatformType
from platforms.errors import Refusal
from platforms.models import Application, NamingRule, User
from platforms.text import clean_text


@transaction.atomic
def set_rule(*, type: str, pattern: str, by: User, at: datetime) -> NamingRule:
    """Call platforms of ``type`` by ``pattern`` from now on; its marks may be written in Chinese.

    New drafts get their name by it; forms that are open keep theirs, and are asked for a reason where it now differs.

    Raises:
        Refusal: ``by`` may not, the pattern is none, or a real place would get a wrong name or that of another.
    """
    _check_may(by)
    type = _known(type)
    pattern = check(type=type, pattern=pattern)
    row = NamingRule.objects.select_for_update().filter(type=type).first() or NamingRule(type=type)
    before = row.pattern or naming.DEFAULT_RULES[type]
    if row.pk and before == pattern:
        return row
    row.pattern = pattern
    row.save()
    gap_counts.forget(Application.objects.filter(type=type))
    _record(row, "修改命名规则", before, pattern, by=by, at=at)
    return row


@transaction.atomic
def reset(*, type: str, by: User, at: datetime) -> None:
    """Go back to the rule that came with the system.

    Raises:
        Refusal: ``by`` may not, or the city has set none.
    """
    _check_may(by)
    row = NamingRule.objects.select_for_update().filter(type=_known(type)).first()
    if row is None:
        raise Refusal("这一类型的命名规则就是系统预设的规则。")
    _record(row, "恢复预设命名规则", row.pattern, naming.DEFAULT_RULES[row.type], by=by, at=at)
    row.delete()
    gap_counts.forget(Application.objects.filter(type=row.type))


def check(*, type: str, pattern: str) -> str:
    """Return ``pattern`` as it is stored if it gives every real place of ``type`` a good name of its own.

    Raises:
        Refusal: it does not; the sentence names the first place.
    """
    text = naming.read_pattern(clean_text("命名规则", pattern, most=200))
    wrong = naming.check_pattern(type, text) or wrong_with(type, text)
    if wrong:
        raise Refusal(wrong)
    return text


def _check_may(by: User) -> None:
    if not by.has_perm("platforms.change_namingrule"):
        raise Refusal("您没有修改命名规则的权限。")


def _known(type: str) -> str:
    if type not in PlatformType.values:
        raise Refusal("没有这一平台类型。")
    return type


def _record(row: NamingRule, verb: str, before: str, after: str, *, by: User, at: datetime) -> None:
    changes = {"命名规则": [naming.written(before), naming.written(after)]}
    audit.record(verb=verb, by=by, at=at, target=row, code=str(row.get_type_display()), changes=changes)
