"""Notes on an application and who reads them; who looks after an application."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from platforms.applications.choices import NoteReaders
from platforms.applications.queries.notes import readable
from platforms.applications.services import assigning, fill_links, notes
from platforms.choices import Role
from platforms.errors import Refusal
from platforms.models import Application, AuditEvent, Note, Round, User
from tests import factories


@pytest.fixture
def filed(yinzhou: User, round_2026: Round, now: datetime) -> Application:
    return factories.submitted(yinzhou, round_2026, now)


@pytest.fixture
def three(filed: Application, city: User, now: datetime) -> Application:
    """An application with one note of each level."""
    for level in NoteReaders.values:
        notes.write(application=filed, text=f"备注{level}", readers=level, by=city, at=now)
    return filed


def texts(row: Application, user: User | None) -> list[str]:
    return [note.text for note in readable(row, user=user)]


def test_each_reads_what_it_may(
    three: Application, city: User, yinzhou: User, cixi: User, finance: User, auditor: User
) -> None:
    assert {
        "city": texts(three, city),
        "county": texts(three, yinzhou),
        "unit": texts(three, None),
        "other county": texts(three, cixi),
        "finance": texts(three, finance),
        "auditor": texts(three, auditor),
    } == {
        "city": ["备注unit", "备注county", "备注city"],
        "county": ["备注unit", "备注county"],
        "unit": ["备注unit"],
        "other county": [],
        "finance": [],
        "auditor": [],
    }


def test_the_log_says_for_whom_and_not_what(three: Application) -> None:
    events = AuditEvent.objects.filter(verb="写备注").order_by("serial")
    assert [event.reason for event in events] == [
        "可见范围：仅市经信局",
        "可见范围：市经信局和县级经办",
        "可见范围：市、县和运营单位",
    ]


@pytest.mark.parametrize(
    ("text", "readers", "sentence"),
    [
        ("", "county", "请填写"),
        ("字" * 1001, "county", "备注"),
        ("好", "city", "请选择谁能看到这条备注。"),
        ("好", "", "请选择谁能看到这条备注。"),
        ("好", "all", "请选择谁能看到这条备注。"),
    ],
)
def test_what_a_county_may_not_write_is_refused(
    filed: Application, yinzhou: User, now: datetime, text: str, readers: str, sentence: str
) -> None:
    with pytest.raises(Refusal, match=sentence):
        notes.write(application=filed, text=text, readers=readers, by=yinzhou, at=now)
    assert Note.objects.count() == 0


@pytest.mark.trust("T07")
def test_nobody_writes_on_the_application_of_another(
    filed: Application, cixi: User, finance: User, auditor: User, now: datetime
) -> None:
    for person in (cixi, finance, auditor):
        with pytest.raises(Refusal, match="您没有在这份申报表上写备注的权限。"):
            notes.write(application=filed, text="好", readers="county", by=person, at=now)
    assert Note.objects.count() == 0


def test_a_note_is_written_and_read_at_the_desk(three: Application, yinzhou: User, browser_of) -> None:
    desk = browser_of(yinzhou)
    address = reverse("desk:application", args=[three.number])
    page = desk.get(address).content.decode()
    assert ("备注unit" in page, "备注county" in page, "备注city" in page) == (True, True, False)
    assert "仅市经信局" not in page
    sent = {"text": "已电话说明", "readers": "county"}
    answer = desk.post(reverse("desk:note", args=[three.number]), sent)
    assert (answer.status_code, answer["Location"]) == (302, f"{address}#notes-title")
    assert "已电话说明" in desk.get(address).content.decode()


def test_a_unit_reads_what_is_for_it_from_an_office(
    yinzhou: User, city: User, round_2026: Round, now: datetime, stranger: Client
) -> None:
    draft = factories.draft(yinzhou, round_2026, now)
    for level in NoteReaders.values:
        notes.write(application=draft, text=f"备注{level}", readers=level, by=city, at=now)
    _, token = fill_links.issue(application=draft, recipient="某单位", days=9, by=yinzhou, at=timezone.now())
    page = stranger.get(reverse("fill:start", args=[token])).content.decode()
    assert ("备注unit" in page, "备注county" in page, "备注city" in page) == (True, False, False)
    assert "市经信局，" in page
    assert city.name not in page
    assert "写备注" not in page


def test_a_refused_note_keeps_its_text(filed: Application, yinzhou: User, browser_of) -> None:
    answer = browser_of(yinzhou).post(
        reverse("desk:note", args=[filed.number]), {"text": "写了很久", "readers": "city"}
    )
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "请选择谁能看到这条备注。" in page
    assert ">写了很久</textarea>" in page


def test_from_the_back_office_one_goes_back_there(filed: Application, city: User, browser_of) -> None:
    office: Client = browser_of(city)
    sent = {"text": "请处理", "readers": "city", "office": "1"}
    answer = office.post(reverse("desk:note", args=[filed.number]), sent)
    assert answer["Location"] == reverse("admin:platforms_application_change", args=[filed.pk]) + "#notes-title"


def test_an_application_is_given_to_a_city_officer_and_back(filed: Application, city: User, now: datetime) -> None:
    row = assigning.assign(application=filed, to=city, by=city, at=now)
    assert Application.objects.get(pk=row.pk).assigned_to == city
    assigning.assign(application=filed, to=city, by=city, at=now)
    assigning.assign(application=filed, to=None, by=city, at=now)
    assert Application.objects.get(pk=row.pk).assigned_to is None
    changes = [event.changes for event in AuditEvent.objects.filter(verb="分派申报表").order_by("serial")]
    assert changes == [{"经办人": [None, city.name]}, {"经办人": [city.name, None]}]


def test_only_the_city_assigns_and_only_to_the_city(
    filed: Application, city: User, yinzhou: User, finance: User, now: datetime
) -> None:
    for person in (yinzhou, finance):
        with pytest.raises(Refusal, match="您没有分派申报表的权限。"):
            assigning.assign(application=filed, to=city, by=person, at=now)
        with pytest.raises(Refusal, match="只能分派给在用的市经信局账号。"):
            assigning.assign(application=filed, to=person, by=city, at=now)
    left = User.objects.create_user("left", name="已离任", role=Role.CITY, is_active=False)
    with pytest.raises(Refusal, match="只能分派给在用的市经信局账号。"):
        assigning.assign(application=filed, to=left, by=city, at=now)


def test_a_published_round_is_settled(filed: Application, city: User, now: datetime) -> None:
    Round.objects.filter(pk=filed.round_id).update(status="published")
    with pytest.raises(Refusal, match="结果已公布"):
        assigning.assign(application=filed, to=city, by=city, at=now)
