"""When an objection to a public notice comes in time, and what is no real name; no database."""

import re
import unicodedata
from datetime import date

from evaluation.public_notice.choices import NoticeStatus
from platforms.dates import day_in_words

#: What people write who do not say who they are.
_NOBODY = frozenset(
    (
        *("无名", "无名氏", "佚名", "某人", "群众", "热心群众", "热心市民", "市民", "知情人", "知情人士", "举报人"),
        *("异议人", "路人", "保密", "不便透露", "不愿透露", "不公开", "没有", "暂无", "本人"),
    )
)
#: A family name with a form of address or with signs in place of the rest.
_HALF_A_NAME = re.compile(r".?(先生|女士|小姐|同志|老师|某|某某)|.?[xX×*○某]{1,3}")


def is_anonymous(name: str) -> bool:
    """Say whether ``name`` names nobody: 匿名, 张某, 王先生, 李**, or fewer than two letters."""
    plain = "".join(each for each in unicodedata.normalize("NFKC", name) if not each.isspace())
    letters = [each for each in plain if each.isalpha()]
    return "匿名" in plain or plain in _NOBODY or len(letters) < 2 or _HALF_A_NAME.fullmatch(plain) is not None


def too_early_or_late(*, status: str, starts_on: date, ends_on: date, on: date) -> str:
    """Return why an objection that came on the day ``on`` is not taken in, or nothing; first and last day count.

    Only an opened notice takes any; ``status`` is the one of today.
    """
    if status == NoticeStatus.STOPPED:
        return "公示已终止，不再受理异议。"
    if status != NoticeStatus.OPENED:
        return "公示尚未发布，不能提出异议。"
    if on < starts_on:
        return f"公示期自{day_in_words(starts_on)}开始，请在公示期内提出异议。"
    if on > ends_on:
        return f"公示期已于{day_in_words(ends_on)}结束，不再受理异议。"
    return ""
