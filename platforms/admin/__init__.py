from platforms.admin import (
    applications,
    audit,
    complaints,
    liaisons,
    mail_templates,
    mails,
    naming_rules,
    platforms,
    questions,
    reference,
    rounds,
    users,
)

__all__ = [
    "applications",
    "audit",
    "complaints",
    "liaisons",
    "mail_templates",
    "mails",
    "naming_rules",
    "platforms",
    "questions",
    "reference",
    "rounds",
    "users",
]
