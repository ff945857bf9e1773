"""Which installation a command in a shell is for: a shell has none of the service's variables; standard library only.

Without them a command would make or read a database of its own beside the real one and report success. So it takes the
variables from the file that the service reads, or is told which installation it is for, or does not start.
"""

import shlex
from collections.abc import Mapping, MutableMapping, Sequence
from pathlib import Path

from ningbo_windows.setup_errors import SetupError

NAMED = "NINGBO_ENV_FILE"
#: The file of the handbook's installation.
USUAL = (Path("/etc/windows.env"),)
#: Commands that open no database, or a temporary one only.
WITHOUT_DATABASE = frozenset(
    {
        "",
        "allocate",
        "check",
        "collectstatic",
        "compilemessages",
        "demo",
        "diffsettings",
        "findstatic",
        "help",
        "makemessages",
        "makemigrations",
        "test",
        "version",
    }
)


def variables(text: str) -> dict[str, str]:
    """Return what ``text``, in the form of systemd's ``EnvironmentFile``, sets.

    One ``NAME=value`` a line, the value in quotes or not; lines that are empty or begin with ``#`` or ``;`` say
    nothing.

    Raises:
        ValueError: a quote is not closed.
    """
    found = {}
    for line in text.splitlines():
        name, sign, value = line.strip().partition("=")
        if not sign or name[:1] in "#;":
            continue
        value = value.strip()
        found[name.strip()] = "".join(shlex.split(value)) if value[:1] in ("'", '"') else value
    return found


def load(environ: MutableMapping[str, str], usual: Sequence[Path] = USUAL) -> Path | None:
    """Add what the file of the installation sets to ``environ`` and return the file; None where there is none.

    What the shell sets itself stays.

    Raises:
        SetupError: the file that ``NINGBO_ENV_FILE`` names is not there, or a file cannot be read.
    """
    named = environ.get(NAMED)
    for path in (Path(named),) if named else usual:
        try:
            found = variables(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            if named:
                raise SetupError(f"{NAMED} 指定的环境文件 {path} 不存在。") from None
            continue
        except PermissionError:
            raise SetupError(
                f"本机正式环境的变量写在 {path}，当前账号无权读取；请用服务账号运行，"
                "如 sudo -u windows python3 manage.py 命令。"
            ) from None
        except (OSError, ValueError):
            raise SetupError(f"环境文件 {path} 无法读取，请检查其内容（每行一个“变量=值”，UTF-8 编码）。") from None
        for name, value in found.items():
            environ.setdefault(name, value)
        return path
    return None


def refuse_unknown_installation(command: str, environ: Mapping[str, str]) -> None:
    """Keep a command that opens a database from opening one that nobody chose.

    Raises:
        SetupError: nothing says which installation ``command`` is for.
    """
    if command in WITHOUT_DATABASE or command.startswith("-"):
        return
    if environ.get("NINGBO_MODE") or environ.get("DATABASE_URL"):
        return
    raise SetupError(
        f"未设置 NINGBO_MODE，也没有环境文件 {USUAL[0]}，不能确定 {command} 用于哪个数据库。"
        f"正式环境请用 {NAMED} 指明环境文件；本机试用请在命令前加 NINGBO_MODE=local。"
    )
