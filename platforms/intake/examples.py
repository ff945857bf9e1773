"""The rows that the sheet 示例 of the template shows, by sheet and column; words as they stand in the cells."""

from datetime import date
from decimal import Decimal
from typing import Any

EXAMPLE_ROWS: dict[str, tuple[dict[str, Any], ...]] = {
    "applications": (
        {
            "key": "1",
            "town": "某某镇",
            "association": "宁波市某某行业协会",
            "industry_chain": "某某产业链",
            "address": "某某路1号",
            "opening_hours": "工作日 8:30至17:00",
            "service_phone": "0574-88880000",
            "introduction": "为辖区中小微企业提供公益性服务。",
            "operating_mode": "直接运营",
            "operator_name": "某某镇企业服务中心",
            "operator_code": "12330212MB0000001X",
            "operator_nature": "事业单位",
            "legal_representative": "张某",
            "person_in_charge": "李某",
            "contact_name": "王某",
            "contact_mobile": "13800000000",
            "contact_phone": "0574-88880000",
            "contact_email": "name@example.cn",
            "founded_on": date(2015, 6, 1),
            "floor_area": Decimal("120.5"),
            "venue_tenure": "自有",
            "counters": 2,
            "meeting_rooms": 1,
            "equipment": "电脑、投影仪",
            "in_public_affairs_centre": "是",
            "has_unified_sign": "否",
        },
    ),
    "staff": (
        {"key": "1", "name": "李某", "sex": "女", "education": "本科", "post": "主任", "full_time": "是", "years": 5},
    ),
    "services": (
        {"key": "1", "free_service": "涉企政策宣传解读和申报辅导", "content": "每月一次政策宣讲", "is_free": "是"},
        {
            "key": "1",
            "service_class": "投融资服务",
            "content": "融资对接",
            "is_free": "否",
            "fee_standard": "每次500元",
        },
    ),
    "partners": ({"key": "1", "name": "某某律师事务所", "service_class": "法律服务"},),
    "rules": ({"key": "1", "kind": "服务流程", "title": "窗口服务流程", "is_public": "是"},),
}
