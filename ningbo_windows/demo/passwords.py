"""The one password of all accounts of the demo; random unless given, and easy to type."""

import secrets

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from platforms.errors import Refusal
from platforms.models import User

_PLACES = (
    "Yinzhou", "Haishu", "Jiangbei", "Beilun", "Zhenhai", "Fenghua", "Yuyao", "Cixi", "Ninghai", "Xiangshan", "Siming",
    "Tiantong", "Dongqian", "Xikou", "Cicheng", "Shipu",
)  # fmt: skip
_PLANTS = (
    "Yanghe", "Meihua", "Lanhua", "Guihua", "Chahua", "Hehua", "Taohua", "Zhulin", "Songshu", "Yinxing", "Haitang",
    "Bohe", "Muxi", "Yangmei", "Pipa", "Ganju",
)  # fmt: skip


def readable_password() -> str:
    """Return a random password that all validators take, such as ``Cixi-4821-Yangmei``."""
    return f"{secrets.choice(_PLACES)}-{secrets.randbelow(9000) + 1000}-{secrets.choice(_PLANTS)}"


def check_password(password: str) -> None:
    """Refuse a password that the product would refuse.

    Raises:
        Refusal: too short, too common, or without letters, digits and symbols.
    """
    try:
        validate_password(password)
    except ValidationError as error:
        raise Refusal(f"--password 不合要求：{''.join(error.messages)}") from None


def set_password_of_all(password: str) -> None:
    """Give all accounts ``password``; their open sessions end."""
    User.objects.update(password=make_password(password), must_change_password=False, is_active=True)
