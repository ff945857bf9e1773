"""The mobiles on a form that the city reads starred."""

from typing import Any

from django.template.loader import render_to_string

from platforms.applications.queries.wording import Sheet
from platforms.applications.sections import ROW_KINDS
from platforms.masking import mask_name
from platforms.models import Application, StaffMember, User
from platforms.pages.phones import NUMBERS, Numbers, may_show, starred, visible

NUMBERS["contact"] = Numbers(
    rows=visible(Application),
    permission="platforms.view_application",
    number=lambda row: row.contact_mobile,
    code=lambda row: row.number,
    whose=lambda row: f"联系人 {mask_name(row.contact_name)}",
)
NUMBERS["staff"] = Numbers(
    rows=lambda user: StaffMember.objects.visible_to(user).select_related("application"),
    permission="platforms.view_staffmember",
    number=lambda row: row.mobile,
    code=lambda row: row.application.number,
    whose=lambda row: f"运营人员 {mask_name(row.name)}",
)


def with_phones(sheets: list[Sheet], application: Application, user: User) -> list[Sheet]:
    """Return the ``sheets`` of the form as it is now with the press at each starred mobile."""
    shows = may_show(user)
    staff = list(application.staff.order_by("pk"))
    place = next(kind.fields.index("mobile") for kind in ROW_KINDS if kind.name == "staff")
    for sheet in sheets:
        for pair in sheet.pairs:
            if pair["name"] == "contact_mobile" and pair["value"]:
                pair["phone"] = starred("contact", application, shows=shows)
        for table in sheet.tables:
            if table["name"] == "staff":
                for row, person in zip(table["rows"], staff, strict=False):
                    row["cells"][place] = _cell(starred("staff", person, shows=shows))
    return sheets


def _cell(phone: dict[str, str]) -> Any:
    return render_to_string("components/phone.html", {"phone": phone}) if phone["text"] else ""
