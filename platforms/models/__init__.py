from platforms.accounts.models.list_setting import ListSetting
from platforms.accounts.models.press import Press
from platforms.accounts.models.user import User
from platforms.activities.models.activity import Activity, ActivityLink, Invitation
from platforms.activities.models.good_example import GoodExample
from platforms.applications.models.application import Application, ApplicationMove, ApplicationVersion
from platforms.applications.models.ban_relief import BanRelief
from platforms.applications.models.batch import Batch, BatchItem
from platforms.applications.models.correction import CorrectionItem
from platforms.applications.models.details import (
    Attachment,
    FillLink,
    ManagementRule,
    Partner,
    ServiceOffer,
    StaffMember,
)
from platforms.applications.models.document import FormDocument
from platforms.applications.models.filing_extension import FilingException, FilingExceptionUse
from platforms.applications.models.note import Note
from platforms.applications.models.platform import Ban, Platform
from platforms.applications.models.question import Answer, Question
from platforms.applications.models.standing import Standing
from platforms.audit.models import AuditEvent, Counter
from platforms.background.models import Job, Worker
from platforms.calendar.models.feed import CalendarFeed
from platforms.calendar.models.reminder_day import ReminderDay
from platforms.cases.models.complaint import Complaint, ComplaintTurn
from platforms.cases.models.fee_case import FeeCase
from platforms.cases.models.ground import Ground
from platforms.files.models import EvidenceFile
from platforms.follow_ups.models import FollowUp, FollowUpSample
from platforms.mail.models import Mail, MailTemplate
from platforms.notices.models import Notice
from platforms.periodic_reports.models import PeriodicReturn, ReturnDateChange, ReturnSchedule
from platforms.rectifications.models import Rectification, RectificationTurn
from platforms.reference.models import Park, Region, Town
from platforms.region_changes.models import RegionChange, RegionSuccession
from platforms.rounds.models.calendar_day import CalendarDay
from platforms.rounds.models.date_change import DateChange
from platforms.rounds.models.override import RoundOverride
from platforms.rounds.models.round import Liaison, NamingRule, Phase, Quota, Round
from platforms.service_records.models.archive import RecordArchive
from platforms.service_records.models.record import ApiToken, Enterprise, ServiceRecord, ServiceRecordPast
from platforms.service_records.models.rollup import PlatformMonth, PlatformReach, RegionMonth
from platforms.system_links.models import LinkState
from platforms.tasks.models import Task, TaskDateChange, TaskTemplate

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
    "Job",
    "Liaison",
    "LinkState",
    "ListSetting",
    "Mail",
    "MailTemplate",
    "ManagementRule",
    "NamingRule",
    "Note",
    "Notice",
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
    "RegionChange",
    "RegionMonth",
    "RegionSuccession",
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
    "Worker",
]
