"""Rows for tests, made through the services where a service exists; each call makes what its name says."""

import csv
from datetime import date
from typing import Any

from django.conf import settings

from platforms.choices import PhaseNumber, Role, RoundStatus
from platforms.models import Park, Phase, Region, Round, Town, User

PASSWORD = "Correct-horse-9"  # noqa: S105


def regions() -> dict[str, Region]:
    """The 17 regions of the reference file, by code."""
    made: dict[str, Region] = {}
    with (settings.REFERENCE_DIR / "regions.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            made[row["code"]] = Region.objects.create(
                code=row["code"], name=row["name"], kind=row["kind"], host=made.get(row["host_code"])
            )
    return made


def round_of(year: int, status: str = RoundStatus.FILING, **fields: Any) -> Round:
    """A round of ``year`` with its four phases and the cap of 15 million yuan."""
    made = Round.objects.create(
        year=year,
        title=f"{year}年度窗口平台建设",
        status=status,
        cap_yuan=fields.pop("cap_yuan", 15_000_000),
        report_due_on=fields.pop("report_due_on", date(year, 4, 17)),
        **fields,
    )
    Phase.objects.bulk_create(
        Phase(round=made, number=number, starts_on=start, ends_on=end)
        for number, start, end in (
            (PhaseNumber.FILING, date(year, 3, 18), date(year, 4, 17)),
            (PhaseNumber.LINKING, date(year, 4, 18), date(year, 5, 20)),
            (PhaseNumber.TRIAL, date(year, 5, 21), date(year, 7, 25)),
            (PhaseNumber.EVALUATION, date(year, 7, 26), date(year, 9, 28)),
        )
    )
    return made


def person(username: str, role: str, **fields: Any) -> User:
    """An account of ``role`` with the test password, which need not be changed first."""
    return User.objects.create_user(
        username, PASSWORD, name=f"{username}员", role=role, must_change_password=False, **fields
    )


def officer(username: str, region: Region) -> User:
    """A county officer of ``region``."""
    return person(username, Role.COUNTY, region=region)


def town(region: Region, name: str = "测试街道", **fields: Any) -> Town:
    """A town of ``region`` with a code of its own."""
    number = Town.objects.filter(region=region).count() + 1
    fields = {"code": f"{region.code}{number:03d}", "kind": "subdistrict"} | fields
    return Town.objects.create(region=region, name=name, **fields)


def park(region: Region, name: str = "测试小微企业园", **fields: Any) -> Park:
    """A park on record in ``region``."""
    number = Park.objects.count() + 1
    return Park.objects.create(region=region, name=name, **({"code": f"XWY-{number:03d}"} | fields))
