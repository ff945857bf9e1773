from django.db import models

from evaluation.certification.choices import EndCause
from evaluation.certification.models.publication import Certification
from platforms.scope import ScopedModel


class CertificationEnd(ScopedModel):
    """What ended a certificate before its last day, beside the certificate, which itself never changes (五).

    ``ended_on`` is the first day on which it holds no longer: the first day of the certificate that took its place, the
    day of a revocation or correction, the day from which it is given up. A correction may leave none in its place. An
    end that lies ahead may be overtaken by an earlier one. What a revocation was based on stands with the certificate
    (``ground``).
    """

    region_path = "certification__result__region"

    certification = models.OneToOneField(Certification, models.PROTECT, verbose_name="认定证书", related_name="end")
    ended_on = models.DateField("终止日期")
    cause = models.CharField("终止原因", max_length=10, choices=EndCause.choices)
    reason = models.TextField("说明", max_length=1000, blank=True)
    successor = models.ForeignKey(
        Certification, models.PROTECT, verbose_name="换发的新证", related_name="replaces", null=True, blank=True
    )
    ended_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="办理人", related_name="+")
    ended_at = models.DateTimeField("办理时间")

    class Meta:
        verbose_name = "证书终止"
        verbose_name_plural = "证书终止"
        ordering = ("-ended_at", "pk")
        permissions = (("end_certification", "办理放弃认定"),)
        constraints = (
            models.CheckConstraint(condition=models.Q(cause__in=EndCause.values), name="certification_end_closed"),
            models.CheckConstraint(
                condition=models.Q(cause=EndCause.REPLACED, successor__isnull=False)
                | models.Q(cause=EndCause.CORRECTED)
                | models.Q(cause__in=(EndCause.GIVEN_UP, EndCause.REVOKED), successor__isnull=True),
                name="certification_end_names_its_successor",
            ),
        )

    def __str__(self) -> str:
        return f"{self.certification}{self.get_cause_display()}"
