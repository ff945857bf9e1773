"""A form with every field filled, and what is read out of the files that print it."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import docx
from docx.oxml.ns import qn
from pypdf import PdfReader

from platforms.applications.documents.form import Facts

AT = datetime(2026, 4, 10, 2, 0, tzinfo=UTC)
FACTS = Facts(edition="第1版", state="第1版　提交时间：2026年4月10日 10:00", code="K7QD-2MWX", at=AT)

FORM: dict[str, Any] = {
    "site": {
        "number": "2026-0012", "year": 2026, "type": "park", "region": "鄞州区", "region_code": "330212",
        "town": "首南街道", "town_code": "330212001", "park": "南部小微企业园", "park_code": "XWY-001",
        "association": "", "industry_chain": "", "place": "南部小微企业园",
        "proposed_name": "鄞州区南部小微企业园中小企业公共服务窗口平台",
    },
    "platform": {
        "name": "鄞州区南部窗口平台", "name_reason": "沿用挂牌名称", "address": "首南西路1号A座",
        "longitude": "121.543210", "latitude": "29.8125", "opening_hours": "工作日 9:00—17:00",
        "service_phone": "0574-87180000", "introduction": "为园区企业提供公益性服务。\n第二段说明。",
    },
    "operator": {
        "operating_mode": "entrusted", "operator_name": "测试服务有限公司", "operator_code": "91330212MA00000012",
        "operator_nature": "enterprise", "legal_representative": "王法人", "person_in_charge": "李负责",
        "contact_name": "张联系", "contact_mobile": "13800138001", "contact_phone": "0574-87654321",
        "contact_email": "contact@example.cn", "founded_on": "2015-05-20", "agreement": "委托运营协议书",
        "support_policy": "扶持办法〔2026〕3号",
    },
    "venue": {
        "floor_area": "120.5", "venue_tenure": "provided", "counters": 3, "meeting_rooms": 2,
        "equipment": "电脑、投影仪", "in_public_affairs_centre": True, "has_unified_sign": False,
    },
    "record": {
        "enterprises_served": 321, "events_held": 45, "attendance": 6789, "requests_settled": 78,
        "satisfaction": "98.7", "typical_cases": "帮助企业申报政策。",
    },
    "plan": {
        "target_enterprises": 400, "target_events": 24, "funds_wan": "30.5", "funds_source": "财政预算安排",
        "sustainability": "纳入年度预算。",
    },
    "commitment": {"committed": True, "county_opinion": "同意推荐。", "county_opinion_on": "2026-04-09"},
    "staff": [
        {"name": "王一", "sex": "female", "education": "bachelor", "qualification": "高级经济师", "post": "主任",
         "full_time": True, "years": 15, "mobile": "13900139001"},
        {"name": "李二", "sex": "male", "education": "college", "qualification": "", "post": "专员",
         "full_time": False, "years": 1, "mobile": ""},
    ],
    "services": [
        {"free_service": "policy", "service_class": "", "content": "政策宣讲", "is_free": True, "fee_standard": ""},
        {"free_service": "", "service_class": "finance", "content": "融资对接", "is_free": False,
         "fee_standard": "每次500元"},
    ],
    "partners": [{"name": "测试律师事务所", "service_class": "law"}],
    "rules": [{"kind": "complaints", "title": "投诉处理办法", "is_public": True}],
    "questions": [
        {"key": "question_7", "section": "venue", "text": "是否配有停车位", "help": "", "kind": "choice",
         "options": ["有", "没有"], "required": True, "value": "没有"},
        {"key": "question_8", "section": "staff", "text": "最近培训日期", "help": "", "kind": "date", "options": [],
         "required": False, "value": "2026-02-03"},
        {"key": "question_9", "section": "plan", "text": "预算批复", "help": "", "kind": "file", "options": [],
         "required": False, "value": ""},
    ],
    "attachments": [
        {"kind": "rule", "shown_name": "投诉.pdf", "digest": "ab12cd34" + "0" * 56, "size": 9,
         "rule_kind": "complaints", "question": ""},
        {"kind": "question", "shown_name": "批复.pdf", "digest": "ef56ab78" + "0" * 56, "size": 9, "rule_kind": "",
         "question": "question_9"},
        {"kind": "stamped", "shown_name": "盖章.pdf", "digest": "99999999" + "0" * 56, "size": 9, "rule_kind": "",
         "question": ""},
    ],
    "counts": {"staff_total": 2, "staff_full_time": 1},
}  # fmt: skip

#: What a reader finds of ``FORM``, one text for each value that was given.
SAID = (
    "小微企业园窗口平台", "2026-0012", "2026年度", "鄞州区", "首南街道", "南部小微企业园",
    "鄞州区南部窗口平台", "沿用挂牌名称", "首南西路1号A座", "121.54321", "29.8125", "工作日 9:00—17:00",
    "0574-87180000", "为园区企业提供公益性服务。", "第二段说明。",
    "委托运营", "测试服务有限公司", "91330212MA00000012", "企业", "王法人", "李负责", "张联系", "13800138001",
    "0574-87654321", "contact@example.cn", "2015年5月20日", "委托运营协议书", "扶持办法〔2026〕3号",
    "120.5", "无偿提供", "3", "2", "电脑、投影仪", "是", "否",
    "321", "45", "6789", "78", "98.7", "帮助企业申报政策。",
    "400", "24", "30.5（305,000元）", "财政预算安排", "纳入年度预算。",
    "同意推荐。", "2026年4月9日",
    "王一", "女", "本科", "高级经济师", "主任", "15", "13900139001", "李二", "男", "大专", "专员",
    "共 2 人，其中专职 1 人。",
    "涉企政策宣传解读和申报辅导", "政策宣讲", "投融资服务", "融资对接", "每次500元", "测试律师事务所", "法律服务",
    "投诉处理制度", "投诉处理办法",
    "是否配有停车位", "没有", "最近培训日期", "2026年2月3日", "预算批复", "批复.pdf",
    "管理制度文件（投诉处理制度）", "投诉.pdf", "ab12cd34", "补充问题附件（预算批复）", "ef56ab78",
)  # fmt: skip


def pages_of(pdf: bytes) -> list[str]:
    """Return the text of each page, without blanks: a setter puts them where a reader sees room."""
    return [squeezed(page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]


def text_of_pdf(pdf: bytes) -> str:
    return "".join(pages_of(pdf))


def squeezed(text: str) -> str:
    """Return ``text`` without what has no shape on paper."""
    return re.sub(r"[\s\u200b]+", "", text)


def words_of_docx(content: bytes) -> list[str]:
    """Return every paragraph of a Word file, of its tables, headers and footers too, as it is shown."""
    document = docx.Document(io.BytesIO(content))
    section = document.sections[0]
    parts = (section.header._element, document.element.body, section.footer._element)
    return [_words(each) for part in parts for each in part.iter(qn("w:p"))]


def _words(paragraph: Any) -> str:
    def said() -> Iterator[str]:
        for each in paragraph.iter():
            if each.tag == qn("w:t"):
                yield each.text or ""
            elif each.tag == qn("w:br"):
                yield "\n"
            elif each.tag == qn("w:tab"):
                yield "\t"

    return "".join(said())
