from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from platforms import roles
from platforms.choices import Role
from platforms.masking import may_see_people
from platforms.reference.models import Region
from platforms.scope import EVERYWHERE, ScopedModel, ScopedQuerySet, regions_of_officer


class UserManager(BaseUserManager.from_queryset(ScopedQuerySet)):  # type: ignore[misc]
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Create an account; without ``password`` nobody can log in until one is set."""
        user: User = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, *_args: Any, **_fields: Any) -> "User":
        """Refuse: there is no account that may do everything.

        Raises:
            TypeError: always; the first account is made by ``create_account``.
        """
        raise TypeError("本系统不设超级用户，请用 manage.py create_account 建立安全管理员账号。")


class User(ScopedModel, AbstractBaseUser):
    """One person, one account, one role; what the role may do is a table in ``platforms/roles.py``.

    There are no groups and no superuser, so nobody can grant a right that the table does not name. ``employer`` and
    ``employer_code`` say where an assessor works, whose platforms that person does not judge.
    """

    region_path = EVERYWHERE

    username = models.CharField(
        "账号", max_length=40, unique=True, error_messages={"unique": "该账号已被使用，请换一个。"}
    )
    name = models.CharField("姓名", max_length=40)
    role = models.CharField("角色", max_length=10, choices=Role.choices)
    region = models.ForeignKey(
        Region, models.PROTECT, verbose_name="地区", related_name="officers", null=True, blank=True
    )
    phone = models.CharField("办公电话", max_length=40, blank=True)
    employer = models.CharField("工作单位", max_length=80, blank=True)
    employer_code = models.CharField("工作单位统一社会信用代码", max_length=18, blank=True)
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("首次登录须改密码", default=True)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "role"]

    class Meta:
        verbose_name = "账号"
        verbose_name_plural = "账号"
        ordering = ("username",)
        constraints = (
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_closed"),
            # An officer of a county without a region would see nothing; anybody else with one would look scoped.
            models.CheckConstraint(
                condition=models.Q(role=Role.COUNTY, region__isnull=False)
                | (~models.Q(role=Role.COUNTY) & models.Q(region__isnull=True)),
                name="user_region_for_county_only",
                violation_error_message="县级经办须选定所属地区，其他角色不选地区。",
            ),
            models.CheckConstraint(
                condition=models.Q(role=Role.ASSESSOR) | models.Q(employer="", employer_code=""),
                name="user_employer_for_assessor_only",
                violation_error_message="工作单位仅评审员填写，其他角色不填。",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        """Everybody with an active account may enter the back office; what is inside follows from the role."""
        return self.is_active

    @property
    def is_superuser(self) -> bool:
        return False

    def has_perm(self, perm: str, obj: object = None) -> bool:  # noqa: ARG002 - rows are the business of scope
        return self.is_active and perm in roles.permissions_of(self.role)

    def has_perms(self, perm_list: list[str], obj: object = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and any(perm.startswith(f"{app_label}.") for perm in roles.permissions_of(self.role))

    def acts_for(self, region: int | None) -> bool:
        """Say whether this is an officer of the region with the key ``region``, or of one that took it over."""
        return region is not None and (region == self.region_id or region in regions_of_officer(self))

    def sees_people(self, region: int | None) -> bool:
        """Say whether this person reads names and mobiles in rows of ``region`` (its key) in full."""
        return may_see_people(role=self.role, own_regions=regions_of_officer(self), row_region=region)

    def get_session_auth_hash(self) -> str:
        """Bind each session to password, role and region: when one of them changes, all open sessions end."""
        return self._session_hash()

    def get_session_auth_fallback_hash(self) -> Any:
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(secret)

    def _session_hash(self, secret: str | bytes | None = None) -> str:
        value = f"{self.password}|{self.role}|{self.region_id}|{self.is_active}"
        return salted_hmac("platforms.User.session", value, secret=secret, algorithm="sha256").hexdigest()
