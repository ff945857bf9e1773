from platforms.models.application import Application, ApplicationMove, ApplicationVersion
from platforms.models.audit import AuditEvent, Counter
from platforms.models.batch import Batch, BatchItem
from platforms.models.complaint import Complaint
from platforms.models.correction import CorrectionItem
from platforms.models.details import Attachment, FillLink, ManagementRule, Partner, ServiceOffer, StaffMember
from platforms.models.document import FormDocument
from platforms.models.filing_exception import FilingException, FilingExceptionUse
from platforms.models.list_setting import ListSetting
from platforms.models.mail import Mail, MailTemplate
from platforms.models.note import Note
from platforms.models.platform import Ban, Platform
from platforms.models.question import Answer, Question
from platforms.models.region import Park, Region, Town
from platforms.models.round import Liaison, NamingRule, Phase, Quota, Round
from platforms.models.user import User

__all__ = [
    "Answer",
    "Application",
    "ApplicationMove",
    "ApplicationVersion",
    "Attachment",
    "AuditEvent",
    "Ban",
    "Batch",
    "BatchItem",
    "Complaint",
    "CorrectionItem",
    "Counter",
    "FilingException",
    "FilingExceptionUse",
    "FillLink",
    "FormDocument",
    "Liaison",
    "ListSetting",
    "Mail",
    "MailTemplate",
    "ManagementRule",
    "NamingRule",
    "Note",
    "Park",
    "Partner",
    "Phase",
    "Platform",
    "Question",
    "Quota",
    "Region",
    "Round",
    "ServiceOffer",
    "StaffMember",
    "Town",
    "User",
]
