"""A whole number from the environment, refused with a sentence where it cannot be meant."""

import re

from django.core.exceptions import ImproperlyConfigured


def whole_number(name: str, text: str, *, low: int, high: int, unit: str = "") -> int:
    """Return the number that ``text``, the value of the variable ``name``, says.

    Raises:
        ImproperlyConfigured: it is no whole number in ASCII digits from ``low`` to ``high``, both inclusive.
    """
    if re.fullmatch(r"[0-9]{1,9}", text.strip(), re.ASCII) and low <= int(text) <= high:
        return int(text)
    counted = f"，单位为{unit}" if unit else ""
    raise ImproperlyConfigured(f"{name} 应为 {low} 到 {high} 的整数{counted}，现为“{text[:40]}”。")


def whole_numbers(name: str, text: str, *, low: int, high: int, most: int, unit: str = "") -> tuple[int, ...]:
    """Return the numbers that ``text``, the value of the variable ``name``, lists with commas, the largest first.

    Raises:
        ImproperlyConfigured: one of them is no whole number from ``low`` to ``high``, or stands there twice, or there
            are none or more than ``most``.
    """
    found = [whole_number(name, each, low=low, high=high, unit=unit) for each in text.split(",")]
    if len(set(found)) < len(found) or len(found) > most:
        raise ImproperlyConfigured(f"{name} 应为不超过 {most} 个互不相同的整数，用半角逗号分隔，现为“{text[:40]}”。")
    return tuple(sorted(found, reverse=True))
