from platforms.admin import (
    applications,
    audit,
    complaints,
    liaisons,
    platforms,
    reference,
    rounds,
    users,
)

__all__ = ["applications", "audit", "complaints", "liaisons", "platforms", "reference", "rounds", "users"]
