import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from platforms.triggers import Guard

GUARDS = (
    # Whether a platform that refused came after all is still noted.
    Guard(
        "refusal_fixed",
        "platforms_invitation",
        "OLD.answer = 'refused' AND (NEW.answer <> OLD.answer OR NEW.reason <> OLD.reason "
        "OR NEW.platform_id <> OLD.platform_id OR NEW.activity_id <> OLD.activity_id "
        "OR NEW.answered_at <> OLD.answered_at OR NEW.answered_by_id <> OLD.answered_by_id)",
        "拒绝参加活动的记录不得修改或删除",
        ("UPDATE",),
    ),
    Guard(
        "refusal_kept",
        "platforms_invitation",
        "OLD.answer = 'refused'",
        "拒绝参加活动的记录不得修改或删除",
        ("DELETE",),
    ),
    Guard("return_date_fixed", "platforms_returndatechange", "TRUE", "期限调整记录不得修改或删除"),
)


class Migration(migrations.Migration):
    """Activities, who was invited, and what is handed in periodically."""

    dependencies = [("platforms", "0006_tasks")]

    operations = [
        migrations.CreateModel(
            name="Activity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(editable=False, max_length=20, unique=True, verbose_name="活动编号")),
                (
                    "organiser",
                    models.CharField(
                        choices=[
                            ("city_hub", "市级枢纽平台"),
                            ("county_hub", "县级枢纽平台"),
                            ("platform", "窗口平台"),
                        ],
                        max_length=10,
                        verbose_name="举办单位",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("training", "培训辅导"),
                            ("policy", "政策宣讲"),
                            ("matchmaking", "对接撮合"),
                            ("publicity", "宣传推介"),
                            ("other", "其他活动"),
                        ],
                        max_length=12,
                        verbose_name="类型",
                    ),
                ),
                (
                    "service_class",
                    models.CharField(
                        choices=[
                            ("information", "信息服务"),
                            ("finance", "投融资服务"),
                            ("startup", "创业服务"),
                            ("talent", "人才与培训服务"),
                            ("technology", "技术创新和质量服务"),
                            ("management", "管理咨询服务"),
                            ("market", "市场开拓服务"),
                            ("law", "法律服务"),
                        ],
                        max_length=12,
                        verbose_name="服务类别",
                    ),
                ),
                ("title", models.CharField(max_length=60, verbose_name="活动名称")),
                ("held_on", models.DateField(verbose_name="活动日期")),
                ("hours", models.CharField(blank=True, max_length=30, verbose_name="时间")),
                ("place", models.CharField(max_length=80, verbose_name="地点")),
                ("places", models.PositiveIntegerField(blank=True, null=True, verbose_name="名额(人)")),
                ("note", models.TextField(blank=True, max_length=1000, verbose_name="活动安排")),
                ("answer_by", models.DateField(blank=True, null=True, verbose_name="答复期限")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("planned", "已计划"),
                            ("held", "已举办，待总结"),
                            ("reported", "已总结"),
                            ("cancelled", "已取消"),
                        ],
                        default="planned",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(default=1, editable=False, verbose_name="版本")),
                ("planned_at", models.DateTimeField(verbose_name="计划时间")),
                ("people", models.PositiveIntegerField(blank=True, null=True, verbose_name="参加人数(人)")),
                ("enterprises", models.PositiveIntegerField(blank=True, null=True, verbose_name="参加企业(家)")),
                ("summary", models.TextField(blank=True, max_length=2000, verbose_name="活动总结")),
                ("reported_at", models.DateTimeField(blank=True, null=True, verbose_name="总结时间")),
                ("cancel_reason", models.CharField(blank=True, max_length=400, verbose_name="取消理由")),
                ("cancelled_at", models.DateTimeField(blank=True, null=True, verbose_name="取消时间")),
            ],
            options={
                "verbose_name": "服务活动",
                "verbose_name_plural": "服务活动",
                "ordering": ("-held_on", "-pk"),
                "permissions": (("move_activity", "举办、总结、取消活动"),),
            },
        ),
        migrations.CreateModel(
            name="ActivityLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=80, verbose_name="标题")),
                ("url", models.CharField(max_length=300, verbose_name="链接")),
            ],
            options={
                "verbose_name": "宣传报道",
                "verbose_name_plural": "宣传报道",
                "ordering": ("activity", "pk"),
            },
        ),
        migrations.CreateModel(
            name="GoodExample",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=60, verbose_name="标题")),
                ("text", models.TextField(max_length=3000, verbose_name="正文")),
                (
                    "picture_name",
                    models.CharField(blank=True, editable=False, max_length=120, verbose_name="图片存储名"),
                ),
                ("picture_type", models.CharField(blank=True, editable=False, max_length=40, verbose_name="图片格式")),
                ("picture_alt", models.CharField(blank=True, max_length=120, verbose_name="图片说明")),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "编辑中"), ("published", "已发布"), ("withdrawn", "已撤下")],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(default=1, editable=False, verbose_name="版本")),
                ("edited_at", models.DateTimeField(verbose_name="编辑时间")),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="发布时间")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="撤下时间")),
            ],
            options={
                "verbose_name": "典型案例",
                "verbose_name_plural": "典型案例",
                "ordering": ("-edited_at", "-pk"),
                "permissions": (("publish_goodexample", "发布、撤下典型案例"),),
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("invited_at", models.DateTimeField(verbose_name="邀请时间")),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("accepted", "参加"), ("refused", "不参加")],
                        max_length=10,
                        verbose_name="答复",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=400, verbose_name="不参加的理由")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="答复时间")),
                ("late", models.BooleanField(default=False, verbose_name="逾期答复")),
                ("took_part", models.BooleanField(blank=True, null=True, verbose_name="实际参加")),
            ],
            options={
                "verbose_name": "活动邀请",
                "verbose_name_plural": "活动邀请",
                "ordering": ("activity", "platform"),
                "permissions": (("answer_invitation", "答复活动邀请"),),
            },
        ),
        migrations.CreateModel(
            name="PeriodicReturn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=8, verbose_name="期次")),
                ("label", models.CharField(max_length=20, verbose_name="报送期")),
                ("due_on", models.DateField(verbose_name="报送期限")),
                ("text", models.TextField(blank=True, max_length=3000, verbose_name="报送内容")),
                ("figures", models.JSONField(blank=True, default=dict, verbose_name="数字")),
                ("version", models.PositiveSmallIntegerField(default=1, editable=False, verbose_name="版本")),
                ("late", models.BooleanField(default=False, verbose_name="逾期报送")),
                ("handed_in_at", models.DateTimeField(blank=True, null=True, verbose_name="报送时间")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
            ],
            options={
                "verbose_name": "定期报送",
                "verbose_name_plural": "定期报送",
                "ordering": ("due_on", "schedule", "platform"),
                "permissions": (("hand_in_periodicreturn", "报送"),),
            },
        ),
        migrations.CreateModel(
            name="ReturnDateChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=8, verbose_name="期次")),
                ("label", models.CharField(max_length=20, verbose_name="报送期")),
                ("old", models.DateField(verbose_name="原期限")),
                ("new", models.DateField(verbose_name="现期限")),
                ("reason", models.CharField(max_length=400, verbose_name="理由")),
                ("changed_at", models.DateTimeField(verbose_name="调整时间")),
            ],
            options={
                "verbose_name": "报送期限调整",
                "verbose_name_plural": "报送期限调整",
                "ordering": ("-changed_at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="ReturnSchedule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=40, verbose_name="名称")),
                ("what", models.TextField(blank=True, max_length=400, verbose_name="报送要求")),
                ("wants_text", models.BooleanField(default=True, verbose_name="须填写文字")),
                ("figures", models.TextField(blank=True, max_length=400, verbose_name="须填写的数字")),
                ("wants_file", models.BooleanField(default=False, verbose_name="须上传文件")),
                ("for_functional_zone", models.BooleanField(default=True, verbose_name="适用于功能区窗口平台")),
                ("for_town", models.BooleanField(default=True, verbose_name="适用于乡镇(街道)窗口平台")),
                ("for_park", models.BooleanField(default=True, verbose_name="适用于小微企业园窗口平台")),
                ("for_industry", models.BooleanField(default=True, verbose_name="适用于重点行业窗口平台")),
                (
                    "period",
                    models.CharField(
                        choices=[("once", "一次"), ("monthly", "每月"), ("quarterly", "每季度")],
                        max_length=10,
                        verbose_name="报送周期",
                    ),
                ),
                (
                    "due_day",
                    models.PositiveSmallIntegerField(
                        default=5,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(28),
                        ],
                        verbose_name="报送日(日)",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="自")),
                ("ends_on", models.DateField(verbose_name="至")),
                ("stopped", models.BooleanField(default=False, verbose_name="停止")),
            ],
            options={
                "verbose_name": "报送安排",
                "verbose_name_plural": "报送安排",
                "ordering": ("-round", "title", "pk"),
            },
        ),
        migrations.AddField(
            model_name="activity",
            name="cancelled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="取消人",
            ),
        ),
        migrations.AddField(
            model_name="activity",
            name="planned_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="计划人",
            ),
        ),
        migrations.AddField(
            model_name="activity",
            name="platform",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="held_activities",
                to="platforms.platform",
                verbose_name="窗口平台",
            ),
        ),
        migrations.AddField(
            model_name="activity",
            name="region",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="activities",
                to="platforms.region",
                verbose_name="地区",
            ),
        ),
        migrations.AddField(
            model_name="activity",
            name="reported_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="总结人",
            ),
        ),
        migrations.AddField(
            model_name="activity",
            name="round",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="activities",
                to="platforms.round",
                verbose_name="年度",
            ),
        ),
        migrations.AddField(
            model_name="activitylink",
            name="activity",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="links",
                to="platforms.activity",
                verbose_name="服务活动",
            ),
        ),
        migrations.AddField(
            model_name="goodexample",
            name="activity",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="good_examples",
                to="platforms.activity",
                verbose_name="来源活动",
            ),
        ),
        migrations.AddField(
            model_name="goodexample",
            name="application",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="good_examples",
                to="platforms.application",
                verbose_name="来源申报表",
            ),
        ),
        migrations.AddField(
            model_name="goodexample",
            name="edited_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="编辑人",
            ),
        ),
        migrations.AddField(
            model_name="goodexample",
            name="platform",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="good_examples",
                to="platforms.platform",
                verbose_name="窗口平台",
            ),
        ),
        migrations.AddField(
            model_name="goodexample",
            name="published_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="发布人",
            ),
        ),
        migrations.AddField(
            model_name="goodexample",
            name="withdrawn_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="撤下人",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="activity",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invitations",
                to="platforms.activity",
                verbose_name="服务活动",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="答复人",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="invited_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="邀请人",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="platform",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invitations",
                to="platforms.platform",
                verbose_name="窗口平台",
            ),
        ),
        migrations.AddField(
            model_name="periodicreturn",
            name="closed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="结束人",
            ),
        ),
        migrations.AddField(
            model_name="periodicreturn",
            name="handed_in_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="报送人",
            ),
        ),
        migrations.AddField(
            model_name="periodicreturn",
            name="platform",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="returns",
                to="platforms.platform",
                verbose_name="窗口平台",
            ),
        ),
        migrations.AddField(
            model_name="returndatechange",
            name="changed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="调整人",
            ),
        ),
        migrations.AddField(
            model_name="returnschedule",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="return_schedules",
                to="platforms.round",
                verbose_name="年度",
            ),
        ),
        migrations.AddField(
            model_name="returndatechange",
            name="schedule",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="date_changes",
                to="platforms.returnschedule",
                verbose_name="报送安排",
            ),
        ),
        migrations.AddField(
            model_name="periodicreturn",
            name="schedule",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="returns",
                to="platforms.returnschedule",
                verbose_name="报送安排",
            ),
        ),
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(fields=["status", "held_on"], name="activity_by_day"),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["planned", "held", "reported", "cancelled"])),
                name="activity_status_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["training", "policy", "matchmaking", "publicity", "other"])),
                name="activity_kind_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "service_class__in",
                        ["information", "finance", "startup", "talent", "technology", "management", "market", "law"],
                    )
                ),
                name="activity_class_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("organiser", "platform"), ("platform__isnull", False)),
                    models.Q(("organiser__in", ("city_hub", "county_hub")), ("platform__isnull", True)),
                    _connector="OR",
                ),
                name="activity_organiser_fits",
            ),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("enterprises__isnull", False),
                        ("people__isnull", False),
                        ("reported_at__isnull", False),
                        ("reported_by__isnull", False),
                        ("status", "reported"),
                    ),
                    models.Q(
                        models.Q(("status", "reported"), _negated=True),
                        ("reported_at__isnull", True),
                        ("reported_by__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="activity_reported_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("cancelled_at__isnull", False),
                        ("cancelled_by__isnull", False),
                        ("status", "cancelled"),
                        models.Q(("cancel_reason", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("status", "cancelled"), _negated=True),
                        ("cancel_reason", ""),
                        ("cancelled_at__isnull", True),
                        ("cancelled_by__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="activity_cancelled_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="activitylink",
            constraint=models.CheckConstraint(
                condition=models.Q(("url__startswith", "https://")), name="activity_link_is_https"
            ),
        ),
        migrations.AddConstraint(
            model_name="goodexample",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["draft", "published", "withdrawn"])), name="example_status_closed"
            ),
        ),
        migrations.AddConstraint(
            model_name="goodexample",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("published_at__isnull", True), ("published_by__isnull", True)),
                    models.Q(("published_at__isnull", False), ("published_by__isnull", False)),
                    _connector="OR",
                ),
                name="example_published_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="goodexample",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)),
                    models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                    _connector="OR",
                ),
                name="example_withdrawn_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="goodexample",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("picture_alt", ""), ("picture_name", "")),
                    models.Q(
                        models.Q(("picture_name", ""), _negated=True), models.Q(("picture_alt", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="example_picture_is_described",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(fields=("activity", "platform"), name="invitation_once"),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answer", ""), ("answered_at__isnull", True), ("answered_by__isnull", True), ("reason", "")
                    ),
                    models.Q(
                        ("answer", "accepted"),
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                        ("reason", ""),
                    ),
                    models.Q(
                        ("answer", "refused"),
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="invitation_answer_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="returnschedule",
            constraint=models.UniqueConstraint(
                fields=("round", "title"),
                name="return_schedule_once",
                violation_error_message="该年度已有同名的报送安排。",
            ),
        ),
        migrations.AddConstraint(
            model_name="returnschedule",
            constraint=models.CheckConstraint(
                condition=models.Q(("period__in", ["once", "monthly", "quarterly"])), name="return_period_closed"
            ),
        ),
        migrations.AddConstraint(
            model_name="returnschedule",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_day__gte", 1), ("due_day__lte", 28)),
                name="return_due_day",
                violation_error_message="报送日应在 1 至 28 之间。",
            ),
        ),
        migrations.AddConstraint(
            model_name="returnschedule",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                name="return_ends_after_start",
                violation_error_message="结束日期不能早于开始日期。",
            ),
        ),
        migrations.AddConstraint(
            model_name="returnschedule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("wants_text", True),
                    ("wants_file", True),
                    models.Q(("figures", ""), _negated=True),
                    _connector="OR",
                ),
                name="return_asks_something",
                violation_error_message="请至少要求文字、数字、文件中的一项。",
            ),
        ),
        migrations.AddConstraint(
            model_name="returnschedule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("for_functional_zone", True),
                    ("for_town", True),
                    ("for_park", True),
                    ("for_industry", True),
                    _connector="OR",
                ),
                name="return_for_some_type",
                violation_error_message="请至少选择一个适用类型。",
            ),
        ),
        migrations.AddConstraint(
            model_name="returndatechange",
            constraint=models.CheckConstraint(
                condition=models.Q(("old", models.F("new")), _negated=True), name="return_date_differs"
            ),
        ),
        migrations.AddIndex(
            model_name="periodicreturn",
            index=models.Index(fields=["schedule", "key", "due_on"], name="return_by_period"),
        ),
        migrations.AddConstraint(
            model_name="periodicreturn",
            constraint=models.UniqueConstraint(fields=("schedule", "platform", "key"), name="return_once_per_period"),
        ),
        migrations.AddConstraint(
            model_name="periodicreturn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("handed_in_at__isnull", True), ("handed_in_by__isnull", True)),
                    models.Q(("handed_in_at__isnull", False), ("handed_in_by__isnull", False)),
                    _connector="OR",
                ),
                name="return_handed_in_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="periodicreturn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("closed_by__isnull", True)),
                    models.Q(("closed_at__isnull", False), ("closed_by__isnull", False)),
                    _connector="OR",
                ),
                name="return_closed_whole",
            ),
        ),
        *(guard.operation() for guard in GUARDS),
    ]
