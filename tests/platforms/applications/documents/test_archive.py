"""Many forms in one ZIP, made while it is sent."""

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from platforms.applications.documents import pdf
from platforms.applications.queries.documents import document_of, zip_of
from platforms.applications.queries.forms import check_code
from platforms.applications.services import batches
from platforms.models import Application, ApplicationVersion, AuditEvent, Batch, Round, User
from tests import factories
from tests.platforms.applications.documents.samples import text_of_pdf

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


@pytest.fixture
def rows(yinzhou: User, round_2026: Round, now: datetime) -> list[Application]:
    return [factories.complete_application(yinzhou, round_2026, now) for _ in range(2)]


@pytest.fixture
def batch(rows: list[Application], yinzhou: User, round_2026: Round, now: datetime) -> Batch:
    shown = {row: row.version for row in rows}
    return batches.report(
        round=round_2026, region=yinzhou.region, applications=shown, over_quota_reason="测试", by=yinzhou, at=now
    )


def versions() -> Any:
    return ApplicationVersion.objects.order_by("application__number")


def opened(chunks: Any) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(b"".join(chunks)))
    assert archive.testzip() is None
    return archive


@pytest.mark.clause("N17")
def test_a_report_comes_as_one_archive_in_its_order(batch: Batch, yinzhou: User, browser_of: Browser) -> None:
    answer = browser_of(yinzhou).get(reverse("desk:batch_zip", args=[batch.number]))
    assert answer.status_code == 200
    assert answer.streaming
    assert answer["Content-Type"] == "application/zip"
    assert quote(f"{batch.number}_申报表.zip") in answer["Content-Disposition"]
    archive = opened(answer.streaming_content)
    expected = [item.version for item in batch.items.order_by("position").select_related("version__application")]
    assert archive.namelist() == [
        f"{place:02d}_{each.application.name}_{each.application.number}_第1版_{check_code(each.data)}.pdf"
        for place, each in enumerate(expected, start=1)
    ]
    assert [archive.read(name) for name in archive.namelist()] == [document_of(each, "pdf") for each in expected]
    assert archive.infolist()[0].date_time == (2026, 4, 10, 10, 0, 0)
    event = AuditEvent.objects.latest("serial")
    assert (event.verb, event.object_code, event.changes) == ("下载申报表 ZIP", batch.number, {"份数（份）": [None, 2]})


@pytest.mark.trust("T01")
def test_the_city_gets_it_without_people_and_another_county_not_at_all(
    batch: Batch, city: User, cixi: User, browser_of: Browser
) -> None:
    events = AuditEvent.objects.count()
    answer = browser_of(city).get(reverse("desk:batch_zip", args=[batch.number]))
    assert quote(f"{batch.number}_申报表_隐去个人信息.zip") in answer["Content-Disposition"]
    archive = opened(answer.streaming_content)
    texts = [text_of_pdf(archive.read(name)) for name in archive.namelist()]
    assert [name for text in texts for name in ("王法人", "13800138000", "王一") if name in text] == []
    assert all("已隐去个人信息" in text for text in texts)
    assert browser_of(cixi).get(reverse("desk:batch_zip", args=[batch.number])).status_code == 404
    assert AuditEvent.objects.count() == events


def test_a_form_that_cannot_be_made_does_not_take_the_others_with_it(
    batch: Batch, city: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, broken = pdf.render, batch.items.get(position=1).application.number

    def render(data: Any, facts: Any) -> bytes:
        if data["site"]["number"] == broken:
            raise RuntimeError("typst is gone")
        return real(data, facts)

    monkeypatch.setattr(pdf, "render", render)
    archive = opened(zip_of(versions(), reader=city))
    first, second = archive.namelist()
    assert first.endswith(".txt")
    assert archive.read(first).decode() == "这份申报表暂时无法生成，请稍后单独下载。"
    assert archive.read(second)[:5] == b"%PDF-"


def test_names_of_an_archive_stay_in_it(batch: Batch, yinzhou: User) -> None:
    bad = ApplicationVersion(
        application=batch.items.get(position=1).application,
        number=9,
        data={"site": {"number": "../../1"}, "platform": {"name": "..\\..\\甲/乙\n丙"}},
        digest="0" * 64,
        submitted_at=batch.reported_at,
        submitted_by=yinzhou,
    )
    bad.save()
    [name] = opened(zip_of(versions().filter(number=9), reader=yinzhou)).namelist()
    assert name.startswith("01_甲_乙_丙_1_第9版_")


def test_an_empty_selection_is_an_empty_archive(yinzhou: User) -> None:
    assert opened(zip_of(ApplicationVersion.objects.none(), reader=yinzhou)).namelist() == []


def test_it_is_given_away_form_by_form_and_asks_as_often_for_one_as_for_twenty(
    batch: Batch, yinzhou: User, city: User, now: datetime
) -> None:
    first = versions().first()
    assert first is not None
    ApplicationVersion.objects.bulk_create(
        ApplicationVersion(
            application=first.application, number=number, data=first.data, digest=first.digest, submitted_at=now,
            submitted_by=yinzhou,
        )
        for number in range(2, 20)
    )  # fmt: skip
    found = []
    for chosen, count in ((versions().filter(pk=first.pk), 1), (versions(), 20)):
        with CaptureQueriesContext(connection) as asked:
            chunks = list(zip_of(chosen, reader=city))
        assert len(chunks) == count + 1
        found.append(len(asked))
    assert found == [3, 3]
