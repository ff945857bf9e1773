"""Forms that have files, as a publication freezes them: of public rules, of one that is not public, and others."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from platforms import stored_files
from platforms.models import Application
from tests import factories
from tests.evaluation import stage

#: Word, kind of the file, rule, ending. Public are the first three: PDF files of rules that are open to the public.
FILES = (
    ("process", "rule", "process", "pdf"),
    ("process-b", "rule", "process", "pdf"),
    ("fees", "rule", "fees", "PDF"),
    ("standard", "rule", "standard", "docx"),
    ("staff", "rule", "staff", "pdf"),
    ("venue", "venue", "", "pdf"),
    ("unnamed", "rule", "", "pdf"),
)


def content(word: str) -> bytes:
    """A file of its own for each ``word``."""
    return factories.PDF + f"%{word}\n%%EOF\n".encode()


def digest(word: str) -> str:
    return hashlib.sha256(content(word)).hexdigest()


@contextmanager
def forms_with_files(called: Callable[[Application], str] = str) -> Iterator[None]:
    """Let what is filed meanwhile have :data:`FILES`, each kept on the disk; a unit calls its files ``called``.

    The word of a file ends with the number of its platform in its region, such as process001.
    """
    plain = stage.frozen_form

    def form(application: Application) -> dict[str, Any]:
        own, files = application.number[-3:], []
        for word, kind, rule, ending in FILES:
            made = content(word + own)
            stored_files.keep(stored_files.name_of(application.pk, digest(word + own)), made)
            files.append(
                {
                    "kind": kind, "rule_kind": rule, "shown_name": f"{called(application)}.{ending}",
                    "digest": digest(word + own), "size": len(made), "question": "",
                }
            )  # fmt: skip
        return plain(application) | {"attachments": files}

    stage.frozen_form = form
    try:
        yield
    finally:
        stage.frozen_form = plain
