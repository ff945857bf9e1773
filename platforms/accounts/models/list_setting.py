from django.db import models

from platforms.scope import EVERYWHERE, ScopedModel


class ListSetting(ScopedModel):
    """How one person wants one list: columns in order, the sort order and the filters, as the address holds them.

    A list of the back office is called by its model, one of the desk by its path; the latter has no columns to choose.
    """

    region_path = EVERYWHERE
    LONGEST_NAME = 80

    user = models.ForeignKey("platforms.User", models.CASCADE, verbose_name="账号", related_name="list_settings")
    list_name = models.CharField("列表", max_length=LONGEST_NAME)
    columns = models.JSONField("显示的列", default=list, blank=True)
    query = models.CharField("筛选和排序", max_length=400, blank=True)

    class Meta:
        verbose_name = "列表设置"
        verbose_name_plural = "列表设置"
        ordering = ("user", "list_name")
        constraints = (
            models.UniqueConstraint(fields=("user", "list_name"), name="list_setting_once_per_user_and_list"),
        )

    def __str__(self) -> str:
        return self.list_name
