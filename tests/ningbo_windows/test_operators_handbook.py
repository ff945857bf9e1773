"""The handbook of who runs the server: each setting, each default and each command stands in it."""

import re
from math import prod
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
HANDBOOK = (ROOT / "docs" / "部署与运维.md").read_text(encoding="utf-8")
SOURCES = "\n".join(
    path.read_text(encoding="utf-8")
    for folder in ("ningbo_windows", "platforms", "evaluation", "funding")
    for path in sorted((ROOT / folder).rglob("*.py"))
)
#: Set by the program for itself and by its tests.
INTERNAL = {"NINGBO_STARTED_AGAIN", "NINGBO_TEST_DB"}


def test_each_setting_is_documented_and_each_documented_one_is_read() -> None:
    read = set(re.findall(r"\bNINGBO_[A-Z_]+\b", SOURCES))
    tables = re.findall(r"^\| (`[A-Z_` ]+`) \|", HANDBOOK, re.MULTILINE)
    written = {name for names in tables for name in re.findall(r"NINGBO_[A-Z_]+", names)}
    assert read - INTERNAL == written


def test_each_number_is_documented_with_its_default() -> None:
    found = re.findall(
        r'"(NINGBO_[A-Z_]+)",\s*(?:_?env\.str\(\s*"\1",\s*"([\d,]+)"\)|([\d_]+(?: \* [\d_]+)*))', SOURCES
    )
    defaults = {name: text or str(prod(map(int, product.split(" * ")))) for name, text, product in found}
    assert len(defaults) > 20
    wrong = {}
    for names, default in re.findall(r"^\| (`NINGBO_[A-Z_` ]+`) \|.*\| ([^|]+) \|$", HANDBOOK, re.MULTILINE):
        said = re.findall(r"`([\d,]+)`", default)
        mine = [defaults[name] for name in re.findall(r"NINGBO_[A-Z_]+", names) if name in defaults]
        if mine and said != mine:
            wrong[names] = (said, mine)
    assert wrong == {}


def test_each_command_is_documented() -> None:
    commands = {
        path.stem
        for path in ROOT.glob("*/management/commands/*.py")
        if path.parts[-4] in ("ningbo_windows", "platforms", "evaluation", "funding") and path.stem != "__init__"
    }
    assert {name for name in commands if not re.search(rf"\b{name}\b", HANDBOOK)} == set()
