"""The sections of the application form that are fields of the application itself.

A draft may be incomplete: a field marked 必填 is asked for, and counted as a gap while it is empty, but an empty one
never stands in the way of saving. What is filled in must be right.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from platforms import checks, naming
from platforms.choices import OperatingMode, OperatorNature, VenueTenure
from platforms.completeness import REQUIRED
from platforms.eligibility import asked_when, operator_problems
from platforms.models import Application, Question
from platforms.money import WAN
from platforms.pages.fields import (
    SOFT,
    DayField,
    DecimalNumberField,
    PickField,
    PlainTextField,
    WholeNumberField,
    YesNoField,
    savable,
)
from platforms.pages.money_fields import MoneyField
from platforms.pages.question_fields import AnswerFiles, field_of
from platforms.queries.questions import asked_of


class DraftForm(forms.Form):
    """A form whose 必填 is a wish while the draft is written."""

    use_required_attribute = False

    def _clean_fields(self) -> None:
        wanted = [field for field in self.fields.values() if field.required]
        for field in wanted:
            field.required = False
        try:
            super()._clean_fields()  # type: ignore[misc]
        finally:
            for field in wanted:
                field.required = True


class SectionForm(DraftForm):
    """One section; ``values`` is what may be saved even while other fields of it are wrong.

    What is marked 必填 follows from ``completeness``; ``wanted`` adds what is asked for by rules of its own. What the
    round asks on top (``questions``, by the name of the box) stands at the end.
    """

    slug: ClassVar[str]
    wanted: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *, application: Application, by_county: bool, data: Any = None, **options: Any) -> None:
        self.application, self.by_county = application, by_county
        self.questions: dict[str, Question] = {each.key: each for each in asked_of(application, self.slug)}
        initial = {name: getattr(application, name) for name in self.base_fields}
        if self.questions:
            stored = dict(application.answers.values_list("question", "value"))
            initial |= {key: stored.get(each.pk, "") for key, each in self.questions.items()}
        super().__init__(data, initial=initial, **options)
        for name, field in self.fields.items():
            field.required = name in REQUIRED.get(self.slug, {}) or name in self.wanted or self._is_asked(name)
        self.fields |= {key: field_of(each) for key, each in self.questions.items()}

    @property
    def asked_when(self) -> Mapping[str, tuple[str, frozenset[str]]]:
        """The fields that are asked for only where another one holds certain values."""
        return {}

    def _is_asked(self, name: str) -> bool:
        if name not in self.asked_when:
            return False
        source, values = self.asked_when[name]
        return str(self[source].value() or "") in values

    @property
    def values(self) -> dict[str, Any]:
        """What may be saved, by name; the other fields keep the value that was saved before. Files are apart."""
        return {name: value for name, value in savable(self).items() if name not in self.file_keys}

    @property
    def file_keys(self) -> list[str]:
        """The names of the boxes that take files."""
        return [name for name, field in self.fields.items() if isinstance(field, AnswerFiles)]


def one_mobile(text: str) -> str | None:
    return checks.check_phones(text, mobile_only=True)


def area(rows: int, **options: Any) -> PlainTextField:
    return PlainTextField(widget=forms.Textarea(attrs={"rows": rows}), **options)


class PlatformForm(SectionForm):
    """1 平台信息； type and place were chosen when the application was made."""

    slug = "platform"
    name = PlainTextField(
        label="平台名称", max_length=80, check=naming.check, help_text="按命名规则生成；如需改动，请在下面说明理由。"
    )
    name_reason = PlainTextField(label="自定名称的理由", max_length=200, help_text="名称与命名规则一致时不必填写。")
    address = PlainTextField(label="地址", max_length=120, help_text="企业上门办事的地址，写到门牌号。")
    longitude = DecimalNumberField(
        label="经度", places=6, low="120", high="123", help_text="用于在地图上标出平台，例如 121.549700。"
    )
    latitude = DecimalNumberField(label="纬度", places=6, low="28", high="31", help_text="例如 29.868300。")
    opening_hours = PlainTextField(
        label="开放时间", max_length=80, help_text="例如：工作日 8:30至11:30，14:00至17:30。"
    )
    service_phone = PlainTextField(
        label="服务电话",
        max_length=60,
        rule=checks.normalise_phones,
        check=checks.check_phones,
        help_text="认定后对外公开。两个号码之间用顿号隔开，例如 0574-87654321、13812345678。",
    )
    introduction = area(5, label="平台简介", max_length=1000, help_text="认定后对外公开，说明服务对象和特色。")

    def clean_name(self) -> str:
        # Every list calls the application by its name, so that it never goes without one.
        name = str(self.cleaned_data["name"])
        if not name:
            raise ValidationError("平台名称不能为空；不清楚怎样填写的，请用命名规则生成的名称。")
        return name


class OperatorForm(SectionForm):
    """2 运营单位."""

    slug = "operator"
    operating_mode = PickField(label="运营方式", choices=OperatingMode.choices, buttons=True)
    operator_name = PlainTextField(label="运营单位名称", max_length=80, help_text="与登记证书上的全称一致。")
    operator_nature = PickField(label="单位性质", choices=OperatorNature.choices, buttons=True)
    operator_code = PlainTextField(
        label="统一社会信用代码",
        max_length=18,
        rule=checks.normalise_credit_code,
        check=checks.check_credit_code,
        help_text="登记证书上的 18 位代码，例如 91330200711192037M。",
    )
    legal_representative = PlainTextField(label="法定代表人", max_length=40, help_text="机关填写主要负责人。")
    person_in_charge = PlainTextField(label="平台负责人", max_length=40)
    contact_name = PlainTextField(label="联系人", max_length=40, help_text="审核中有疑问时与其联系，不对外公开。")
    contact_mobile = PlainTextField(label="联系人手机", max_length=40, rule=checks.normalise_phones, check=one_mobile)
    contact_phone = PlainTextField(
        label="联系人办公电话", max_length=60, rule=checks.normalise_phones, check=checks.check_phones
    )
    contact_email = PlainTextField(label="联系人电子邮箱", max_length=120, check=checks.check_email)
    founded_on = DayField(label="成立日期")
    agreement = PlainTextField(
        label="委托运营协议名称", max_length=200, help_text="委托运营的填写，并在附件中上传协议。"
    )
    support_policy = PlainTextField(
        label="扶持政策或购买服务文件名称", max_length=200, help_text="委托运营的填写，并在附件中上传文件。"
    )

    def __init__(self, *, application: Application, **options: Any) -> None:
        super().__init__(application=application, **options)
        # What the type never asks for is no box; what the mode decides stays one, so that nothing typed is lost.
        for name in {"agreement", "support_policy"} - self.asked_when.keys():
            del self.fields[name]

    @property
    def asked_when(self) -> Mapping[str, tuple[str, frozenset[str]]]:
        return asked_when(self.application.type)

    def clean(self) -> dict[str, Any]:
        """Say beside the field what speaks against the operator; what was typed is kept all the same."""
        said = {
            key: str(self.cleaned_data.get(name) or "")
            for key, name in (("mode", "operating_mode"), ("nature", "operator_nature"), ("code", "operator_code"))
        }
        for field, sentence in operator_problems(type=self.application.type, **said):
            if field in self.fields and field not in self.errors:
                self.add_error(field, ValidationError(sentence, code=SOFT))
        return self.cleaned_data


class VenueForm(SectionForm):
    """3 场地设施."""

    slug = "venue"
    floor_area = DecimalNumberField(label="服务场地面积", places=2, low="0.01", high="999999.99", unit="平方米")
    venue_tenure = PickField(label="场地来源", choices=VenueTenure.choices, buttons=True)
    counters = WholeNumberField(label="服务窗口", unit="个", high=1000)
    meeting_rooms = WholeNumberField(label="会议培训场所", unit="间", high=1000)
    equipment = area(3, label="主要设施设备", max_length=1000)
    in_public_affairs_centre = YesNoField(label="设在公共事务服务中心", help_text="鼓励进驻，不作强制要求。")
    has_unified_sign = YesNoField(label="已悬挂统一标志标识")


class RecordForm(SectionForm):
    """6 服务业绩."""

    slug = "record"
    enterprises_served = WholeNumberField(label="服务企业", unit="家", help_text="过去一年的数字；新建平台可填 0。")
    events_held = WholeNumberField(label="组织服务活动", unit="场")
    attendance = WholeNumberField(label="活动参加人次", unit="人次")
    requests_settled = WholeNumberField(label="办结企业诉求", unit="件")
    satisfaction = DecimalNumberField(
        label="服务满意度", places=2, low="0", high="100", unit="%", help_text="没有做过调查的不必填写。"
    )
    typical_cases = area(6, label="典型案例", max_length=2000)


class PlanForm(SectionForm):
    """8 建设运营计划."""

    slug = "plan"
    target_enterprises = WholeNumberField(label="年度服务企业目标", unit="家")
    target_events = WholeNumberField(label="年度服务活动目标", unit="场")
    funds_wan = MoneyField(label="年度运营经费", places=2, high="99999999.99", unit=WAN)
    funds_source = PlainTextField(label="经费来源", max_length=200, help_text="例如：单位自筹，区财政补助。")
    sustainability = area(4, label="可持续运营措施", max_length=1000)


class CommitmentForm(SectionForm):
    """10 承诺与审核意见； the county's opinion is for the county alone."""

    slug = "commitment"
    wanted = ("committed", "county_opinion", "county_opinion_on")
    committed = forms.BooleanField(label="本单位承诺：本申报表及附件内容真实、准确，如有不实，愿承担相应责任。")
    county_opinion = area(4, label="县级审核意见", max_length=400, help_text="与盖章扫描件上的意见一致。")
    county_opinion_on = DayField(label="县级审核日期")

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        if not self.by_county:
            del self.fields["county_opinion"], self.fields["county_opinion_on"]


FORMS: dict[str, type[SectionForm]] = {
    form.slug: form for form in (PlatformForm, OperatorForm, VenueForm, RecordForm, PlanForm, CommitmentForm)
}
