"""What the rooms show in the back office; imported here so that Django finds it."""
# ruff: noqa: F401

import platforms.accounts.admin
import platforms.applications.admin.applications
import platforms.applications.admin.bans
import platforms.applications.admin.batches
import platforms.applications.admin.filing_extensions
import platforms.applications.admin.naming_rules
import platforms.applications.admin.questions
import platforms.audit.admin
import platforms.cases.admin.complaints
import platforms.cases.admin.grounds
import platforms.mail.admin.mails
import platforms.mail.admin.templates
import platforms.notices.admin.notices
import platforms.periodic_reports.admin
import platforms.reference.admin.lists
import platforms.region_changes.admin.region_changes
import platforms.register.admin.platforms
import platforms.rounds.admin.calendar_days
import platforms.rounds.admin.liaisons
import platforms.rounds.admin.quotas
import platforms.rounds.admin.rounds
import platforms.service_records.admin
import platforms.tasks.admin
