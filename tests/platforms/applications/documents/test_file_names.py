"""Names of files: readable in Chinese, harmless everywhere."""

import pytest

from platforms.applications.documents.file_names import archived, safe, single


@pytest.mark.trust("T22")
@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("鄞州区首南街道窗口平台", "鄞州区首南街道窗口平台"),
        ("../../etc/passwd", "etc_passwd"),
        ("C:\\windows\\x", "C_windows_x"),
        ("甲\r\n乙\0丙", "甲_乙丙"),
        ('引"号*?<>|', "引_号"),
        ("倒\u202efdp.exe", "倒fdp.exe"),
        ("  两端 . ", "两端"),
        ("..", "未命名"),
        ("", "未命名"),
        ("长" * 300, "长" * 50),
    ],
)
def test_a_name_cannot_leave_its_folder_or_split_a_header(text: str, name: str) -> None:
    assert safe(text) == name


def test_one_form_is_called_by_number_name_and_version() -> None:
    assert single(number="2026-0012", name="某 平台", edition="第1版", ending="pdf") == "2026-0012_某_平台_第1版.pdf"
    masked = single(number="2026-0012", name="某平台", edition="第1版", ending="docx", masked=True)
    assert masked == "2026-0012_某平台_第1版_隐去个人信息.docx"


def test_in_an_archive_the_place_comes_first_and_the_code_last() -> None:
    name = archived(7, number="2026-0012", name="某平台", edition="第2版", code="K7QD-2MWX", ending="pdf", digits=3)
    assert name == "007_某平台_2026-0012_第2版_K7QD-2MWX.pdf"
