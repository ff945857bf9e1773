"""What people send as text: trimmed, without what nobody sees, and refused where it cannot be kept."""

import pytest

from platforms.errors import Refusal
from platforms.text import clean_text


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (" 一\r\n二\r三 ", "一\n二\n三"),
        ("左\u202e右\u200b中\ufeff\u00ad末", "左右中末"),
        ("一\u00a0二\t三", "一 二\t三"),
        ("\u3000首行缩进", "首行缩进"),
        ("𠀀😀", "𠀀😀"),
    ],
)
@pytest.mark.trust("T59")
def test_text_is_kept_as_it_is_seen(sent: str, kept: str) -> None:
    assert clean_text("理由", sent, most=20) == kept


@pytest.mark.trust("T59")
@pytest.mark.parametrize("sent", ["", " \n ", "\u200b\u200d", "\u202e\u2066\ufeff "])
def test_a_text_of_which_nothing_is_seen_is_none(sent: str) -> None:
    with pytest.raises(Refusal, match=r"^请填写“理由”。$") as refused:
        clean_text("理由", sent, most=20, required=True, field="reason")
    assert refused.value.field == "reason"


def test_only_what_is_seen_is_counted() -> None:
    assert clean_text("理由", "一\u200b二\u200b", most=2) == "一二"
    with pytest.raises(Refusal, match=r"^“理由”最多 2 个字，现为 3 个字。$"):
        clean_text("理由", "一二三", most=2)


@pytest.mark.trust("T59")
@pytest.mark.parametrize("sign", ["\x00", "\ud800", "\x1b", "\x85", "\uffff"])
def test_what_cannot_be_kept_is_refused(sign: str) -> None:
    with pytest.raises(Refusal, match=r"^“理由”中有无法保存的字符，请删除后重新填写。$"):
        clean_text("理由", f"一{sign}二", most=20)
