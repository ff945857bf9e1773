from django.db import models

from evaluation.news.choices import ArticleKind, ArticleStatus
from platforms.files.models import Pictured, described
from platforms.scope import EVERYWHERE, ScopedModel


class Article(ScopedModel):
    """A text that the city writes for everybody: news, an announcement, or a standing text.

    ``text`` is Markdown. Once published everybody reads it from the moment ``shown_from`` on, which may lie ahead, and
    nothing of it changes until it is withdrawn for a reason.
    """

    region_path = EVERYWHERE

    kind = models.CharField("栏目", max_length=12, choices=ArticleKind.choices, default=ArticleKind.NEWS)
    title = models.CharField("标题", max_length=80)
    summary = models.CharField("摘要", max_length=200)
    text = models.TextField("正文", max_length=20_000)
    status = models.CharField("状态", max_length=10, choices=ArticleStatus.choices, default=ArticleStatus.DRAFT)
    version = models.PositiveSmallIntegerField("版本", default=1, editable=False)
    edited_at = models.DateTimeField("编辑时间")
    edited_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="编辑人", related_name="+")
    shown_from = models.DateTimeField("公开时间", null=True, blank=True)
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    published_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="发布人", related_name="+", null=True, blank=True
    )
    withdrawn_at = models.DateTimeField("撤下时间", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="撤下人", related_name="+", null=True, blank=True
    )
    withdrawal_reason = models.CharField("撤下理由", max_length=400, blank=True)

    class Meta:
        verbose_name = "动态与通知"
        verbose_name_plural = "动态与通知"
        ordering = ("-edited_at", "-pk")
        permissions = (("publish_article", "发布、撤下动态与通知"),)
        indexes = (models.Index(fields=("status", "-shown_from"), name="article_shown"),)
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=ArticleKind.values), name="article_kind_closed"),
            models.CheckConstraint(condition=models.Q(status__in=ArticleStatus.values), name="article_status_closed"),
            models.CheckConstraint(
                condition=models.Q(published_at__isnull=True, published_by__isnull=True, shown_from__isnull=True)
                | models.Q(published_at__isnull=False, published_by__isnull=False, shown_from__isnull=False),
                name="article_published_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(status=ArticleStatus.DRAFT, published_at__isnull=True)
                | (~models.Q(status=ArticleStatus.DRAFT) & models.Q(published_at__isnull=False)),
                name="article_public_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(status=ArticleStatus.WITHDRAWN, withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                    & ~models.Q(withdrawal_reason="")
                )
                | (
                    ~models.Q(status=ArticleStatus.WITHDRAWN)
                    & models.Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawal_reason="")
                ),
                name="article_withdrawn_whole",
            ),
        )

    def __str__(self) -> str:
        return self.title


class ArticlePicture(Pictured, ScopedModel):
    """A picture of an article; the text puts it in by its ``number`` (图1), which it keeps while others come and go."""

    region_path = EVERYWHERE

    article = models.ForeignKey(Article, models.PROTECT, verbose_name="动态与通知", related_name="pictures")
    number = models.PositiveSmallIntegerField("序号")

    class Meta:
        verbose_name = "动态与通知图片"
        verbose_name_plural = "动态与通知图片"
        ordering = ("article", "number")
        constraints = (
            models.UniqueConstraint(fields=("article", "number"), name="article_picture_number_once"),
            models.CheckConstraint(condition=~models.Q(picture_name=""), name="article_picture_is_there"),
            described("article_picture_is_described"),
        )

    def __str__(self) -> str:
        return self.mark

    @property
    def mark(self) -> str:
        """How the text names it."""
        return f"图{self.number}"


class ArticleFile(ScopedModel):
    """A file that goes with an article, judged by its content and kept under the SHA-256 of it."""

    region_path = EVERYWHERE

    article = models.ForeignKey(Article, models.PROTECT, verbose_name="动态与通知", related_name="files")
    shown_name = models.CharField("文件名", max_length=120)
    stored_name = models.CharField("存储名", max_length=120, editable=False)
    media_type = models.CharField("格式", max_length=100, editable=False)
    size = models.PositiveIntegerField("大小（字节）", editable=False)

    class Meta:
        verbose_name = "动态与通知附件"
        verbose_name_plural = "动态与通知附件"
        ordering = ("article", "pk")
        constraints = (models.UniqueConstraint(fields=("article", "stored_name"), name="article_file_once"),)

    def __str__(self) -> str:
        return self.shown_name
