from evaluation.models.assessment import Assessment, Evaluation, Score
from evaluation.models.ending import CertificationEnd
from evaluation.models.publication import Certification, Publication, Result
from evaluation.models.revocation import RevocationFact, RevocationProposal
from evaluation.models.scheme import Indicator, Scheme

__all__ = [
    "Assessment",
    "Certification",
    "CertificationEnd",
    "Evaluation",
    "Indicator",
    "Publication",
    "Result",
    "RevocationFact",
    "RevocationProposal",
    "Scheme",
    "Score",
]
