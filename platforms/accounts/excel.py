"""Accounts as a sheet; each row goes through the service that makes and changes accounts."""

from typing import Any, ClassVar

from import_export.results import RowResult
from import_export.widgets import Widget

from platforms.accounts.services import accounts
from platforms.choices import Role
from platforms.excel.base import RowWidget, ScopedResource
from platforms.excel.columns import Column, Kind
from platforms.identity import ours
from platforms.models import Region, User

_PLACES = ours().examples


class UserResource(ScopedResource):
    """账号, by name; passwords are neither imported nor exported, a new account gets one by 重置密码."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("username", "账号", Kind.CODE, required=True, hint="小写字母、数字、点和连字符", example="yinzhou"),
        Column("name", "姓名", required=True, example="张三"),
        Column("role", "角色", Kind.CHOICE, required=True, choices=tuple(Role.choices), example="县级经办"),
        Column("region", "地区代码", Kind.CODE, hint="仅县级经办填写，代码或名称均可", example=_PLACES.region_code),
        Column("employer", "工作单位", hint="仅评审员填写"),
        Column("employer_code", "工作单位统一社会信用代码", Kind.CODE, hint="仅评审员填写，可不填"),
        Column("phone", "办公电话", Kind.CODE, example=_PLACES.phone),
        Column("is_active", "启用", Kind.YES_NO, required=True, example="是"),
    )

    class Meta(ScopedResource.Meta):
        model = User
        import_id_fields = ("username",)
        clean_model_instances = False

    def widget_of(self, column: Column) -> Widget | None:
        return RowWidget(column, self.visible(Region)) if column.name == "region" else None

    def do_instance_save(self, instance: User, is_create: bool) -> None:
        assert self.user is not None
        if is_create:
            made, _password = accounts.create_account(
                username=instance.username,
                name=instance.name,
                role=instance.role,
                region=instance.region,
                phone=instance.phone,
                employer=instance.employer,
                employer_code=instance.employer_code,
                by=self.user,
                at=self.at,
            )
            instance.pk = made.pk
            if not instance.is_active:
                accounts.change_account(account=made, values={"is_active": False}, by=self.user, at=self.at)
            return
        names = [column.name for column in (self.table.columns if self.table else ()) if column.name != "username"]
        values: dict[str, Any] = {name: getattr(instance, name) for name in names}
        accounts.change_account(account=instance, values=values, by=self.user, at=self.at)

    def record_row(self, row_result: RowResult) -> None:
        """The service wrote the event already."""
