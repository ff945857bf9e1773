"""Whatever order records come in, are corrected and cancelled in: what is counted is what a recount finds."""

from contextlib import suppress
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from platforms.choices import FreeService, ServiceClass
from platforms.errors import Refusal
from platforms.models import Platform, PlatformMonth, PlatformReach, ServiceRecord, User
from platforms.service_records.rules import check
from platforms.service_records.services import records as service_records
from platforms.service_records.services import recount as service_recount
from tests import factories
from tests.platforms.service_records.cast import AT, TODAY, platform, row

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N03")]

VALUES = st.fixed_dictionaries(
    {},
    optional={
        "platform": st.sampled_from(["330212-001", "330212-002", "330282-001", "HY-001"]),
        "enterprise_code": st.integers(1, 4).map(factories.credit_code),
        "service_class": st.sampled_from(ServiceClass.values),
        "free_category": st.sampled_from([None, *FreeService.values]),
        "served_on": st.integers(0, 500).map(lambda days: (TODAY - timedelta(days=days)).isoformat()),
        "fee": st.sampled_from(["0", "0.1", "0.2", "19.99", 7, 99_999_999]),
        "satisfaction": st.sampled_from([None, 1, 3, 5]),
    },
)
SENT = st.lists(st.tuples(st.integers(1, 12), VALUES), max_size=8)
SOURCES = st.sampled_from(["hand:HY", "region:330212", "platform:330212-001"])


class Records(RuleBasedStateMachine):
    """Sends, corrects and cancels; a plain dictionary says what must be there."""

    @initialize()
    def stage(self) -> None:
        self.outer = transaction.atomic()
        self.outer.__enter__()
        regions = factories.regions()
        for place, number in ((regions["330212"], 1), (regions["330212"], 2), (regions["330282"], 1), (None, 1)):
            platform(place, number)
        self.city = User.objects.filter(username="city").first() or factories.person("city", "city")
        self.kept: dict[tuple[str, str], Any] = {}
        self.cancelled: set[tuple[str, str]] = set()

    @rule(source=SOURCES, sent=SENT)
    def send(self, source: str, sent: list[tuple[int, dict[str, Any]]]) -> None:
        """Each row does what it would do alone, but for the second of two that differ."""
        rows = [row(number, **values) for number, values in sent]
        outcome = service_records.take_in(
            rows=rows, source=source, platforms=Platform.objects.all(), by=self.city, at=AT
        )
        created = updated = unchanged = rejected = 0
        seen: dict[str, Any] = {}
        for given in rows:
            key, says = (source, given["external_id"]), check(given, today=TODAY)[0]
            assert says is not None
            says = says._replace(enterprise_name="")
            if given["external_id"] in seen:
                same = seen[given["external_id"]] == says
                rejected += not same
                unchanged += same and key not in self.cancelled
            elif key in self.cancelled:
                rejected += 1
            elif key not in self.kept:
                created += 1
                self.kept[key] = says
            elif self.kept[key] == says:
                unchanged += 1
            else:
                updated += 1
                self.kept[key] = says
            seen.setdefault(given["external_id"], says)
        assert (outcome.created, outcome.updated, outcome.unchanged, len(outcome.rejected)) == (
            created, updated, unchanged, rejected,
        )  # fmt: skip
        again = service_records.take_in(rows=rows, source=source, platforms=Platform.objects.all(), by=self.city, at=AT)
        assert (again.created, again.updated) == (0, 0)

    @rule(place=st.integers(0, 50), values=VALUES)
    def correct(self, place: int, values: dict[str, Any]) -> None:
        record = self._one(place)
        if record is None:
            return
        # What changes nothing is refused.
        with suppress(Refusal):
            service_records.correct(record=record, values=values, reason="更正", by=self.city, at=AT)
        key = (record.source, record.external_id)
        changed = {name: value if value is not None else "" for name, value in values.items()}
        if "fee" in values:
            changed["fen"] = round(float(changed.pop("fee")) * 100)
        if "served_on" in values:
            changed["served_on"] = date.fromisoformat(values["served_on"])
        if "satisfaction" in values:
            changed["satisfaction"] = values["satisfaction"]
        self.kept[key] = self.kept[key]._replace(**changed)

    @rule(place=st.integers(0, 50))
    def cancel(self, place: int) -> None:
        record = self._one(place)
        if record is not None:
            service_records.cancel(record=record, reason="误报", by=self.city, at=AT)
            self.cancelled.add((record.source, record.external_id))

    @rule()
    def count_anew(self) -> None:
        service_recount.rebuild()

    @invariant()
    def rollups_say_what_the_records_say(self) -> None:
        if not hasattr(self, "outer"):
            return
        assert service_recount.differences() == ()
        in_force = [says for key, says in self.kept.items() if key not in self.cancelled]
        months = PlatformMonth.objects.all()
        assert sum(month.records for month in months) == len(in_force)
        assert sum(int(month.fees * 100) for month in months) == sum(says.fen for says in in_force)
        assert PlatformReach.objects.count() == len(
            {(says.platform, says.served_on.year, says.enterprise_code) for says in in_force}
        )

    def _one(self, place: int) -> ServiceRecord | None:
        rows = list(ServiceRecord.objects.filter(cancelled_at=None).order_by("pk"))
        return rows[place % len(rows)] if rows else None

    def teardown(self) -> None:
        if hasattr(self, "outer"):
            transaction.set_rollback(True)
            self.outer.__exit__(None, None, None)


def test_rollup_is_recount_after_any_order_of_changes() -> None:
    run_state_machine_as_test(
        Records,
        settings=settings(
            max_examples=15, stateful_step_count=10, deadline=None, database=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


def test_a_difference_is_named_and_counted_away(regions: Any, city: User) -> None:
    platform(regions["330212"])
    service_records.take_in(
        rows=[row(1, fee="7.50"), row(2)], source="hand:HY", platforms=Platform.objects.all(), by=city, at=AT
    )
    out = StringIO()
    call_command("rollup", "--check", stdout=out)
    assert out.getvalue() == "统计与服务记录一致。\n"
    PlatformMonth.objects.update(records=5, fees=1)
    PlatformReach.objects.all()[0].delete()
    told = StringIO()
    with pytest.raises(CommandError, match="统计与服务记录不一致"):
        call_command("rollup", "--check", stderr=told)
    assert told.getvalue().splitlines()[0] == (
        "平台月度统计 330212-001 2026-04 信息服务：统计为记录 5，免费 1，收费（分） 100；"
        "记录为记录 2，免费 1，收费（分） 750"
    )
    assert len(told.getvalue().splitlines()) == 2
    call_command("rollup", "--rebuild", stdout=out)
    assert out.getvalue().splitlines()[1] == "已重新统计，共 4 行；草稿 0 份。"
    assert service_recount.differences() == ()
