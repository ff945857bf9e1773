"""The files of rules that a platform keeps open to the public (二·(六)), through one checked view."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from evaluation.certification.queries import published
from evaluation.certification.queries.in_force import in_force
from evaluation.certification.queries.rule_files import public_file
from evaluation.site.answers import public_page
from evaluation.site.public_files import send_public


@public_page
def file(_request: HttpRequest, code: str, digest: str) -> HttpResponseBase:
    """Send one published file of the platform ``code`` as a download; 404 for whatever else ``digest`` may be of.

    Only what the line that counts names: no file of another platform, none of an earlier version or round, none of a
    platform whose certificate does not hold, none that was withheld.
    """
    found = published.history(code)
    if not found:
        raise Http404
    holds = in_force(timezone.localdate()).filter(result__code=code).exists()
    row = public_file(found[0], digest, holds=holds)
    if row is None:
        raise Http404
    return send_public(row)
