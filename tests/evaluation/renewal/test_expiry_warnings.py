"""到期提醒: one mail per county and distance for all that ends, each certificate once per distance."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from evaluation.models import Certification, ExpiryWarning, Publication
from evaluation.renewal.services import expiry_warnings
from evaluation.renewal.services.expiry_warnings import warn
from evaluation.renewal.services.renewals import begin
from platforms.models import Application, AuditEvent, Mail, Round, User
from tests import factories
from tests.evaluation import stage
from tests.evaluation.revocation.revoking import revoked
from tests.evaluation.stage import publish
from tests.kept_rows import once

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N28")]

DAY = timedelta(days=1)
LAST = date(2023, 9, 27)
AT = datetime(2023, 4, 3, 2, 0, tzinfo=UTC)
ON = date(2023, 4, 3)


@pytest.fixture
def published(db: None) -> Publication:
    """Certificates until 27 September 2023: two of 鄞州区, one of 慈溪市, one of the city's own."""
    return once(stage.published_round, {"330212": {"A": 2}, "330282": {"B": 1}, stage.INDUSTRY: {"A": 1}}, year=2020)


def told(on: date) -> list[tuple[str, str]]:
    """Whom the run of the day ``on`` writes to, and about how many certificates at which distance."""
    rows = [(row.region.name if row.region else "市级", row.subject) for row in warn(on, AT)]
    return [(name, "".join(each for each in subject.partition("：")[2] if each.isdigit())) for name, subject in rows]


def all_told(days: int) -> list[tuple[str, str]]:
    return [("鄞州区", f"2{days}"), ("慈溪市", f"1{days}"), ("市级", f"1{days}")]


@pytest.mark.parametrize("days", [180, 90, 30])
def test_each_county_gets_one_mail_for_all_of_a_distance(published: Publication, days: int) -> None:
    if days == 180:
        assert told(LAST - timedelta(days=181)) == []
    assert told(LAST - timedelta(days=days)) == all_told(days)
    assert told(LAST - timedelta(days=days)) == []
    assert told(LAST - timedelta(days=days - 1)) == []
    mail = Mail.objects.get(kind="expiring", region__code="330212")
    for row in Certification.objects.filter(result__region__code="330212"):
        assert f"{row.result.name}（{row.number}）有效期至2023年9月27日" in mail.body
    assert "/desk/certificates/\n" in mail.body
    assert mail.occasion == f"expiring:{LAST - timedelta(days=days)}:{days}:330212"
    assert set(ExpiryWarning.objects.values_list("days", "on")) == {(days, LAST - timedelta(days=days))}


def test_the_three_distances_are_told_one_after_the_other(published: Publication) -> None:
    found = [told(LAST - timedelta(days=left)) for left in range(185, -3, -1)]
    assert [each for each in found if each] == [all_told(180), all_told(90), all_told(30)]
    assert ExpiryWarning.objects.count() == 12


def test_after_days_without_a_run_the_nearest_distance_is_told_and_no_other(published: Publication) -> None:
    assert told(LAST - timedelta(days=25)) == all_told(30)
    assert told(LAST - timedelta(days=24)) == []
    assert told(LAST) == []


def test_nothing_is_told_of_what_is_over(published: Publication) -> None:
    assert told(LAST + DAY) == []


def test_the_distances_are_a_setting(published: Publication, settings: Any) -> None:
    settings.EXPIRY_WARNINGS = (10,)
    assert (told(LAST - timedelta(days=11)), told(LAST - timedelta(days=10))) == ([], all_told(10))


def test_before_the_first_round_nobody_is_written_to(db: None) -> None:
    assert warn(ON, AT) == []


def test_who_was_revoked_is_left_out(published: Publication) -> None:
    row = Certification.objects.filter(result__region__code="330212").order_by("number")[0]
    revoked(row, on=ON, at=AT)
    assert told(LAST - timedelta(days=90)) == [("鄞州区", "190"), ("慈溪市", "190"), ("市级", "190")]
    assert not ExpiryWarning.objects.filter(certification=row).exists()


@pytest.fixture
def renewed(published: Publication, cixi: User) -> Application:
    """The renewal of the certificate of 慈溪市, a draft."""
    round_ = factories.round_of(2023, notice=published.round.notice)
    return begin(certification=of_cixi(), round=round_, by=cixi, at=AT)


def of_cixi() -> Certification:
    return Certification.objects.get(result__region__code="330282", result__publication__round__year=2020)


@pytest.mark.parametrize(("status", "count"), [("draft", 1), ("submitted", 1), ("returned", 1), ("accepted", 0)])
def test_whose_renewal_was_accepted_hears_nothing(renewed: Application, status: str, count: int) -> None:
    moved = {"submitted_at": AT, "last_submitted_at": AT, "status": status}
    more = {"accepted_at": AT, "platform": of_cixi().result.platform} if status == "accepted" else {}
    Application.objects.filter(pk=renewed.pk).update(**moved, **more)
    assert [name for name, _ in told(LAST - timedelta(days=90))].count("慈溪市") == count


def test_whose_renewal_failed_is_told_again(renewed: Application) -> None:
    more = {"accepted_at": AT, "platform": of_cixi().result.platform, "submitted_at": AT, "last_submitted_at": AT}
    Application.objects.filter(pk=renewed.pk).update(status="accepted", **more)
    assert [name for name, _ in told(LAST - timedelta(days=90))] == ["鄞州区", "市级"]
    Round.objects.filter(year=2023).update(status="published", published_on=ON)
    assert told(LAST - timedelta(days=30))[1] == ("慈溪市", "130")


def test_who_holds_the_next_certificate_already_hears_nothing(published: Publication) -> None:
    round_ = stage.graded_round({"330282": {"A": 1}}, year=2023, notice=published.round.notice)
    publish(
        round=round_, decided_on=LAST + DAY, reason=stage.REASON, by=stage.city_officer(),
        at=datetime(2023, 9, 18, 2, 0, tzinfo=UTC),
    )  # fmt: skip
    assert told(date(2023, 9, 19)) == [("鄞州区", "230"), ("市级", "130")]


def test_a_long_list_is_cut(published: Publication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expiry_warnings, "MOST_NAMED", 1)
    told(LAST - timedelta(days=90))
    assert "另有 1 个，请登录后在认定证书列表中查看。" in Mail.objects.get(kind="expiring", region__code="330212").body


def test_each_mail_is_written_down(published: Publication) -> None:
    on = LAST - timedelta(days=90)
    warn(on, AT)
    events = AuditEvent.objects.filter(verb="生成认定到期提醒").order_by("serial")
    assert [event.object_code for event in events] == [f"{code} {on}" for code in ("330212", "330282", "HY")]
    assert {event.actor for event in events} == {"命令行"}
    assert events[0].changes == {"提前天数": [None, 90], "证书（份）": [None, 2]}


def test_two_runs_at_once_write_one_mail(published: Publication, monkeypatch: pytest.MonkeyPatch) -> None:
    on = LAST - timedelta(days=90)
    monkeypatch.setattr(ExpiryWarning.objects, "filter", lambda **_: ExpiryWarning.objects.none())
    assert [len(warn(on, AT)) for _ in range(2)] == [3, 0]
    assert Mail.objects.filter(kind="expiring").count() == 3


def test_the_database_takes_one_warning_of_a_distance(published: Publication) -> None:
    row = Certification.objects.order_by("number")[0]
    ExpiryWarning.objects.create(certification=row, days=90, on=ON)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExpiryWarning.objects.create(certification=row, days=90, on=ON + DAY)
    ExpiryWarning.objects.create(certification=row, days=30, on=ON)
    assert ExpiryWarning.objects.count() == 2


def test_the_command_of_the_morning_writes_them(published: Publication, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("send_reminders", on=(LAST - timedelta(days=90)).isoformat())
    assert "另有 3 封其他提醒。" in capsys.readouterr().out
