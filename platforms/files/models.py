from typing import Any

from django.db import models

from platforms.files.choices import EvidenceKind
from platforms.reference.models import Region
from platforms.scope import ScopedModel


class EvidenceFile(ScopedModel):
    """One file that proves something below a platform: a finished task, a mended fault, an activity, a fact.

    ``kind`` says what the row ``key`` is (the primary key of a task, a rectification …); files are judged by content,
    kept under the SHA-256 of it and served by a checked view only. ``region`` None is the city's. Never changed.
    """

    region_path = "region"

    kind = models.CharField("用途", max_length=16, choices=EvidenceKind.choices)
    key = models.PositiveBigIntegerField("所属记录")
    region = models.ForeignKey(
        Region, models.PROTECT, verbose_name="地区", related_name="evidence", null=True, blank=True
    )
    note = models.CharField("说明", max_length=80, blank=True)
    shown_name = models.CharField("文件名", max_length=120)
    stored_name = models.CharField("存储名", max_length=120, editable=False)
    media_type = models.CharField("格式", max_length=100, editable=False)
    size = models.PositiveIntegerField("大小（字节）", editable=False)
    digest = models.CharField("校验值", max_length=64, editable=False)
    uploaded_at = models.DateTimeField("上传时间")
    uploaded_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="上传人", related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = "佐证材料"
        verbose_name_plural = "佐证材料"
        ordering = ("kind", "key", "pk")
        indexes = (models.Index(fields=("kind", "key"), name="evidence_of"),)
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=EvidenceKind.values), name="evidence_kind_closed"),
        )

    def __str__(self) -> str:
        return self.shown_name


class Pictured(models.Model):
    """A row with at most one picture for a public page, written anew in a few widths (``platforms.page_pictures``).

    ``picture_name`` is the widest variant, ``picture_width`` and ``picture_height`` its pixels; ``picture_smaller``
    lists the others as width, height and name, the narrowest first. Names end with the SHA-256 of the content.
    ``picture_alt`` says what the picture shows.
    """

    picture_name = models.CharField("图片存储名", max_length=120, blank=True, editable=False)
    picture_width = models.PositiveIntegerField("图片宽度（像素）", default=0, editable=False)
    picture_height = models.PositiveIntegerField("图片高度（像素）", default=0, editable=False)
    picture_smaller = models.JSONField("较小的图片", default=list, blank=True, editable=False)
    picture_alt = models.CharField("图片说明", max_length=120, blank=True)

    class Meta:
        abstract = True

    @property
    def picture_variants(self) -> list[tuple[int, int, str]]:
        """The width, height and stored name of each variant, the narrowest first; none without a picture."""
        own = [(self.picture_width, self.picture_height, self.picture_name)] if self.picture_name else []
        return [*((width, height, name) for width, height, name in self.picture_smaller), *own]

    def picture_of(self, digest: str) -> str:
        """Return the stored name of the variant whose content has the SHA-256 ``digest``; empty where there is none."""
        return next((name for *_, name in self.picture_variants if name.rpartition("/")[2] == digest), "")


def described(name: str) -> Any:
    """Return the constraint that a picture is described, and that nothing is described where there is none."""
    return models.CheckConstraint(
        condition=models.Q(picture_name="", picture_alt="", picture_width=0, picture_height=0)
        | (
            ~models.Q(picture_name="") & ~models.Q(picture_alt="") & models.Q(picture_width__gt=0, picture_height__gt=0)
        ),
        name=name,
    )
