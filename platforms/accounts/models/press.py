from django.db import models

from platforms.scope import EVERYWHERE, ScopedModel


class Press(ScopedModel):
    """One press of a button that was carried out: the same press is not carried out again.

    ``digest`` is keyed and covers the one-use key of the form, its address, the person and the content. ``target`` is
    where the press led to (the token of a fill link is taken out of it), ``note`` what whoever presses again is told.
    """

    region_path = EVERYWHERE

    digest = models.CharField("校验值", max_length=64, unique=True)
    route = models.CharField("表单", max_length=200)
    target = models.CharField("办理结果", max_length=400, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    pressed_at = models.DateTimeField("办理时间", db_index=True)
    pressed_by = models.ForeignKey(
        "platforms.User", models.CASCADE, verbose_name="办理人", related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = "已办理的提交"
        verbose_name_plural = "已办理的提交"
        ordering = ("-pressed_at", "-pk")

    def __str__(self) -> str:
        return self.route
