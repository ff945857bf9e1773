"""How a visitor reaches a platform: numbers that a phone dials, places that a phone finds; no database."""

import re
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import quote

#: What stands between a number and its extension.
_EXTENSION = re.compile(r"\s*(?:转|-转|ext\.?)\s*", re.IGNORECASE)
_FEWEST_DIGITS = 3


@dataclass(frozen=True)
class Phone:
    """One number as it is written, and the address that dials it; the address is empty where nothing can be dialled."""

    text: str
    url: str


def phones(text: str) -> list[Phone]:
    """Return the numbers of ``text``, which ``published.office_phone`` has parted by 、."""
    return [Phone(each, dialled(each)) for each in text.split("、") if each]


def dialled(number: str) -> str:
    """Return the ``tel:`` address of one number: its digits, and behind them its extension."""
    main, *rest = _EXTENSION.split(number, maxsplit=1)
    digits = "".join(re.findall(r"\d", main))
    extension = "".join(re.findall(r"\d", rest[0])) if rest else ""
    if len(digits) < _FEWEST_DIGITS:
        return ""
    return f"tel:{'+' if main.lstrip().startswith('+') else ''}{digits}{f';ext={extension}' if extension else ''}"


def geo(longitude: Decimal, latitude: Decimal) -> str:
    """Return the ``geo:`` address (RFC 5870) of a place; latitude comes first."""
    return f"geo:{latitude:f},{longitude:f}"


def on_map_service(address: str, *, longitude: Decimal, latitude: Decimal, name: str) -> str:
    """Return ``address`` with the place and its name filled in for {longitude}, {latitude} and {name}."""
    given = {"{longitude}": f"{longitude:f}", "{latitude}": f"{latitude:f}", "{name}": quote(name, safe="")}
    for mark, value in given.items():
        address = address.replace(mark, value)
    return address
