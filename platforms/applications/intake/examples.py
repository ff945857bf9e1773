"""The rows that the sheet 示例 of the template shows, by sheet and column; words as they stand in the cells."""

from typing import Any

from platforms.applications.form_fields import FORM_FIELDS
from platforms.identity import ours

EXAMPLE_ROWS: dict[str, tuple[dict[str, Any], ...]] = {
    "applications": (
        {
            "key": "1",
            "town": "某某镇",
            "association": f"{ours().city.name}某某行业协会",
            "industry_chain": "某某产业链",
            **{
                each.name: each.example
                for fields in FORM_FIELDS.values()
                for each in fields
                if each.example is not None
            },
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
