import pytest

from platforms.masking import mask_email, mask_form, mask_name, mask_phone, may_see_people


@pytest.mark.parametrize(
    ("name", "masked"), [("张三", "张*"), ("欧阳修", "欧*"), (" 李 ", "李*"), ("", ""), ("A", "A*")]
)
def test_a_name_keeps_its_first_character(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13812345678", "138****5678"),
        ("13812345678、13900001111", "138****5678、139****1111"),
        ("0574-87654321", "0574-87****21"),
        ("", ""),
        ("123456", "123456"),
    ],
)
def test_a_number_loses_its_middle(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


def test_an_address_keeps_its_host() -> None:
    assert (mask_email("zhang@example.cn"), mask_email("")) == ("z***@example.cn", "")


@pytest.mark.parametrize(
    ("role", "own", "row", "seen"),
    [
        ("county", 1, 1, True),
        ("county", 1, 2, False),
        ("county", None, 1, False),
        ("city", None, 1, False),
        ("city", None, None, True),
        ("county", None, None, False),
        ("finance", None, None, False),
    ],
)
def test_people_are_seen_inside_their_region_only(role: str, own: int | None, row: int | None, seen: bool) -> None:
    assert may_see_people(role=role, own_regions=[own] if own else [], row_region=row) is seen


def test_a_masked_form_hides_people_and_nothing_else() -> None:
    form = {
        "operator": {
            "contact_name": "张三",
            "contact_mobile": "13812345678",
            "operator_name": "某中心",
            "contact_email": "",
        },
        "staff": [{"name": "王一", "mobile": None, "post": "主任"}],
        "venue": {"floor_area": "1"},
    }
    assert mask_form(form) == {
        "operator": {
            "contact_name": "张*",
            "contact_mobile": "138****5678",
            "operator_name": "某中心",
            "contact_email": "",
        },
        "staff": [{"name": "王*", "mobile": None, "post": "主任"}],
        "venue": {"floor_area": "1"},
    }
