from platforms.models.activity import Activity, ActivityLink, Invitation
from platforms.models.application import Application, ApplicationMove, ApplicationVersion
from platforms.models.audit import AuditEvent, Counter
from platforms.models.ban_relief import BanRelief
from platforms.models.batch import Batch, BatchItem
from platforms.models.calendar_day import CalendarDay
from platforms.models.complaint import Complaint, ComplaintTurn
from platforms.models.correction import CorrectionItem
from platforms.models.details import Attachment, FillLink, ManagementRule, Partner, ServiceOffer, StaffMember
from platforms.models.document import FormDocument
from platforms.models.evidence import EvidenceFile
from platforms.models.fee_case import FeeCase
from platforms.models.filing_exception import FilingException, FilingExceptionUse
from platforms.models.follow_up import FollowUp, FollowUpSample
from platforms.models.good_example import GoodExample
from platforms.models.ground import Ground
from platforms.models.list_setting import ListSetting
from platforms.models.mail import Mail, MailTemplate
from platforms.models.note import Note
from platforms.models.periodic_return import PeriodicReturn, ReturnDateChange, ReturnSchedule
from platforms.models.platform import Ban, Platform
from platforms.models.press import Press
from platforms.models.question import Answer, Question
from platforms.models.record_archive import RecordArchive
from platforms.models.rectification import Rectification, RectificationTurn
from platforms.models.region import Park, Region, Town
from platforms.models.round import Liaison, NamingRule, Phase, Quota, Round
from platforms.models.round_override import RoundOverride
from platforms.models.service_record import (
    ApiToken,
    Enterprise,
    LinkState,
    ServiceRecord,
    ServiceRecordPast,
)
from platforms.models.service_rollup import PlatformMonth, PlatformReach, RegionMonth
from platforms.models.standing import Standing
from platforms.models.task import (
    CalendarFeed,
    DateChange,
    ReminderDay,
    Task,
    TaskDateChange,
    TaskTemplate,
)
from platforms.models.user import User

__all__ = [
    "Activity",
    "ActivityLink",
    "Answer",
    "ApiToken",
    "Application",
    "ApplicationMove",
    "ApplicationVersion",
    "Attachment",
    "AuditEvent",
    "Ban",
    "BanRelief",
    "Batch",
    "BatchItem",
    "CalendarDay",
    "CalendarFeed",
    "Complaint",
    "ComplaintTurn",
    "CorrectionItem",
    "Counter",
    "DateChange",
    "Enterprise",
    "EvidenceFile",
    "FeeCase",
    "FilingException",
    "FilingExceptionUse",
    "FillLink",
    "FollowUp",
    "FollowUpSample",
    "FormDocument",
    "GoodExample",
    "Ground",
    "Invitation",
    "Liaison",
    "LinkState",
    "ListSetting",
    "Mail",
    "MailTemplate",
    "ManagementRule",
    "NamingRule",
    "Note",
    "Park",
    "Partner",
    "PeriodicReturn",
    "Phase",
    "Platform",
    "PlatformMonth",
    "PlatformReach",
    "Press",
    "Question",
    "Quota",
    "RecordArchive",
    "Rectification",
    "RectificationTurn",
    "Region",
    "RegionMonth",
    "ReminderDay",
    "ReturnDateChange",
    "ReturnSchedule",
    "Round",
    "RoundOverride",
    "ServiceOffer",
    "ServiceRecord",
    "ServiceRecordPast",
    "StaffMember",
    "Standing",
    "Task",
    "TaskDateChange",
    "TaskTemplate",
    "Town",
    "User",
]
