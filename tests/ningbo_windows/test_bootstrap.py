"""From nothing but a Python to an environment with the locked packages."""

import multiprocessing
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

import pytest

from ningbo_windows import bootstrap
from ningbo_windows.bootstrap import Machine, Need, Plan, make_plan, prepare, set_up
from ningbo_windows.lockfile import pins
from tests.patience import LONG

LOCK = "alpha==1.0 \\\n    --hash=sha256:00\n"
TEST_LOCK = LOCK + "beta-tool==2.1 \\\n    --hash=sha256:00\n"
UNREACHABLE = "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError'"
WRONG_HASH = "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE."


class StartedAgainError(Exception):
    """Stands for the moment when this process would become another."""


def put_package(folder: Path, name: str, version: str) -> None:
    """Leave what an installer leaves of a package."""
    info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True, exist_ok=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")


class Terminal:
    """A machine in a temporary directory: plays Python, venv, pip and uv, and writes down what it was asked."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.here = root / "here"
        self.here.mkdir()
        self.packages = root / ".venv" / "packages"
        self.environ: dict[str, str] = {}
        self.uv: str | None = None
        self.steps: list[str] = []
        self.said: list[str] = []
        self.started: list[list[str]] = []
        self.failures: dict[str, str] = {}
        self.interrupted = False
        (root / "requirements.txt").write_text(LOCK)
        (root / "requirements-test.txt").write_text(TEST_LOCK)

    @property
    def machine(self) -> Machine:
        return Machine(
            root=self.root,
            environ=self.environ,
            packages=[str(self.here)],
            python="/usr/bin/python3",
            which=lambda name: self.uv if name == "uv" else None,
            run=self.run,
            start_again=self.start_again,
            say=self.said.append,
            environment_files=(self.root / "windows.env",),
        )

    def start_again(self, python: Path, arguments: Sequence[str]) -> NoReturn:
        self.started.append([str(python), *arguments])
        raise StartedAgainError

    def run(self, command: Sequence[str]) -> tuple[int, str]:
        if "-c" in command:
            return (0, f"True {self.packages}\n") if self.packages.is_dir() else (127, "cannot be started")
        step = "uv venv" if command[1] == "venv" else "uv install" if command[1] == "pip" else command[2]
        self.steps.append(step)
        if self.interrupted:
            raise KeyboardInterrupt
        if step in self.failures:
            return 1, self.failures[step]
        if "venv" in step:
            (self.packages / ("" if step == "uv venv" else "pip")).mkdir(parents=True)
        else:
            for old in self.packages.glob("*.dist-info"):
                shutil.rmtree(old)
            for name, version in pins(Path(command[-1]).read_text()).items():
                put_package(self.packages, name, version)
        return 0, ""

    def has_venv(self, *, pip: bool = True, **versions: str) -> None:
        """Put a finished ``.venv`` there."""
        (self.packages / "pip" if pip else self.packages).mkdir(parents=True)
        for name, version in versions.items():
            put_package(self.packages, name.replace("_", "-"), version)

    def was_cut_short(self) -> None:
        """Leave the mark that a killed set-up leaves."""
        (self.root / ".local").mkdir(exist_ok=True)
        (self.root / ".local" / "setup.unfinished").touch()


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


def test_nothing_is_done_where_the_packages_are_already_there(terminal: Terminal) -> None:
    put_package(terminal.here, "alpha", "1.0")

    prepare(["manage.py", "check"], terminal.machine)

    assert (terminal.steps, terminal.said, terminal.started) == ([], [], [])
    assert not (terminal.root / ".venv").exists()


def test_a_bare_python_gets_an_environment_and_the_command_starts_again_in_it(terminal: Terminal) -> None:
    terminal.environ["NINGBO_MODE"] = "local"
    with pytest.raises(StartedAgainError):
        prepare(["manage.py", "migrate", "--plan"], terminal.machine)

    assert terminal.steps == ["venv", "pip"]
    assert terminal.said == [
        "建立运行环境 .venv(venv)。",
        "按 requirements.txt 安装依赖包（pip），首次约需几秒至半分钟。",
        "运行环境已就绪。",
    ]
    assert terminal.started == [[str(terminal.root / ".venv/bin/python"), "manage.py", "migrate", "--plan"]]
    assert terminal.environ == {"NINGBO_MODE": "local", "NINGBO_STARTED_AGAIN": "1"}


def test_uv_is_used_where_it_is_on_the_path(terminal: Terminal) -> None:
    terminal.uv = "/opt/uv"

    assert set_up("requirements.txt", terminal.machine).need is Need.REBUILD
    assert terminal.steps == ["uv venv", "uv install"]


def test_pip_helps_out_where_uv_cannot_reach_its_index(terminal: Terminal) -> None:
    terminal.uv = "/opt/uv"
    terminal.failures["uv install"] = "error: Failed to fetch: dns error"

    set_up("requirements.txt", terminal.machine)

    assert terminal.steps == ["uv venv", "uv install", "venv", "pip"]
    assert "uv 未能取得依赖包，改用 pip。" in terminal.said


def test_a_second_start_only_switches(terminal: Terminal) -> None:
    terminal.has_venv(alpha="1.0")

    with pytest.raises(StartedAgainError):
        prepare(["manage.py", "check"], terminal.machine)

    assert (terminal.steps, terminal.said) == ([], [])


def test_an_environment_for_the_tests_serves_every_other_command(terminal: Terminal) -> None:
    terminal.has_venv(alpha="1.0", beta_tool="2.1")

    assert make_plan("requirements.txt", terminal.machine).need is Need.SWITCH
    assert make_plan("requirements-test.txt", terminal.machine).need is Need.SWITCH


def test_the_test_command_asks_for_the_test_packages(terminal: Terminal) -> None:
    terminal.has_venv(alpha="1.0")

    with pytest.raises(StartedAgainError):
        prepare(["manage.py", "test"], terminal.machine)

    assert terminal.steps == ["pip"]
    assert terminal.environ["NINGBO_MODE"] == "test"


@pytest.mark.parametrize("versions", [{"alpha": "0.9"}, {}])
def test_an_environment_with_other_versions_is_mended_in_place(terminal: Terminal, versions: dict[str, str]) -> None:
    terminal.has_venv(**versions)

    assert set_up("requirements.txt", terminal.machine).need is Need.INSTALL
    assert terminal.steps == ["pip"]
    assert make_plan("requirements.txt", terminal.machine).need is Need.SWITCH


def test_a_half_made_environment_is_made_anew(terminal: Terminal) -> None:
    terminal.has_venv(alpha="1.0")
    terminal.was_cut_short()

    assert set_up("requirements.txt", terminal.machine) == Plan(
        Need.REBUILD, terminal.root / "requirements.txt", again=True
    )
    assert terminal.said[0] == ".venv 不完整或已失效，重新建立。"
    assert make_plan("requirements.txt", terminal.machine).need is Need.SWITCH


def test_an_interrupted_setup_is_made_anew_next_time(terminal: Terminal) -> None:
    terminal.has_venv(alpha="0.9")
    terminal.interrupted = True

    with pytest.raises(SystemExit) as left:
        prepare(["manage.py", "check"], terminal.machine)

    assert left.value.code == 130
    assert terminal.said[-1] == "已中断，下次运行时会重新准备运行环境。"
    assert make_plan("requirements.txt", terminal.machine) == Plan(
        Need.REBUILD, terminal.root / "requirements.txt", again=True
    )


def test_an_environment_whose_python_does_not_run_is_made_anew(terminal: Terminal) -> None:
    (terminal.root / ".venv" / "bin").mkdir(parents=True)

    assert make_plan("requirements.txt", terminal.machine).again
    set_up("requirements.txt", terminal.machine)
    assert terminal.steps == ["venv", "pip"]


def test_an_environment_behind_a_dangling_link_is_made_anew(terminal: Terminal) -> None:
    (terminal.root / ".venv").symlink_to(terminal.root / "gone")

    set_up("requirements.txt", terminal.machine)

    assert not (terminal.root / ".venv").is_symlink()


def test_an_environment_without_pip_is_made_anew_where_uv_has_gone(terminal: Terminal) -> None:
    terminal.has_venv(pip=False, alpha="0.9")

    assert make_plan("requirements.txt", terminal.machine).need is Need.REBUILD
    terminal.uv = "/opt/uv"
    assert make_plan("requirements.txt", terminal.machine).need is Need.INSTALL


def test_the_switch_leaves_everything_alone(terminal: Terminal) -> None:
    terminal.environ["NINGBO_NO_SETUP"] = "1"

    prepare(["manage.py", "test"], terminal.machine)

    assert (terminal.steps, terminal.started) == ([], [])
    assert terminal.environ["NINGBO_MODE"] == "test"


def test_a_command_starts_again_only_once(terminal: Terminal) -> None:
    terminal.has_venv(alpha="1.0")
    terminal.environ["NINGBO_STARTED_AGAIN"] = "1"

    with pytest.raises(SystemExit) as left:
        prepare(["manage.py", "check"], terminal.machine)

    assert left.value.code == 1
    assert terminal.said == ["运行环境 .venv 与锁定的依赖包不一致，请删除 .venv 目录后重试。"]
    assert terminal.started == []


def test_the_mark_of_a_second_start_is_not_handed_on(terminal: Terminal) -> None:
    put_package(terminal.here, "alpha", "1.0")
    terminal.environ["NINGBO_STARTED_AGAIN"] = "1"

    prepare(["manage.py", "check"], terminal.machine)

    assert terminal.environ == {}


@pytest.mark.parametrize(
    ("step", "output", "sentence"),
    [
        ("pip", UNREACHABLE, "无法连接软件包安装源，请检查网络、代理和安装源配置后重试。"),
        ("pip", WRONG_HASH, "下载的依赖包与锁定的校验值不符，已停止安装，请检查安装源或重新取得项目文件。"),
        ("pip", "ERROR: No matching distribution found", "安装源中没有所需版本的依赖包，请更换或同步安装源后重试。"),
        ("pip", "Segmentation fault", "建立运行环境未成功。"),
        (
            "venv",
            "The virtual environment was not created successfully because ensurepip is not available.",
            "当前 Python 缺少 venv 模块，请先安装（Debian 上为 apt install python3-venv）后重试。",
        ),
        (
            "venv",
            "/usr/bin/python3: No module named venv",
            "当前 Python 缺少 venv 模块，请先安装（Debian 上为 apt install python3-venv）后重试。",
        ),
    ],
)
def test_a_failing_step_ends_with_one_sentence(terminal: Terminal, step: str, output: str, sentence: str) -> None:
    terminal.failures[step] = output

    with pytest.raises(SystemExit) as left:
        prepare(["manage.py", "check"], terminal.machine)

    assert left.value.code == 1
    assert terminal.said[-1] == sentence + "详细记录见 .local/setup.log。"
    assert (terminal.root / ".local" / "setup.log").read_text() == output
    assert not (terminal.root / ".local" / "setup.unfinished").exists()


def test_a_full_disk_is_named(terminal: Terminal) -> None:
    terminal.failures["pip"] = "OSError: [Errno 28] No space left on device"

    with pytest.raises(SystemExit):
        prepare(["manage.py", "check"], terminal.machine)

    assert terminal.said[-1].startswith(f"目录 {terminal.root} 无法写入，请检查磁盘空间和目录权限后重试。")


def test_an_unwritable_project_directory_is_named(terminal: Terminal) -> None:
    (terminal.root / ".local").touch()

    with pytest.raises(SystemExit):
        prepare(["manage.py", "check"], terminal.machine)

    assert terminal.said == [f"目录 {terminal.root} 无法写入，请检查磁盘空间和目录权限后重试。"]


def test_a_missing_lock_file_is_named(terminal: Terminal) -> None:
    (terminal.root / "requirements.txt").unlink()

    with pytest.raises(SystemExit):
        prepare(["manage.py", "check"], terminal.machine)

    assert terminal.said == ["项目目录中缺少 requirements.txt，请重新取得完整的项目文件。"]


def test_a_wrong_hash_is_not_tried_again_with_pip(terminal: Terminal) -> None:
    terminal.uv = "/opt/uv"
    terminal.failures["uv install"] = "error: Hash mismatch for `alpha==1.0`"

    with pytest.raises(SystemExit):
        prepare(["manage.py", "check"], terminal.machine)

    assert terminal.steps == ["uv venv", "uv install"]


def test_an_unsafe_demo_is_refused_before_anything_is_installed(terminal: Terminal) -> None:
    terminal.environ["DATABASE_URL"] = "postgresql:///real"

    with pytest.raises(SystemExit) as left:
        prepare(["manage.py", "demo"], terminal.machine)

    assert left.value.code == 1
    assert (terminal.steps, terminal.environ) == ([], {"DATABASE_URL": "postgresql:///real"})
    assert terminal.said == ["已设置 DATABASE_URL，演示只用自己的数据文件，请在未设置该变量的终端中运行。"]


def test_the_demo_runs_in_its_own_mode(terminal: Terminal) -> None:
    put_package(terminal.here, "alpha", "1.0")

    prepare(["manage.py", "demo", "--help"], terminal.machine)

    assert terminal.environ == {"NINGBO_MODE": "demo"}


@pytest.mark.parametrize(
    ("command", "there", "chosen", "mode"),
    [
        ("issue_token", ["demo/db.sqlite3"], {}, "demo"),
        ("rollup", ["demo/db.sqlite3"], {}, "demo"),
        ("rollup", ["demo/db.sqlite3"], {"NINGBO_MODE": "production"}, "production"),
        ("rollup", ["demo/db.sqlite3"], {"DATABASE_URL": "sqlite:////x"}, None),
        ("check", ["demo/db.sqlite3"], {}, None),
    ],
)
def test_beside_a_demo_alone_a_daily_command_means_the_demo(
    terminal: Terminal, command: str, there: list[str], chosen: dict[str, str], mode: str | None
) -> None:
    put_package(terminal.here, "alpha", "1.0")
    for each in there:
        file = terminal.root / ".local" / each
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    terminal.environ |= chosen
    prepare(["manage.py", command], terminal.machine)
    assert terminal.environ.get("NINGBO_MODE") == mode
    assert terminal.said == (["没有别的数据库，在演示数据上运行。"] if mode == "demo" else [])


@pytest.mark.trust("T60")
@pytest.mark.parametrize(
    ("command", "there"),
    [("rollup", []), ("rollup", ["demo/db.sqlite3", "db.sqlite3"]), ("migrate", ["demo/db.sqlite3"]), ("shell", [])],
)
def test_a_command_that_nobody_chose_a_database_for_does_not_start(
    terminal: Terminal, command: str, there: list[str]
) -> None:
    put_package(terminal.here, "alpha", "1.0")
    for each in there:
        file = terminal.root / ".local" / each
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    with pytest.raises(SystemExit) as ended:
        prepare(["manage.py", command], terminal.machine)
    assert ended.value.code == 1
    assert terminal.said == [
        f"未设置 NINGBO_MODE，也没有环境文件 /etc/windows.env，不能确定 {command} 用于哪个数据库。"
        "正式环境请用 NINGBO_ENV_FILE 指明环境文件；本机试用请在命令前加 NINGBO_MODE=local。"
    ]


@pytest.mark.trust("T60")
def test_a_command_in_a_shell_works_on_the_database_of_the_service(terminal: Terminal) -> None:
    put_package(terminal.here, "alpha", "1.0")
    (terminal.root / ".local" / "demo").mkdir(parents=True)
    (terminal.root / ".local" / "demo" / "db.sqlite3").touch()
    (terminal.root / "windows.env").write_text("NINGBO_MODE=production\nDATABASE_URL=postgres://u:p@h/windows\n")
    prepare(["manage.py", "rollup"], terminal.machine)
    assert terminal.environ == {"NINGBO_MODE": "production", "DATABASE_URL": "postgres://u:p@h/windows"}
    assert terminal.said == [f"使用环境文件 {terminal.root / 'windows.env'}。"]


@pytest.mark.trust("T60")
@pytest.mark.parametrize("command", ["demo", "test"])
def test_the_demo_and_the_tests_keep_away_from_the_service(terminal: Terminal, command: str) -> None:
    put_package(terminal.here, "alpha", "1.0")
    put_package(terminal.here, "beta-tool", "2.1")
    (terminal.root / "windows.env").write_text("NINGBO_MODE=production\nDATABASE_URL=postgres://u:p@h/windows\n")
    prepare(["manage.py", command, "--help"], terminal.machine)
    assert terminal.environ == {"NINGBO_MODE": command}


def test_a_process_that_waited_finds_the_work_done(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    plans = iter([Plan(Need.REBUILD, terminal.root / "requirements.txt"), Plan(Need.SWITCH, terminal.root)])
    monkeypatch.setattr(bootstrap, "make_plan", lambda _name, _machine: next(plans))

    assert set_up("requirements.txt", terminal.machine).need is Need.SWITCH
    assert terminal.steps == []


def _set_up_slowly(root: Path, log: Path) -> None:
    packages = root / ".venv" / "packages"

    def run(command: Sequence[str]) -> tuple[int, str]:
        if "-c" in command:
            return (0, f"True {packages}") if packages.is_dir() else (1, "")
        with log.open("a") as handle:
            handle.write(f"{os.getpid()} {command[2]}\n")
        if command[2] == "venv":
            (packages / "pip").mkdir(parents=True)
        else:
            put_package(packages, "alpha", "1.0")
        return 0, ""

    set_up(
        "requirements.txt", Machine(root=root, packages=[], which=lambda _name: None, run=run, say=lambda _said: None)
    )


def test_two_processes_do_the_work_once(terminal: Terminal, tmp_path: Path) -> None:
    fork: Callable[..., multiprocessing.Process] = multiprocessing.get_context("spawn").Process  # type: ignore[assignment]
    log = tmp_path / "log"
    both = [fork(target=_set_up_slowly, args=(terminal.root, log)) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(LONG)

    assert [process.exitcode for process in both] == [0, 0]
    assert [line.split()[1] for line in log.read_text().splitlines()] == ["venv", "pip"]


def test_a_real_environment_is_made_of_an_empty_lock_file(tmp_path: Path) -> None:
    """No package and so no network; the interpreter, venv and pip are the real ones."""
    (tmp_path / "requirements.txt").write_text("")
    (tmp_path / "ningbo_windows").mkdir()
    for name in ("__init__", "bootstrap", "demo_rules", "environment_file", "lockfile", "setup_errors"):
        shutil.copy(bootstrap.ROOT / "ningbo_windows" / f"{name}.py", tmp_path / "ningbo_windows")
    shutil.copy(bootstrap.ROOT / "manage.py", tmp_path)
    machine = Machine(root=tmp_path, packages=[], which=lambda _name: None, say=lambda _said: None)

    (tmp_path / ".local").mkdir()

    bootstrap._build(Plan(Need.REBUILD, tmp_path / "requirements.txt"), machine, None)

    inside = subprocess.run(
        [machine.venv_python, "-c", "import sys; print(sys.prefix)"], capture_output=True, text=True, check=True
    )
    assert Path(inside.stdout.strip()) == tmp_path / ".venv"
    assert make_plan("requirements.txt", machine).need is Need.NOTHING
    without_django = subprocess.run(
        [machine.venv_python, tmp_path / "manage.py", "check"], capture_output=True, text=True, check=False
    )
    assert without_django.returncode == 1
    assert without_django.stderr.startswith("未找到 Django(")


def test_an_old_python_is_told_so_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    source = (bootstrap.ROOT / "manage.py").read_text(encoding="utf-8")
    names: dict[str, object] = {"__name__": "manage"}
    exec(compile(source, "manage.py", "exec"), names)  # noqa: S102
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    main = names["main"]
    assert callable(main)

    with pytest.raises(SystemExit) as left:
        main()

    assert left.value.code == "需要 Python 3.11 或更高版本，当前为 3.9，请改用较新的 python3 运行。"


def test_the_interpreter_with_the_packages_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bootstrap", "requirements-lint.txt"])
    for need, interpreter in ((Need.NOTHING, sys.executable), (Need.INSTALL, str(Machine().venv_python))):
        monkeypatch.setattr(bootstrap, "set_up", lambda name, _machine, need=need: Plan(need, Path(name)))
        bootstrap.main()
        assert capsys.readouterr().out == f"{interpreter}\n"
