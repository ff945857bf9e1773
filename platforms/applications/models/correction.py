from django.db import models

from platforms.applications.choices import CorrectionLevel
from platforms.applications.models.application import Application, ApplicationMove
from platforms.applications.models.details import FillLink
from platforms.scope import ScopedModel


class CorrectionItem(ScopedModel):
    """One thing that a return asks for (补正事项): a field or a whole section, with a sentence, and its answer.

    ``level`` says who asked: the city, with the move ``asked_in``, or the county, with the fill link ``sent_in``.
    ``section`` empty means the whole form, ``field`` empty the whole section; ``field`` is a column of the
    application, a kind of rows, ``attachments`` or the key of a question. ``turn`` counts the returns of the
    application at that level. Items stay for good; an answer may be changed until the form goes back.
    """

    region_path = "application__region"

    application = models.ForeignKey(Application, models.CASCADE, verbose_name="申报表", related_name="corrections")
    level = models.CharField("提出方", max_length=8, choices=CorrectionLevel.choices)
    turn = models.PositiveSmallIntegerField("第几次")
    asked_in = models.ForeignKey(
        ApplicationMove, models.PROTECT, verbose_name="退回", related_name="items", null=True, blank=True
    )
    sent_in = models.ForeignKey(
        FillLink, models.CASCADE, verbose_name="填报链接", related_name="items", null=True, blank=True
    )
    section = models.CharField("部分", max_length=16, blank=True)
    field = models.CharField("栏目", max_length=40, blank=True)
    text = models.CharField("补正要求", max_length=1000)
    asked_at = models.DateTimeField("提出时间")
    asked_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="提出人", related_name="+")
    answer = models.CharField("答复", max_length=1000, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    # Empty where the operating unit answered through its link; ``answerer`` then names it.
    answered_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="答复人", related_name="+", null=True, blank=True
    )
    answerer = models.CharField("答复方", max_length=80, blank=True)

    class Meta:
        verbose_name = "补正事项"
        verbose_name_plural = "补正事项"
        ordering = ("application", "turn", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(level=CorrectionLevel.CITY, asked_in__isnull=False, sent_in__isnull=True)
                | models.Q(level=CorrectionLevel.COUNTY, asked_in__isnull=True, sent_in__isnull=False),
                name="correction_asked_by_move_or_link",
            ),
            models.CheckConstraint(
                condition=models.Q(answered_at__isnull=True, answer="", answered_by__isnull=True)
                | (models.Q(answered_at__isnull=False) & ~models.Q(answer="")),
                name="correction_answer_has_date",
            ),
        )

    def __str__(self) -> str:
        return self.text
