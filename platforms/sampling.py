"""Samples that anybody can draw again: the same rule and seed on the same records give the same sample.

No Django and no clock. Records are ordered by the SHA-256 of seed and identity, and the first ones are taken; nobody
can steer which ones they are but by choosing the seed, which is stored.
"""

import hashlib
import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

#: So many points of satisfaction apart, the answer contradicts the record.
SATISFACTION_GAP = 2
CONFIRMED, NOT_CONFIRMED = "confirmed", "not_confirmed"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One record that may be drawn.

    ``identity`` is what it is called for good, ``stratum`` its platform, ``unit`` the enterprise served, ``key`` what
    the caller finds it by.
    """

    key: int
    identity: str
    stratum: str
    unit: str


def rank(seed: str, text: str) -> bytes:
    """Return the place of ``text`` in the order of ``seed``."""
    return hashlib.sha256(f"{seed}\n{text}".encode()).digest()


def draw(
    candidates: Iterable[Candidate], *, seed: str, size: int, by_stratum: bool = False, once_per_unit: bool = False
) -> list[Candidate]:
    """Return at most ``size`` of ``candidates`` in the order of ``seed``, whatever order they come in.

    With ``by_stratum`` the strata take turns, so that none gives two more than another that has some left; with
    ``once_per_unit`` only the first record of each unit counts.
    """
    ranked: Iterable[tuple[bytes, Candidate]] = ((rank(seed, each.identity), each) for each in candidates)
    if once_per_unit:
        ranked = _first_of_units(ranked)
    if not by_stratum:
        return [each for _, each in heapq.nsmallest(size, ranked, key=lambda pair: pair[0])]
    strata: dict[str, list[tuple[bytes, Candidate]]] = {}
    for pair in ranked:
        strata.setdefault(pair[1].stratum, []).append(pair)
    queues = [
        heapq.nsmallest(size, strata[name], key=lambda pair: pair[0])
        for name in sorted(strata, key=lambda name: rank(seed, name))
    ]
    taken: list[tuple[bytes, Candidate]] = []
    for turn in range(size):
        for queue in queues:
            if turn < len(queue) and len(taken) < size:
                taken.append(queue[turn])
    return [each for _, each in sorted(taken, key=lambda pair: pair[0])]


def digest_of(identities: Iterable[str]) -> str:
    """Return the SHA-256, in hex, over the ``identities`` of a sample, in its order."""
    return hashlib.sha256("\n".join(identities).encode()).hexdigest()


def _first_of_units(ranked: Iterable[tuple[bytes, Candidate]]) -> Iterator[tuple[bytes, Candidate]]:
    first: dict[str, tuple[bytes, Candidate]] = {}
    for pair in ranked:
        known = first.get(pair[1].unit)
        if known is None or pair[0] < known[0]:
            first[pair[1].unit] = pair
    yield from first.values()


@dataclass(frozen=True)
class Differences:
    """Where an answer contradicts the record."""

    existence: bool
    fee: bool
    satisfaction: bool


def differences(
    *,
    result: str,
    fee_taken: bool | None,
    satisfaction: int | None,
    recorded_fee: Decimal,
    is_public: bool,
    recorded_satisfaction: int | None,
) -> Differences:
    """Compare what an enterprise said with what the record says; what was not said contradicts nothing.

    A fee contradicts a record without one, and any record of a public-interest service (二·(四)): those are free.
    """
    confirmed = result == CONFIRMED
    both = satisfaction is not None and recorded_satisfaction is not None
    return Differences(
        existence=result == NOT_CONFIRMED,
        fee=confirmed and fee_taken is True and (recorded_fee == 0 or is_public),
        satisfaction=confirmed and both and abs((satisfaction or 0) - (recorded_satisfaction or 0)) >= SATISFACTION_GAP,
    )
