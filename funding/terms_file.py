"""Reading the file of ``allocate --terms``: a notice as TOML, or its part ``[money]`` alone."""

from collections.abc import Mapping

from funding.money import Money
from funding.readings import Reading, defaults_of
from funding.rendering import column
from platforms.notices.terms import TermsError, read, read_money

#: Other keys of a row; a column of this name would stand there twice.
_TAKEN = ("region", "declared", "excluded", "score", "weight", "amount")


class TermsFileError(ValueError):
    """A file that gives no money; the text is one Chinese line."""


def read_terms(content: bytes) -> tuple[Money, Reading]:
    """The money in ``content`` and the reading that its notice starts from.

    Where there is nothing but ``[money]``, grades are called by their codes, those with points first.

    Raises:
        TermsFileError: it is no TOML in UTF-8, holds neither part, or says what cannot be.
        ReadingError: it names a reading that does not exist.
    """
    # A run without this option starts without the parser.
    import tomllib

    try:
        data = tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise TermsFileError("--terms 的文件不是 UTF-8 编码的 TOML 文件") from None
    if "terms" not in data and "money" not in data:
        raise TermsFileError("--terms 的文件中没有 [terms] 或 [money]")
    try:
        money, reading = _whole(data["terms"]) if "terms" in data else _alone(data["money"])
    except TermsError as error:
        raise TermsFileError(str(error).rstrip("。")) from None
    if money is None:
        raise TermsFileError("该通知没有安排资金")
    return money, reading


def _whole(data: object) -> tuple[Money | None, Reading]:
    terms = read(data if isinstance(data, Mapping) else {})
    return Money.of(terms), defaults_of(terms)


def _alone(data: object) -> tuple[Money | None, Reading]:
    share = read_money(data)
    if share is None:
        return None, Reading()
    codes = [*(code for code, _ in share.points), share.failing]
    return Money(share, tuple((code, code) for code in codes)), Reading()


def columns_of(money: Money) -> dict[str, str]:
    """The columns of the file of counts and the grade of each; raises ``TermsFileError`` for a name that is taken."""
    for grade in money.codes:
        if column(grade) in _TAKEN:
            raise TermsFileError(f"档次代号“{grade}”与结果中的列名 {column(grade)} 相同，不能用于本命令")
    return {column(grade): grade for grade in money.codes}
