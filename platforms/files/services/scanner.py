"""The virus scanner of the house, where one is set up: no file is kept that it has not passed."""

import subprocess
import tempfile
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from platforms.errors import Refusal

_CLEAN, _INFECTED = 0, 1


def check(shown_name: str, file: BinaryIO) -> None:
    """Let the command ``NINGBO_SCANNER`` look at ``file``; it gets the path of a copy as its last argument.

    Nothing is done where no scanner is set. A scanner that cannot be asked, takes too long or answers neither 0
    (clean) nor 1 (infected) has not passed the file.

    Raises:
        Refusal: infected, or not passed.
    """
    if not settings.SCANNER:
        return
    not_now = Refusal(f"病毒检查暂时不可用，文件“{shown_name}”没有保存，请稍后再试或告知系统管理员。")
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
        raise not_now from None
    if done.returncode == _INFECTED:
        raise Refusal(f"文件“{shown_name}”没有通过病毒检查，没有保存。请用杀毒软件检查这台电脑后重新上传。")
    if done.returncode != _CLEAN:
        raise not_now
