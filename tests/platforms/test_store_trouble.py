"""A store of files that fails in its own way (a bucket that does not answer) is a sentence, and nothing is lost."""

import hashlib
import io
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.files.storage.memory import InMemoryStorage
from django.core.management import call_command
from django.test import override_settings

from ningbo_windows.unavailable import AWAY
from platforms import stored_files
from platforms.applications.services import attachments
from platforms.models import Application, Round, Town, User
from platforms.stored_files import StoreTrouble
from tests import factories
from tests.trust.test_full_disk import preview, town  # noqa: F401 - a fixture

pytestmark = [pytest.mark.trust("T43")]

CONTENT = b"%PDF-1.4"
NAME = stored_files.name_of(7, hashlib.sha256(CONTENT).hexdigest())


class BucketError(Exception):
    """What a client of a bucket raises: no OSError."""


class Bucket(InMemoryStorage):
    """A store that fails as its class attributes say, in the way of clients of buckets."""

    fails: frozenset[str] = frozenset()

    def _ask(self, what: str) -> None:
        if what in Bucket.fails:
            raise BucketError("An error occurred (503): https://key:secret@bucket.example")

    def exists(self, name: str) -> bool:
        self._ask("exists")
        return super().exists(name)

    def _save(self, name: str, content: Any) -> str:
        self._ask("save")
        saved: str = super()._save(name, content)
        return saved

    def _open(self, name: str, mode: str = "rb") -> Any:
        self._ask("open")
        file = super()._open(name, mode)
        return _Late(file.read(), name) if "fetch" in Bucket.fails else file

    def delete(self, name: str) -> None:
        self._ask("delete")
        super().delete(name)

    def listdir(self, path: str) -> Any:
        self._ask("list")
        return super().listdir(path)

    def size(self, name: str) -> int:
        self._ask("size")
        return super().size(name)

    def get_modified_time(self, name: str) -> Any:
        self._ask("size")
        return super().get_modified_time(name)


class _Late(ContentFile):
    """A file that is fetched when it is first used, and cannot be."""

    @property
    def file(self) -> Any:
        raise BucketError("connection reset")

    @file.setter
    def file(self, _value: Any) -> None:
        pass


@pytest.fixture
def fail() -> Iterator[Callable[..., None]]:
    """Keep files in a bucket, and let it fail from the call of what is returned on."""

    def set_(*what: str) -> None:
        Bucket.fails = frozenset(what)

    with override_settings(STORAGES=settings.STORAGES | {"default": {"BACKEND": f"{__name__}.Bucket"}}):
        logging.disable(logging.CRITICAL)
        yield set_
        logging.disable(logging.NOTSET)
        Bucket.fails = frozenset()


@pytest.mark.parametrize(
    ("what", "act"),
    [
        ("exists", lambda: stored_files.keep(NAME, CONTENT)),
        ("save", lambda: stored_files.keep("news/other", CONTENT)),
        ("save", lambda: stored_files.keep_file("news/other", ContentFile(CONTENT))),
        ("exists", lambda: stored_files.keep_also("news/other", NAME)),
        ("open", lambda: stored_files.read(NAME)),
        ("open", lambda: stored_files.open(NAME)),
        ("fetch", lambda: stored_files.open(NAME)),
        ("list", lambda: list(stored_files.names(stored_files.ATTACHMENTS))),
        ("size", lambda: stored_files.size(NAME)),
        ("size", lambda: stored_files.written_at(NAME)),
    ],
)
def test_each_failure_of_a_store_is_one_that_callers_know(fail: Any, what: str, act: Callable[[], Any]) -> None:
    stored_files.keep(NAME, CONTENT)
    fail(what)
    with pytest.raises(StoreTrouble) as failed:
        act()
    assert (str(failed.value), type(failed.value.__cause__)) == ("the store of files fails", BucketError)


def test_what_a_store_does_not_delete_stays_and_is_told(fail: Any) -> None:
    stored_files.keep(NAME, CONTENT)
    fail("delete")
    assert stored_files.drop(NAME) is False
    fail()
    assert stored_files.read(NAME) == CONTENT
    assert stored_files.drop(NAME) is True


def test_a_draft_is_deleted_though_its_files_are_not(fail: Any) -> None:
    stored_files.keep(NAME, CONTENT)
    fail("list")
    stored_files.drop_all(7)
    fail()
    assert stored_files.read(NAME) == CONTENT


def test_a_folder_that_cannot_be_read_fails_as_a_store_does(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(*_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(FileSystemStorage, "exists", unreadable)
    with pytest.raises(StoreTrouble):
        stored_files.keep(NAME, CONTENT)


@pytest.fixture
def draft(yinzhou: User, round_2026: Round, now: Any) -> Application:
    return factories.draft(yinzhou, round_2026, now)


def add(draft: Application) -> Any:
    upload = factories.upload("证明.pdf", factories.PDF)
    return attachments.add(application=draft, kind="venue", upload=upload, by=draft.created_by, at=draft.created_at)


def told(answer: Any) -> None:
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    page = answer.content.decode()
    assert AWAY in page
    assert "bucket" not in page


@pytest.mark.django_db
def test_a_file_that_cannot_be_fetched_is_a_503_and_not_a_missing_page(
    draft: Application, browser_of: Any, fail: Any
) -> None:
    path = f"/desk/attachments/{add(draft).pk}/"
    for what in ("open", "fetch"):
        fail(what)
        told(browser_of(draft.created_by).get(path))
    fail()
    assert browser_of(draft.created_by).get(path).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_row_that_was_deleted_is_deleted_whatever_the_store_says(draft: Application, fail: Any) -> None:
    row = add(draft)
    fail("delete")
    attachments.remove(attachment=row, by=draft.created_by, at=draft.created_at)
    assert draft.attachments.count() == 0
    fail()
    assert stored_files.read(row.stored_name) == factories.PDF


@pytest.mark.django_db
def test_an_import_waits_while_the_store_is_away(city: User, town: Town, browser_of: Any, fail: Any) -> None:  # noqa: F811
    browser = browser_of(city)
    token = preview(browser).context["confirm_form"].initial["token"]
    fail("open")
    told(browser.post("/admin/platforms/town/process_import/", {"token": token}))
    fail("delete")
    assert browser.post("/admin/platforms/town/process_import/", {"token": token}).status_code == 302


@pytest.mark.django_db
def test_the_command_says_what_it_could_not_delete(fail: Any) -> None:
    stored_files.keep(NAME, CONTENT)
    fail("delete")
    out = io.StringIO()
    call_command("orphan_files", "--delete", "--hours", "-1", stdout=out)
    assert out.getvalue().startswith(f"未能删除：{NAME}（")
