"""How many gaps a draft has is kept beside it, and forgotten where the answer may be another one."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.utils import IntegrityError
from django.test.utils import CaptureQueriesContext

from platforms.applications import completeness
from platforms.applications.queries.batches import complete_count
from platforms.applications.queries.forms import form_data
from platforms.applications.services import attachments, drafts, gap_counts, naming_rules, questions, rows
from platforms.choices import PlatformType
from platforms.models import Application, Round, User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(yinzhou: User, round_2026: Round, now: datetime) -> Application:
    """A complete draft of 鄞州区, counted."""
    made = factories.complete_application(yinzhou, round_2026, now)
    gap_counts.recount()
    made.refresh_from_db()
    return made


def kept(row: Application) -> tuple[int | None, bool]:
    """The number that is kept, and whether it holds for what is stored."""
    row = Application.objects.get(pk=row.pk)
    return row.gap_count, row.gaps_version == row.version


def counted(row: Application) -> int:
    return len(completeness.gaps(form_data(Application.objects.get(pk=row.pk))))


def test_a_complete_draft_has_none(draft: Application) -> None:
    assert kept(draft) == (0, True)


def save_a_section(row: Application, by: User, at: datetime) -> None:
    drafts.save_section(application=row, section="platform", values={"address": ""}, version=row.version, by=by, at=at)


def save_rows(row: Application, by: User, at: datetime) -> None:
    rows.save_rows(application=row, section="staff", rows=[], version=row.version, by=by, at=at)


def remove_a_file(row: Application, by: User, at: datetime) -> None:
    attachments.remove(attachment=row.attachments.exclude(kind="stamped").order_by("pk")[0], by=by, at=at)


@pytest.mark.parametrize("change", [save_a_section, save_rows, remove_a_file])
def test_what_is_saved_is_counted_at_once(
    draft: Application, yinzhou: User, now: datetime, change: Callable[..., None]
) -> None:
    change(draft, yinzhou, now)
    assert counted(draft) > 0
    assert kept(draft) == (counted(draft), True)


def ask_a_question(row: Application, city: User, at: datetime) -> None:
    factories.question(row.round, city, at, required=True)


def name_platforms_otherwise(row: Application, city: User, at: datetime) -> None:
    naming_rules.set_rule(type=PlatformType.TOWN, pattern="{地区}{地点}企业服务窗口平台", by=city, at=at)


def rename_the_town(row: Application, city: User, at: datetime) -> None:
    assert row.town is not None
    row.town.name = "改名街道"
    row.town.save()


@pytest.mark.parametrize("change", [ask_a_question, name_platforms_otherwise, rename_the_town])
def test_what_others_decide_forgets_the_count_and_a_reader_counts_anew(
    draft: Application, yinzhou: User, city: User, now: datetime, change: Callable[..., None]
) -> None:
    assert complete_count(yinzhou, draft.round) == 1
    change(draft, city, now)
    assert kept(draft) == (None, False)
    assert counted(draft) > 0
    assert complete_count(yinzhou, draft.round) == 0


def test_a_retired_question_is_no_gap_any_more(draft: Application, yinzhou: User, city: User, now: datetime) -> None:
    asked = factories.question(draft.round, city, now, required=True)
    gap_counts.recount()
    assert kept(draft) == (1, True)
    questions.retire(question=asked, by=city, at=now)
    assert (kept(draft), complete_count(yinzhou, draft.round)) == ((None, False), 1)


def test_the_first_page_asks_once_however_many_drafts_were_counted(draft: Application, yinzhou: User) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert complete_count(yinzhou, draft.round) == 1
    assert len(asked) == 2


def test_an_old_count_is_not_believed(draft: Application, yinzhou: User) -> None:
    Application.objects.filter(pk=draft.pk).update(version=draft.version + 1, address="")
    assert complete_count(yinzhou, draft.round) == 0


def test_counting_anew_counts_what_is_missing_or_old(draft: Application) -> None:
    assert gap_counts.recount() == 0
    Application.objects.filter(pk=draft.pk).update(version=draft.version + 1)
    call_command("rollup", rebuild=True)
    assert kept(draft) == (0, True)


@pytest.mark.parametrize("half", [{"gap_count": None}, {"gaps_version": None}])
def test_a_count_has_its_version(draft: Application, half: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        Application.objects.filter(pk=draft.pk).update(**half)
