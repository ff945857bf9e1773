"""What the evaluation misses when the filing of a round is opened."""

from collections.abc import Iterable
from datetime import date

from django.urls import reverse

from evaluation import grading
from evaluation.models import Scheme
from platforms.models import Round
from platforms.readiness import Finding


def scheme(_round: Round, _on: date) -> Iterable[Finding]:
    """Yield that no scheme could be put to use: who files wants to know what will be evaluated (四·(四))."""
    rows = Scheme.objects.prefetch_related("indicators")
    if not any(not grading.problems(each.value()) for each in rows):
        url = reverse("admin:evaluation_scheme_changelist")
        yield Finding("没有可以启用的评价方案，申报单位看不到评价依据。", url=url, label="编制评价方案")
