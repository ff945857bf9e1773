"""Where kept files lie; what is wrong with it is said without repeating it (a password may stand inside)."""

import json
from importlib.util import find_spec
from typing import Any

from django.core.exceptions import ImproperlyConfigured

FOLDER = "platforms.stored_files.PrivateFiles"


def file_store(backend: str, options: str) -> dict[str, Any]:
    """Return the entry of ``STORAGES`` for a class and its ``options`` as JSON; both empty mean the folder of files.

    Raises:
        ImproperlyConfigured: the class is of no module that is installed, or the options are no JSON object.
    """
    if backend and not _is_installed(backend.rpartition(".")[0]):
        raise ImproperlyConfigured("NINGBO_FILES_BACKEND 所写的存储没有安装。")
    try:
        read = json.loads(options or "{}")
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise ImproperlyConfigured('NINGBO_FILES_OPTIONS 应为 JSON 对象，如 {"bucket_name": "windows"}。')
    return {"BACKEND": backend or FOLDER, "OPTIONS": read}


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):
        return False
