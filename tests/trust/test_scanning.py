"""T58: a scanner that takes its time keeps nobody else from writing."""

import subprocess
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from evaluation.models import Article
from platforms.models import User
from tests import factories
from tests.platforms.test_page_pictures import photo

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.trust("T58")]
ADD = "/admin/evaluation/article/add/"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, settings: Any) -> list[bool]:
    """Whether something was held each time when the scanner was asked."""
    found: list[bool] = []

    def run(*_: Any, **_options: Any) -> Any:
        found.append(connection.in_atomic_block)
        return SimpleNamespace(returncode=1 if len(found) > 2 else 0)

    monkeypatch.setattr(subprocess, "run", run)
    settings.SCANNER = ["scan"]
    return found


def sent() -> dict[str, Any]:
    return {
        "kind": "news",
        "title": "标题",
        "summary": "摘要",
        "text": "正文",
        "picture_1": factories.upload("现场.jpg", photo(20, 10)),
        "alt_1": "现场",
        "attachments": factories.upload("表.pdf"),
    }


def test_nobody_waits_while_uploads_are_scanned(
    city: User, browser_of: Callable[[User], Client], asked: list[bool]
) -> None:
    assert browser_of(city).post(ADD, sent()).status_code == 302
    assert asked == [False, False]
    assert Article.objects.get().files.count() == 1


def test_what_was_said_before_counts(city: User, browser_of: Callable[[User], Client], asked: list[bool]) -> None:
    asked += [False, False]
    refused = browser_of(city).post(ADD, sent())
    assert "文件“现场.jpg”没有通过病毒检查" in refused.content.decode()
    assert asked == [False] * 4
    assert not Article.objects.exists()


def test_nothing_is_scanned_for_a_stranger(stranger: Client, asked: list[bool]) -> None:
    assert stranger.post(ADD, sent()).status_code == 302
    assert asked == []
