from platforms.models.application import Application, ApplicationMove, ApplicationVersion
from platforms.models.audit import AuditEvent, Counter
from platforms.models.complaint import Complaint
from platforms.models.details import Attachment, FillLink, ManagementRule, Partner, ServiceOffer, StaffMember
from platforms.models.platform import Ban, Platform
from platforms.models.region import Park, Region, Town
from platforms.models.round import Liaison, Phase, Quota, Round
from platforms.models.user import User

__all__ = [
    "Application",
    "ApplicationMove",
    "ApplicationVersion",
    "Attachment",
    "AuditEvent",
    "Ban",
    "Complaint",
    "Counter",
    "FillLink",
    "Liaison",
    "ManagementRule",
    "Park",
    "Partner",
    "Phase",
    "Platform",
    "Quota",
    "Region",
    "Round",
    "ServiceOffer",
    "StaffMember",
    "Town",
    "User",
]
