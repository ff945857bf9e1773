from evaluation.certification.models.ending import CertificationEnd
from evaluation.certification.models.publication import Certification, Publication, Result
from evaluation.flags.models import Flag, FlagTurn
from evaluation.marking.models import Assessment, Conflict, Evaluation, Look, Mark, Proof, Score, Sheet
from evaluation.revocation.models import RevocationFact, RevocationProposal
from evaluation.schemes.models import Indicator, Scheme, SchemeCutoff
from evaluation.self_reports.models import (
    SelfReport,
    SelfReportLeave,
    SelfReportLine,
    SelfReportLink,
    SelfReportReminder,
)
from evaluation.visits.models import SiteVisit

__all__ = [
    "Assessment",
    "Certification",
    "CertificationEnd",
    "Conflict",
    "Evaluation",
    "Flag",
    "FlagTurn",
    "Indicator",
    "Look",
    "Mark",
    "Proof",
    "Publication",
    "Result",
    "RevocationFact",
    "RevocationProposal",
    "Scheme",
    "SchemeCutoff",
    "Score",
    "SelfReport",
    "SelfReportLeave",
    "SelfReportLine",
    "SelfReportLink",
    "SelfReportReminder",
    "Sheet",
    "SiteVisit",
]
