"""What is missing before the evaluation of a round is started (四·(四)): each with where it is mended."""

from datetime import date

from django.urls import reverse

from evaluation.marking.queries.graded import applications
from evaluation.marking.queries.phase_four import too_early
from platforms.applications.choices import ApplicationStatus
from platforms.dates import day_in_words
from platforms.models import Application, Round
from platforms.rounds.queries.counted_period import period_of_round
from platforms.rounds.readiness import Finding, Weight


def before_starting(round: Round, *, on: date) -> list[Finding]:
    """Return what is missing for starting the evaluation of ``round`` on the day ``on``."""
    found = [*too_early(round, on)]
    period = period_of_round(round)
    dates = reverse("admin:platforms_round_dates", args=(round.pk,))
    if period is None:
        told = "无法确定评价期间，请填写各阶段的起止日期。"
        found.append(Finding(told, Weight.STOPS, url=dates, label="填写日期"))
    elif on <= period.last:
        told = f"评价期间至{day_in_words(period.last)}，尚未结束，此后的记录不再计入填报数值。"
        found.append(Finding(told, url=dates, label="调整日期"))
    filed = Application.objects.filter(round=round)
    found += applications(filed.filter(status=ApplicationStatus.SUBMITTED), "份申报表已提交，尚未受理或退回")
    found += applications(filed.filter(status=ApplicationStatus.RETURNED), "份申报表已退回，尚未补正提交")
    if not filed.filter(status=ApplicationStatus.ACCEPTED).exists():
        found.append(Finding(f"{round}没有已受理的申报表，没有可以评价的平台。"))
    return found
