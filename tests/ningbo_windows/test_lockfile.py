"""What a locked requirement file asks for here."""

import sys
from pathlib import Path

import pytest

from ningbo_windows.bootstrap import ROOT
from ningbo_windows.lockfile import all_there, marker_holds, pins

FACTS = {
    "sys_platform": "linux",
    "platform_python_implementation": "CPython",
    "implementation_name": "cpython",
    "python_full_version": "3.11.7",
    "python_version": "3.11",
}


@pytest.mark.parametrize(
    ("marker", "holds"),
    [
        ("sys_platform == 'win32'", False),
        ("sys_platform != 'win32'", True),
        ("implementation_name != 'PyPy'", True),
        ("platform_python_implementation == 'CPython'", True),
        ('sys_platform == "linux"', True),
        ("python_full_version < '3.13'", True),
        ("python_full_version < '3.9'", False),
        ("python_full_version >= '3.11.7'", True),
        ("python_full_version > '3.11.7'", False),
        ("python_version <= '3.11'", True),
        ("python_version == '3.10'", False),
        ("python_full_version < '3.13' and sys_platform == 'win32'", False),
        ("sys_platform == 'win32' or python_version >= '3.11'", True),
        ("sys_platform < 'win32'", False),
        ("extra == 'brotli'", False),
        ("(sys_platform == 'linux')", False),
        ("nonsense", False),
    ],
)
def test_a_marker_holds_as_the_installer_reads_it(marker: str, holds: bool) -> None:
    assert marker_holds(marker, FACTS) is holds


def test_pins_are_read_with_their_markers() -> None:
    text = (
        "# made by a tool\n"
        "alpha==1.0 \\\n    --hash=sha256:00\n    # via beta\n"
        "beta[extra]==2.1.post1 \\\n    --hash=sha256:00\n"
        "gone==3 ; sys_platform == 'no-such-system' \\\n    --hash=sha256:00\n"
        f"kept==4 ; sys_platform == '{sys.platform}' \\\n    --hash=sha256:00\n"
        "plain==5\n"
    )

    assert pins(text) == {"alpha": "1.0", "beta": "2.1.post1", "kept": "4", "plain": "5"}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt", "requirements-lint.txt"])
def test_every_package_of_our_lock_files_is_read(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    left_out = sum(" ; sys_platform == 'win32'" in line for line in text.splitlines())

    assert len(pins(text)) + left_out == sum("==" in line and not line.startswith(" ") for line in text.splitlines())


def test_our_lock_files_name_no_index() -> None:
    for path in ROOT.glob("requirements*.txt"):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text
        assert "--index-url" not in text


def test_the_running_tests_have_their_locked_packages() -> None:
    assert all_there(pins((ROOT / "requirements-test.txt").read_text(encoding="utf-8")), sys.path)


def test_a_package_counts_in_its_exact_version_only(tmp_path: Path) -> None:
    info = tmp_path / "some_thing-1.10.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: Some.Thing\nVersion: 1.10\n")

    assert all_there({"some-thing": "1.10"}, [str(tmp_path)])
    assert not all_there({"some-thing": "1.1"}, [str(tmp_path)])
    assert not all_there({"some-thing": "1.10", "another": "1"}, [str(tmp_path)])
