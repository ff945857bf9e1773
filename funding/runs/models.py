from typing import TYPE_CHECKING

from django.core.validators import MinValueValidator
from django.db import models

from evaluation.models import Result
from funding.readings import COUNT_SWITCHES, SWITCHES, VERSION, Switch
from funding.runs.choices import COLUMNS, STANDINGS, RunStatus
from platforms.models import Application, Region, Round
from platforms.scope import EVERYWHERE, ScopedModel

#: Statuses in which the drafter has checked the run, and those in which the signature stands.
CHECKED = (RunStatus.CHECKED, RunStatus.SIGNED, RunStatus.LOCKED)
SIGNED = (RunStatus.SIGNED, RunStatus.LOCKED)
EVERY_SWITCH = (*SWITCHES, *COUNT_SWITCHES)


#: How a run is read and what its digest covers. Version 1 holds no money of its own and is read by ``money.FIRST``.
FIRST_VERSION = 1
VERSIONS = tuple(range(FIRST_VERSION, VERSION + 1))


def switch_field(switch: Switch) -> models.CharField:
    """The column of one reading; closed in the database by a constraint of the same name."""
    return models.CharField(switch.label, max_length=12, default=str(switch.default.value))


if TYPE_CHECKING:

    class ReadingColumns(models.Model):
        class Meta:
            abstract = True

else:
    #: A column for each switch: a new one needs no line here.
    ReadingColumns = type(
        "ReadingColumns",
        (models.Model,),
        {
            "__module__": __name__,
            "Meta": type("Meta", (), {"abstract": True}),
            **{switch.name: switch_field(switch) for switch in EVERY_SWITCH},
        },
    )


class AllocationRun(ReadingColumns, ScopedModel):
    """One split of a pool (whole yuan) over the regions of a published round, under named readings.

    ``money`` are the points, line and grades of the notice as ``funding.money`` reads them; the rows hold the frozen
    counts, the items the applications that they count. Who computed last (``made_by``) checks it, another person signs
    it, and somebody who did not sign locks it; from then on the database itself refuses to change run, rows and items.
    ``counts_digest`` is the SHA-256 of the frozen counts as the command takes them, ``digest`` that of everything as
    signed. A correction is a new run that names the old one in ``replaces``.
    """

    region_path = EVERYWHERE

    round = models.ForeignKey(Round, models.PROTECT, verbose_name="年度", related_name="allocation_runs")
    number = models.CharField("测算编号", max_length=20, unique=True)
    status = models.CharField("状态", max_length=10, choices=RunStatus.choices, default=RunStatus.DRAFT)
    revision = models.PositiveIntegerField("保存次数", default=1)
    version = models.PositiveSmallIntegerField("校验版本", default=VERSION)
    money = models.JSONField("档次分值和淘汰线", default=dict)
    pool_yuan = models.PositiveBigIntegerField("资金总额（元）", validators=[MinValueValidator(1)])
    allocated_yuan = models.PositiveBigIntegerField("已分配（元）", default=0)
    unallocated_yuan = models.PositiveBigIntegerField("未分配（元）", default=0)
    note = models.CharField("说明", max_length=400, blank=True)
    replaces = models.ForeignKey(
        "self", models.PROTECT, verbose_name="被更正的测算", related_name="replacements", null=True, blank=True
    )
    made_at = models.DateTimeField("测算时间")
    made_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="测算人", related_name="+")
    checked_at = models.DateTimeField("核对时间", null=True, blank=True)
    checked_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="核对人", related_name="+", null=True, blank=True
    )
    signed_at = models.DateTimeField("签署时间", null=True, blank=True)
    signed_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="签署人", related_name="+", null=True, blank=True
    )
    locked_at = models.DateTimeField("锁定时间", null=True, blank=True)
    locked_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="锁定人", related_name="+", null=True, blank=True
    )
    counts_digest = models.CharField("申报数校验值", max_length=64, blank=True)
    digest = models.CharField("校验值", max_length=64, blank=True)

    class Meta:
        verbose_name = "资金分配"
        verbose_name_plural = "资金分配"
        ordering = ("-made_at",)
        permissions = (
            ("sign_allocationrun", "签署资金分配"),
            ("confirm_allocationrun", "锁定资金分配"),
            ("export_allocationrun", "导出资金分配"),
        )
        constraints = (
            models.CheckConstraint(condition=models.Q(status__in=RunStatus.values), name="run_status_closed"),
            models.CheckConstraint(condition=models.Q(pool_yuan__gt=0), name="run_pool_positive"),
            models.CheckConstraint(condition=models.Q(version__in=VERSIONS), name="run_version_known"),
            *(
                models.CheckConstraint(
                    condition=models.Q(**{f"{switch.name}__in": [str(choice.value) for choice in switch.choices]}),
                    name=f"run_{switch.name}_closed",
                )
                for switch in EVERY_SWITCH
            ),
            models.CheckConstraint(
                condition=models.Q(checked_at__isnull=True, checked_by__isnull=True)
                | models.Q(checked_at__isnull=False, checked_by__isnull=False),
                name="run_check_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=CHECKED, checked_by__isnull=False)
                | models.Q(status=RunStatus.DRAFT, checked_by__isnull=True)
                | models.Q(status=RunStatus.DISCARDED),
                name="run_check_follows_status",
            ),
            models.CheckConstraint(
                condition=models.Q(checked_by__isnull=True) | models.Q(checked_by=models.F("made_by")),
                name="run_checked_by_its_drafter",
            ),
            models.CheckConstraint(
                condition=models.Q(signed_by__isnull=True) | ~models.Q(signed_by=models.F("made_by")),
                name="run_signer_is_not_its_drafter",
            ),
            models.CheckConstraint(
                condition=models.Q(signed_at__isnull=True, signed_by__isnull=True)
                | models.Q(signed_at__isnull=False, signed_by__isnull=False),
                name="run_signature_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=models.Q(locked_at__isnull=True, locked_by__isnull=True)
                | models.Q(locked_at__isnull=False, locked_by__isnull=False),
                name="run_lock_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=(models.Q(status__in=SIGNED, signed_by__isnull=False) & ~models.Q(digest=""))
                | (~models.Q(status__in=SIGNED) & models.Q(signed_by__isnull=True, digest="")),
                name="run_signature_follows_status",
            ),
            models.CheckConstraint(
                condition=models.Q(status=RunStatus.LOCKED, locked_by__isnull=False)
                | (~models.Q(status=RunStatus.LOCKED) & models.Q(locked_by__isnull=True)),
                name="run_lock_follows_status",
            ),
            models.CheckConstraint(
                condition=models.Q(locked_by__isnull=True) | ~models.Q(locked_by=models.F("signed_by")),
                name="run_signers_differ",
            ),
            models.CheckConstraint(
                condition=models.Q(pool_yuan=models.F("allocated_yuan") + models.F("unallocated_yuan")),
                name="run_money_adds_up",
            ),
            # 五: 不高于1500万元 for the year, so what is locked is one chain, each link replacing the one before.
            models.UniqueConstraint(
                fields=("round",),
                condition=models.Q(status=RunStatus.LOCKED, replaces__isnull=True),
                name="run_first_locked_once_per_round",
            ),
            models.UniqueConstraint(
                fields=("replaces",),
                condition=~models.Q(status=RunStatus.DISCARDED),
                name="run_replaced_once",
            ),
        )

    def __str__(self) -> str:
        return self.number


class AllocationRow(ScopedModel):
    """One region's frozen counts and what the run gives it; a row without region carries the key-industry platforms.

    ``declared`` is the sum of ``grades`` (platforms by the code of their grade), ``ungraded``, ``withdrawn_late`` and
    ``revoked``; ``withdrawn`` and ``left_out`` were reported and are not counted, and stand beside the share.
    ``late_failing`` and ``refused_failing`` say how many of the failing grade are late withdrawals and refusals.
    ``score``, ``weight`` and ``failing_share`` (of the grade held against the line) are exact fractions as text such
    as ``37/60``, empty where there is none; ``amount_yuan`` is whole yuan.
    """

    region_path = EVERYWHERE

    run = models.ForeignKey(AllocationRun, models.PROTECT, verbose_name="资金分配", related_name="rows")
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="地区", null=True, blank=True, related_name="+")
    label = models.CharField("地区", max_length=40)
    code = models.CharField("代码", max_length=12, blank=True)
    declared = models.PositiveIntegerField("申报数")
    withdrawn = models.PositiveIntegerField("撤回数", default=0)
    grades = models.JSONField("各档数", default=dict)
    ungraded = models.PositiveIntegerField("未评定", default=0)
    withdrawn_late = models.PositiveIntegerField("评分后撤回", default=0)
    revoked = models.PositiveIntegerField("公布后撤销", default=0)
    left_out = models.PositiveIntegerField("未评定不计", default=0)
    late_failing = models.PositiveIntegerField("其中评分后撤回", default=0)
    refused_failing = models.PositiveIntegerField("其中拒不参加评价", default=0)
    failing_share = models.CharField("未达标占比", max_length=40, blank=True)
    excluded = models.BooleanField("不予支持", default=False)
    score = models.CharField("得分", max_length=120, blank=True)
    weight = models.CharField("权重", max_length=240, blank=True)
    amount_yuan = models.PositiveBigIntegerField("金额（元）", default=0)

    class Meta:
        verbose_name = "分配明细"
        verbose_name_plural = "分配明细"
        ordering = ("run", "code")
        constraints = (
            models.UniqueConstraint(fields=("run", "region"), name="row_once_per_region"),
            models.UniqueConstraint(
                fields=("run",), condition=models.Q(region__isnull=True), name="row_once_for_industry"
            ),
        )

    def __str__(self) -> str:
        return self.label


class AllocationItem(ScopedModel):
    """One reported application as the run counts it: it stands in exactly one ``column`` of its row.

    ``grade`` is the published one, or the proposed one where it was withdrawn after a score; ``counts_as`` is the grade
    that it counts as, empty outside the column of grades. ``happened_on`` and ``reason`` belong to its withdrawal,
    return or refusal, ``revoked_on`` to the revocation of its platform after the publication.
    """

    region_path = EVERYWHERE

    run = models.ForeignKey(AllocationRun, models.PROTECT, verbose_name="资金分配", related_name="items")
    row = models.ForeignKey(AllocationRow, models.PROTECT, verbose_name="分配明细", related_name="items")
    application = models.ForeignKey(Application, models.PROTECT, verbose_name="申报", related_name="+")
    result = models.ForeignKey(
        Result, models.PROTECT, verbose_name="认定结果", related_name="allocation_items", null=True, blank=True
    )
    number = models.CharField("申报编号", max_length=24)
    name = models.CharField("平台名称", max_length=80)
    standing = models.CharField("申报情况", max_length=16, choices=STANDINGS)
    grade = models.CharField("档次", max_length=8, blank=True)
    column = models.CharField("计入", max_length=16, choices=COLUMNS)
    counts_as = models.CharField("计为档次", max_length=8, blank=True)
    happened_on = models.DateField("日期", null=True, blank=True)
    reason = models.TextField("理由", max_length=1000, blank=True)
    revoked_on = models.DateField("撤销日期", null=True, blank=True)

    class Meta:
        verbose_name = "计入的申报"
        verbose_name_plural = "计入的申报"
        ordering = ("run", "number")
        constraints = (
            models.UniqueConstraint(fields=("run", "application"), name="item_once_per_run"),
            models.CheckConstraint(
                condition=models.Q(standing__in=[value for value, _ in STANDINGS]), name="item_standing_closed"
            ),
            models.CheckConstraint(
                condition=models.Q(column__in=[value for value, _ in COLUMNS]), name="item_column_closed"
            ),
            models.CheckConstraint(
                condition=models.Q(column="grade") & ~models.Q(counts_as="")
                | ~models.Q(column="grade") & models.Q(counts_as=""),
                name="item_counts_as_in_its_column",
            ),
        )

    def __str__(self) -> str:
        return self.number
