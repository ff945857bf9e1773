"""What the rooms show in the back office; imported here so that Django finds it."""
# ruff: noqa: F401

import evaluation.amendments.admin.amendments
import evaluation.certification.admin.certifications
import evaluation.certification.admin.plans
import evaluation.certification.admin.results
import evaluation.examples.admin
import evaluation.flags.admin
import evaluation.marking.admin.assessments
import evaluation.marking.admin.evaluations
import evaluation.marking.admin.judging
import evaluation.marking.admin.sheets
import evaluation.news.admin
import evaluation.public_notice.admin.notices
import evaluation.public_notice.admin.objections
import evaluation.revocation.admin.revocations
import evaluation.schemes.admin.schemes
import evaluation.visits.admin
