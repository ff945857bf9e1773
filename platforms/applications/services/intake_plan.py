"""What taking in many applications would do, worked out in few queries; nothing is written here.

The rules are those of ``applications.create``: a test sends the same form both ways.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from platforms.applications import eligibility, naming
from platforms.applications.ban_reach import met
from platforms.applications.choices import ApplicationStatus
from platforms.applications.queries.bans import bans_on
from platforms.applications.queries.forms import naming_rules
from platforms.applications.queries.questions import in_form_order
from platforms.applications.queries.sites import facts_of_all, place_of
from platforms.applications.sections import ROW_KINDS
from platforms.applications.services.drafts import NAME_TAKEN, local_day
from platforms.applications.services.filing_extensions import check_filing_open
from platforms.applications.services.intake_parts import ROW_MODELS, Filed, Planned, Problem, Rows, Stored, differ
from platforms.applications.services.ownership import is_own
from platforms.choices import PlatformType, Role
from platforms.errors import Refusal
from platforms.models import Answer, Application, Round, User
from platforms.rounds.services.locking import locked_round
from platforms.text import clean_text
from platforms.unreadable import KEY, with_it

_CHUNK = 500


def work_out(*, round: Round, filed: Sequence[Filed], by: User, at: datetime, lock: bool = False) -> list[Planned]:
    """Return what would happen to each of ``filed``, and what speaks against it; the queries do not grow with them.

    A place that has an application of the person's own is that application, any other place a new one. With ``lock``
    the round and what is found stay as they are until the caller's transaction ends.
    """
    round = locked_round(round) if lock else round
    return _Planner(round, by, at, lock=lock).plan([_fresh(each, round, by, at) for each in filed], filed)


def _fresh(filed: Filed, round: Round, by: User, at: datetime) -> Application:
    return Application(
        round=round,
        type=filed.type,
        region=filed.region,
        town=filed.town,
        park=filed.park,
        # Blanks in a Chinese name mean nothing; without them the same association is the same text.
        association="".join(clean_text("行业协会", filed.association, most=80).split()),
        industry_chain=clean_text("服务产业链", filed.industry_chain, most=80),
        created_by=by,
        created_at=at,
        saved_at=at,
    )


class _Planner:
    """Knows what all applications of one act are judged by, asked once."""

    def __init__(self, round: Round, by: User, at: datetime, *, lock: bool) -> None:
        self.round, self.by, self.today, self.lock = round, by, local_day(at), lock
        rows = Application.objects.filter(round=round).exclude(status=ApplicationStatus.WITHDRAWN)
        columns = ("pk", "number", "name", "type", "region_id", "town_id", "park_id", "association", "status")
        self.standing = {place_of(row): row for row in rows.only(*columns)}
        self.names = {row.name: row for row in self.standing.values()}
        self.asked = in_form_order(round.questions.all())
        self.rules = naming_rules()
        self.closed = self._why_closed()

    def _why_closed(self) -> str:
        """Return why no new application can be made now, or nothing."""
        try:
            check_filing_open(self.round, region=self.by.region, on=self.today)
        except Refusal as refusal:
            return str(refusal)
        return ""

    def plan(self, fresh: Sequence[Application], filed: Sequence[Filed]) -> list[Planned]:
        """Return one plan for each of ``filed``; ``fresh`` are the rows that they would be if nothing stood there."""
        own = {row.pk: row for row in self._own(fresh)}
        below = self._stored(list(own))
        planned = []
        seen: set[tuple[str, Any]] = set()
        names: set[str] = set()
        for row, each in zip(fresh, filed, strict=True):
            standing = self.standing.get(place := place_of(row))
            stored = own.get(standing.pk) if standing is not None else None
            one = Planned(each, stored or row, stored is None)
            planned.append(one)
            if place in seen:
                one.problems.append(Problem("同一地点在表中出现了两次，请只保留一行。", what="double"))
            seen.add(place)
            if stored is None:
                self._name(one)
            differ(one, below.get(one.row.pk, Stored()) if one.row.pk else Stored(), self.asked, today=self.today)
            one.problems += self._about_name(one, names)
            if stored is not None:
                one.problems += self._against_change(one, row)
        self._judge_places([one for one in planned if one.is_new])
        self._judge_operators([one for one in planned if one.is_changed])
        for one in planned:
            one.problems += self._against_operator(one)
        return planned

    def _own(self, fresh: Sequence[Application]) -> Iterator[Application]:
        """Yield the applications of the person's own that stand at the places of ``fresh``."""
        found = (self.standing.get(place_of(row)) for row in fresh)
        keys = [row.pk for row in found if row is not None and is_own(row, self.by)]
        rows = Application.objects.select_related("round", "region", "town", "park")
        rows = rows.select_for_update(of=("self",)) if self.lock else rows
        for start in range(0, len(keys), _CHUNK):
            yield from rows.filter(pk__in=keys[start : start + _CHUNK])

    def _stored(self, keys: list[int]) -> dict[int, Stored]:
        rows: dict[int, dict[str, Rows]] = {key: {} for key in keys}
        answers: dict[int, dict[int, str]] = {key: {} for key in keys}
        for start in range(0, len(keys), _CHUNK):
            some = keys[start : start + _CHUNK]
            for kind in ROW_KINDS:
                lines = ROW_MODELS[kind.name]._default_manager.filter(application__in=some).order_by("pk")
                for line in lines.values("application", *kind.fields, KEY):
                    line = with_it(line, line[KEY])
                    rows[line.pop("application")].setdefault(kind.name, []).append(line)
            given = Answer.objects.filter(application__in=some)
            for application, question, value in given.values_list("application", "question", "value"):
                answers[application][question] = value
        return {key: Stored(rows[key], answers[key]) for key in keys}

    def _name(self, planned: Planned) -> None:
        """Give a new application the name that the rule gives it."""
        row = planned.row
        if self.closed:
            planned.problems.append(Problem(self.closed))
        region = row.region.name if row.region else ""
        row.name = naming.propose(row.type, region, row.site_name, self.rules)
        if wrong := naming.check(row.name):
            planned.problems.append(Problem(f"按命名规则生成的名称不合要求：{wrong}"))
        planned.problems += self._taken(row, row.name)

    def _about_name(self, planned: Planned, names: set[str]) -> Iterator[Problem]:
        """Judge a name of the person's own; ``names`` are those that stand in the same workbook already."""
        columns = planned.sections["platform"][0] if "platform" in planned.sections else {}
        name = columns.get("name", planned.row.name)
        if "name" in columns:
            yield from self._taken(planned.row, name)
        if name in names:
            yield Problem("平台名称与表中另一份申报相同，请换一个名称。", "name", what="double")
        names.add(name)

    def _taken(self, row: Application, name: str) -> Iterator[Problem]:
        other = self.names.get(name)
        if other is not None and other.pk != row.pk:
            own = f"本地区的申报表 {other.number} 已使用这个名称，请换一个名称。"
            yield Problem(own if is_own(other, self.by) else NAME_TAKEN, "name")

    def _against_change(self, planned: Planned, asked: Application) -> Iterator[Problem]:
        """Only a draft that was never handed in is changed; what stays as it is does no harm."""
        row = planned.row
        if row.type != asked.type:
            yield Problem(f"该地点的申报表 {row.number} 是“{row.get_type_display()}”，类型不能更改。", "type")
        if row.industry_chain != asked.industry_chain:
            sentence = f"申报表 {row.number} 的服务产业链是“{row.industry_chain}”，不能通过表格更改。"
            yield Problem(sentence, "industry_chain")
        if planned.is_changed and (row.status != ApplicationStatus.DRAFT or row.submitted_at is not None):
            shown = row.get_status_display()
            yield Problem(f"该地点的申报表 {row.number} 为“{shown}”，表格只能修改从未提交过的草稿，请在网页上办理。")

    def _judge_places(self, new: Sequence[Planned]) -> None:
        """Judge who may file what where, whether the place is taken and whether it is banned, as for a single draft."""
        facts = facts_of_all([one.row for one in new], role=self.by.role, on=self.today)
        for one, each in zip(new, facts, strict=True):
            one.problems += [Problem(sentence) for sentence in eligibility.problems(each)]

    def _against_operator(self, planned: Planned) -> Iterator[Problem]:
        """Judge who runs the platform in which way (三·(二) to 三·(四)), where the workbook changes any of it."""
        columns = planned.sections["operator"][0] if "operator" in planned.sections else {}
        asked = {"mode": "operating_mode", "nature": "operator_nature", "code": "operator_code"}
        if columns.keys().isdisjoint(asked.values()):
            return
        said = {key: columns.get(name, getattr(planned.row, name)) for key, name in asked.items()}
        for field, sentence in eligibility.operator_problems(type=planned.row.type, **said):
            yield Problem(sentence, field)

    def _judge_operators(self, changed: Sequence[Planned]) -> None:
        """五: 3年内不受理认定申报, of the operator too; at the desk it is asked at the submission, here at once."""
        codes = {}
        for one in changed:
            columns = one.sections["operator"][0] if "operator" in one.sections else {}
            codes[id(one)] = columns.get("operator_code", one.row.operator_code)
        bans = bans_on(operator_codes=codes.values(), site_keys=(), on=self.today) if any(codes.values()) else ()
        for one in changed:
            # The place is judged with the other rules about places.
            for found in met(bans, operator_code=codes[id(one)], site_key=""):
                one.problems.append(Problem(eligibility.ban_sentence(found), "operator_code"))


def may_take_in(*, region_of: Filed, by: User) -> bool:
    """Say whether ``by`` files for the region of what was handed in: its own, or none for the city."""
    if by.role == Role.CITY:
        return region_of.region is None and region_of.type == PlatformType.INDUSTRY
    return by.role == Role.COUNTY and region_of.region is not None and region_of.region.pk == by.region_id
