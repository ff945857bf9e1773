"""The closed vocabularies of regions, towns and parks, with the words that users see."""

from django.db.models import TextChoices


class RegionKind(TextChoices):
    COUNTY = "county", "区县（市）"
    ZONE = "zone", "管委会"


class TownKind(TextChoices):
    SUBDISTRICT = "subdistrict", "街道"
    TOWN = "town", "镇"
    TOWNSHIP = "township", "乡"
    # Statistical pseudo-units: no towns, but development zones may be run on their own (三·一(二)3).
    ZONE = "zone", "开发区"


class ParkRating(TextChoices):
    """Latest performance rating of a park, as imported from the list on record."""

    A = "A", "A级"
    B = "B", "B级"
    C = "C", "C级"
    D = "D", "D级"


REGION_CODE_HINT = "代码或名称均可，须是系统中已有的地区"
#: Stands for a region in lists and addresses: the platforms of the city itself, which lie in none.
CITYS_OWN = "HY"
