"""The store of files: whole or not there at all, private, and in another place where the operator says so."""

import errno
import hashlib
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, SuspiciousFileOperation
from django.test import override_settings

from ningbo_windows.file_settings import FOLDER, file_store
from platforms import stored_files
from tests.factories import on_disk

CONTENT = b"%PDF-1.4"
NAME = stored_files.name_of(7, hashlib.sha256(CONTENT).hexdigest())
#: A backend of Django's that lies in memory: it knows no links and no paths.
IN_MEMORY = {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest) -> Any:
    with override_settings(STORAGES=settings.STORAGES | (IN_MEMORY if request.param == "memory" else {})):
        yield request.param


def test_a_file_is_kept_once_read_named_and_dropped(store: str) -> None:
    assert list(stored_files.names(stored_files.ATTACHMENTS)) == []
    assert (stored_files.keep(NAME, CONTENT), stored_files.keep(NAME, CONTENT)) == (True, False)
    assert (stored_files.read(NAME), stored_files.size(NAME)) == (CONTENT, 8)
    with stored_files.open(NAME) as file:
        assert file.read(4) == b"%PDF"
    assert list(stored_files.names(stored_files.ATTACHMENTS)) == [NAME]
    assert isinstance(stored_files.written_at(NAME), datetime)
    stored_files.drop(NAME)
    stored_files.drop(NAME)
    assert list(stored_files.names(stored_files.ATTACHMENTS)) == []
    with pytest.raises(FileNotFoundError):
        stored_files.read(NAME)


def test_the_same_content_is_kept_under_another_name(store: str) -> None:
    other = stored_files.name_of(8, NAME.rpartition("/")[2])
    stored_files.keep(NAME, CONTENT)
    for _ in range(2):
        stored_files.keep_also(other, NAME)
    stored_files.drop(NAME)
    assert stored_files.read(other) == CONTENT


def test_the_same_content_takes_room_once() -> None:
    other = stored_files.name_of(8, NAME.rpartition("/")[2])
    stored_files.keep(NAME, CONTENT)
    stored_files.keep_also(other, NAME)
    assert on_disk(other).samefile(on_disk(NAME))


def test_a_file_system_without_links_keeps_it_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    other = stored_files.name_of(8, NAME.rpartition("/")[2])
    stored_files.keep(NAME, CONTENT)
    monkeypatch.setattr(Path, "hardlink_to", refuse)
    stored_files.keep_also(other, NAME)
    assert (stored_files.read(other), on_disk(other).samefile(on_disk(NAME))) == (CONTENT, False)


def test_the_files_of_a_draft_go_together_and_those_of_others_stay(store: str) -> None:
    other = stored_files.name_of(77, "a" * 64)
    for name in (NAME, stored_files.name_of(7, "b" * 64), other):
        stored_files.keep(name, CONTENT)
    stored_files.drop_all(7)
    stored_files.drop_all(7)
    assert list(stored_files.names(stored_files.ATTACHMENTS)) == [other]


def test_nobody_but_the_service_reads_a_file() -> None:
    stored_files.keep(NAME, CONTENT)
    assert [oct(path.stat().st_mode & 0o777) for path in (on_disk(NAME), on_disk(NAME).parent)] == ["0o600", "0o700"]


@pytest.mark.trust("T43")
def test_a_full_disk_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left on device"):
        stored_files.keep(NAME, CONTENT)
    assert list(stored_files.names(stored_files.ATTACHMENTS)) == []


@pytest.mark.trust("T22")
@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "attachments/../../outside"])
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    with pytest.raises(SuspiciousFileOperation):
        stored_files.keep(name, CONTENT)


def test_a_link_to_a_folder_is_a_file_and_goes_alone(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_bytes(CONTENT)
    stored_files.keep(NAME, CONTENT)
    on_disk("attachments/link").symlink_to(outside, target_is_directory=True)
    assert sorted(stored_files.names(stored_files.ATTACHMENTS)) == sorted([NAME, "attachments/link"])
    stored_files.drop("attachments/link")
    assert (list(stored_files.names(stored_files.ATTACHMENTS)), (outside / "file").read_bytes()) == ([NAME], CONTENT)


def test_a_link_that_leads_nowhere_has_a_size_and_a_time() -> None:
    stored_files.keep(NAME, CONTENT)
    on_disk("attachments/link").symlink_to("nowhere")
    assert stored_files.size("attachments/link") == len("nowhere")
    assert abs((stored_files.written_at("attachments/link") - stored_files.written_at(NAME)).total_seconds()) < 60


def test_another_backend_is_taken_with_its_options() -> None:
    memory = "django.core.files.storage.InMemoryStorage"
    assert file_store("", "") == {"BACKEND": FOLDER, "OPTIONS": {}}
    assert file_store(memory, "") == {"BACKEND": memory, "OPTIONS": {}}
    assert file_store(memory, '{"base_url": "/x/"}') == {"BACKEND": memory, "OPTIONS": {"base_url": "/x/"}}


@pytest.mark.trust("T50")
@pytest.mark.parametrize("backend", ["nowhere.storages.S3Storage", "platforms.nowhere.Files", "S3Storage"])
def test_a_backend_that_is_not_installed_is_refused_at_the_start(backend: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        file_store(backend, "")
    assert str(refused.value) == "NINGBO_FILES_BACKEND 所写的存储没有安装。"


@pytest.mark.trust("T50")
@pytest.mark.parametrize("options", ["{", "[]", "bucket_name=windows", '"secret"'])
def test_options_that_are_no_object_are_refused_and_not_repeated(options: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        file_store("", options)
    assert str(refused.value) == 'NINGBO_FILES_OPTIONS 应为 JSON 对象，如 {"bucket_name": "windows"}。'
