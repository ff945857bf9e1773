"""What another notice would do to the certificates of the last published round."""

from collections import Counter

from evaluation.certification.validity import valid_until
from evaluation.models import Certification, Publication, Result
from platforms.dates import day_in_words
from platforms.models import User
from platforms.notices.queries import Preview, PreviewTable
from platforms.notices.terms import Terms


def certificates(terms: Terms, _user: User) -> Preview | None:
    """Return how many certificates ``terms`` would give, and until when; None before the first publication.

    Anyone may know it: it comes from what is published.
    """
    last = Publication.objects.select_related("round").order_by("-round__year").first()
    if last is None:
        return None
    old = last.round.terms
    counts = Counter(Result.objects.current().filter(publication=last).values_list("grade", flat=True))
    issued = Certification.objects.filter(result__publication=last, result__corrected_by__isnull=True).count()
    then = sum(counts[code] for code in terms.certified)
    until = [day_in_words(valid_until(last.decided_on, each.validity_years)) for each in (old, terms)]
    lines = [
        f"{last.round}认定日期为{day_in_words(last.decided_on)}，颁发证书 {issued} 张，有效期至{until[0]}。",
        f"按本通知应颁发 {then} 张，有效期至{until[1]}。已颁发的证书不受影响。",
    ]
    table = PreviewTable(
        label="各档次",
        heads=("档次", "平台（个）", "现为", "按本通知"),
        rows=tuple(
            (grade.label, str(counts[grade.code]), _says(old, grade.code), _says(terms, grade.code))
            for grade in old.grades
        ),
    )
    return Preview(f"对{last.round}认定结果的影响", tuple(lines), (table,))


def _says(terms: Terms, code: str) -> str:
    if code not in terms.grade_codes:
        return "没有这一档次"
    return "认定" if code in terms.certified else "不予认定"
