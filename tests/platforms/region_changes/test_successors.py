"""Who takes a region over goes on with its rows, at every door; nobody else does, before or after."""

from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from platforms.applications.queries.batches import own_batches
from platforms.applications.services import batches, notes
from platforms.applications.services.ownership import is_own
from platforms.choices import Role
from platforms.errors import Refusal
from platforms.files.services import evidence
from platforms.models import (
    Application,
    Batch,
    EvidenceFile,
    FollowUpSample,
    Liaison,
    Rectification,
    Region,
    Round,
    User,
)
from platforms.rectifications import services as rectifications
from platforms.rounds.choices import RoundStatus
from platforms.rounds.services import liaisons
from platforms.scope import regions_of_officer
from platforms.service_records.services import tokens
from tests import factories
from tests.platforms.region_changes.changes import carried_out, wanted
from tests.platforms.supervised import platform_of

pytestmark = [pytest.mark.django_db, pytest.mark.trust("T01")]


@pytest.fixture
def past(regions: dict[str, Region]) -> Round:
    """A round of the year before, published."""
    return factories.round_of(2025)


@pytest.fixture
def old(yinzhou: User, past: Round, now: datetime) -> Application:
    """What 鄞州区 reported in the published round, with its batch and its liaison officer."""
    factories.liaison(past, yinzhou.region, yinzhou, now)
    form = factories.complete_application(yinzhou, past, now)
    batches.report(round=past, region=yinzhou.region, applications={form: form.version}, by=yinzhou, at=now)
    Round.objects.filter(pk=past.pk).update(status=RoundStatus.PUBLISHED, published_on=date(2025, 9, 28))
    form.refresh_from_db()
    return form


@pytest.fixture
def heir(old: Application, cixi: User, city: User, regions: dict[str, Region], now: datetime) -> User:
    """The officer of 慈溪市 after it took 鄞州区 over."""
    carried_out(wanted(regions["330212"], main=regions["330282"]), city, now)
    return User.objects.get(pk=cixi.pk)


def pages(old: Application) -> list[str]:
    """Addresses of one application and of what hangs on it, at the desk, in the back office and as files."""
    number, version = old.number, old.versions.get()
    batch = Batch.objects.get()
    return [
        reverse("desk:application", args=[number]),
        reverse("desk:form_pdf", args=[number]),
        reverse("desk:form_docx", args=[number]),
        reverse("desk:version", args=[number, version.number]),
        reverse("desk:batch", args=[batch.number]),
        reverse("admin:platforms_application_change", args=[old.pk]),
        reverse("admin:platforms_application_history", args=[old.pk]),
        reverse("admin:platforms_batch_change", args=[batch.pk]),
    ]


def answers(browser: Client, addresses: list[str]) -> list[int]:
    return [browser.get(address).status_code for address in addresses]


def test_an_officer_acts_for_its_own_region_and_for_those_that_came_to_it(
    regions: dict[str, Region], cixi: User, heir: User, hzw: User, city: User
) -> None:
    one, other = regions["330212"].pk, regions["330282"].pk
    assert (regions_of_officer(heir), regions_of_officer(hzw), regions_of_officer(city)) == (
        (other, one), (regions["HZW"].pk,), (),
    )  # fmt: skip
    assert [heir.acts_for(key) for key in (other, one, regions["HZW"].pk, None)] == [True, True, False, False]
    assert (city.acts_for(one), city.acts_for(None)) == (False, False)


def test_before_the_merger_the_rows_are_the_old_region_s_alone(
    browser_of: Any, old: Application, yinzhou: User, cixi: User, stranger: Client
) -> None:
    addresses = pages(old)
    assert answers(browser_of(yinzhou), addresses) == [200] * len(addresses)
    assert answers(browser_of(cixi), addresses) == [404] * len(addresses)
    assert answers(stranger, addresses) == [302] * len(addresses)


def test_after_the_merger_who_takes_over_reads_them_at_every_door_and_nobody_else(
    browser_of: Any, old: Application, heir: User, hzw: User, stranger: Client
) -> None:
    addresses = pages(old)
    assert answers(browser_of(heir), addresses) == [200] * len(addresses)
    assert answers(browser_of(hzw), addresses) == [404] * len(addresses)
    assert answers(stranger, addresses) == [302] * len(addresses)


def test_lists_and_files_hold_them_too(browser_of: Any, old: Application, heir: User, hzw: User) -> None:
    addresses = [
        reverse("admin:platforms_application_changelist") + f"?round__id__exact={old.round_id}",
        reverse("desk:home") + "?year=2025",
    ]
    for address in addresses:
        assert old.number in browser_of(heir).get(address).content.decode(), address
        assert old.number not in browser_of(hzw).get(address).content.decode(), address


def test_people_are_named_to_who_takes_over_and_to_nobody_else(
    old: Application, heir: User, hzw: User, city: User
) -> None:
    assert [each.sees_people(old.region_id) for each in (heir, hzw, city)] == [True, False, False]


def test_rows_of_the_old_region_are_gone_on_with(old: Application, heir: User, hzw: User, now: datetime) -> None:
    assert (is_own(old, heir), is_own(old, hzw)) == (True, False)
    assert [batch.region.code for batch in own_batches(heir) if batch.region] == ["330212"]
    assert list(own_batches(hzw)) == []
    notes.write(application=old, text="承接后核对无误。", readers="county", by=heir, at=now)
    with pytest.raises(Refusal):
        notes.write(application=old, text="看看", readers="county", by=hzw, at=now)


def test_a_platform_is_mended_on_by_who_takes_over(
    regions: dict[str, Region], yinzhou: User, cixi: User, hzw: User, city: User, round_2026: Round, now: datetime
) -> None:
    platform = platform_of(regions["330212"])
    row = rectifications.open_one(
        platform=platform,
        finder="city",
        clause="named.other",
        indicator="标志标识",
        problem="标识未悬挂。",
        due_on=date(2026, 5, 1),
        by=city,
        at=now,
    )
    carried_out(wanted(regions["330212"], main=regions["330282"]), city, now)
    cixi = User.objects.get(pk=cixi.pk)
    assert [Rectification.objects.visible_to(each).count() for each in (cixi, hzw)] == [1, 0]
    row = rectifications.answer(
        rectification=row, text="已悬挂。", answered_for="platform", version=row.version, by=cixi, at=now
    )
    assert row.status == "answered"


def test_proofs_are_read_and_added_by_who_takes_over(
    regions: dict[str, Region], yinzhou: User, cixi: User, hzw: User, city: User, now: datetime
) -> None:
    one = regions["330212"]
    kept = evidence.add(kind="rectification", key=1, region=one, upload=factories.upload(), by=yinzhou, at=now)
    carried_out(wanted(one, main=regions["330282"]), city, now)
    cixi = User.objects.get(pk=cixi.pk)
    assert [kept.is_visible_to(each) for each in (cixi, hzw)] == [True, False]
    more = {"kind": "rectification", "key": 1, "region": Region.objects.get(pk=one.pk), "at": now}
    evidence.add(upload=factories.upload("补充.pdf", factories.PDF + b"2"), by=cixi, **more)
    with pytest.raises(Refusal):
        evidence.add(upload=factories.upload("其他.pdf", factories.PDF + b"3"), by=hzw, **more)
    assert EvidenceFile.objects.count() == 2


def test_who_was_moved_reads_what_it_read_before(old: Application, heir: User, yinzhou: User, browser_of: Any) -> None:
    moved = User.objects.get(pk=yinzhou.pk)
    assert (moved.role, moved.region) == (Role.COUNTY, heir.region)
    addresses = pages(old)
    assert answers(browser_of(moved), addresses) == [200] * len(addresses)


def test_who_was_switched_off_reads_nothing(
    old: Application, regions: dict[str, Region], yinzhou: User, city: User, now: datetime
) -> None:
    carried_out(wanted(regions["330212"], main=regions["330282"], close_officers=True), city, now)
    assert not Application.objects.visible_to(User.objects.get(pk=yinzhou.pk)).exists()


def test_a_new_account_or_liaison_officer_is_of_who_takes_over(
    regions: dict[str, Region], heir: User, security: User, city: User, round_2026: Round, now: datetime
) -> None:
    from platforms.accounts.services import accounts

    ended = Region.objects.get(code="330212")
    with pytest.raises(Refusal, match="“鄞州区”的最后有效日为2026年4月9日，请选择承接它的地区。"):
        accounts.create_account(username="late", name="迟", role="county", region=ended, by=security, at=now)
    with pytest.raises(Refusal, match="“鄞州区”的最后有效日为2026年4月9日"):
        liaisons.name_liaison(
            round=round_2026, region=ended, name="赵", post="科长", phone="0574-88000000", by=city, at=now
        )
    with pytest.raises(Refusal, match="“鄞州区”的最后有效日为2026年4月9日"):
        tokens.issue(region=ended, by=heir, at=now)
    assert not Liaison.objects.filter(round=round_2026).exists()
    assert not FollowUpSample.objects.exists()
