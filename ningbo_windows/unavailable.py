"""When the machine cannot take anything in for a while: a full disk, a database or a store that does not answer."""

import errno
import logging
import secrets

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse

from ningbo_windows.way_back import bare_page
from platforms.stored_files import StoreTrouble

logger = logging.getLogger("ningbo_windows")

FULL = "服务器磁盘空间不足，刚才的内容没有保存，请稍后再试或告知系统管理员。"
BUSY = "系统正在维护或暂时繁忙，刚才的操作没有完成，请稍后重试。"
AWAY = "文件存储暂时不可用，刚才的操作没有完成，请稍后重试。"
_FULL_SIGNS = ("disk is full", "No space left", "Disk quota exceeded")
_BUSY_SIGNS = ("database is locked", "lock timeout", "deadlock", "disk I/O error", "connection")
#: Seconds after which it is worth trying again: a lock is soon free, room has to be made.
RETRY_AFTER = {FULL: 60, BUSY: 5, AWAY: 60}


def why_unavailable(error: BaseException | None) -> str:
    """Return the sentence for ``error``, or nothing where it is a fault and no lack of room, database or store."""
    if isinstance(error, StoreTrouble):
        return AWAY
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return FULL
    if not isinstance(error, OperationalError):
        return ""
    if any(sign in str(error) for sign in _FULL_SIGNS):
        return FULL
    return BUSY if any(sign in str(error) for sign in _BUSY_SIGNS) else ""


def unavailable(request: HttpRequest, sentence: str) -> HttpResponse:
    """Answer 503 with ``sentence`` and a number that the log knows too; asks no database, which may not answer."""
    number = secrets.token_hex(4)
    logger.exception("unavailable %s", number)
    response: HttpResponse
    if request.path.startswith("/api/"):
        detail = f"暂时无法处理，请稍后原样重试；故障编号 {number}。"
        response = JsonResponse({"detail": detail}, status=503, json_dumps_params={"ensure_ascii": False})
    else:
        page = bare_page(request, "503.html", number=number, sentence=sentence)
        response = HttpResponse(page, status=503)
    response["Retry-After"] = str(RETRY_AFTER[sentence])
    return response
