"""Numbers that the notice leaves open; the defaults are ours, the environment may set others."""

import environ

from ningbo_windows.number_settings import whole_number, whole_numbers

__all__ = [
    "EXPIRING_DAYS",
    "EXPIRY_WARNINGS",
    "GROUND_REFUSALS",
    "GROUND_REFUSAL_DAYS",
    "HEARING_DAYS",
    "OBJECTION_WORKING_DAYS",
    "OVERLAP_METRES",
    "OVERLAP_RANGE",
    "RENEWAL_DAYS",
]

_env = environ.Env()

#: Platforms at most so far apart are shown as overlapping (六·(一)); the page can be asked for another distance.
OVERLAP_RANGE = (500, 10_000)
OVERLAP_METRES = whole_number(
    "NINGBO_OVERLAP_METRES", _env.str("NINGBO_OVERLAP_METRES", "2000"),
    low=OVERLAP_RANGE[0], high=OVERLAP_RANGE[1], unit="米",
)  # fmt: skip
#: So many refused invitations of hubs within so many days are proposed as a fact for a revocation (五·(四)).
GROUND_REFUSALS = whole_number(
    "NINGBO_GROUND_REFUSALS", _env.str("NINGBO_GROUND_REFUSALS", "3"), low=1, high=100, unit="次"
)
GROUND_REFUSAL_DAYS = whole_number(
    "NINGBO_GROUND_REFUSAL_DAYS", _env.str("NINGBO_GROUND_REFUSAL_DAYS", "365"), low=1, high=1_096, unit="天"
)
#: So many working days an operator has to answer before its certification is revoked (五); the notice names none.
HEARING_DAYS = whole_number(
    "NINGBO_HEARING_DAYS", _env.str("NINGBO_HEARING_DAYS", "5"), low=1, high=60, unit="个工作日"
)
#: Working days for the written answer to an objection, from the day after it came in.
OBJECTION_WORKING_DAYS = whole_number(
    "NINGBO_OBJECTION_WORKING_DAYS", _env.str("NINGBO_OBJECTION_WORKING_DAYS", "5"), low=1, high=60, unit="天"
)
#: From so many days before its last one on a certificate counts as expiring; the county is told so many days before.
EXPIRING_DAYS = whole_number(
    "NINGBO_EXPIRING_DAYS", _env.str("NINGBO_EXPIRING_DAYS", "90"), low=1, high=1_096, unit="天"
)
EXPIRY_WARNINGS = whole_numbers(
    "NINGBO_EXPIRY_WARNINGS", _env.str("NINGBO_EXPIRY_WARNINGS", "180,90,30"), low=1, high=1_096, most=10, unit="天"
)
#: A renewal can be applied for from so many days before the last one on.
RENEWAL_DAYS = whole_number("NINGBO_RENEWAL_DAYS", _env.str("NINGBO_RENEWAL_DAYS", "365"), low=1, high=1_096, unit="天")
