"""The small forms around an application: making it, moving it, handing it to the operating unit."""

from typing import Any

from django import forms

from platforms import checks
from platforms.identity import ours
from platforms.pages.fields import PlainTextField, WholeNumberField


class SiteSelect(forms.Select):
    """A list in which places that are taken are shown, with the reason, and cannot be chosen."""

    taken: frozenset[str] = frozenset()

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if str(value) in self.taken:
            option["attrs"]["disabled"] = True
        return option


class PlaceField(forms.ChoiceField):
    """A place; where another box can stand for it neither is marked as optional."""

    unmarked = True


class SiteForm(forms.Form):
    """The place of a platform; ``sites`` are pairs of value and label, ``taken`` maps a value to why it is closed."""

    use_required_attribute = False
    site = PlaceField(
        widget=SiteSelect, error_messages={"required": "请选择。", "invalid_choice": "请从列出的选项中选择。"}
    )

    def __init__(self, data: Any = None, *, label: str, hint: str, sites: list[Any], taken: dict[str, str]) -> None:
        super().__init__(data)
        field = self.fields["site"]
        assert isinstance(field, forms.ChoiceField)
        assert isinstance(field.widget, SiteSelect)
        field.label, field.help_text = label, hint
        shown = [(value, f"{name}（{taken[value]}）" if value in taken else name) for value, name in sites]
        field.choices = [("", "请选择"), *shown]
        field.widget.taken = frozenset(taken)


class TownSiteForm(SiteForm):
    """The place of a town platform: from the list, or a development zone that is not on it (三·(二)3)."""

    zone_name = PlainTextField(
        label="名单中没有的独立运行的开发区",
        max_length=40,
        required=False,
        help_text="独立于乡镇（街道）管理运营、名单中没有的经济开发区，填写全称，例如“滨海经济开发区”；"
        "填写后不再选择乡镇（街道），由市经信局核对。",
    )

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["site"].required = False

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        site, name = self.cleaned_data.get("site"), self.cleaned_data.get("zone_name")
        if site and name:
            self.add_error("zone_name", "已选择乡镇（街道）的，不再填写开发区名称。")
        elif not site and not name and not self.errors:
            self.add_error("site", "请选择乡镇（街道），或填写名单中没有的开发区。")
        return self.cleaned_data


class IndustryForm(forms.Form):
    """The association and the industry chain of a key-industry platform (三·(四))."""

    use_required_attribute = False
    association = PlainTextField(label="行业协会", max_length=80, help_text="承担建设的市级行业协会全称。")
    industry_chain = PlainTextField(label="服务产业链", max_length=80, help_text="例如：绿色石化、汽车制造、智能家电。")


class LiaisonForm(forms.Form):
    """工作联络员."""

    use_required_attribute = False
    name = PlainTextField(label="姓名", max_length=40)
    post = PlainTextField(label="职务", max_length=40)
    phone = PlainTextField(
        label="联系电话",
        max_length=60,
        rule=checks.normalise_phones,
        check=checks.check_phones,
        help_text=f"手机或带区号的固定电话，例如 {ours().examples.phone}；两个号码之间用顿号隔开。",
    )
    email = PlainTextField(
        label="电子邮箱",
        max_length=120,
        required=False,
        check=checks.check_email,
        widget=forms.EmailInput,
        help_text="填写后，上报回执和催报提醒也会发到这个邮箱。",
    )


class ReportForm(forms.Form):
    """What goes with a report: why the quota is exceeded, where it is, and whatever the city should know."""

    use_required_attribute = False
    reason = PlainTextField(
        label="超出名额的理由", max_length=400, widget=forms.Textarea(attrs={"rows": 3, "maxlength": "400"})
    )
    note = PlainTextField(
        label="说明",
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": "400"}),
        help_text="将打印在回执中。",
    )

    def __init__(self, data: Any = None, *, ask_reason: bool, **options: Any) -> None:
        super().__init__(data, **options)
        if not ask_reason:
            del self.fields["reason"]


class FillLinkForm(forms.Form):
    """Who fills the form in, and how long the link holds."""

    use_required_attribute = False
    recipient = PlainTextField(label="填报单位", max_length=80, help_text="收到链接的运营单位名称，用于登记。")
    days = WholeNumberField(label="有效天数", unit="天", low=1, high=60, initial=14)
