import django.db.models.deletion
from django.db import migrations, models

#: Which zone committee ran a town about 2020, as the reference file has it since.
RUN_BY = {
    "330206001": "DXK",
    "330206009": "MSG",
    "330206401": "BSQ",
    "330212004": "GXQ",
    "330212015": "GXQ",
    "330212016": "GXQ",
    "330212103": "DQH",
    "330282118": "HZW",
}


def assign(apps, _schema_editor):  # type: ignore[no-untyped-def]
    """Give these towns to their committees, unless the city gave them to one already."""
    Town, Region = apps.get_model("platforms", "Town"), apps.get_model("platforms", "Region")
    for code, zone in RUN_BY.items():
        committee = Region.objects.filter(code=zone).first()
        if committee is not None:
            Town.objects.filter(code=code, zone__isnull=True).update(zone=committee)


def look_for_doubles(apps, _schema_editor):  # type: ignore[no-untyped-def]
    """Stop before anything is changed where a place has two platforms; which one stays only people can say."""
    Platform = apps.get_model("platforms", "Platform")
    places: dict[tuple[str, object], list[str]] = {}
    for row in Platform.objects.order_by("code"):
        if row.park_id:
            place: tuple[str, object] = ("park", row.park_id)
        elif row.town_id:
            place = ("town", row.town_id)
        else:
            place = ("zone", row.region_id) if row.region_id else ("association", row.association)
        places.setdefault(place, []).append(row.code)
    doubles = ["、".join(codes) for codes in places.values() if len(codes) > 1]
    if doubles:
        raise RuntimeError(f"同一地点有多个窗口平台，须先确定保留哪一个再升级：{'；'.join(doubles)}")


class Migration(migrations.Migration):
    """A town that a zone committee runs is filed by it alone unless the city opens it to the county; one place has one
    platform, whoever files it; development zones that a county entered are told apart."""

    dependencies = [("platforms", "0017_bans_lifted_and_places_released")]

    operations = [
        migrations.AddField(
            "town",
            "open_to_host",
            models.BooleanField(
                default=False,
                help_text="仅由管委会代管的可开放；同一年度仍只受理一份申报。",
                verbose_name="同时开放所在区县申报",
            ),
        ),
        migrations.AddField(
            "town",
            "is_proposed",
            models.BooleanField(
                default=False,
                help_text="由区县(市)登记的独立运行的开发区；核对无误后取消勾选。",
                verbose_name="区县登记待核对",
            ),
        ),
        migrations.AlterField(
            "town",
            "zone",
            models.ForeignKey(
                blank=True,
                help_text="由管委会代管的填写；填写后由管委会申报。",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="governed_towns",
                to="platforms.region",
                verbose_name="代管管委会",
            ),
        ),
        migrations.AddConstraint(
            "town",
            models.CheckConstraint(
                condition=models.Q(("open_to_host", False), ("zone__isnull", False), _connector="OR"),
                name="town_open_to_host_of_zone_only",
                violation_error_message="只有由管委会代管的乡镇(街道)可以开放所在区县申报。",
            ),
        ),
        migrations.AddConstraint(
            "town",
            models.CheckConstraint(
                condition=models.Q(("is_proposed", False), ("kind", "zone"), _connector="OR"),
                name="town_proposed_is_development_zone",
                violation_error_message="只有开发区由区县(市)登记。",
            ),
        ),
        migrations.RunPython(assign, migrations.RunPython.noop),
        migrations.RunPython(look_for_doubles, migrations.RunPython.noop),
        migrations.AddConstraint(
            "platform",
            models.UniqueConstraint(
                condition=models.Q(("park__isnull", True), ("town__isnull", False)),
                fields=("town",),
                name="platform_once_per_town",
            ),
        ),
        migrations.AddConstraint(
            "platform",
            models.UniqueConstraint(
                condition=models.Q(("park__isnull", False)), fields=("park",), name="platform_once_per_park"
            ),
        ),
        migrations.AddConstraint(
            "platform",
            models.UniqueConstraint(
                condition=models.Q(("town__isnull", True), ("type", "functional_zone")),
                fields=("region",),
                name="platform_once_per_zone",
            ),
        ),
        migrations.AddConstraint(
            "platform",
            models.UniqueConstraint(
                condition=models.Q(("type", "industry")),
                fields=("association",),
                name="platform_once_per_association",
            ),
        ),
    ]
