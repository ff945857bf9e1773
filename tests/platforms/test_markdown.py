"""What officers write in Markdown is safe and whole on a public page, whatever they write."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms import markdown
from platforms.markdown import ATTRIBUTES, REL, TAGS, html_of, may_lead_to, names_of_pictures, plain_of, wrong_links

PICTURE = '<img src="/news/1/pictures/ab.webp" alt="现场" width="3" height="2" loading="lazy">'


class Tags(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


def unsafe(html: str) -> list[str]:
    """What in ``html`` a browser would run, load or follow to where no link may lead."""
    found = []
    for tag, attrs in Tags(html).found:
        if tag not in TAGS:
            found.append(f"<{tag}>")
        found += [f"{tag} {name}" for name in attrs if name not in ATTRIBUTES.get(tag, set())]
        if "href" in attrs and not may_lead_to(attrs["href"]):
            found.append(attrs["href"])
        if not attrs.get("src", "/").startswith("/"):
            found.append(attrs["src"])
    return found


ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "[x](//evil.example)",
    "[x](/\\evil.example)",
    "[x](file:///etc/passwd)",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "![x](https://evil.example/track.gif)",
    '![x](图1 "onerror=alert(1)")',
    '[x](https://a.cn "><script>alert(1)</script>")',
    "[x]: javascript:alert(1)\n\n[x]",
    "<https://a.cn/\"onclick=alert(1)>",
    "```<script>\nalert(1)\n```",
    "|a|\n|-|\n|<script>|",
    "<!--<img src=x onerror=alert(1)>-->",
    "<style>*{display:none}</style>",
    "<iframe src=https://evil.example></iframe>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
)  # fmt: skip


@pytest.mark.parametrize("text", ATTACKS)
def test_no_attack_becomes_a_tag_or_a_link(text: str) -> None:
    html = html_of(text)
    assert unsafe(html) == []
    assert "<img" not in html
    assert {urlsplit(attrs["href"]).netloc for _, attrs in Tags(html).found if "href" in attrs} <= {"", "a.cn"}


WORDS = st.sampled_from(
    [
        *("<", ">", '"', "'", "&", "[", "]", "(", ")", "!", "`", "*", "_", "|", "-", "#", "\n", "\t", " ", "\\", ":"),
        *(
            "javascript:",
            "data:",
            "https://",
            "//",
            "图1",
            "<script>",
            "onerror=",
            "<img src=",
            "&#106;",
            "\u0000",
            "政策",
        ),
    ]
)


@given(st.lists(WORDS | st.text(max_size=4), max_size=30).map("".join))
def test_whatever_is_written_is_safe(text: str) -> None:
    html = html_of(text, pictures={"图1": PICTURE})
    assert unsafe(html) == []
    assert html.count("<img") <= names_of_pictures(text).count("图1")
    # What comes out goes in again unchanged: nothing was half closed.
    assert html.count("<div") == html.count("</div>")


@given(st.lists(st.text(alphabet="政策企业服务，。", min_size=1, max_size=9), min_size=1, max_size=4))
def test_plain_paragraphs_stay_as_they_were(paragraphs: list[str]) -> None:
    assert html_of("\n\n".join(paragraphs)) == "\n".join(f"<p>{each}</p>" for each in paragraphs)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("第一行\n第二行", "<p>第一行<br>\n第二行</p>"),
        ("    缩进的段落", "<p>缩进的段落</p>"),
        ("标题\n---", "<p>标题</p>\n<hr>"),
        ("# 大\n## 中\n### 小\n##### 更小", "<h2>大</h2>\n<h2>中</h2>\n<h3>小</h3>\n<h4>更小</h4>"),
        ("**重点**和*强调*", "<p><strong>重点</strong>和<em>强调</em></p>"),
        ("3. 三\n4. 四", '<ol start="3">\n<li>三</li>\n<li>四</li>\n</ol>'),
        ("> 引文", "<blockquote>\n<p>引文</p>\n</blockquote>"),
        ("[名单](/results/?round=2026)", '<p><a href="/results/?round=2026">名单</a></p>'),
        ("[文](https://a.cn/)", f'<p><a href="https://a.cn/" rel="{REL}">文</a></p>'),
        ("[电话](tel:057487654321)", '<p><a href="tel:057487654321">电话</a></p>'),
        ("[信箱](mailto:a@a.cn)", '<p><a href="mailto:a@a.cn">信箱</a></p>'),
        ("[图](图1)", "<p><a>图</a></p>"),
        ("![](图1)", f"<p>{PICTURE}</p>"),
        ("![](图2)", "<p></p>"),
        ("<b>粗</b>", "<p>&lt;b&gt;粗&lt;/b&gt;</p>"),
        ("```\n代码\n```", "<pre><code>代码\n</code></pre>"),
    ],
)
def test_what_is_meant_is_shown(text: str, html: str) -> None:
    assert html_of(text, pictures={"图1": PICTURE}) == html


def test_a_table_scrolls_in_a_box_of_its_own_and_numbers_stand_right() -> None:
    html = html_of("|地区|数|\n|:-|-:|\n|鄞州区|3|")
    assert html.startswith('<div class="table-wrap" role="region" tabindex="0" aria-label="表格"><table class="data">')
    assert re.findall(r"<t[hd](?: [^>]*)?>", html) == [
        '<th scope="col">',
        '<th scope="col" class="num">',
        "<td>",
        '<td class="num">',
    ]
    assert html.endswith("</table></div>")


def test_the_reader_is_made_once() -> None:
    # An earlier test of another file may have made it.
    markdown._reader.cache_clear()
    assert markdown._reader() is markdown._reader()


def test_the_allowlist_refuses_what_the_reader_would_let_through() -> None:
    # Pictures come as HTML of ours; even there nothing else gets through.
    made = {
        "图1": '<img src="https://a.cn/x.png"><img src="//a.cn/x"><div class="evil"><a href="javascript:x">a</a>'
        '<a href="//a.cn/x">b</a></div>'
    }
    assert unsafe(html_of("![](图1)", pictures=made)) == []
    assert "evil" not in html_of("![](图1)", pictures=made)


def test_the_words_are_read_without_their_marks() -> None:
    text = "# 题\n\n1**3800**138000\n续行\n\n![现场](图1)\n\n|a|`b`|\n|-|-|\n\n```\n代码\n```"
    assert plain_of(text) == "题\n13800138000\n续行\na\nb\n代码"


def test_pictures_are_named_in_their_order() -> None:
    assert names_of_pictures("![](图2)\n\n![x](http://a.cn/b.png) ![](图1)") == ["图2", "http://a.cn/b.png", "图1"]
    assert names_of_pictures("[图1](/x/)") == []


def test_links_that_lead_nowhere_are_told() -> None:
    assert wrong_links("[a](www.a.cn) [b](/x/) ![](图1) [c](ftp://a) [a](www.a.cn) [d](http:) [e](https://[)") == [
        "www.a.cn", "ftp://a", "http:", "https://["
    ]  # fmt: skip
    assert wrong_links("[a](https://a.cn) [b](#x) [c](tel:110)") == []
