"""The project sets itself up: from nothing but ``python3`` to an environment with the locked packages.

Standard library only. ``manage.py`` calls :func:`prepare` before Django is imported. If every package of the needed
lock file is there in its locked version, nothing happens; otherwise ``.venv`` is made or mended and the command starts
again inside it. ``NINGBO_NO_SETUP=1`` switches all of it off. What is said goes to standard error, so that the output
of a command stays clean.
"""

import contextlib
import enum
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from ningbo_windows import environment_file
from ningbo_windows.demo_rules import means_the_demo, refuse_demo_if_unsafe, refuse_taken_port
from ningbo_windows.lockfile import all_there, pins
from ningbo_windows.setup_errors import SetupError, explain, unwritable

ROOT = Path(__file__).resolve().parent.parent
SWITCHED_OFF = "NINGBO_NO_SETUP"
STARTED_AGAIN = "NINGBO_STARTED_AGAIN"
LOCKS = {"test": "requirements-test.txt"}
USUAL_LOCK = "requirements.txt"
MODES = {"demo": "demo", "test": "test"}


class Need(enum.Enum):
    """What has to be done before the command can run."""

    NOTHING = "nothing"
    SWITCH = "switch"
    INSTALL = "install"
    REBUILD = "rebuild"


@dataclass(frozen=True)
class Plan:
    """What to do, for which lock file; ``again`` says that ``.venv`` is there but of no use."""

    need: Need
    lock: Path
    again: bool = False


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _run(command: Sequence[str]) -> tuple[int, str]:
    """Run a command and return its exit status (127: cannot be started) and all that it wrote."""
    try:
        done = subprocess.run(  # noqa: S603
            list(command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
    except OSError as error:
        return 127, str(error)
    return done.returncode, done.stdout.decode(errors="replace")


def _start_again(python: Path, arguments: Sequence[str]) -> NoReturn:
    command = [str(python), *arguments]
    if os.name == "nt":  # execv returns to the shell at once there
        sys.exit(subprocess.call(command))  # noqa: S603
    os.execv(str(python), command)  # noqa: S606


@dataclass(frozen=True)
class Machine:
    """All that the set-up touches outside itself, so that the tests can stand in for it.

    ``packages`` is the search path of the running interpreter, ``python`` the interpreter that new environments
    are made of, ``environment_files`` where the variables of an installation may stand.
    """

    root: Path = ROOT
    environ: MutableMapping[str, str] = field(default_factory=lambda: os.environ)
    packages: Sequence[str] = field(default_factory=lambda: sys.path)
    python: str = getattr(sys, "_base_executable", sys.executable)
    environment_files: Sequence[Path] = environment_file.USUAL
    which: Callable[[str], str | None] = shutil.which
    run: Callable[[Sequence[str]], tuple[int, str]] = _run
    start_again: Callable[[Path, Sequence[str]], NoReturn] = _start_again
    say: Callable[[str], None] = _say

    @property
    def venv(self) -> Path:
        """The project's own environment."""
        return self.root / ".venv"

    @property
    def venv_python(self) -> Path:
        """The interpreter of the project's own environment."""
        return self.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def unfinished(self) -> Path:
        """A mark that exists while ``.venv`` is being worked on; one left behind tells of a set-up cut short."""
        return self.root / ".local" / "setup.unfinished"


# What has to be done -------------------------------------------------------------------------------------------------


def make_plan(lock_name: str, machine: Machine) -> Plan:
    """Decide what is needed before a command can run with the packages of ``lock_name``.

    The installed versions decide (reading them takes 15 ms): an environment made for the tests or by hand serves the
    demo as well. One with other versions is mended in place; one that was left half-made is made anew.

    Raises:
        SetupError: there is no such lock file.
    """
    lock = machine.root / lock_name
    if not lock.is_file():
        raise SetupError(f"项目目录中缺少 {lock_name}，请重新取得完整的项目文件。")
    wanted = pins(lock.read_text(encoding="utf-8"))
    if all_there(wanted, machine.packages):
        return Plan(Need.NOTHING, lock)
    if not machine.venv.exists() and not machine.venv.is_symlink():
        return Plan(Need.REBUILD, lock)
    packages = _venv_packages(machine)
    if packages is None or machine.unfinished.exists():
        return Plan(Need.REBUILD, lock, again=True)
    if all_there(wanted, [str(packages)]):
        return Plan(Need.SWITCH, lock)
    if machine.which("uv") is None and not (packages / "pip").is_dir():
        return Plan(Need.REBUILD, lock, again=True)
    return Plan(Need.INSTALL, lock)


def _venv_packages(machine: Machine) -> Path | None:
    """Return where ``.venv`` keeps its packages; None if its interpreter does not run or is too old."""
    script = "import sys, sysconfig; print(sys.version_info >= (3, 11), sysconfig.get_paths()['purelib'])"
    status, output = machine.run([str(machine.venv_python), "-I", "-c", script])
    fit, _, folder = output.strip().partition(" ")
    return Path(folder) if status == 0 and fit == "True" else None


# Doing it ------------------------------------------------------------------------------------------------------------


def _step(machine: Machine, command: Sequence[str]) -> None:
    """Run one step of the set-up; what it wrote is kept in ``.local/setup.log`` if it fails."""
    status, output = machine.run(command)
    if status == 0:
        return
    error = explain(output, machine.root)
    with contextlib.suppress(OSError):
        (machine.root / ".local" / "setup.log").write_text(output, encoding="utf-8")
        error.args = (f"{error}详细记录见 .local/setup.log。",)
    raise error


def _build(plan: Plan, machine: Machine, uv: str | None) -> None:
    """Bring ``.venv`` to the versions of the lock file with uv, or with venv and pip."""
    python = str(machine.venv_python)
    machine.unfinished.touch()
    try:
        if plan.need is Need.REBUILD:
            if plan.again:
                machine.say(".venv 不完整或已失效，重新建立。")
                _remove(machine.venv)
            machine.say(f"建立运行环境 .venv({'uv' if uv else 'venv'})。")
            create = [uv, "venv", "--quiet", "--python", machine.python] if uv else [machine.python, "-m", "venv"]
            _step(machine, [*create, str(machine.venv)])
        machine.say(f"按 {plan.lock.name} 安装依赖包（{'uv' if uv else 'pip'}），首次约需几秒至半分钟。")
        install = (
            [uv, "pip", "install", "--python", python]
            if uv
            else [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
        )
        # The lock file is complete. Left to look for more, pip trips over "coverage[toml]" once a newer one is out.
        _step(machine, [*install, "--quiet", "--no-deps", "--require-hashes", "-r", str(plan.lock)])
    except SetupError:
        machine.unfinished.unlink()  # refused in good order, not cut short
        raise
    machine.unfinished.unlink()


def _remove(venv: Path) -> None:
    if venv.is_symlink() or venv.is_file():
        venv.unlink()
    else:
        shutil.rmtree(venv)


@contextlib.contextmanager
def _alone(machine: Machine) -> Iterator[None]:
    """Let one process at a time touch ``.venv``; the others wait."""
    (machine.root / ".local").mkdir(exist_ok=True)
    with open(machine.root / ".local" / "setup.lock", "w", encoding="utf-8") as handle:
        try:
            import fcntl
        except ImportError:
            yield
            return
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            machine.say("另一个进程正在准备运行环境，等待其完成。")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def set_up(lock_name: str, machine: Machine) -> Plan:
    """Make sure that the packages of ``lock_name`` are here or in ``.venv``, and return what was found to be needed.

    Where uv cannot get the packages, pip has a try: often only one of the two is configured.

    Raises:
        SetupError: it cannot be done.
    """
    plan = make_plan(lock_name, machine)
    if plan.need in {Need.NOTHING, Need.SWITCH}:
        return plan
    try:
        with _alone(machine):
            plan = make_plan(lock_name, machine)  # another process may have finished it meanwhile
            if plan.need not in {Need.INSTALL, Need.REBUILD}:
                return plan
            uv = machine.which("uv")
            try:
                _build(plan, machine, uv)
            except SetupError as error:
                if uv is None or not error.unreachable:
                    raise
                machine.say("uv 未能取得依赖包，改用 pip。")
                _build(Plan(Need.REBUILD, plan.lock, again=machine.venv.exists()), machine, None)
    except OSError as error:
        raise unwritable(machine.root) from error
    machine.say("运行环境已就绪。")
    return plan


# The door ------------------------------------------------------------------------------------------------------------


def prepare(argv: Sequence[str], machine: Machine | None = None) -> None:
    """Make the environment fit for the command of ``argv``; may not return but start the command again in ``.venv``.

    Exits with one sentence and status 1, or 2 for arguments that make no sense.
    """
    machine = machine or Machine()
    try:
        _prepare(argv, machine)
    except SetupError as error:
        machine.say(str(error))
        sys.exit(error.status)
    except KeyboardInterrupt:
        machine.say("已中断，下次运行时会重新准备运行环境。")
        sys.exit(130)


def _prepare(argv: Sequence[str], machine: Machine) -> None:
    command = argv[1] if len(argv) > 1 else ""
    if command == "demo":
        refuse_demo_if_unsafe(machine.environ, argv)
        refuse_taken_port(argv)
    if command in MODES:
        machine.environ["NINGBO_MODE"] = MODES[command]
    elif not machine.environ.get("NINGBO_MODE"):
        _choose_installation(command, machine)
    started_again = machine.environ.pop(STARTED_AGAIN, None)
    if machine.environ.get(SWITCHED_OFF) == "1":
        return
    lock_name = LOCKS.get(command, USUAL_LOCK)
    plan = make_plan(lock_name, machine) if started_again else set_up(lock_name, machine)
    if plan.need is Need.NOTHING:
        return
    if started_again:
        raise SetupError("运行环境 .venv 与锁定的依赖包不一致，请删除 .venv 目录后重试。")
    machine.environ[STARTED_AGAIN] = "1"
    machine.start_again(machine.venv_python, argv)


def _choose_installation(command: str, machine: Machine) -> None:
    """Find out which database a command without the service's variables is for."""
    found = environment_file.load(machine.environ, machine.environment_files)
    if found is not None:
        machine.say(f"使用环境文件 {found}。")
    elif means_the_demo(command, machine.environ, machine.root):
        machine.environ["NINGBO_MODE"] = "demo"
        machine.say("没有别的数据库，在演示数据上运行。")
    environment_file.refuse_unknown_installation(command, machine.environ)


def main() -> None:
    """Set up for the lock file named on the command line and print the interpreter that has its packages."""
    machine = Machine()
    try:
        plan = set_up(sys.argv[1], machine)
    except SetupError as error:
        machine.say(str(error))
        sys.exit(error.status)
    print(sys.executable if plan.need is Need.NOTHING else machine.venv_python)


if __name__ == "__main__":
    main()
