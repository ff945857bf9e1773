"""Two people at once: exactly one wins, the other reads a sentence. Held on both databases."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, connections

from platforms import stored_files
from platforms.applications.correction import Asked
from platforms.applications.services import attachments, filing, fill_links
from platforms.applications.services import drafts as applications
from platforms.audit.services import audit, numbering
from platforms.cases.services import complaints
from platforms.errors import Gone, Refusal
from platforms.excel import pending
from platforms.models import Application, AuditEvent, Round, User
from platforms.periodic_reports.services import acceptance
from platforms.rounds.services import liaisons
from tests import factories
from tests.patience import LONG

pytestmark = pytest.mark.django_db(transaction=True)

Outcome = Any


@pytest.fixture(autouse=True)
def _let_go() -> Iterator[None]:
    yield
    connection.close()


def at_once(*calls: Callable[[], Any]) -> list[Outcome]:
    """Run every call in a thread of its own, all let go at the same moment; a refusal is an outcome too."""
    gate = threading.Barrier(len(calls))
    outcomes: list[Outcome] = [None] * len(calls)

    def run(place: int, call: Callable[[], Any]) -> None:
        gate.wait(LONG)
        try:
            outcomes[place] = call()
        except Exception as error:
            outcomes[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, call)) for place, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
    return outcomes


def split(outcomes: list[Outcome]) -> tuple[list[Outcome], list[Refusal]]:
    """Part what was done from what was refused; anything else is a fault of ours."""
    done = [each for each in outcomes if not isinstance(each, BaseException)]
    refused = [each for each in outcomes if isinstance(each, Refusal)]
    assert len(done) + len(refused) == len(outcomes), outcomes
    return done, refused


@pytest.mark.trust("T11")
@pytest.mark.trust("T46")
def test_a_double_click_submits_once(yinzhou: User, round_2026: Round, now: datetime) -> None:
    draft = factories.complete_application(yinzhou, round_2026, now)
    done, refused = split(
        at_once(
            *[lambda: filing.submit(application=draft, version=draft.version, by=yinzhou, at=now) for _ in range(4)]
        )
    )
    assert len(done) == 1
    assert {str(each) for each in refused} == {"“提交申报表”未执行：申报表现为“已提交”，请刷新页面后查看最新情况。"}
    row = Application.objects.get()
    assert (row.status, row.versions.count(), row.moves.count()) == ("submitted", 1, 1)
    assert AuditEvent.objects.filter(verb="提交申报表").count() == 1


@pytest.mark.trust("T11")
def test_two_city_officers_return_once(
    yinzhou: User, city: User, city2: User, round_2026: Round, now: datetime
) -> None:
    sent = factories.submitted(yinzhou, round_2026, now)
    asked = [Asked("venue", "floor_area", "请核对面积"), Asked("staff", "", "请补充")]

    def give_back(by: User) -> Application:
        return filing.return_for_correction(application=sent, reason=by.username, items=asked, by=by, at=now)

    done, refused = split(at_once(lambda: give_back(city), lambda: give_back(city2)))
    assert (len(done), len(refused)) == (1, 1)
    assert isinstance(refused[0], Gone)
    row = Application.objects.get()
    assert (row.moves.filter(name="return").count(), row.corrections.count()) == (1, 2)
    assert {item.turn for item in row.corrections.all()} == {1}
    assert row.mails.count() == 1
    assert list(audit.breaks()) == []


@pytest.mark.trust("T11")
def test_two_city_officers_decide_once(
    yinzhou: User, city: User, city2: User, round_2026: Round, now: datetime
) -> None:
    sent = factories.submitted(yinzhou, round_2026, now)
    done, refused = split(
        at_once(
            lambda: acceptance.accept(application=sent, by=city, at=now),
            lambda: filing.return_for_correction(application=sent, reason="请补充", by=city2, at=now),
        )
    )
    assert (len(done), len(refused)) == (1, 1)
    assert isinstance(refused[0], Gone)
    row = Application.objects.get()
    assert row.status == done[0].status
    assert row.moves.count() == 2
    assert list(audit.breaks()) == []


@pytest.mark.trust("T11")
def test_two_colleagues_save_once(yinzhou: User, yinzhou2: User, round_2026: Round, now: datetime) -> None:
    draft = factories.draft(yinzhou, round_2026, now)

    def save(person: User) -> Application:
        return applications.save_section(
            application=draft,
            section="platform",
            values={"address": f"{person.username}写的地址"},
            version=1,
            by=person,
            at=now,
        )

    done, refused = split(at_once(lambda: save(yinzhou), lambda: save(yinzhou2)))
    assert (len(done), len(refused)) == (1, 1)
    assert "本次操作未执行" in str(refused[0])
    row = Application.objects.get()
    assert (row.version, row.address) == (2, done[0].address)


@pytest.mark.trust("T11")
def test_a_save_and_a_submission_do_not_pass_each_other(yinzhou: User, round_2026: Round, now: datetime) -> None:
    draft = factories.complete_application(yinzhou, round_2026, now)
    version = draft.version
    values = {"address": "最后一刻的地址"}
    done, refused = split(
        at_once(
            lambda: filing.submit(application=draft, version=version, by=yinzhou, at=now),
            lambda: applications.save_section(
                application=draft, section="platform", values=values, version=version, by=yinzhou, at=now
            ),
        )
    )
    assert (len(done), len(refused)) == (1, 1)
    row = Application.objects.get()
    for frozen in row.versions.all():
        assert frozen.data["platform"]["address"] == row.address


@pytest.mark.trust("T46")
def test_one_place_is_taken_once(yinzhou: User, yinzhou2: User, round_2026: Round, now: datetime) -> None:
    town = factories.town(yinzhou.region)
    done, refused = split(
        at_once(
            *[
                lambda person=person: factories.draft(person, round_2026, now, town=town)
                for person in (yinzhou, yinzhou2)
            ]
        )
    )
    assert (len(done), len(refused)) == (1, 1)
    assert Application.objects.count() == 1


@pytest.mark.trust("T46")
def test_numbers_are_given_once_and_without_gaps(round_2026: Round, now: datetime) -> None:
    def five(series: str) -> list[int]:
        return [numbering.next_number(series) for _ in range(5)]

    outcomes, _ = split(at_once(*[lambda: five("test") for _ in range(4)]))
    assert sorted(number for each in outcomes for number in each) == list(range(1, 21))


@pytest.mark.trust("T46")
def test_the_log_stays_one_chain(yinzhou: User, now: datetime) -> None:
    split(at_once(*[lambda: [audit.record(verb="动作", by=yinzhou, at=now) for _ in range(5)] for _ in range(4)]))
    assert AuditEvent.objects.count() == 20
    assert list(audit.breaks()) == []


@pytest.mark.trust("T36")
def test_a_flood_of_complaints_is_limited(
    yinzhou: User, city: User, round_2026: Round, now: datetime, settings: Any
) -> None:
    settings.COMPLAINTS_PER_HOUR = 2
    platform = factories.accepted(yinzhou, round_2026, now, city=city).platform

    def send(number: int) -> Any:
        return complaints.file_complaint(
            platform=platform,
            text=f"投诉{number}",
            enterprise="测试有限公司",
            contact_name="周投诉",
            contact_phone="13800138000",
            sender_hash="a" * 64,
            at=now,
        )

    done, refused = split(at_once(*[lambda number=number: send(number) for number in range(5)]))
    assert (len(done), len(refused)) == (2, 3)


def test_handing_over_and_revoking_end_a_link_once(yinzhou: User, round_2026: Round, now: datetime) -> None:
    draft = factories.draft(yinzhou, round_2026, now)
    link, _ = fill_links.issue(application=draft, recipient="测试服务中心", days=7, by=yinzhou, at=now)
    done, refused = split(
        at_once(
            lambda: fill_links.hand_over(link=link, at=now), lambda: fill_links.revoke(link=link, by=yinzhou, at=now)
        )
    )
    assert (len(done), len(refused)) == (1, 1)
    link.refresh_from_db()
    assert (link.handed_over_at is None) != (link.revoked_at is None)


@pytest.mark.clause("N16")
def test_one_liaison_officer_is_named(yinzhou: User, yinzhou2: User, round_2026: Round, now: datetime) -> None:
    def name(person: User) -> Any:
        return liaisons.name_liaison(
            round=round_2026, region=person.region, name=person.name, post="科长", phone="12345", by=person, at=now
        )

    done, _ = split(at_once(lambda: name(yinzhou), lambda: name(yinzhou2)))
    assert done
    assert round_2026.liaisons.count() == 1


@pytest.mark.trust("T23")
def test_the_same_file_sent_twice_at_once_is_kept_once(yinzhou: User, round_2026: Round, now: datetime) -> None:
    draft = factories.draft(yinzhou, round_2026, now)

    def send() -> Any:
        return attachments.add(application=draft, kind="venue", upload=factories.upload(), by=yinzhou, at=now)

    done, refused = split(at_once(send, send, send))
    assert Counter(str(each) for each in refused) == {"这个文件已作为场地证明上传过。": 2}
    with stored_files.open(done[0].stored_name) as file:
        assert file.read() == factories.PDF


@pytest.mark.trust("T27")
def test_an_import_that_is_confirmed_by_several_at_once_is_taken_once(city: User) -> None:
    session: Any = {}
    who = {"model": "platforms.town", "person": city.pk}
    kept = pending.keep(session, name="a.xlsx", content=b"rows", **who)

    def take() -> Any:
        return pending.take(dict(session), token=kept.token, **who)  # type: ignore[arg-type]

    assert sorted(at_once(take, take, take), key=bool) == [None, None, (kept, b"rows")]
    assert list(stored_files.names(stored_files.IMPORTS)) == []
