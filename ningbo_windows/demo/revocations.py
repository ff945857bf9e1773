"""Certificates that are taken back by two officers, and bans that are lifted or whose place is released."""

from datetime import datetime, timedelta

from evaluation.hearings.services import hearings
from evaluation.models import Certification, RevocationProposal
from evaluation.revocation.services import revocation
from ningbo_windows.demo.calendar import at
from ningbo_windows.demo.world import World
from platforms.applications.choices import ReliefKind
from platforms.applications.services import ban_reliefs
from platforms.cases.choices import GroundSource, GroundStatus
from platforms.cases.services import grounds
from platforms.models import Ban, Ground, Platform, User


def platform_at(world: World, code: str, place: str) -> Platform:
    """Return the platform at ``place`` in the region ``code``."""
    site = world.site(code, place)
    return Platform.objects.get(type=site.type, region=site.region, town=site.town, park=site.park)


def revoke(
    world: World, code: str, place: str, year: int, *, ground: str, fact: str, when: datetime, by: User, other: User
) -> None:
    """Let ``by`` note and propose, the operator answer, ``other`` confirm, reply and, at ``when``, decide."""
    platform = platform_at(world, code, place)
    assert Certification.objects.filter(result__platform=platform, result__publication__round__year=year).exists()
    noted = when - timedelta(days=18)
    row = grounds.note(platform=platform, ground=ground, text=fact, happened_on=noted.date(), by=by, at=noted)
    grounds.confirm(ground=row, reason="核查材料齐全，事实清楚。", by=other, at=when - timedelta(days=12))
    made = revocation.propose(
        platform=platform, ground=ground, facts=[row], reason=fact, on=when.date() - timedelta(days=4), by=by,
        at=when - timedelta(days=4),
    )  # fmt: skip
    # The operator is heard before it is decided.
    hearings.answer(
        hearing=made.hearing, text="对事实没有异议，已停止有关做法，请从轻处理。（演示数据）", name="王负责", by=by,
        at=when - timedelta(days=3),
    )  # fmt: skip
    hearings.reply(
        hearing=made.hearing, text="事实清楚，陈述申辩理由不成立，不予采纳。", by=other, at=when - timedelta(days=1)
    )
    revocation.decide(proposal=made, by=other, at=when)


def leave_waiting(world: World, code: str, place: str) -> RevocationProposal:
    """Confirm that complaints about the platform prove true three times, and propose what ``city2`` is to decide."""
    platform, yesterday = platform_at(world, code, place), world.today - timedelta(days=1)
    row = Ground.objects.get(platform=platform, source=GroundSource.COMPLAINT, status=GroundStatus.PROPOSED)
    grounds.confirm(ground=row, reason="3件投诉均经核查属实。", by=world.people["city2"], at=at(yesterday, 9, 40))
    return revocation.propose(
        platform=platform,
        ground=row.ground,
        facts=[row],
        reason=f"{row.text}服务不规范，经县级核查、市级认定均属实。",
        on=yesterday,
        by=world.people["city"],
        at=at(yesterday, 10, 30),
    )


def relieve(world: World, code: str, place: str, *, kind: str, reason: str, document: str, when: datetime) -> None:
    """Let ``city`` propose to lift the ban on the place or to release it, and ``city2`` grant it three days later."""
    city, city2 = world.people["city"], world.people["city2"]
    made = ban_reliefs.propose(
        ban=_ban(world, code, place), kind=kind, reason=reason, document_number=document, effective_on=when.date(),
        by=city, at=when,
    )  # fmt: skip
    ban_reliefs.grant(relief=made, by=city2, at=when + timedelta(days=3))


def leave_relief_waiting(world: World, code: str, place: str) -> None:
    """Let ``city2`` propose what ``city`` is to decide."""
    yesterday = world.today - timedelta(days=1)
    ban_reliefs.propose(
        ban=_ban(world, code, place),
        kind=ReliefKind.LIFT,
        reason="原运营单位已完成整改并申请解除限制，经核实材料，提请研究。（演示数据）",
        effective_on=world.today,
        by=world.people["city2"],
        at=at(yesterday, 14, 20),
    )


def _ban(world: World, code: str, place: str) -> Ban:
    return Ban.objects.get(site_key=platform_at(world, code, place).site_key)
