"""What the page of a platform says: its head, its states, and to whom."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from platforms.applications.choices import EndedWhy
from platforms.models import Platform, Round, User
from platforms.rectifications import services as rectifications
from platforms.register.queries.life import Line, life_of
from platforms.register.queries.sections import OWN
from tests import factories
from tests.platforms.register.test_life import part, url_of


@pytest.fixture
def platform(yinzhou: User, city: User, round_2026: Round, now: datetime) -> Platform:
    found = factories.accepted(yinzhou, round_2026, now, city=city).platform
    assert found is not None
    return found


@pytest.mark.django_db
def test_the_head_says_short_and_full_name_code_region_state_and_validity(
    platform: Platform, yinzhou: User, city: User, now: datetime, browser_of: Any
) -> None:
    answer = browser_of(yinzhou).get(url_of(platform))
    text = answer.content.decode()
    assert f"<h1>{platform.site_name}</h1>" in " ".join(text.split())
    assert answer.context["head_facts"] == [platform.name]
    assert (answer.context["code"], answer.context["region"], answer.context["state_label"]) == (
        platform.code, "鄞州区", "运营中",
    )  # fmt: skip
    factories.standing(platform, starts_on=date(2026, 1, 1), ends_on=date(2099, 12, 31))
    answer = browser_of(yinzhou).get(url_of(platform))
    assert answer.context["head_facts"] == [platform.name, "证书有效期至 2099-12-31"]
    assert part(answer, "certificates")["rows"][0]["cells"][1] == {"label": "有效", "tone": "good"}


@pytest.mark.django_db
def test_a_county_opens_its_own_alone(platform: Platform, cixi: User, finance: User, browser_of: Any) -> None:
    assert browser_of(cixi).get(url_of(platform)).status_code == 404
    assert browser_of(finance).get(url_of(platform)).status_code == 403
    assert life_of(platform, finance) == {"counted": [], "uses": []}
    assert {key for key, lines in life_of(platform, cixi).items() if lines} == set()


def rectification_on(status: str, on: date) -> tuple[str, str]:
    (own,) = [each for each in OWN if each.key == "rectifications"]
    line = Line(1, "ZG-2026-0001", "没有标识", status, "", date(2026, 4, 1), date(2026, 4, 20))
    state = own.cells(line, on)[1]
    return (state["label"], state["tone"])


def test_what_is_overdue_says_so_from_the_day_after_its_deadline() -> None:
    assert rectification_on("opened", date(2026, 4, 20)) == ("待整改", "wait")
    assert rectification_on("opened", date(2026, 4, 21)) == ("待整改，已逾期 1 天", "bad")
    assert rectification_on("closed", date(2026, 4, 21)) == ("整改完成", "good")


def test_a_certificate_that_ends_later_still_holds() -> None:
    (certificates,) = [each for each in OWN if each.key == "certificates"]
    line = Line(1, "甲", "", EndedWhy.REPLACED, "2026-05-01", date(2023, 5, 1), date(2026, 4, 30))

    def state(on: date) -> str:
        return str(certificates.cells(line, on)[1]["label"])

    assert (state(date(2026, 4, 30)), state(date(2026, 5, 1))) == ("有效", "换发新证")
    open_one = Line(1, "甲", "", "", "", date(2023, 5, 1), date(2026, 4, 30))
    found = [
        certificates.cells(open_one, on)[1]["label"] for on in (date(2023, 4, 30), date(2023, 5, 1), date(2026, 5, 1))
    ]
    assert found == ["尚未生效", "有效", "到期"]


@pytest.mark.django_db
def test_a_rectification_stands_on_the_page_with_its_list(
    platform: Platform, yinzhou: User, now: datetime, browser_of: Any
) -> None:
    row = rectifications.open_one(
        platform=platform, finder="county_hub", clause="other", indicator="标识", problem="没有标识",
        due_on=now.date() + timedelta(days=9), by=yinzhou, at=now,
    )  # fmt: skip
    browser = browser_of(yinzhou)
    found = part(browser.get(url_of(platform)), "rectifications")
    assert [each["cells"][0] for each in found["rows"]] == [row.number]
    (link,) = found["links"]
    assert link["label"] == "全部 1 件"
    assert browser.get(link["url"]).context["page"].paginator.count == 1
