"""Facts of one certificate, one letter and one report, and readers of what was printed from them."""

from datetime import UTC, date, datetime

from evaluation.documents.facts import CertificateFacts, LetterFacts, LetterLine, ReportFacts, ReportLine

AT = datetime(2026, 9, 28, 2, 0, tzinfo=UTC)
DAY, LAST = date(2026, 9, 28), date(2029, 9, 27)
ADDRESS = "https://chuangkou.example.gov.cn/verify/NB2026-001-H7KQ3/"

CERTIFICATE = CertificateFacts(
    number="NB2026-001-H7KQ3",
    name="鄞州区姜山镇中小企业公共服务窗口平台",
    operator="宁波姜山企业服务有限公司",
    region="鄞州区",
    site="姜山镇",
    type="乡镇（街道）",
    grade="A档",
    valid_from=DAY,
    valid_until=LAST,
    decided_on=DAY,
    document_number="甬经信〔2026〕12号",
    authority="宁波市经济和信息化局",
    verify_url=ADDRESS,
    at=AT,
)
LETTER = LetterFacts(
    number="TZ2026-330212",
    round="2026年度",
    region="鄞州区",
    document_number="甬经信〔2026〕12号",
    decided_on=DAY,
    lines=(
        LetterLine(
            "330212-001", "鄞州区姜山镇窗口平台", "宁波姜山企业服务有限公司", "A档", "NB2026-001-H7KQ3", LAST, ""
        ),
        LetterLine(
            "330212-002", "鄞州区云龙镇窗口平台", "云龙企业服务中心", "C档", "NB2026-002-ACDEF", LAST, "得分64.00分。"
        ),
        LetterLine("330212-003", "鄞州区东吴镇窗口平台", "东吴企业服务中心", "D档", "", None, "年服务企业数未达标。"),
    ),
    authority="宁波市经济和信息化局",
    at=AT,
)
REPORT = ReportFacts(
    number="BG2026-330212-001",
    round="2026年度",
    code="330212-001",
    name="鄞州区姜山镇中小企业公共服务窗口平台",
    operator="宁波姜山企业服务有限公司",
    region="鄞州区",
    type="乡镇（街道）",
    points="92.50",
    grade="A档",
    grade_reason="得分92.50分，达到A档分数线。",
    certificate="NB2026-001-H7KQ3",
    valid_from=DAY,
    valid_until=LAST,
    document_number="甬经信〔2026〕12号",
    decided_on=DAY,
    lines=(
        ReportLine("基本条件", "固定场地", "—", "320平方米", "达标", ""),
        ReportLine("服务能力", "年服务企业数", "20", "186家", "18.50", "核定数少于填报数4家。"),
        ReportLine("服务能力", "组织活动场次", "10", "14场", "10", ""),
    ),
    authority="宁波市经济和信息化局",
    verify_url="https://chuangkou.example.gov.cn/verify/BG2026-330212-001/",
    at=AT,
)
