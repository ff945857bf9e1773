"""Released allocations for everybody: nothing before the release, and all that one needs to recompute them after it."""

import hashlib
import json
import re
import shlex
import subprocess
import sys
from fractions import Fraction
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client, RequestFactory

from evaluation.site.cache import key_of
from evaluation.site.joined import EDITIONS
from funding.models import AllocationItem
from funding.runs.queries.sheet import sheet_of
from funding.runs.services.runs import lock
from funding.site.joining import edition
from platforms.models import User
from tests import factories
from tests.funding.releases.test_release import correction
from tests.funding.worked import (
    DOCUMENT,
    JIA,
    LATER,
    YI,
    locked,
    other_notice,
    other_round,
    release_of,
    released,
    signed,
    worked_round,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("worked_once")]
YEAR = "/funding/2020/"
FILES = ("counts.csv", "amounts.csv", "allocation.json")


@pytest.fixture
def finance2() -> User:
    return factories.person("finance2", "finance")


def text_of(browser: Client, path: str) -> str:
    """What people read on a page, blanks folded."""
    answer = browser.get(path)
    assert answer.status_code == 200, path
    html = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def test_before_the_release_nothing_is_public(finance: User, finance2: User, stranger: Client) -> None:
    run = locked(worked_round(), finance, finance2)
    paths = [YEAR, f"{YEAR}{JIA}/", *(f"{YEAR}{run.number}/{name}" for name in FILES), "/api/v1/allocations/2020"]
    assert {path: stranger.get(path).status_code for path in paths} == dict.fromkeys(paths, 404)
    assert "尚未公布资金分配结果。" in text_of(stranger, "/funding/")
    assert stranger.get("/api/v1/allocations").json() == {"allocations": []}
    assert "allocation" not in stranger.get("/open-data/").content.decode()
    assert "/funding/2020/" not in stranger.get("/sitemap.xml").content.decode()


def test_a_correction_that_is_not_released_is_as_unknown(finance: User, finance2: User, stranger: Client) -> None:
    first = released(worked_round(), finance, finance2)
    second = correction(first.run, finance, finance2, totals="funded")
    assert second.number not in text_of(stranger, YEAR)
    assert stranger.get(f"{YEAR}{second.number}/counts.csv").status_code == 404


def test_the_years_say_document_and_money(finance: User, finance2: User, stranger: Client) -> None:
    released(worked_round(), finance, finance2)
    text = text_of(stranger, "/funding/")
    assert all(word in text for word in ("2020年度", DOCUMENT, "2020-10-12", "15,000,000"))


def test_a_year_shows_counts_that_add_up_amounts_and_readings(finance: User, finance2: User, stranger: Client) -> None:
    released(worked_round(), finance, finance2)
    text = text_of(stranger, YEAR)
    for amount in ("9,250,000", "5,750,000", "15,000,000"):
        assert amount in text
    page = stranger.get(YEAR)
    for each in page.context["lines"]:
        declared, *others = each["line"].counts
        assert declared == sum(others)
    assert [reading.label for reading in page.context["readings"]] == [
        each.label for each in (*page.context["sheet"].readings, *page.context["sheet"].countings)
    ]
    assert len(page.context["readings"]) == 9
    assert page.context["chart"].rows[0][1:] == (f"{YEAR}{JIA}/", (Fraction(185, 3),))
    # The bar is drawn in thousandths, its figure cut after two places as everywhere.
    assert page.context["shares"][0]["said"] == "61.66"
    assert page.context["shares"][0]["parts"] == [{"x": 0, "width": 617, "tone": "info"}]


def test_a_year_says_who_gets_nothing_and_why(finance: User, finance2: User, stranger: Client) -> None:
    released(worked_round(), finance, finance2)
    text = text_of(stranger, YEAR)
    assert "申报总数10家，其中D档2家，占20%，达到淘汰线20%，不予支持。" in text
    assert "申报总数5家，其中D档2家，占40%，达到淘汰线20%，不予支持。" in text


def test_a_year_shows_beside_each_amount_what_every_other_reading_gives(
    finance: User, finance2: User, stranger: Client
) -> None:
    released(worked_round(), finance, finance2)
    words = text_of(stranger, YEAR)
    # 海曙区 by default, and where 20 % itself is not above the line.
    assert "其他口径对比" in words
    assert "海曙区 9,250,000 6,306,818 -2,943,182" in words
    assert "申报数的其他口径对比" in words


def test_no_platform_and_no_signer_is_named(finance: User, finance2: User, stranger: Client) -> None:
    made = released(worked_round(), finance, finance2)
    items = AllocationItem.objects.filter(run=made.run)
    paths = [YEAR, f"{YEAR}{JIA}/", *(f"{YEAR}{made.run.number}/{name}" for name in FILES), "/api/v1/allocations/2020"]
    for path in paths:
        text = stranger.get(path).content.decode()
        assert [each.name for each in items if each.name in text or each.number in text] == []
        assert [each.name for each in (finance, finance2) if each.name in text] == []


def test_a_region_leads_to_the_grades_that_it_counts(finance: User, finance2: User, stranger: Client) -> None:
    released(worked_round(), finance, finance2)
    url = stranger.get(f"{YEAR}{JIA}/").context["results_url"]
    assert url == f"/results/?round=2020&region={JIA}"
    assert stranger.get(url).context["count"] == 10


def test_a_region_is_derived_from_counts_to_yuan(finance: User, finance2: User, stranger: Client) -> None:
    released(worked_round(), finance, finance2)
    text = text_of(stranger, f"{YEAR}{JIA}/")
    assert "4/10 × 60 = 24" in text
    assert "分配金额 9,250,000 元" in text
    assert stranger.get(f"{YEAR}999999/").status_code == 404


def test_the_counts_are_the_bytes_whose_digest_is_shown(finance: User, finance2: User, stranger: Client) -> None:
    made = released(worked_round(), finance, finance2)
    content = stranger.get(f"{YEAR}{made.run.number}/counts.csv").content
    digest = hashlib.sha256(content).hexdigest()
    assert digest == made.run.counts_digest
    assert digest in text_of(stranger, YEAR)


@pytest.mark.parametrize("reading", [{}, {"cutoff": "exclusive"}, {"divisor": "all", "unit": "wan"}])
def test_anyone_recomputes_what_is_published_with_the_line_shown(
    reading: dict[str, str], finance: User, finance2: User, stranger: Client, tmp_path: Path, capsys: Any
) -> None:
    run = lock(run=signed(worked_round(), finance, **reading), by=finance2, at=LATER)
    release_of(run, finance)
    line = stranger.get(YEAR).context["command"]
    counts = tmp_path / f"counts-{run.number}.csv"
    counts.write_bytes(stranger.get(f"{YEAR}{run.number}/counts.csv").content)
    program = tmp_path / "recompute.py"
    program.write_bytes(stranger.get("/funding/recompute.py").content)
    _, *arguments = shlex.split(line)
    told = subprocess.run([sys.executable, "-S", *arguments, "--json"], cwd=tmp_path, capture_output=True, check=True)
    published = stranger.get(f"{YEAR}{run.number}/allocation.json").content
    assert json.loads(told.stdout) == json.loads(published)
    assert [row["amount"] for row in json.loads(published)["rows"]] == [
        row.amount_yuan for row in run.rows.filter(region__isnull=False).order_by("code")
    ]
    call_command("allocate", str(counts), pool=str(run.pool_yuan), json=True, **reading)
    assert capsys.readouterr().out.encode() == published


def test_amounts_open_as_a_workbook_of_chinese(finance: User, finance2: User, stranger: Client) -> None:
    made = released(worked_round(), finance, finance2)
    lines = stranger.get(f"{YEAR}{made.run.number}/amounts.csv").content.decode().splitlines()
    assert lines[0].startswith(
        "\ufeff地区代码,地区,申报,A档,B档,C档,D档,未评定,评分后撤回,公布后撤销,撤回不计,未评定不计,D档占比"
    )
    row = next(line for line in lines if line.startswith(JIA))
    assert row.endswith(",10,4,3,2,1,0,0,0,0,0,1/10,37,37/60,9250000,支持")
    assert next(line for line in lines if line.startswith(YI)).endswith(",1/5,,,0,不予支持")
    assert len(lines) == 1 + 17 + 1


def test_files_and_pages_are_confirmed_and_not_sent_again(finance: User, finance2: User, stranger: Client) -> None:
    made = released(worked_round(), finance, finance2)
    for path in (*(f"{YEAR}{made.run.number}/{name}" for name in FILES), "/funding/recompute.py"):
        first = stranger.get(path)
        assert first.headers["Cache-Control"] == "public, max-age=60"
        again = stranger.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_a_correction_stands_beside_what_it_corrects(finance: User, finance2: User, stranger: Client) -> None:
    first = released(worked_round(), finance, finance2)
    second = release_of(
        correction(first.run, finance, finance2, totals="funded"), finance, document_number="甬财〔2020〕90号"
    )
    text = text_of(stranger, YEAR)
    assert "甬财〔2020〕90号更正甬财〔2020〕88号" in text
    assert "9,250,000 9,517,857 +267,857" in text
    assert "全市总数由“全部地区的A、B、C档”变为“" in text
    for run in (first.run, second.run):
        assert stranger.get(f"{YEAR}{run.number}/counts.csv").status_code == 200
    assert "原为 9,250,000 元，现为 9,517,857 元，+267,857 元" in text_of(stranger, f"{YEAR}{JIA}/")
    assert "更正1次" in text_of(stranger, "/funding/")
    (listed,) = stranger.get("/api/v1/allocations").json()["allocations"]
    assert (listed["number"], listed["corrects"]) == ("2020-ZJ-02", "2020-ZJ-01")


def test_another_notice_shows_its_own_grades_and_its_own_line(
    finance: User, finance2: User, stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    released(other_round(other_notice(), monkeypatch), finance, finance2)
    text = text_of(stranger, "/funding/2021/")
    assert ("优秀" in text, "6,393,443" in text) == (True, True)
    assert (
        "python3 recompute.py counts-2021-ZJ-01.csv --pool 15000000 --points a=50,b=20 --failing d --line 3/10" in text
    )


def test_the_pages_stand_among_the_open_data_and_in_the_sitemap(
    finance: User, finance2: User, stranger: Client
) -> None:
    made = released(worked_round(), finance, finance2)
    text = stranger.get("/open-data/").content.decode()
    assert [f"{YEAR}{made.run.number}/{name}" in text for name in FILES] == [True] * 3
    assert "/funding/recompute.py" in text
    listed = stranger.get("/sitemap.xml").content.decode()
    pages = [f"{YEAR}{line.code}/" for line in sheet_of(made.run).lines]
    assert [page for page in (YEAR, *pages) if f"{page}</loc>" not in listed] == []


def test_the_open_interface_tells_each_region(finance: User, finance2: User, stranger: Client) -> None:
    made = released(worked_round(), finance, finance2)
    found = stranger.get("/api/v1/allocations/2020").json()
    assert (found["number"], found["pool"], found["counts_sha256"]) == (
        made.run.number, 15_000_000, made.run.counts_digest,
    )  # fmt: skip
    jia = next(row for row in found["regions"] if row["code"] == JIA)
    assert (jia["declared"], jia["share"], jia["score"], jia["weight"], jia["amount"]) == (
        10, "1/10", "37", "37/60", 9_250_000,
    )  # fmt: skip
    assert {row["declared"] - sum(each["count"] for each in row["counts"]) for row in found["regions"]} == {0}
    assert len(found["readings"]) == 9
    assert stranger.get("/api/v1/allocations/2031").json() == {"detail": "没有查到。"}
    assert stranger.get("/api/v1/allocations/x").status_code == 422


def test_pages_are_kept_until_the_next_release(finance: User, finance2: User) -> None:
    before = edition()
    released(worked_round(), finance, finance2)
    assert edition() != before
    assert key_of(RequestFactory().get(YEAR)) is not None
    assert EDITIONS["funding"] is edition


def test_the_program_is_the_one_of_the_documents(stranger: Client) -> None:
    assert stranger.get("/funding/recompute.py").content == (settings.BASE_DIR / "docs" / "recompute.py").read_bytes()
