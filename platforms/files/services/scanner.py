"""The virus scanner of the house, where one is set up: no file is kept that it has not passed."""

import subprocess
import tempfile
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from platforms.errors import Refusal

_CLEAN, _INFECTED = 0, 1
#: Where an upload keeps what the scanner said of it.
_SAID = "_said_by_scanner"


def ask_first(file: BinaryIO) -> None:
    """Ask the scanner about ``file`` now, so that :func:`check` need not in the transaction that keeps it.

    A scanner may take long, and where one writes at a time nobody else could meanwhile.
    """
    if settings.SCANNER:
        setattr(file, _SAID, _asked(file))


def check(shown_name: str, file: BinaryIO) -> None:
    """Let the command ``NINGBO_SCANNER`` look at ``file``; it gets the path of a copy as its last argument.

    Nothing is done where no scanner is set. A scanner that cannot be asked, takes too long or answers neither 0
    (clean) nor 1 (infected) has not passed the file.

    Raises:
        Refusal: infected, or not passed.
    """
    if not settings.SCANNER:
        return
    said = getattr(file, _SAID) if hasattr(file, _SAID) else _asked(file)
    if said == _INFECTED:
        raise Refusal(f"文件“{shown_name}”没有通过病毒检查，没有保存。请用杀毒软件检查这台电脑后重新上传。")
    if said != _CLEAN:
        raise Refusal(f"病毒检查暂时不可用，文件“{shown_name}”没有保存，请稍后再试或告知系统管理员。")


def _asked(file: BinaryIO) -> int | None:
    """Return what the scanner answers, nothing where it cannot be asked or takes too long."""
    try:
        with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
            copy = Path(folder) / "upload"
            file.seek(0)
            copy.write_bytes(file.read())
            file.seek(0)
            done = subprocess.run(  # noqa: S603 - the operator's own command, no shell
                [*settings.SCANNER, str(copy)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=settings.SCANNER_SECONDS,
                check=False,
            )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.returncode
