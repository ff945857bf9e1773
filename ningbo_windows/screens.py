"""Which part of the handbook a screen leads to, as data. The chapter of a role has the name of the role."""

from ningbo_windows import handbook

#: A screen by the beginning of its name in the URL configuration, and the headings that are about it, by their anchors.
#: The longest beginning counts; a person gets the heading of the own chapter, or else the own chapter from its top.
SCREENS: dict[str, tuple[str, ...]] = {
    "desk:": (),
    "admin:": (),
    "desk:liaison": ("1-先确定联络员",),
    "desk:new": ("2-新建申报", "4-重点行业申报"),
    "desk:precheck": ("2-新建申报", "4-重点行业申报"),
    "desk:application": ("3-填写十个部分", "4-重点行业申报"),
    "desk:section": ("3-填写十个部分", "4-重点行业申报"),
    "desk:start_from": ("2-新建申报", "4-重点行业申报"),
    "desk:attachment": ("4-附件", "4-重点行业申报"),
    "desk:submit": ("5-提交", "4-重点行业申报"),
    "desk:resubmit": ("6-退回后补正", "4-重点行业申报"),
    "desk:answer": ("6-退回后补正", "4-重点行业申报"),
    "desk:withdraw": ("7-撤回和删除", "4-重点行业申报"),
    "desk:delete": ("7-撤回和删除", "4-重点行业申报"),
    "desk:check": ("8-请运营单位填写", "3-受理与退回"),
    "desk:send_back": ("8-请运营单位填写", "3-受理与退回"),
    "desk:fill_link": ("8-请运营单位填写",),
    "desk:batch": ("9-汇总表导出和成批导入",),
    "desk:intake": ("批量填报",),
    "desk:task": ("10-阶段任务和日历", "阶段任务和日期"),
    "desk:calendar": ("10-阶段任务和日历", "阶段任务和日期"),
    "desk:rectification": ("12-整改", "10-投诉整改回访和撤销情形"),
    "desk:follow_up": ("13-回访", "10-投诉整改回访和撤销情形"),
    "desk:activit": ("16-服务活动定期报送和服务记录",),
    "desk:return": ("16-服务活动定期报送和服务记录",),
    "desk:service": ("16-服务活动定期报送和服务记录",),
    "desk:fee_case": ("16-服务活动定期报送和服务记录",),
    "desk:workbench": ("16-服务活动定期报送和服务记录", "11-工作台规划和统计图"),
    "desk:planning": ("16-服务活动定期报送和服务记录", "11-工作台规划和统计图"),
    "desk:overlap": ("16-服务活动定期报送和服务记录", "11-工作台规划和统计图"),
    "self_reports:": ("17-自评", "7-启动评价评分核定"),
    "hearings:": ("14-撤销情形", "9-撤销认定"),
    "evaluation:": ("20-认定结果", "8-公布"),
    "evaluation:gaps": ("15-评价期间的核实事项和现场核查", "7-启动评价评分核定"),
    "evaluation:notice": ("19-公示", "公示"),
    "evaluation:certificate": ("18-证书报告通知书和标牌", "8-公布"),
    "evaluation:recognition": ("推荐市级和国家级认定",),
    "evaluation:taken_over": ("导入历史认定",),
    "funding:release": ("21-资金分配结果", "4-公布分配结果"),
    "funding:use": ("22-资金使用情况", "6-资金使用情况"),
    "admin:platforms_application": ("9-汇总表导出和成批导入", "3-受理与退回"),
    "admin:platforms_batch": ("9-汇总表导出和成批导入", "3-受理与退回"),
    "admin:platforms_filingexception": ("5-截止申报",),
    "admin:platforms_ban": ("14-撤销情形", "9-撤销认定"),
    "admin:platforms_complaint": ("11-投诉", "10-投诉整改回访和撤销情形"),
    "admin:platforms_ground": ("14-撤销情形", "10-投诉整改回访和撤销情形"),
    "admin:platforms_round": ("10-阶段任务和日历", "1-准备年度"),
    "admin:platforms_notice": ("1-准备年度",),
    "admin:platforms_question": ("1-准备年度",),
    "admin:platforms_namingrule": ("1-准备年度",),
    "admin:platforms_calendarday": ("1-准备年度",),
    "admin:platforms_tasktemplate": ("10-阶段任务和日历", "阶段任务和日期"),
    "admin:platforms_quota": ("2-导入名单",),
    "admin:platforms_region": ("2-导入名单",),
    "admin:platforms_regionchange": ("地区合并新设撤销",),
    "admin:platforms_town": ("2-导入名单",),
    "admin:platforms_park": ("2-导入名单",),
    "admin:platforms_mail": ("12-邮件",),
    "admin:platforms_goodexample": ("典型案例和动态通知",),
    "admin:platforms_returnschedule": ("16-服务活动定期报送和服务记录",),
    "admin:evaluation_": ("20-认定结果", "8-公布"),
    "admin:evaluation_article": ("典型案例和动态通知",),
    "admin:evaluation_scheme": ("6-评价方案",),
    "admin:evaluation_evaluation": ("7-启动评价评分核定",),
    "admin:evaluation_assessment": ("7-启动评价评分核定",),
    "admin:evaluation_sheet": ("7-启动评价评分核定",),
    "admin:evaluation_conflict": ("分派评审员",),
    "admin:evaluation_flag": ("15-评价期间的核实事项和现场核查", "核实事项和现场核查"),
    "admin:evaluation_sitevisit": ("15-评价期间的核实事项和现场核查", "核实事项和现场核查"),
    "admin:evaluation_publicnotice": ("19-公示", "公示"),
    "admin:evaluation_objection": ("19-公示", "公示"),
    "admin:evaluation_revocationproposal": ("14-撤销情形", "9-撤销认定"),
    "admin:funding_allocationrun": ("1-测算",),
    "admin:funding_allocationrelease": ("4-公布分配结果",),
    "admin:funding_paymentbatch": ("5-拨付",),
}
#: These are the same for everybody.
FOR_ALL = ("admin:password_change", "desk:background")


def help_for(name: str, role: str) -> tuple[str, str]:
    """Return chapter and anchor for the screen called ``name`` in the URL configuration, as ``role`` reads it.

    The anchor is empty for the top of the chapter.
    """
    if name.startswith(FOR_ALL):
        return "everyone", ""
    own = handbook.chapter(role)
    if own is None:
        return "everyone", ""
    beginning = max((each for each in SCREENS if name.startswith(each)), key=len, default="")
    return own.slug, next((each for each in SCREENS.get(beginning, ()) if each in own.anchors), "")
