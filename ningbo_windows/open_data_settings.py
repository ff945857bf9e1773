"""Under what terms everybody may use what is published; the operator may set others."""

import environ
from django.core.exceptions import ImproperlyConfigured

__all__ = ["OPEN_DATA_LICENCE", "OPEN_DATA_LICENCE_URL"]

_env = environ.Env()

#: A licence that whoever reuses public data knows: use, change and pass on, naming the source.
OPEN_DATA_LICENCE = _env.str("NINGBO_OPEN_DATA_LICENCE", "").strip() or "知识共享署名 4.0 国际许可协议（CC BY 4.0）"
OPEN_DATA_LICENCE_URL = (
    _env.str("NINGBO_OPEN_DATA_LICENCE_URL", "").strip() or "https://creativecommons.org/licenses/by/4.0/deed.zh-hans"
)
if not OPEN_DATA_LICENCE_URL.startswith(("https://", "http://")):
    raise ImproperlyConfigured(
        "NINGBO_OPEN_DATA_LICENCE_URL 应为许可协议全文的网址，例如 https://example.cn/terms；"
        f"现为“{OPEN_DATA_LICENCE_URL}”。"
    )
