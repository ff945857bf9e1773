"""Accounts: made, given a role, switched off; by the security administrator only, and never by oneself for oneself."""

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from platforms import checks
from platforms.audit.services import audit
from platforms.choices import Role
from platforms.errors import Refusal
from platforms.models import Region, User
from platforms.text import clean_text

_USERNAME = re.compile(r"^[a-z0-9][a-z0-9.-]{1,39}$", re.ASCII)
#: Letters and digits that cannot be taken for one another on paper, and symbols that every keyboard has.
_LETTERS, _FIGURES, _SYMBOLS = "abcdefghjkmnpqrstuvwxyzACDEFGHJKLMNPQRTUVWXY", "34679", "-+=?@#%"
PASSWORD_LENGTH = 14
MANAGE = "platforms.change_user"
CHANGED = ("name", "phone", "role", "region", "employer", "employer_code", "is_active")


def random_password() -> str:
    """Return a password that nobody can guess and that all validators take; shown once, changed at first login."""
    random = secrets.SystemRandom()
    required = [random.choice(kind) for kind in (_LETTERS, _FIGURES, _SYMBOLS)]
    rest = [random.choice(_LETTERS + _FIGURES) for _ in range(PASSWORD_LENGTH - len(required))]
    # A symbol at either end is lost too easily when the password is copied.
    middle = random.sample(required + rest[1:-1], len(required) + len(rest) - 2)
    return "".join([rest[0], *middle, rest[-1]])


@transaction.atomic
def create_account(
    *,
    username: str,
    name: str,
    role: str,
    region: Region | None,
    phone: str = "",
    employer: str = "",
    employer_code: str = "",
    by: User | None,
    at: datetime,
    password: str | None = None,
) -> tuple[User, str]:
    """Make an account and return it with its first password, which must be changed at the first login.

    ``by`` is None for the command line only.

    Raises:
        Refusal: no permission, a name that is taken or malformed, a role without its region or with one too many, an
            assessor without employer.
    """
    _check_may_manage(by)
    wanted = username.strip().lower()
    if not _USERNAME.match(wanted):
        raise Refusal("账号须为 2 至 40 位小写字母、数字、点或连字符，以字母或数字开头。")
    _check_role(role, region)
    if not name.strip():
        raise Refusal("请填写姓名：一人一号，不设共用账号。")
    if User.objects.filter(username=wanted).exists():
        raise Refusal(f"账号“{wanted}”已被使用，请换一个。")
    first = password or random_password()
    user = User(
        username=wanted,
        name=name.strip(),
        role=role,
        region=region,
        phone=phone.strip(),
        employer=employer,
        employer_code=employer_code,
    )
    _settle_employer(user)
    _set_password(user, first)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise Refusal(f"账号“{wanted}”已被使用，请换一个。") from None
    _record(user, "建立账号", by, at, {"角色": ["", _word(role)], "地区": ["", str(region or "")]})
    return user, first


@transaction.atomic
def change_account(*, account: User, values: Mapping[str, Any], by: User, at: datetime) -> User:
    """Change ``name``, ``phone``, ``role``, ``region``, the employer or ``is_active`` of an account.

    Open sessions end with a new role or region, and with the account switched off.

    Raises:
        Refusal: no permission, one's own role, region or activity, a role without its region, or an assessor without
            employer.
    """
    _check_may_manage(by)
    stored: User = User.objects.select_for_update().get(pk=account.pk)
    before = _facts(stored)
    for field in CHANGED:
        if field in values:
            setattr(stored, field, values[field])
    _settle_employer(stored)
    changes = audit.differences(before, _facts(stored))
    if by.pk == stored.pk and changes.keys() & {"角色", "地区", "启用"}:
        raise Refusal("不能更改自己的角色、地区或启用状态，请由另一名安全管理员办理。")
    _check_role(stored.role, stored.region, is_active=stored.is_active)
    if not stored.name.strip():
        raise Refusal("请填写姓名：一人一号，不设共用账号。")
    if changes:
        stored.save(update_fields=CHANGED)
        _record(stored, _verb(changes), by, at, changes)
    return stored


@transaction.atomic
def reset_password(*, account: User, by: User, at: datetime) -> str:
    """Give an account a new first password and return it; its open sessions end.

    Raises:
        Refusal: no permission, or one's own account, which changes its password itself.
    """
    _check_may_manage(by)
    if by.pk == account.pk:
        raise Refusal("请用“修改密码”更改自己的密码。")
    stored: User = User.objects.select_for_update().get(pk=account.pk)
    first = random_password()
    _set_password(stored, first)
    stored.save(update_fields=["password", "must_change_password"])
    _record(stored, "重置密码", by, at, {})
    return first


@transaction.atomic
def unlock(*, account: User, by: User, at: datetime) -> int:
    """Lift the lock that failed logins put on an account; returns how many records were lifted.

    Raises:
        Refusal: no permission.
    """
    from axes.utils import reset

    _check_may_manage(by)
    lifted = int(reset(username=account.username))
    _record(account, "解除登录锁定", by, at, {})
    return lifted


@transaction.atomic
def carry_over(*, regions: Sequence[Region], to: Region | None, by: User, at: datetime) -> int:
    """Give the active accounts of ``regions`` that end to ``to``, or switch them off (None); returns how many.

    Their open sessions end. It is the act of a change of regions, which asks for its own permission.

    Raises:
        Refusal: ``by`` may not decide on changes of regions.
    """
    if not by.has_perm("platforms.decide_regionchange"):
        raise Refusal("您没有合并、新设、撤销地区的权限。")
    accounts = User.objects.select_for_update(of=("self",)).filter(region__in=regions, is_active=True)
    found = list(accounts.select_related("region").order_by("pk"))
    for account in found:
        before = _facts(account)
        account.region, account.is_active = (to or account.region), to is not None
        account.save(update_fields=["region", "is_active"])
        changes = audit.differences(before, _facts(account))
        _record(account, _verb(changes), by, at, changes)
    return len(found)


def _check_may_manage(by: User | None) -> None:
    if by is not None and not by.has_perm(MANAGE):
        raise Refusal("您没有管理账号的权限。")


def _check_role(role: str, region: Region | None, *, is_active: bool = True) -> None:
    if role not in Role.values:
        raise Refusal("角色不符合选项要求。")
    if role == Role.COUNTY and region is None:
        raise Refusal("县级经办须选定所属地区。")
    if region is not None and region.ended and is_active:
        raise Refusal(region.ended)
    if role != Role.COUNTY and region is not None:
        raise Refusal(f"{_word(role)}不分地区，请不要选择地区。")


def _settle_employer(user: User) -> None:
    """Keep where an assessor works in one form, and nothing for everybody else."""
    if user.role != Role.ASSESSOR:
        user.employer = user.employer_code = ""
        return
    user.employer = clean_text("工作单位", user.employer, most=80, required=True, field="employer")
    user.employer_code = checks.normalise_credit_code(user.employer_code)
    wrong = checks.check_credit_code(user.employer_code) if user.employer_code else None
    if wrong:
        raise Refusal.of("employer_code", wrong)


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refusal("".join(error.messages)) from None
    user.set_password(password)
    user.must_change_password = True


def _facts(user: User) -> dict[str, Any]:
    return {
        "姓名": user.name,
        "办公电话": user.phone,
        "工作单位": user.employer,
        "工作单位代码": user.employer_code,
        "角色": _word(user.role),
        "地区": str(user.region or ""),
        "启用": "是" if user.is_active else "否",
    }


def _word(role: str) -> str:
    return dict(Role.choices).get(role, role)


def _verb(changes: Mapping[str, Any]) -> str:
    if "启用" in changes:
        return "启用账号" if changes["启用"][1] == "是" else "停用账号"
    return "更改角色" if changes.keys() & {"角色", "地区"} else "修改账号"


def _record(user: User, verb: str, by: User | None, at: datetime, changes: Mapping[str, Any]) -> None:
    audit.record(
        verb=verb, by=by, at=at, target=user, code=user.username, changes=changes, actor="" if by else "命令行"
    )
