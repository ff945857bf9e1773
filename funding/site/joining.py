"""What the public site of evaluation shows of released allocations: files, addresses, and when its pages change."""

from collections.abc import Hashable, Iterable

from django.db.models import Max
from django.urls import reverse

from evaluation.news.entries import Entry
from evaluation.site.joined import Address, OpenFile, OpenFiles
from funding.models import AllocationRelease
from funding.releases.queries import chains, releases
from funding.runs.queries.frozen import rows_of


def edition() -> Hashable:
    """Return what the pages of funding are made of, in short: releases never change, so the last one stands for all."""
    last: int | None = AllocationRelease.objects.aggregate(last=Max("pk"))["last"]
    return last


def pages() -> Iterable[Address]:
    """Yield each page and when it last changed: with the release that holds."""
    found = chains()
    yield Address(reverse("public_funding:index"), max((chain[0].released_at for chain in found), default=None))
    for newest, *_ in found:
        year = newest.run.round.year
        yield Address(reverse("public_funding:year", args=(year,)), newest.released_at)
        codes = [row.code for row in rows_of(newest.run) if row.region_id is not None]
        yield from (Address(reverse("public_funding:region", args=(year, code)), newest.released_at) for code in codes)


def entries(most: int) -> Iterable[Entry]:
    """Yield the ``most`` latest releases for the stream of what became public."""
    corrected = {each.pk for chain in chains() for each in chain[:-1]}
    for release in releases().order_by("-released_at")[:most]:
        word = "更正" if release.pk in corrected else ""
        yield Entry(
            f"allocation-{release.run.number}", "资金分配", f"{release.run.round}资金分配结果{word}",
            reverse("public_funding:year", args=(release.run.round.year,)), release.released_at,
            f"{release.document_number}。",
        )  # fmt: skip


def open_files() -> OpenFiles:
    """Return the files of every release, corrected ones included."""
    files = []
    for release in releases():
        run = release.run
        files += [
            OpenFile(
                f"{run.round}（{run.number}）{label}",
                reverse(f"public_funding:{name}", args=(run.round.year, run.number)),
                says,
            )
            for name, label, says in FILES
        ]
    if files:
        url = reverse("public_funding:recompute")
        files.append(OpenFile("核算程序（Python）", url, "不依赖本系统，按申报数核算各地区金额。"))
    return OpenFiles(
        "allocations",
        "资金分配",
        "已公布的资金分配：申报数和各档数、各地区金额，任何人可据此核算。更正前后的分别保留，地址不变。",
        tuple(files),
    )


#: The files of one release: view, label, what is in it.
FILES = (
    ("counts", "申报数和各档数（CSV）", "核算程序的输入，内容与锁定时冻结的一致，页面注明其 SHA-256。"),
    ("amounts", "各地区金额（CSV）", "申报数、占比、得分、权重和金额，可用 Excel 和 WPS 打开。"),
    ("allocation", "计算结果（JSON）", "资金总额、口径、全市总数和各地区结果，与核算程序的输出一致。"),
)
