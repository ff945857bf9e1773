"""Notices as rows, and as values: what an approved one says never changes, so it is read once a process."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.validators import MinValueValidator
from django.db import models

from platforms.notices.choices import NoticeStatus
from platforms.notices.clauses import Clause
from platforms.notices.clauses import read as read_clauses
from platforms.notices.terms import Terms
from platforms.notices.terms import read as read_terms
from platforms.scope import EVERYWHERE, ScopedModel


class Notice(ScopedModel):
    """A notice that rounds run under: its number, its clauses as they are printed, and its terms.

    ``clauses`` and ``terms`` are data of ``platforms.notices.clauses`` and ``platforms.notices.terms``. A notice is
    entered by one officer and approved by another; from then on the database refuses every change. What a notice
    changes of an earlier one is a notice of its own that names it in ``replaces``; a correction of the entry of the
    same document has the same number and the next version. A notice that comes with the reference files is approved
    and has no persons.
    """

    region_path = EVERYWHERE

    number = models.CharField("文号", max_length=40)
    version = models.PositiveSmallIntegerField("版本", default=1, validators=[MinValueValidator(1)])
    title = models.CharField("标题", max_length=120)
    issuers = models.JSONField("发文单位", default=list)
    issued_on = models.DateField("发文日期")
    clauses = models.JSONField("条款")
    terms = models.JSONField("要素")
    replaces = models.ForeignKey(
        "self", models.PROTECT, verbose_name="替代的通知", related_name="replacements", null=True, blank=True
    )
    status = models.CharField("状态", max_length=10, choices=NoticeStatus.choices, default=NoticeStatus.DRAFT)
    revision = models.PositiveIntegerField("保存次数", default=1)
    made_at = models.DateTimeField("录入时间")
    proposed_at = models.DateTimeField("送审时间", null=True, blank=True)
    proposed_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="送审人", related_name="+", null=True, blank=True
    )
    approved_at = models.DateTimeField("批准时间", null=True, blank=True)
    approved_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="批准人", related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = "通知"
        verbose_name_plural = "通知"
        ordering = ("-issued_on", "number", "-version")
        permissions = (("propose_notice", "送审通知"), ("approve_notice", "批准通知"))
        constraints = (
            models.UniqueConstraint(
                fields=("number", "version"),
                name="notice_version_once",
                violation_error_message="该文号的这一版本已经录入，请填写下一个版本号。",
            ),
            models.CheckConstraint(condition=models.Q(status__in=NoticeStatus.values), name="notice_status_closed"),
            models.CheckConstraint(
                condition=models.Q(status=NoticeStatus.DRAFT, proposed_by__isnull=True, proposed_at__isnull=True)
                | models.Q(status=NoticeStatus.PROPOSED, proposed_by__isnull=False, proposed_at__isnull=False)
                | models.Q(status=NoticeStatus.APPROVED),
                name="notice_proposal_follows_status",
            ),
            models.CheckConstraint(
                condition=models.Q(status=NoticeStatus.APPROVED, approved_at__isnull=False)
                | (
                    ~models.Q(status=NoticeStatus.APPROVED)
                    & models.Q(approved_at__isnull=True, approved_by__isnull=True)
                ),
                name="notice_approval_follows_status",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True) | ~models.Q(approved_by=models.F("proposed_by")),
                name="notice_takes_two_people",
            ),
        )

    def __str__(self) -> str:
        return self.number if self.version == 1 else f"{self.number}（第{self.version}版）"

    def value(self) -> Terms:
        """Return the terms as a value.

        Raises:
            TermsError: they cannot be; of a draft only.
        """
        return read_terms(self.terms)

    def printed(self) -> tuple[Clause, ...]:
        """Return the clauses as values.

        Raises:
            ClausesError: they cannot be; of a draft only.
        """
        return read_clauses(self.clauses)


#: More notices than one process meets; a test that makes many meets its end.
_MOST_KEPT = 64
_kept: dict[int, "NoticeValue"] = {}


@dataclass(frozen=True, slots=True)
class NoticeValue:
    """One approved notice: what it is called, its terms, and its clauses by key."""

    pk: int
    label: str
    terms: Terms
    clauses: Mapping[str, Clause]


def value_of(notice: int) -> NoticeValue:
    """Return the notice with this id as a value.

    Raises:
        Notice.DoesNotExist: there is none.
        TermsError, ClausesError: it is a draft that cannot be.
    """
    if notice in _kept:
        return _kept[notice]
    row = Notice.objects.get(pk=notice)
    value = NoticeValue(row.pk, str(row), row.value(), {clause.key: clause for clause in row.printed()})
    if row.status == NoticeStatus.APPROVED:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[notice] = value
    return value
