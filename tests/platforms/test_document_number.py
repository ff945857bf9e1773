import pytest

from platforms.document_number import document_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("经信〔2026〕12号", "经信〔2026〕12号"),
        (" 经信 [2026] １２ 号 ", "经信〔2026〕12号"),
        ("经信（2026）1号", "经信〔2026〕1号"),
        ("经信【1999】9999号", "经信〔1999〕9999号"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_a_document_number_is_written_one_way(text: str, number: str) -> None:
    assert document_number(text) == number


@pytest.mark.parametrize(
    "text",
    ["经信2026-12", "经信〔26〕12号", "经信〔2026〕0号", "经信〔2026〕012号", "经信〔2026〕10000号", "〔2026〕12号",
     "http://evil.example〔2026〕1号"],
)  # fmt: skip
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="请按“机关代字〔年份〕序号”填写文号，如 经信〔2026〕12号。"):
        document_number(text)
