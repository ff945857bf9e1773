"""What can go wrong while the project sets itself up, said in one sentence; standard library only."""

import re
from pathlib import Path


class SetupError(Exception):
    """The set-up cannot go on; ``str(error)`` is one Chinese sentence for the person at the terminal.

    ``status`` is the exit status: 1, or 2 for arguments that make no sense. ``unreachable`` says that another
    installer, configured in another way, might still reach an index.
    """

    def __init__(self, sentence: str, status: int = 1, *, unreachable: bool = False) -> None:
        super().__init__(sentence)
        self.status = status
        self.unreachable = unreachable


# What pip, uv and venv write, in the order of what says most.
_CAUSES: tuple[tuple[str, str], ...] = (
    (
        r"DO NOT MATCH THE HASHES|[Hh]ash mismatch|hash-checking mode",
        "下载的依赖包与锁定的校验值不符，已停止安装，请检查安装源或重新取得项目文件。",
    ),
    (
        r"No space left|Disk quota|Permission denied|Read-only file system",
        "目录 {place} 无法写入，请检查磁盘空间和目录权限后重试。",
    ),
    (
        r"ensurepip|No module named '?(venv|pip)\b",
        "当前 Python 缺少 venv 模块，请先安装（Debian 上为 apt install python3-venv）后重试。",
    ),
)
_NO_CONNECTION = re.compile(
    r"NewConnectionError|ConnectTimeout|ReadTimeout|Max retries|Retrying \(|name resolution|Name or service|ProxyError"
    r"|SSLError|Network is unreachable|Connection (refused|reset)|[Ff]ailed to fetch|error sending request|dns error"
    r"|certificate|timed out"
)
_NO_SUCH_VERSION = re.compile(
    r"No matching distribution|[Nn]o solution found|no versions? of|was not found in the package"
)


def explain(output: str, place: Path) -> SetupError:
    """Turn what a failed installer wrote into one sentence, which names no address.

    ``place`` is the directory that was written to.
    """
    for pattern, sentence in _CAUSES:
        if re.search(pattern, output):
            return SetupError(sentence.format(place=place))
    if _NO_CONNECTION.search(output):
        return SetupError("无法连接软件包安装源，请检查网络、代理和安装源配置后重试。", unreachable=True)
    if _NO_SUCH_VERSION.search(output):
        return SetupError("安装源中没有所需版本的依赖包，请更换或同步安装源后重试。", unreachable=True)
    return SetupError("建立运行环境未成功。")


def unwritable(place: Path) -> SetupError:
    """Say that a directory cannot be written to."""
    return SetupError(_CAUSES[1][1].format(place=place))
