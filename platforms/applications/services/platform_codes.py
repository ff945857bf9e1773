"""What a new platform is called for good."""

from platforms.audit.services import numbering
from platforms.models import Region

#: Stands before the numbers of the platforms that the city files itself (三·(四)).
CITYS_OWN = "HY"


def next_code(region: Region | None) -> str:
    """Return the next code of a platform of ``region``, the city's own without one; a rollback gives it back."""
    prefix = region.code if region else CITYS_OWN
    return f"{prefix}-{numbering.next_number(f'platform:{prefix}'):03d}"
