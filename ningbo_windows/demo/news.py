"""News and standing texts of the demo, with pictures that are drawn here and show no place that there is."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from evaluation.news import services as news
from ningbo_windows.demo.world import World
from platforms.models import AuditEvent

#: Ground, sky, walls, counters and people, each picture in a key of its own.
KEYS = (
    ("#e8e2d6", "#cfd9e4", "#1357a6", "#9a6700"),
    ("#e3e8dc", "#dde3ee", "#1b7f4d", "#1357a6"),
    ("#ece4e0", "#d8e0e6", "#9a4a1f", "#1b7f4d"),
)
SIZE = (1280, 853)
#: Kind, title, summary, text, what its picture shows.
TEXTS = (
    (
        "news",
        "窗口平台集中走访月启动（演示）",
        "全市窗口平台在一个月内集中走访中小微企业，收集诉求并逐一回复。",
        "走访月期间，各窗口平台按行业分组上门，重点了解用工、融资和技术改造方面的诉求。\n\n"
        "![](图1)\n\n## 办理方式\n\n- 当场能答复的，当场答复；\n- 需要部门协调的，**五个工作日内**回复进展；\n"
        "- 共性问题汇总后统一公开答复。\n\n平台名单见[认定结果](/results/)。",
        "示意画：三名工作人员坐在窗口柜台后",
    ),
    (
        "announcement",
        "关于更新平台服务电话的通知（演示）",
        "窗口平台服务电话有变更的，请于本月底前通过所在地主管部门更新。",
        "请各窗口平台核对网站公布的服务电话。\n\n| 事项 | 办理单位 | 时限 |\n| --- | --- | --: |\n"
        "| 电话变更 | 所在地主管部门 | 5 个工作日 |\n| 地址变更 | 所在地主管部门 | 10 个工作日 |",
        "",
    ),
    (
        "policy",
        "三项公益性服务免费，哪些内容不收费（演示）",
        "解读窗口平台免费提供的三项公益性服务，以及发现收费时如何反映。",
        "窗口平台的公益性服务不向企业收取费用；其他服务收费的，须事先公布标准。\n\n"
        "> 企业发现乱收费的，可以在网站[提交投诉](/complaints/new/)。",
        "示意画：一座有三扇窗口的服务大厅",
    ),
    (
        "about",
        "关于窗口平台（演示）",
        "窗口平台是在乡镇（街道）、园区和重点行业就近服务中小微企业的机构。",
        "企业可以就近到窗口平台咨询政策、对接服务。平台经申报、评价后认定，有效期内接受动态管理。",
        "",
    ),
    (
        "statistics",
        "统计说明（演示）",
        "网站统计数据的来源和口径。",
        "服务企业数和服务次数按窗口平台报送的服务记录汇总；现行有效平台数按认定证书的有效期计算。",
        "",
    ),
)
DRAFT = ("news", "数字化转型诊断周预告（演示）", "下月举办数字化转型诊断周，时间和地点待定。", "时间和地点待定。")


def drawing(number: int) -> SimpleUploadedFile:
    """Return a plain drawing of a service hall; each ``number`` has its own colours and windows."""
    ground, sky, wall, people = KEYS[number % len(KEYS)]
    image = Image.new("RGB", SIZE, sky)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 560, *SIZE), fill=ground)
    draw.rectangle((140, 180, 1140, 640), fill="#fdfcfa", outline=wall, width=10)
    windows = 3 + number % 2
    for place in range(windows):
        left = 230 + place * (880 // windows)
        right = left + 880 // windows - 60
        draw.rectangle((left, 260, right, 520), fill=sky, outline=wall, width=6)
        middle = (left + right) // 2
        draw.ellipse((middle - 42, 330, middle + 42, 414), fill=people)
        draw.pieslice((middle - 84, 410, middle + 84, 620), 180, 360, fill=people)
        draw.rectangle((left - 10, 500, right + 10, 560), fill=wall)
    out = BytesIO()
    image.save(out, "PNG")
    return SimpleUploadedFile(f"示意画{number + 1}.png", out.getvalue())


def tell(world: World) -> None:
    """Publish one text of each kind; one is still being written."""
    city = world.people["city"]
    # Nothing in the log is older than what stands before it.
    moment = AuditEvent.objects.order_by("-serial").values_list("at", flat=True)[0]
    for number, (kind, title, summary, text, alt) in enumerate(TEXTS):
        values = {"title": title, "summary": summary, "text": text}
        pictures = [(drawing(number), alt)] if alt else []
        row = news.write(kind=kind, values=values, pictures=pictures, by=city, at=moment)
        news.publish(article=row, by=city, at=moment)
    kind, title, summary, text = DRAFT
    values = {"title": title, "summary": summary, "text": text}
    news.write(kind=kind, values=values, by=city, at=moment)
