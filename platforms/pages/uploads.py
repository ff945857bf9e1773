"""One workbook that is sent."""

from django import forms


class UploadForm(forms.Form):
    """The workbook that was filled in."""

    workbook = forms.FileField(
        label="填好的工作簿",
        max_length=300,
        help_text="用本页下载的模板填写，xlsx 格式。上传后先检查，确认前不写入任何内容。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": "请选择文件。", "empty": "文件是空的，请检查后重新上传。"},
    )
