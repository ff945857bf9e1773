"""Who may do what kind of thing, written out: a role is a set of permissions and nothing else gives one.

Which rows a role reaches is said by ``platforms/scope.py``, when a move is allowed by the move tables. The three
administrators (auditor, security, system) hold no permission on business data.
"""

from functools import cache

REFERENCE = ("region", "town", "round", "phase")

#: The services of the platforms and what is counted from them.
SERVICES = (
    "servicerecord",
    "servicerecordpast",
    "enterprise",
    "platformmonth",
    "regionmonth",
    "platformreach",
    "apitoken",
    "linkstate",
    "feecase",
    "evidencefile",
)

#: The phases at work: tasks of the platforms, and the dates that were moved.
TASKS = ("task", "tasktemplate", "datechange", "taskdatechange")

#: The periods in which platforms stand under a certificate.
STANDINGS = ("standing",)

#: What is to be mended at the platforms, and the calls after a service.
SUPERVISION = ("rectification", "rectificationturn", "followup", "followupsample")
SUPERVISING = frozenset(
    f"platforms.{verb}"
    for verb in (
        "add_rectification",
        "answer_rectification",
        "check_rectification",
        "add_followupsample",
        "change_followup",
    )
)

#: Activities with who is invited, and what platforms hand in periodically.
ACTIVITIES = ("activity", "invitation", "activitylink", "returnschedule", "periodicreturn", "returndatechange")
HOLDING = frozenset(
    f"platforms.{verb}"
    for verb in (
        "add_activity",
        "change_activity",
        "move_activity",
        "answer_invitation",
        "hand_in_periodicreturn",
    )
)

#: What judges give: the county, assessors, and a third where two assessors differ.
SHEETS = ("sheet", "mark", "proof")

#: What the units report of themselves (自评), with their links and who may report later.
SELF_REPORTS = ("selfreport", "selfreportline", "selfreportlink", "selfreportleave", "selfreportreminder")
REPORTING = frozenset({"evaluation.send_selfreport", "evaluation.check_selfreport", "evaluation.extend_selfreport"})

#: What becomes known of an evaluation after its release, each region its own.
RELEASED = ("noticeline", "hearing", "frozenevidence", "document", "amendment")
#: What stands between the grades and their publication: the city's own.
DECIDING = ("publicnotice", "objection", "publicationplan", "prepared", "expirywarning")

#: Complaints and the register of facts for a revocation.
CASES = ("complaint", "complaintturn", "ground")
WORKING_CASES = frozenset({"platforms.examine_complaint", "platforms.add_ground"})

#: Flags on assessments and visits to the platforms, which carry neither scores nor grades.
LOOKING = frozenset(
    f"evaluation.{verb}"
    for verb in (
        *("view_flag", "view_flagturn", "answer_flag", "escalate_flag"),
        *("view_sitevisit", "add_sitevisit", "change_sitevisit"),
    )
)

#: The split of the money as finance and city read it; and what becomes known of it with its release.
ALLOCATING = ("allocationrun", "allocationrow", "allocationitem", "paymentbatch")
FUNDED = ("allocationrelease", "payment", "usereport", "useitem")

FORM_PARTS = ("staffmember", "serviceoffer", "partner", "managementrule", "attachment", "filllink", "answer")

#: What is read beside an application: its past, what was asked of it, what was written about it and sent.
RECORDS = (
    "applicationversion",
    "applicationmove",
    "formdocument",
    "correctionitem",
    "filingexception",
    "filingexceptionuse",
    "batch",
    "batchitem",
    "note",
    "mail",
)


def _view(app: str, *models: str) -> frozenset[str]:
    return frozenset(f"{app}.view_{model}" for model in models)


def _write(app: str, *models: str) -> frozenset[str]:
    return frozenset(f"{app}.{verb}_{model}" for model in models for verb in ("view", "add", "change", "delete"))


def _excel(app: str, *models: str) -> frozenset[str]:
    return frozenset(f"{app}.{verb}_{model}" for model in models for verb in ("import", "export"))


#: What was asked for in the background, of which each person sees its own.
BACKGROUND = _view("platforms", "job")

TABLE: dict[str, frozenset[str]] = {
    # 区县(市)经信局、管委会经发局: its own region's applications, and what it needs to file them.
    "county": (
        BACKGROUND
        | _view("platforms", *REFERENCE, "park", "quota", "platform", "complaint", "question", "namingrule")
        | _view("platforms", "calendarday", "notice", *RECORDS, *SERVICES, *TASKS, *STANDINGS)
        | _view("platforms", *CASES)
        | _view("platforms", *SUPERVISION, *ACTIVITIES)
        | SUPERVISING
        | WORKING_CASES
        | HOLDING
        | LOOKING
        | _write("platforms", "application", "liaison", *FORM_PARTS)
        | {
            "platforms.change_task",
            "platforms.add_servicerecord",
            "platforms.change_servicerecord",
            "platforms.import_servicerecord",
            "platforms.export_servicerecord",
            "platforms.add_apitoken",
            "platforms.change_apitoken",
            "platforms.add_linkstate",
            "platforms.add_feecase",
            "platforms.add_evidencefile",
            "platforms.submit_application",
            "platforms.check_application",
            "platforms.withdraw_application",
            "platforms.add_batch",
            "platforms.add_note",
            "platforms.import_application",
            "platforms.export_application",
            "platforms.export_park",
            "platforms.export_town",
            "platforms.export_region",
            "platforms.export_quota",
        }
        # 县级初评: what the county gives, and nothing of what others give.
        | _view("evaluation", *SHEETS, *SELF_REPORTS)
        | REPORTING
        | _view("evaluation", *RELEASED)
        | {"evaluation.fill_sheet", "evaluation.compare_years", "evaluation.propose_change"}
        | {"evaluation.pass_on_hearing"}
        | _view("funding", *FUNDED)
        | {"funding.fill_usereport"}
    ),
    # 评审员: experts and staff of institutes; the sheets assigned to them and what is shown beside.
    "assessor": BACKGROUND | _view("evaluation", *SHEETS) | {"evaluation.fill_sheet"},
    # 市经信局: everything that is filed, graded and published.
    "city": (
        BACKGROUND
        | _write(
            "platforms", "region", "town", "park", "round", "phase", "quota", "application", "liaison", *FORM_PARTS
        )
        | _write("platforms", "question", "namingrule", "mailtemplate", "calendarday", "notice")
        | _view("platforms", "platform", "ban", "banrelief", "complaint", *RECORDS, *SERVICES, *TASKS, *STANDINGS)
        | _view("platforms", *CASES)
        | _view("platforms", *SUPERVISION, *ACTIVITIES)
        | SUPERVISING
        | WORKING_CASES
        | HOLDING
        | _write("platforms", "tasktemplate")
        | _view("platforms", "goodexample")
        | {
            "platforms.add_goodexample",
            "platforms.change_goodexample",
            "platforms.publish_goodexample",
            "platforms.add_returnschedule",
            "platforms.change_returnschedule",
        }
        | _excel("platforms", "region", "town", "park", "quota", "application", "calendarday")
        | _view("platforms", "regionchange", "regionsuccession")
        | {"platforms.decide_regionchange"}
        | {
            "platforms.add_servicerecord",
            "platforms.change_servicerecord",
            "platforms.import_servicerecord",
            "platforms.export_servicerecord",
            "platforms.add_apitoken",
            "platforms.change_apitoken",
            "platforms.add_linkstate",
            "platforms.add_feecase",
            "platforms.change_feecase",
            "platforms.add_evidencefile",
            "platforms.move_round",
            "platforms.propose_notice",
            "platforms.approve_notice",
            "platforms.change_task",
            "platforms.add_filingexception",
            "platforms.change_filingexception",
            "platforms.add_batch",
            "platforms.add_note",
            "platforms.change_mail",
            "platforms.send_mail",
            "platforms.show_phone",
            "platforms.assign_application",
            "platforms.check_application",
            "platforms.submit_application",
            "platforms.accept_application",
            "platforms.return_application",
            "platforms.withdraw_application",
            "platforms.decide_complaint",
            "platforms.decide_ground",
            "platforms.propose_banrelief",
            "platforms.decide_banrelief",
        }
        | _write("evaluation", "scheme", "schemecutoff", "indicator", "evaluation")
        | _view("evaluation", *SHEETS, *SELF_REPORTS, "conflict")
        | REPORTING
        | _view("evaluation", "assessment", "score", "result", "publication", "certification", "certificationend")
        | _view("evaluation", "revocationproposal", *RELEASED, *DECIDING)
        | LOOKING
        | {"evaluation.add_flag", "evaluation.resolve_flag"}
        | {
            "evaluation.view_article",
            "evaluation.add_article",
            "evaluation.change_article",
            "evaluation.publish_article",
            "evaluation.score_assessment",
            "evaluation.confirm_assessment",
            "evaluation.fill_sheet",
            "evaluation.assign_sheet",
            "evaluation.reopen_sheet",
            "evaluation.settle_selfreport",
            "evaluation.propose_publicnotice",
            "evaluation.open_publicnotice",
            "evaluation.amend_publicnotice",
            "evaluation.assign_objection",
            "evaluation.answer_objection",
            "evaluation.pass_on_hearing",
            "evaluation.reply_hearing",
            "evaluation.propose_publication",
            "evaluation.publish_results",
            "evaluation.propose_correction",
            "evaluation.propose_change",
            "evaluation.decide_amendment",
            "evaluation.take_over_results",
            "evaluation.compare_years",
            "evaluation.end_certification",
            "evaluation.propose_revocation",
            "evaluation.decide_revocation",
            "evaluation.withhold_file",
            "evaluation.export_result",
            "evaluation.export_assessment",
            "evaluation.export_certification",
        }
        | _view("funding", *ALLOCATING, *FUNDED)
    ),
    # 市财政局: the pool and its split; reads what was published.
    "finance": (
        BACKGROUND
        | _view("platforms", "region", "round", "notice")
        | _view("evaluation", "result", "publication")
        | {"evaluation.export_result"}
        | _view("funding", *ALLOCATING, *FUNDED)
        | {
            "funding.add_allocationrun",
            "funding.change_allocationrun",
            "funding.sign_allocationrun",
            "funding.confirm_allocationrun",
            "funding.export_allocationrun",
            "funding.release_allocationrun",
            "funding.propose_paymentbatch",
            "funding.decide_paymentbatch",
            "funding.settle_usereport",
        }
    ),
    "auditor": BACKGROUND | _view("platforms", "auditevent") | {"platforms.export_auditevent"},
    # 安全管理员: accounts and roles, no business data.
    "security": (
        BACKGROUND
        | _view("platforms", "region")
        | {"platforms.view_user", "platforms.add_user", "platforms.change_user"}
        | _excel("platforms", "user")
    ),
    # 系统管理员: that the system runs; no accounts, no business data.
    "sysadmin": _view("platforms", "worker"),
}


@cache
def permissions_of(role: str) -> frozenset[str]:
    """Return the permissions of ``role``; an unknown role has none."""
    return TABLE.get(role, frozenset())
