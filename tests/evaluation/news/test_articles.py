"""Texts of the city: what they may say, who publishes them, and what nobody changes once everybody reads it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from evaluation.models import Article, ArticleFile, ArticlePicture
from evaluation.news import queries, services
from evaluation.news.choices import ArticleKind
from platforms import stored_files
from platforms.errors import Gone, Refusal
from platforms.models import AuditEvent, User
from tests import factories
from tests.platforms.test_page_pictures import photo

pytestmark = pytest.mark.django_db
TEXTS = {
    "title": "窗口平台服务月启动",
    "summary": "全市窗口平台集中走访企业。",
    "text": "## 安排\n\n走访 **40** 家企业。",
}

#: What a wrong link and a picture that is not there are told.
LINK = "“正文”中的链接“{}”不可用：网址以 https:// 开头，本站页面以 / 开头。"
NO_PICTURE = "“正文”中引用的图片“{}”不存在，现有图片：图1；写法如 ![](图1)。"


def written(by: User, *, kind: str = "news", at: datetime | None = None, **more: Any) -> Article:
    values = TEXTS | more.pop("values", {})
    return services.write(kind=kind, values=values, by=by, at=at or timezone.now(), **more)


def published(by: User, **more: Any) -> Article:
    return services.publish(article=written(by, **more), by=by, at=timezone.now())


def picture(alt: str = "走访现场", *, width: int = 1000) -> tuple[Any, str]:
    return factories.upload("现场.jpg", photo(width, width // 2)), alt


def refused(call: Any) -> tuple[str, str]:
    with pytest.raises(Refusal) as found:
        call()
    return found.value.field, str(found.value)


def last_event() -> tuple[str, str]:
    event = AuditEvent.objects.order_by("-serial")[0]
    return event.verb, event.reason


def test_a_text_is_written_with_pictures_and_files(city: User) -> None:
    row = written(
        city,
        values={"text": "![](图1)\n\n正文。"},
        pictures=[picture(), picture("签约")],
        files=[factories.upload("申报表.pdf")],
    )
    assert last_event() == ("编写动态与通知", "")
    assert [(each.mark, each.picture_alt, each.picture_width, each.picture_height) for each in row.pictures.all()] == [
        ("图1", "走访现场", 1000, 500), ("图2", "签约", 1000, 500)
    ]  # fmt: skip
    assert [width for width, _, _ in row.pictures.all()[0].picture_variants] == [480, 1000]
    assert all(stored_files.read(name) for *_, name in row.pictures.all()[0].picture_variants)
    assert [(each.shown_name, each.media_type) for each in row.files.all()] == [("申报表.pdf", "application/pdf")]


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("title", "", "请填写“标题”。"),
        ("summary", "字" * 201, "“摘要”最多 200 个字，现为 201 个字。"),
        ("summary", "请联系 13800138000", "“摘要”中有手机号码或身份证号码，公开前请删去。"),
        ("text", "身份证 330212199001011234", "“正文”中有手机号码或身份证号码，公开前请删去。"),
        ("text", "电话 138**0013**8000", "“正文”中有手机号码或身份证号码，公开前请删去。"),
        ("text", "[官网](www.nb.gov.cn)", LINK.format("www.nb.gov.cn")),
        ("text", "![](图3)", NO_PICTURE.format("图3")),
        ("text", "![x](https://a.cn/b.png)", NO_PICTURE.format("https://a.cn/b.png")),
    ],
)  # fmt: skip
def test_what_nobody_may_read_is_refused(city: User, field: str, text: str, sentence: str) -> None:
    assert refused(lambda: written(city, values={field: text}, pictures=[picture()])) == (field, sentence)
    assert Article.objects.count() == 0


def test_pictures_are_judged_and_described(city: User) -> None:
    assert refused(lambda: written(city, pictures=[picture(" ")])) == (
        "alt_1", "请填写“图片说明”，说明图片上是什么，供看不到图片的人阅读。"
    )  # fmt: skip
    assert refused(lambda: written(city, pictures=[picture("13800138000")]))[0] == "alt_1"
    field, sentence = refused(lambda: written(city, pictures=[picture(), (factories.upload("图.jpg", b"no"), "图")]))
    assert (field, "内容不是 jpg 格式" in sentence) == ("picture_2", True)
    cut = (factories.upload("图.jpg", photo(50, 50)[:300] + b"\xff\xd9"), "图")
    assert refused(lambda: written(city, pictures=[cut]))[0] == "picture_1"
    assert refused(lambda: written(city, pictures=[picture(width=20)] * 13)) == (
        "picture_1", "最多 12 张图片，请先去掉不用的图片。"
    )  # fmt: skip


def test_files_are_judged_and_kept_once(city: User, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(lambda: written(city, files=[factories.upload("表.pdf", b"no")]))[0] == "files"
    assert refused(lambda: written(city, files=[factories.upload("a.pdf"), factories.upload("b.pdf")])) == (
        "files", "附件中已有与“b.pdf”相同的文件，没有重复上传。"
    )  # fmt: skip
    assert refused(lambda: written(city, files=[factories.upload()] * 11)) == (
        "files", "最多 10 个附件，请先去掉不用的附件。"
    )  # fmt: skip

    def full(name: str, content: bytes) -> bool:
        raise OSError

    monkeypatch.setattr(stored_files, "keep", full)
    assert refused(lambda: written(city, files=[factories.upload()]))[0] == "files"
    assert refused(lambda: written(city, pictures=[picture()]))[0] == "picture_1"


def test_a_picture_among_the_files_says_nothing_of_the_camera(city: User) -> None:
    body = b"Exif\0\0" + "北纬29度".encode()
    plain = photo(20, 10)
    taken = plain[:2] + b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body + plain[2:]
    kept = written(city, files=[factories.upload("现场.jpg", taken)]).files.get()
    assert "北纬29度".encode() not in stored_files.read(kept.stored_name)
    assert kept.size == len(stored_files.read(kept.stored_name)) > 300
    cut = factories.upload("现场.jpg", b"\xff\xd8\xff\xda\x00\x02xx\xff\xe1\xff\xff\xff\xd9")
    assert refused(lambda: written(city, files=[cut])) == ("files", "图片“现场.jpg”已损坏，请重新拍摄或另存后上传。")


def test_a_kind_that_is_not_listed_is_refused(city: User) -> None:
    assert refused(lambda: written(city, kind="gossip")) == ("kind", "请选择栏目。")


def test_a_draft_is_changed_and_a_public_text_is_not(city: User) -> None:
    row = written(city, pictures=[picture(), picture("签约")], files=[factories.upload()])
    first = row.pictures.get(number=1)
    row = services.edit(
        article=row, kind="policy", values=TEXTS | {"title": "新标题"}, pictures=[picture("座谈")],
        drop_pictures=[first.pk], drop_files=[row.files.get().pk], by=city, at=timezone.now(),
    )  # fmt: skip
    event = AuditEvent.objects.order_by("-serial")[0]
    assert (event.verb, event.changes) == (
        "修改动态与通知",
        {
            "栏目": ["新闻动态", "政策解读"], "标题": ["窗口平台服务月启动", "新标题"],
            "图片": ["走访现场、签约", "签约、座谈"], "附件": ["证明.pdf", ""],
        },
    )  # fmt: skip
    assert [each.mark for each in row.pictures.all()] == ["图2", "图3"]
    row = services.publish(article=row, by=city, at=timezone.now())
    with pytest.raises(Gone, match="请先撤下再修改"):
        services.edit(article=row, kind="news", values=TEXTS, by=city, at=timezone.now())


def test_it_is_published_and_withdrawn_and_published_again(city: User) -> None:
    at = timezone.now()
    row = services.publish(article=written(city), by=city, at=at)
    assert (row.shown_from, row.published_by, last_event()) == (at, city, ("发布动态与通知", "窗口平台服务月启动"))
    with pytest.raises(Gone):
        services.publish(article=row, by=city, at=at)
    assert refused(lambda: services.withdraw(article=row, reason=" ", by=city, at=at)) == ("", "请填写“撤下”的理由。")
    row = services.withdraw(article=row, reason="数字有误。", by=city, at=at)
    assert (row.withdrawn_by, last_event()) == (city, ("撤下动态与通知", "数字有误。"))
    with pytest.raises(Gone):
        services.withdraw(article=row, reason="数字有误。", by=city, at=at)
    later = at + timedelta(days=2)
    row = services.publish(article=row, shown_from=later, by=city, at=at)
    assert (row.shown_from, row.withdrawn_at, row.withdrawal_reason) == (later, None, "")


@pytest.mark.parametrize("who", ["yinzhou", "finance", "auditor"])
def test_nobody_else_writes_or_publishes(city: User, who: str, request: pytest.FixtureRequest) -> None:
    other, row, at = request.getfixturevalue(who), written(city), timezone.now()
    for call in (
        lambda: written(other),
        lambda: services.edit(article=row, kind="news", values=TEXTS, by=other, at=at),
        lambda: services.publish(article=row, by=other, at=at),
        lambda: services.withdraw(article=row, reason="理由", by=other, at=at),
    ):
        assert "权限" in refused(call)[1]
    assert not Article.objects.visible_to(other).exists()


def test_what_everybody_reads_the_database_itself_keeps(city: User) -> None:
    row = published(city, pictures=[picture(width=20)], files=[factories.upload()])
    own, file = row.pictures.get(), row.files.get()
    for name, value in (("title", "改"), ("summary", "改"), ("text", "改"), ("kind", "policy")):
        with pytest.raises(DatabaseError, match="已发布的动态与通知不得修改"), transaction.atomic():
            Article.objects.filter(pk=row.pk).update(**{name: value})
    for act in (
        lambda: Article.objects.filter(pk=row.pk).update(shown_from=timezone.now() + timedelta(days=1)),
        lambda: Article.objects.filter(pk=row.pk)._raw_delete("default"),
        lambda: ArticlePicture.objects.filter(pk=own.pk).update(picture_alt="改"),
        lambda: ArticlePicture.objects.filter(pk=own.pk)._raw_delete("default"),
        lambda: ArticlePicture.objects.create(
            article=row, number=9, picture_name="news/x", picture_alt="x", picture_width=1, picture_height=1
        ),
        lambda: ArticleFile.objects.filter(pk=file.pk).update(shown_name="改"),
        lambda: ArticleFile.objects.filter(pk=file.pk)._raw_delete("default"),
        lambda: ArticleFile.objects.create(article=row, shown_name="x", stored_name="x", media_type="x", size=1),
    ):
        with pytest.raises(DatabaseError, match="已发布的动态与通知不得修改"), transaction.atomic():
            act()
    services.withdraw(article=row, reason="有误", by=city, at=timezone.now())
    assert Article.objects.filter(pk=row.pk).update(title="改") == 1
    with pytest.raises(DatabaseError, match="发布过的不得删除"), transaction.atomic():
        Article.objects.filter(pk=row.pk)._raw_delete("default")
    draft = written(city)
    assert Article.objects.filter(pk=draft.pk)._raw_delete("default") == 1


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "gossip"},
        {"status": "gone"},
        {"status": "published"},
        {"published_at": timezone.now()},
        {"withdrawn_at": timezone.now()},
        {"withdrawal_reason": "有误"},
    ],
)
def test_half_a_text_is_refused_by_the_database(city: User, values: dict[str, Any]) -> None:
    row = written(city)
    with pytest.raises(DatabaseError), transaction.atomic():
        Article.objects.filter(pk=row.pk).update(**values)


def test_the_latest_standing_text_holds(city: User) -> None:
    now = timezone.now()
    assert queries.standing(ArticleKind.ABOUT, now) is None
    published(city, kind="about", values={"title": "旧"})
    row = published(city, kind="about", values={"title": "新"})
    services.publish(
        article=written(city, kind="about"), shown_from=timezone.now() + timedelta(days=1), by=city, at=timezone.now()
    )
    assert queries.standing(ArticleKind.ABOUT, timezone.now()) == row
    assert queries.entries(timezone.now()) == []


def test_the_edition_moves_when_it_is_published_withdrawn_and_when_its_moment_comes(city: User) -> None:
    now = timezone.now()
    seen = [queries.edition(now)]
    row = written(city)
    assert queries.edition(now) == seen[0]
    row = services.publish(article=row, shown_from=now + timedelta(hours=1), by=city, at=now)
    seen.append(queries.edition(now))
    seen.append(queries.edition(now + timedelta(hours=1)))
    services.withdraw(article=row, reason="有误", by=city, at=now + timedelta(hours=2))
    seen.append(queries.edition(now + timedelta(hours=2)))
    assert len(set(seen)) == 4
