"""The variables of an installation, for a shell that has none of them."""

from pathlib import Path

import pytest

from ningbo_windows import environment_file
from ningbo_windows.environment_file import load, refuse_unknown_installation, variables
from ningbo_windows.setup_errors import SetupError

pytestmark = pytest.mark.trust("T60")


def test_the_form_is_that_of_the_service_manager() -> None:
    text = """
    # 正式环境
    ; NINGBO_MODE=local
    NINGBO_MODE=production
    SECRET_KEY="a b#c'd"
    NINGBO_ORGANISER=宁波市 经信局
    NINGBO_ICP='浙ICP备 1 号'
    DATABASE_URL=postgres://u:p=1@127.0.0.1/windows
    EMPTY=
    no sign
    """
    assert variables(text) == {
        "NINGBO_MODE": "production",
        "SECRET_KEY": "a b#c'd",
        "NINGBO_ORGANISER": "宁波市 经信局",
        "NINGBO_ICP": "浙ICP备 1 号",
        "DATABASE_URL": "postgres://u:p=1@127.0.0.1/windows",
        "EMPTY": "",
    }


def test_what_the_shell_sets_itself_stays(tmp_path: Path) -> None:
    file = tmp_path / "windows.env"
    file.write_text("NINGBO_MODE=production\nSITE_URL=https://windows.example\n")
    environ = {"SITE_URL": "https://other.example"}
    assert load(environ, [tmp_path / "none", file]) == file
    assert environ == {"NINGBO_MODE": "production", "SITE_URL": "https://other.example"}


def test_without_a_file_nothing_is_set(tmp_path: Path) -> None:
    environ: dict[str, str] = {}
    assert load(environ, [tmp_path / "none"]) is None
    assert environ == {}


def test_a_file_that_is_named_has_to_be_there(tmp_path: Path) -> None:
    (tmp_path / "usual").write_text("NINGBO_MODE=production\n")
    with pytest.raises(SetupError) as refused:
        load({"NINGBO_ENV_FILE": str(tmp_path / "none")}, [tmp_path / "usual"])
    assert str(refused.value) == f"NINGBO_ENV_FILE 指定的环境文件 {tmp_path / 'none'} 不存在。"


def test_a_file_that_is_named_is_taken_before_the_usual_one(tmp_path: Path) -> None:
    (tmp_path / "usual").write_text("NINGBO_MODE=production\n")
    (tmp_path / "named").write_text("NINGBO_MODE=local\n")
    environ = {"NINGBO_ENV_FILE": str(tmp_path / "named")}
    assert load(environ, [tmp_path / "usual"]) == tmp_path / "named"
    assert environ["NINGBO_MODE"] == "local"


def test_a_file_that_one_may_not_read_names_the_account_to_take(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_options: object) -> str:
        raise PermissionError

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(SetupError) as refused:
        load({}, [tmp_path / "windows.env"])
    assert str(refused.value) == (
        f"本机正式环境的变量写在 {tmp_path / 'windows.env'}，当前账号无权读取；请用服务账号运行，"
        "如 sudo -u windows python3 manage.py 命令。"
    )


@pytest.mark.parametrize("content", [b"SECRET_KEY='open\n", "宁波".encode("utf-16")])
def test_a_file_that_is_no_such_file_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "windows.env"
    file.write_bytes(content)
    with pytest.raises(SetupError) as refused:
        load({}, [file])
    assert str(refused.value) == f"环境文件 {file} 无法读取，请检查其内容（每行一个“变量=值”，UTF-8 编码）。"


@pytest.mark.parametrize(
    ("command", "environ", "starts"),
    [
        ("migrate", {}, False),
        ("check_audit", {"NINGBO_MODE": ""}, False),
        ("migrate", {"NINGBO_MODE": "local"}, True),
        ("migrate", {"DATABASE_URL": "sqlite:////srv/windows.sqlite3"}, True),
        *((command, {}, True) for command in sorted(environment_file.WITHOUT_DATABASE)),
        ("--version", {}, True),
    ],
)
def test_only_a_chosen_database_is_opened(command: str, environ: dict[str, str], starts: bool) -> None:
    if starts:
        refuse_unknown_installation(command, environ)
        return
    with pytest.raises(SetupError, match=f"不能确定 {command} 用于哪个数据库"):
        refuse_unknown_installation(command, environ)
