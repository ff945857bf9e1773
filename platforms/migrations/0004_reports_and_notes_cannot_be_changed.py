from django.db import migrations

from platforms.triggers import Guard

GUARDS = (
    Guard("batch_fixed", "platforms_batch", "TRUE", "上报记录不得修改或删除"),
    Guard("batch_item_fixed", "platforms_batchitem", "TRUE", "上报记录不得修改或删除"),
    Guard("exception_use_fixed", "platforms_filingexceptionuse", "TRUE", "许可的使用记录不得修改或删除"),
    Guard("form_document_fixed", "platforms_formdocument", "TRUE", "已提交版本的文件不得修改或删除"),
)


class Migration(migrations.Migration):
    """What was reported stays as it was reported."""

    dependencies = [("platforms", "0003_registration_in_full")]

    operations = [guard.operation() for guard in GUARDS]
