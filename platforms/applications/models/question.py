from django.core.validators import MinValueValidator
from django.db import models

from platforms.applications.choices import QuestionKind
from platforms.applications.models.application import Application
from platforms.choices import PlatformType
from platforms.rounds.models.round import Round
from platforms.scope import EVERYWHERE, ScopedModel


class Question(ScopedModel):
    """One question that the city adds to the form of a round, at the end of the section called ``section``.

    ``types`` lists the platform types that are asked; none means all. ``options`` holds the choices, one a line,
    ``least`` the smallest number that answers a question for a number. A
    question that has answers is not deleted but ``retired``: it is asked no more, versions that hold it keep it.
    """

    region_path = EVERYWHERE

    round = models.ForeignKey(Round, models.CASCADE, verbose_name="年度", related_name="questions")
    section = models.CharField("所在部分", max_length=16)
    position = models.PositiveSmallIntegerField("顺序", default=1, validators=[MinValueValidator(1)])
    text = models.CharField("问题", max_length=120)
    help_text = models.CharField("填写说明", max_length=200, blank=True)
    kind = models.CharField("回答方式", max_length=8, choices=QuestionKind.choices)
    options = models.TextField("选项", max_length=1000, blank=True)
    least = models.DecimalField("最小值", max_digits=16, decimal_places=4, null=True, blank=True)
    types = models.JSONField("适用类型", default=list, blank=True)
    required = models.BooleanField("必须回答", default=False)
    retired = models.BooleanField("停用", default=False)

    class Meta:
        verbose_name = "补充问题"
        verbose_name_plural = "补充问题"
        ordering = ("round", "section", "position", "pk")
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=QuestionKind.values), name="question_kind_closed"),
            models.CheckConstraint(
                condition=models.Q(least__isnull=True) | models.Q(kind=QuestionKind.NUMBER),
                name="question_least_of_number",
            ),
            models.UniqueConstraint(
                fields=("round", "text"),
                name="question_once_per_round",
                violation_error_message="本年度已有相同的问题。",
            ),
        )

    def __str__(self) -> str:
        return self.text

    @property
    def key(self) -> str:
        """The name of its box on the form and of its answer in the data of the form."""
        return f"question_{self.pk}"

    @property
    def choices(self) -> list[str]:
        """The options that may be chosen, in order; empty for other kinds."""
        return [line.strip() for line in self.options.splitlines() if line.strip()]

    def is_for(self, type: str) -> bool:
        """Say whether platforms of ``type`` are asked."""
        return not self.retired and (not self.types or type in self.types)

    def types_in_words(self) -> str:
        """Return the types that are asked, or 全部类型."""
        return "、".join(PlatformType(type).label for type in self.types) or "全部类型"


class Answer(ScopedModel):
    """What was answered to one question; ``value`` is text: numbers plain, dates ISO, the option itself. Files are
    attachments that name the question."""

    region_path = "application__region"

    application = models.ForeignKey(Application, models.CASCADE, verbose_name="申报表", related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, verbose_name="问题", related_name="answers")
    value = models.TextField("回答", max_length=2000)

    class Meta:
        verbose_name = "补充问题的回答"
        verbose_name_plural = "补充问题的回答"
        ordering = ("application", "question")
        constraints = (models.UniqueConstraint(fields=("application", "question"), name="answer_once_per_question"),)

    def __str__(self) -> str:
        return self.value
