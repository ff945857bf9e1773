"""At every door the last version of a line counts, once, and leads to the earlier ones."""

import csv
import io
import json
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from evaluation.certification.queries import published
from evaluation.certification.queries.notice_preview import certificates
from evaluation.certification.queries.published import Wanted
from evaluation.certification.queries.staying import published as staying
from evaluation.models import Certification, Publication, Result
from evaluation.years import queries as years
from funding.models import AllocationRun
from funding.readings import Reading
from funding.runs.queries.frozen import rows_of
from funding.runs.queries.obstacles import changed_counts
from funding.runs.queries.tallies import tallies_of
from funding.runs.services import runs
from platforms.models import User
from tests import factories
from tests.evaluation.amendments.amending import WHY, changed, corrected
from tests.evaluation.stage import published_round

pytestmark = pytest.mark.django_db
AT = datetime(2021, 6, 1, 1, 0, tzinfo=UTC)
ON = date(2021, 5, 10)
DAY = date(2021, 6, 1)


@pytest.fixture
def publication(monkeypatch: pytest.MonkeyPatch) -> Publication:
    """A round of 2020: one platform with each grade in 鄞州区; it is 1 June 2021."""
    made = published_round({"330212": {"A": 1, "B": 1, "C": 1, "D": 1}})
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    return made


@pytest.fixture
def old(publication: Publication) -> Result:
    """The B, as it was published."""
    found: Result = Result.objects.get(publication=publication, grade="B")
    return found


@pytest.fixture
def new(old: Result) -> Result:
    """The same corrected to A, under another name."""
    return corrected(old, grade="A", grade_reason="申诉成立。", changes={"name": "更正后的窗口平台"}, on=ON, at=AT)


def rows_of_csv(client: Client, query: str) -> list[dict[str, str]]:
    text = b"".join(client.get(f"/open-data/results.csv{query}").streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("query", ["", "?round=2020"])
def test_the_list_shows_one_row_that_leads_to_the_earlier_one(stranger: Client, new: Result, query: str) -> None:
    page = stranger.get(f"/results/{query}").content.decode()
    assert page.count(f'/results/{new.code}/"') == 1
    assert (f"/results/{new.code}/#earlier" in page, new.name in page) == (True, True)


@pytest.mark.parametrize(("word", "found"), [("更正后", 1), ("第2镇中小企业", 0), ("330212-002", 1), ("gzh", 1)])
def test_a_search_finds_what_counts(stranger: Client, new: Result, word: str, found: int) -> None:
    page = stranger.get("/results/", {"q": word, "round": "2020"})
    exact = [] if page.context["close"] else [row["line"].code for row in page.context["rows"]]
    assert exact == [new.code] * found


def test_counts_on_list_map_and_home_have_it_once(stranger: Client, publication: Publication, new: Result) -> None:
    for wanted in (Wanted(publication, DAY), Wanted(None, DAY)):
        grades: Counter[str] = Counter()
        for cell in published.cells(wanted):
            grades[cell.grade] += cell.count
        assert (grades["A"], grades["B"], grades["C"]) == (2, 0, 1)
    assert stranger.get("/map/?round=2020").context["total"] == 4
    assert stranger.get("/").context["total"] == 3


@pytest.mark.parametrize(("query", "rows"), [("", 3), ("?round=2020", 4)])
def test_open_data_has_one_row_and_says_how_many_there_were(
    stranger: Client, new: Result, query: str, rows: int
) -> None:
    found = rows_of_csv(stranger, query)
    assert len(found) == rows
    [mine] = [row for row in found if row["平台编号"] == new.code]
    assert (mine["档次"], mine["证书编号"], mine["版本"], mine["更正日期"]) == (
        "A", new.certification.number, "2", "2021-06-01",
    )  # fmt: skip
    assert {row["版本"] for row in found if row["平台编号"] != new.code} == {"1"}
    text = b"".join(stranger.get(f"/open-data/results.json{query}").streaming_content)
    [row] = [each for each in json.loads(text)["results"] if each["code"] == new.code]
    assert (row["grade"], row["version"], row["corrected_on"]) == ("A", 2, "2021-06-01")


def test_the_tag_of_a_file_changes_with_a_new_version_that_ends_no_certificate(
    stranger: Client, publication: Publication
) -> None:
    left_out = Result.objects.get(publication=publication, grade="D")
    before = stranger.get("/open-data/results.csv?round=2020")["ETag"]
    changed(left_out, {"address": "一号路1号"}, on=ON, at=AT)
    assert stranger.get("/open-data/results.csv?round=2020")["ETag"] != before
    assert rows_of_csv(stranger, "?round=2020")[3]["版本"] == "2"


def test_the_interface_gives_version_day_and_the_earlier_ones_with_their_reason(
    stranger: Client, old: Result, new: Result
) -> None:
    listed = stranger.get("/api/v1/results?round=2020").json()
    [row] = [each for each in listed["results"] if each["code"] == new.code]
    assert (listed["count"], row["version"], row["corrected_on"], row["grade"]) == (4, 2, "2021-06-01", "A")
    [round_] = stranger.get(f"/api/v1/results/{new.code}").json()["rounds"]
    assert round_["result"]["version"] == 2
    [earlier] = round_["earlier"]
    assert (earlier["version"], earlier["replaced_on"], earlier["kind"], earlier["reason"]) == (
        1, "2021-06-01", "更正", WHY,
    )  # fmt: skip
    assert (earlier["result"]["grade"], earlier["result"]["state"]) == ("B", "corrected")
    other = stranger.get("/api/v1/results/330212-001").json()["rounds"][0]
    assert (other["earlier"], other["result"]["version"], other["result"]["corrected_on"]) == ([], 1, None)


def test_the_page_of_the_platform_shows_what_stood_there_with_the_public_reason(
    stranger: Client, old: Result, new: Result
) -> None:
    page = stranger.get(f"/results/{new.code}/").content.decode()
    for words in (new.name, old.name, "已更正", WHY, new.certification.number, old.certification.number, "第 1 版"):
        assert words in page, words
    for hidden in ("复核发现录入差错", "申诉成立"):
        assert hidden not in page
    assert 'id="earlier"' not in stranger.get("/results/330212-001/").content.decode()


@pytest.mark.clause("N28")
def test_the_old_certificate_says_that_it_was_corrected_and_leads_to_the_new_one(
    stranger: Client, old: Result, new: Result
) -> None:
    page = stranger.get(f"/verify/{old.certification.number}/").content.decode()
    for words in ("证书真实，但认定结果已更正，证书不再有效。", "更正日期", "2021年5月10日", WHY):
        assert words in page, words
    assert f"/verify/{new.certification.number}/" in page
    assert "换证日期" not in page
    assert "证书真实，认定有效。" in stranger.get(f"/verify/{new.certification.number}/").content.decode()


def test_a_changed_certificate_says_that_another_took_its_place(stranger: Client, old: Result) -> None:
    made = changed(old, {"address": "一号路1号"}, on=ON, at=AT, public_reason="平台搬迁。")
    page = stranger.get(f"/verify/{old.certification.number}/").content.decode()
    for words in ("已换发新证", "换证日期", "变更说明", "平台搬迁。", made.certification.number):
        assert words in page, words
    assert "更正日期" not in page


def test_a_platform_is_found_by_the_name_that_it_had(old: Result, new: Result) -> None:
    assert published.named(old.name) == new
    assert published.history(old.code) == [new]
    assert list(published.codes()).count(old.code) == 1


def test_the_kept_pages_are_built_anew(old: Result) -> None:
    from evaluation.amendments.queries.amendments import decided

    before = (published.edition(DAY), decided())
    corrected(old, grade="A", grade_reason="x", on=ON, at=AT)
    assert (published.edition(DAY), decided()) != before
    assert decided() == (1, AT)


# Inside --------------------------------------------------------------------------------------------------------------


def test_the_funding_counts_the_corrected_grade_once(publication: Publication, new: Result) -> None:
    [region] = [each for each in tallies_of(publication.round) if each.tally.code == "330212"]
    assert (region.tally.grades, region.tally.declared) == ({"A": 2, "B": 0, "C": 1, "D": 1}, 4)


def test_a_locked_run_keeps_what_it_counted_and_says_what_changed_since(
    publication: Publication, old: Result, finance: User, browser_of: Any
) -> None:
    second = factories.person("finance9", "finance")
    run = runs.make_run(
        round=publication.round, pool_yuan=1_000_000, reading=Reading(), replaces=None, by=finance, at=AT
    )
    run = runs.check(run=run, revision=run.revision, by=finance, at=AT)
    run = runs.sign(run=run, revision=run.revision, by=second, at=AT)
    run = runs.lock(run=run, by=finance, at=AT)
    address = f"/admin/funding/allocationrun/{run.pk}/change/"
    finance_client = browser_of(finance)
    notice = "锁定后认定结果或申报数有更正"
    assert notice not in finance_client.get(address).content.decode()
    corrected(old, grade="A", grade_reason="x", on=ON, at=AT)
    page = finance_client.get(address).content.decode()
    assert notice in page
    run = AllocationRun.objects.get(pk=run.pk)
    number = old.assessment.application.number
    assert changed_counts(run, rows_of(run)) == [f"鄞州区（{number}由“B档”变为“A档”）"]
    assert [row.grades["A"] for row in rows_of(run) if row.code == "330212"] == [1]


def test_the_years_show_grade_and_points_as_corrected(publication: Publication, old: Result, city: User) -> None:
    [before] = years.lines(city, years.years(city), code=old.code)
    made = corrected(old, grade="A", grade_reason="申诉成立。", on=ON, at=AT)
    [line] = years.lines(city, years.years(city), code=old.code)
    assert (before.standing.grade, line.standing.grade, line.reason) == ("B", "A", "申诉成立。")
    changed(made, {"address": "一号路1号"}, on=ON, at=AT)
    [line] = years.lines(city, years.years(city), code=old.code)
    assert (line.standing.grade, line.reason) == ("A", "申诉成立。")


def test_the_years_show_indicators_as_corrected(publication: Publication, city: User) -> None:
    from evaluation.schemes.grading import Entry

    left = Result.objects.get(publication=publication, grade="A")
    [line] = years.lines(city, years.years(city), code=left.code)
    [before] = [each.full for each in years.given([line]) if each.code == "services"]
    corrected(left, entries={"services": Entry(verified=0)}, on=ON, at=AT)
    [line] = years.lines(city, years.years(city), code=left.code)
    [given] = [each for each in years.given([line]) if each.code == "services"]
    assert (given.points, given.words) == (0, WHY)
    assert line.standing.points == 100 - before


def test_the_preview_of_another_notice_counts_what_counts(publication: Publication, new: Result, city: User) -> None:
    preview = certificates(publication.round.terms, city)
    assert preview is not None
    assert [row[1] for row in preview.tables[0].rows] == ["2", "0", "1", "1"]
    assert "颁发证书 3 张" in preview.lines[0]
    assert Certification.objects.filter(result__publication=publication).count() == 4


def test_what_stays_of_a_region_counts_each_platform_once(new: Result) -> None:
    assert new.region_id is not None
    assert next(iter(staying([new.region_id]))).count == 4


def test_the_list_of_the_back_office_shows_what_counts_until_all_is_asked_for(
    browser_of: Any, city: User, old: Result, new: Result
) -> None:
    city_client = browser_of(city)

    def listed(query: str) -> list[Any]:
        found = city_client.get(f"/admin/evaluation/result/{query}").context["cl"].result_list
        return [(row.code, row.version) for row in found if row.code == new.code]

    assert listed("") == [(new.code, 2)]
    assert sorted(listed("?version=all")) == [(new.code, 1), (new.code, 2)]
    assert listed("?version=earlier") == [(new.code, 1)]
    counted = city_client.get("/admin/evaluation/publication/").context["cl"].result_list[0]
    assert counted._lines == 4
    page = city_client.get(f"/admin/evaluation/result/{old.pk}/change/").content.decode()
    assert ("已被更正或变更" in page, f"/admin/evaluation/result/{new.pk}/change/" in page) == (True, True)
    assert "提出更正" not in page
