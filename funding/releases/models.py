from django.db import models

from funding.runs.models import AllocationRun
from platforms.scope import EVERYWHERE, ScopedModel


class AllocationRelease(ScopedModel):
    """The act that made the amounts of a locked run known: with it each county reads its own, and anyone all of them.

    ``document_number`` and ``decided_on`` are those of the document on paper; ``use_due_on`` is the day by which
    counties report what they used the money for. It never changes; a correction is the release of the run that
    corrects this one.
    """

    region_path = EVERYWHERE

    run = models.OneToOneField(AllocationRun, models.PROTECT, verbose_name="资金分配", related_name="release")
    document_number = models.CharField("文号", max_length=40)
    decided_on = models.DateField("文件日期")
    use_due_on = models.DateField("使用情况报告截止日期")
    released_at = models.DateTimeField("公布时间")
    released_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="公布人", related_name="+")

    class Meta:
        verbose_name = "分配结果公布"
        verbose_name_plural = "分配结果公布"
        ordering = ("-released_at",)
        permissions = (("release_allocationrun", "公布分配结果"),)
        constraints = (
            models.CheckConstraint(condition=~models.Q(document_number=""), name="release_has_a_document"),
            models.CheckConstraint(
                condition=models.Q(use_due_on__gte=models.F("decided_on")), name="release_use_is_due_after_it"
            ),
        )

    def __str__(self) -> str:
        return f"{self.run.round}资金分配结果"
