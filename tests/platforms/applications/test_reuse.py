"""A form started from an earlier one: only empty places are filled, and only from what may be offered."""

from datetime import datetime, timedelta

import pytest

from platforms.applications.queries.forms import form_data
from platforms.applications.queries.reuse import OPERATOR_PARTS, PARTS, count_of, sources_for, taken
from platforms.applications.services import drafts as applications
from platforms.applications.services import reuse
from platforms.choices import PlatformType
from platforms.errors import Refusal, StaleVersion
from platforms.models import Application, AuditEvent, Round, User
from tests import factories


@pytest.fixture
def earlier(yinzhou: User, now: datetime) -> Application:
    """A complete application of an earlier round for a town of 鄞州区."""
    assert yinzhou.region is not None
    old = factories.round_of(2025, "filing")
    row = factories.draft(yinzhou, old, now, town=factories.town(yinzhou.region, "测试街道"))
    return factories.fill(row, yinzhou, now)


@pytest.fixture
def draft(yinzhou: User, round_2026: Round, earlier: Application, now: datetime) -> Application:
    """A new draft for the same town."""
    return factories.draft(yinzhou, round_2026, now, town=earlier.town)


def test_the_same_place_comes_first_and_other_operators_once(
    draft: Application, earlier: Application, yinzhou: User, round_2026: Round, now: datetime
) -> None:
    others = [factories.draft(yinzhou, round_2026, now) for _ in range(3)]
    for place, row in enumerate(others):
        code = earlier.operator_code if place == 0 else factories.credit_code(8)
        saved_at = now + timedelta(minutes=place)
        Application.objects.filter(pk=row.pk).update(operator_code=code, saved_at=saved_at)
    found = sources_for(draft, user=yinzhou)
    # The first of the others has the operator of the same place already, the last two are one operator.
    assert [(each.application.number, each.same_place, each.parts) for each in found] == [
        (earlier.number, True, PARTS),
        (others[2].number, False, OPERATOR_PARTS),
    ]


def test_everything_but_figures_attachments_and_commitment_is_taken_over(
    draft: Application, earlier: Application, yinzhou: User, now: datetime
) -> None:
    row, filled = reuse.take_over(
        application=draft, source=earlier, parts=PARTS, version=draft.version, by=yinzhou, at=now
    )
    assert filled == [
        "平台信息",
        "运营单位",
        "场地设施",
        "运营人员",
        "服务内容",
        "合作机构",
        "管理制度",
        "建设运营计划",
    ]
    old, new = form_data(earlier), form_data(row)
    same = ("platform", "operator", "venue", "staff", "services", "partners", "rules", "plan")
    assert {name: new[name] for name in same} == {name: old[name] for name in same}
    assert new["record"]["enterprises_served"] is None
    assert new["commitment"] == {"committed": False, "county_opinion": "", "county_opinion_on": None}
    assert new["attachments"] == []
    event = AuditEvent.objects.filter(verb="引用历史申报内容").get()
    assert event.reason == f"{earlier.number}：{'、'.join(filled)}"


def test_what_was_typed_stays(draft: Application, earlier: Application, yinzhou: User, now: datetime) -> None:
    applications.save_section(
        application=draft, section="platform", values={"address": "新址9号"}, version=draft.version, by=yinzhou, at=now
    )
    draft.refresh_from_db()
    draft = applications.save_rows(
        application=draft,
        section="partners",
        rows=[{"name": "新机构", "service_class": "law"}],
        version=draft.version,
        by=yinzhou,
        at=now,
    )
    row, filled = reuse.take_over(
        application=draft, source=earlier, parts=["platform", "partners"], version=draft.version, by=yinzhou, at=now
    )
    assert (row.address, row.opening_hours) == ("新址9号", earlier.opening_hours)
    assert [partner.name for partner in row.partners.all()] == ["新机构"]
    assert filled == ["平台信息"]


def test_twice_changes_nothing(draft: Application, earlier: Application, yinzhou: User, now: datetime) -> None:
    row, _ = reuse.take_over(application=draft, source=earlier, parts=PARTS, version=draft.version, by=yinzhou, at=now)
    again, filled = reuse.take_over(
        application=row, source=earlier, parts=PARTS, version=row.version, by=yinzhou, at=now
    )
    assert (again.version, filled) == (row.version, [])


@pytest.mark.trust("T11")
def test_an_old_page_takes_nothing_over(draft: Application, earlier: Application, yinzhou: User, now: datetime) -> None:
    with pytest.raises(StaleVersion):
        reuse.take_over(application=draft, source=earlier, parts=PARTS, version=draft.version + 1, by=yinzhou, at=now)
    draft.refresh_from_db()
    assert draft.operator_name == ""


def test_an_undo_empties_what_was_not_changed_since(
    draft: Application, earlier: Application, yinzhou: User, now: datetime
) -> None:
    def save(row: Application, section: str, **values: object) -> Application:
        return applications.save_section(
            application=row, section=section, values=values, version=row.version, by=yinzhou, at=now
        )

    empty = form_data(draft)
    row = save(draft, "platform", opening_hours="全天")
    row, _ = reuse.take_over(application=row, source=earlier, parts=PARTS, version=row.version, by=yinzhou, at=now)
    names = {"opening_hours", "address", "floor_area", "staff", "rules", "target_events"}
    assert taken(row, sorted(names)) == dict.fromkeys(names - {"opening_hours"}, earlier.number)
    row = save(row, "platform", address="新址9号")
    assert "address" not in taken(row)
    row, emptied = reuse.undo(application=row, version=row.version, by=yinzhou, at=now)
    assert emptied == [
        "平台信息",
        "运营单位",
        "场地设施",
        "运营人员",
        "服务内容",
        "合作机构",
        "管理制度",
        "建设运营计划",
    ]
    kept = {"opening_hours": "全天", "address": "新址9号"}
    assert form_data(row) == {**empty, "platform": {**empty["platform"], **kept}}
    assert row.taken_over is None
    assert AuditEvent.objects.get(verb="撤销引用").reason == "、".join(emptied)
    with pytest.raises(Refusal, match="没有可以撤销的"):
        reuse.undo(application=row, version=row.version, by=yinzhou, at=now)


@pytest.mark.trust("T11")
def test_an_old_page_undoes_nothing(draft: Application, earlier: Application, yinzhou: User, now: datetime) -> None:
    row, _ = reuse.take_over(application=draft, source=earlier, parts=PARTS, version=draft.version, by=yinzhou, at=now)
    with pytest.raises(StaleVersion):
        reuse.undo(application=row, version=row.version - 1, by=yinzhou, at=now)


@pytest.mark.trust("T06")
def test_only_a_draft_of_ones_own_is_undone(
    draft: Application, earlier: Application, yinzhou: User, cixi: User, now: datetime
) -> None:
    row, _ = reuse.take_over(application=draft, source=earlier, parts=PARTS, version=draft.version, by=yinzhou, at=now)
    with pytest.raises(Refusal):
        reuse.undo(application=row, version=row.version, by=cixi, at=now)
    Application.objects.filter(pk=row.pk).update(status="returned", submitted_at=now)
    with pytest.raises(Refusal, match="只有草稿可以撤销引用"):
        reuse.undo(application=row, version=row.version, by=yinzhou, at=now)


def test_what_is_counted_is_what_is_taken(
    draft: Application, earlier: Application, yinzhou: User, now: datetime
) -> None:
    source = form_data(earlier)
    assert count_of(source, form_data(draft)) == count_of(source)
    row, _ = reuse.take_over(application=draft, source=earlier, parts=PARTS, version=draft.version, by=yinzhou, at=now)
    assert count_of(source, form_data(row)) == 0
    fields = [name for name in row.taken_over or {} if name not in ("staff", "services", "partners", "rules")]
    rows = sum(len(source[name]) for name in ("staff", "services", "partners", "rules"))
    assert count_of(source) == len(fields) + rows


@pytest.mark.trust("T06")
def test_the_form_of_another_county_is_never_a_source(
    draft: Application, cixi: User, yinzhou: User, round_2026: Round, now: datetime
) -> None:
    theirs = factories.fill(factories.draft(cixi, round_2026, now), cixi, now)
    assert theirs.number not in [each.application.number for each in sources_for(draft, user=yinzhou)]
    with pytest.raises(Refusal, match="请从列出的申报表中选择"):
        reuse.take_over(application=draft, source=theirs, parts=["operator"], version=draft.version, by=yinzhou, at=now)


@pytest.mark.parametrize("parts", [[], ["record"], ["commitment"], ["operator", "attachments"]])
def test_parts_that_are_not_offered_are_refused(
    draft: Application, earlier: Application, yinzhou: User, now: datetime, parts: list[str]
) -> None:
    with pytest.raises(Refusal, match="至少选择一项内容"):
        reuse.take_over(application=draft, source=earlier, parts=parts, version=draft.version, by=yinzhou, at=now)


def test_another_place_gives_its_operator_only(
    draft: Application, yinzhou: User, round_2026: Round, now: datetime
) -> None:
    other = factories.fill(
        factories.draft(yinzhou, round_2026, now), yinzhou, now, operator_code=factories.credit_code(9)
    )
    with pytest.raises(Refusal):
        reuse.take_over(application=draft, source=other, parts=["venue"], version=draft.version, by=yinzhou, at=now)
    row, filled = reuse.take_over(
        application=draft, source=other, parts=["operator"], version=draft.version, by=yinzhou, at=now
    )
    assert (row.operator_code, filled) == (other.operator_code, ["运营单位"])


def test_the_city_starts_from_key_industries_only(city: User, yinzhou: User, round_2026: Round, now: datetime) -> None:
    first = factories.draft(city, round_2026, now, type=PlatformType.INDUSTRY)
    second = factories.fill(factories.draft(city, round_2026, now, type=PlatformType.INDUSTRY), city, now)
    factories.fill(factories.draft(yinzhou, round_2026, now), yinzhou, now)
    assert [each.application.pk for each in sources_for(first, user=city)] == [second.pk]
