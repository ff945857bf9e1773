"""The programme of an invented neighbour city, seeded once and looked at: run in a process of its own, since whose
programme it is stays the same as long as a process runs.

``python -m tests.neighbour.visit FOLDER`` keeps its database below FOLDER and prints what it saw as JSON.
"""

import csv
import json
import os
import re
import sys
from collections import Counter, deque
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

#: Pages of one shape (without numbers and values of the query) that each person opens, and the most that one opens.
EACH, MOST = 1, 110
STARTS = {
    "": ("/", "/sitemap.xml", "/api/v1/docs", "/api/v1/openapi.json", "/api/v1/results"),
    "donghu": ("/desk/", "/admin/"),
    "city": ("/admin/", "/desk/"),
    "finance": ("/admin/",),
}
TODAY = date(2026, 11, 24)


def foreign_words(own: Path) -> list[str]:
    """Return the names, codes and numbers of the city that comes with the product and that the neighbour lacks."""
    from django.conf import settings

    from platforms.identity import read_identity

    def places(folder: Path) -> set[str]:
        rows = [
            row
            for name in ("regions.csv", "towns.csv")
            for row in csv.DictReader((folder / name).read_text(encoding="utf-8").splitlines())
        ]
        return {row["name"] for row in rows} | {row["code"] for row in rows if row["kind"] == "county"}

    city = read_identity(own, {})
    said = {*city.spellings, city.phone_area, city.city_code, f"{city.certificate_prefix}20[0-9]{{2}}-", "甬"}
    return sorted(said | places(own) - places(settings.REFERENCE_DIR))


def pages(person: str) -> Iterator[tuple[str, Any, str]]:
    """Yield address, answer and text of the pages that ``person`` (nobody: the public) comes to by links."""
    from django.test import Client

    from platforms.models import User
    from tests.trust.crawl import links, text_of

    client = Client()
    if person:
        client.force_login(User.objects.get(username=person), backend="ningbo_windows.backends.RoleBackend")
    waiting, shapes, opened = deque(STARTS[person]), Counter[str](), 0
    seen = set(waiting)
    while waiting and opened < MOST:
        path = waiting.popleft()
        shape = re.sub(r"[0-9A-Z-]*[0-9][0-9A-Z-]*|=[^&]*", "#", path)
        shapes[shape] += 1
        if shapes[shape] > EACH:
            continue
        answer = client.get(path)
        if answer.streaming:
            answer.kept = b"".join(answer.streaming_content)
        text = text_of(answer)
        opened += 1
        yield path, answer, text
        targets = [answer.url] if answer.status_code in (301, 302) else links(path, text)
        for target in dict.fromkeys(targets):
            if target not in seen:
                seen.add(target)
                waiting.append(target)


def prints() -> Iterator[tuple[str, str]]:
    """Yield name and text of what is printed: a form as PDF and as Word, a summary sheet, an allocation as workbook."""
    from django.test import Client
    from django.urls import reverse

    from funding.models import AllocationRun
    from platforms.models import Application, Batch, User
    from tests.trust.crawl import text_of

    row = Application.objects.filter(status="accepted", region__code="990101").order_by("-number")[0]
    batch = Batch.objects.filter(region__code="990101").order_by("-pk")[0]
    run = AllocationRun.objects.order_by("pk")[0]
    asked = (
        ("form.pdf", "donghu", "get", reverse("desk:form_pdf", args=(row.number,))),
        ("form.docx", "donghu", "get", reverse("desk:form_docx", args=(row.number,))),
        ("summary.xlsx", "donghu", "get", reverse("desk:batch_summary", args=(batch.number,))),
        (
            "allocation.xlsx",
            "finance",
            "post",
            reverse("admin:funding_allocationrun_sheet", kwargs={"object_id": run.pk, "kind": "xlsx"}),
        ),
    )
    for name, person, method, path in asked:
        client = Client()
        client.force_login(User.objects.get(username=person), backend="ningbo_windows.backends.RoleBackend")
        answer = getattr(client, method)(path)
        assert answer.status_code == 200, (path, answer.status_code)
        if answer.streaming:
            answer.kept = b"".join(answer.streaming_content)
        yield name, text_of(answer)


def failures() -> Iterator[tuple[str, str]]:
    """Yield the pages that stand where nothing else can be asked."""
    from django.test import RequestFactory

    from ningbo_windows.way_back import bare_page

    for template in ("500.html", "503.html"):
        yield template, bare_page(RequestFactory().get("/"), template)


def mails() -> Iterator[tuple[str, str]]:
    """Yield kind and text of the first mail of each kind, as it goes to the mail server."""
    from platforms.mail.services.delivery import message_of
    from platforms.models import Mail

    for kind in sorted(set(Mail.objects.values_list("kind", flat=True))):
        message = message_of(Mail.objects.filter(kind=kind).order_by("pk")[0])
        yield kind, f"{message.from_email}\n{message.subject}\n{message.body}"


def look(folder: Path) -> dict[str, Any]:
    """Seed the demonstration of the neighbour below ``folder`` and return what was seen."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "ningbo_windows.settings",
        "NINGBO_MODE": "test",
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "NINGBO_MEDIA_ROOT": str(folder / "media"),
    }
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from evaluation.models import Certification
    from ningbo_windows.demo import services
    from ningbo_windows.demo.seed import seed
    from platforms.identity import OWN_FOLDER, ours

    settings.DEFAULT_FROM_EMAIL = "windows@example.cn"
    call_command("migrate", verbosity=0)
    call_command("load_reference")
    services.RECORDS, services.ENTERPRISES = 1_500, 150
    seed(today=TODAY, password="Qingyan-4821-Tanhua")
    # Codes may stand by chance within a digest.
    words = [re.compile(rf"(?<![0-9A-Fa-f]){word}" if word.isdigit() else word) for word in foreign_words(OWN_FOLDER)]
    numbers = {number[:4] for number in Certification.objects.values_list("number", flat=True)}
    seen: dict[str, Any] = {"numbers": sorted(numbers), "opened": {}, "named": {}, "found": [], "failed": []}

    def judge(where: str, text: str) -> None:
        seen["found"] += [
            f"{where}: {text[max(found.start() - 30, 0) : found.end() + 30]}"
            for word in words
            if (found := word.search(text))
        ]

    for person in STARTS:
        opened = named = 0
        for path, answer, text in pages(person):
            opened += answer.status_code == 200
            named += ours().programme in text
            if answer.status_code >= 500:
                seen["failed"].append(f"{person} {path} {answer.status_code}")
            judge(f"{person} {path}", text)
        seen["opened"][person], seen["named"][person] = opened, named
    for part, texts in (("prints", dict(prints())), ("mails", dict(mails())), ("failures", dict(failures()))):
        seen[part] = texts
        for name, text in texts.items():
            judge(name, text)
    return seen


if __name__ == "__main__":
    print(json.dumps(look(Path(sys.argv[1])), ensure_ascii=False))
