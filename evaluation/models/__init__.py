from evaluation.amendments.models import Amendment
from evaluation.certification.models.ending import CertificationEnd
from evaluation.certification.models.publication import (
    Certification,
    Document,
    FrozenEvidence,
    Prepared,
    Publication,
    PublicationPlan,
    Result,
)
from evaluation.certification.models.rule_file import WithheldFile
from evaluation.flags.models import Flag, FlagTurn
from evaluation.hearings.models import Hearing
from evaluation.marking.models import Assessment, Conflict, Evaluation, Look, Mark, Proof, Score, Sheet
from evaluation.news.models import Article, ArticleFile, ArticlePicture
from evaluation.public_notice.models import NoticeLine, Objection, PublicNotice
from evaluation.renewal.models import ExpiryWarning
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
    "Amendment",
    "Article",
    "ArticleFile",
    "ArticlePicture",
    "Assessment",
    "Certification",
    "CertificationEnd",
    "Conflict",
    "Document",
    "Evaluation",
    "ExpiryWarning",
    "Flag",
    "FlagTurn",
    "FrozenEvidence",
    "Hearing",
    "Indicator",
    "Look",
    "Mark",
    "NoticeLine",
    "Objection",
    "Prepared",
    "Proof",
    "PublicNotice",
    "Publication",
    "PublicationPlan",
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
    "WithheldFile",
]
