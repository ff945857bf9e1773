"""Settings, all from the environment; the handbook 部署与运维 lists every variable.

``NINGBO_MODE`` is one of

* ``local``: the default; an own SQLite file and a generated key under ``.local/``, loopback only;
* ``demo``: like local, under ``.local/demo/``, every page marked 演示数据;
* ``test``: the test suite;
* ``production``: refuses to start with a sample key, an open host list or debug pages.
"""

import secrets
import shlex
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from ningbo_windows.file_settings import file_store
from ningbo_windows.limit_settings import *  # noqa: F403 - all of them are settings
from ningbo_windows.limit_settings import PROXY_COUNT
from ningbo_windows.mail_settings import mail_server
from ningbo_windows.number_settings import whole_number
from ningbo_windows.open_data_settings import *  # noqa: F403 - all of them are settings
from ningbo_windows.policy_settings import *  # noqa: F403 - all of them are settings
from platforms.identity import WrongIdentity, ours, reference_folder

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

MODE = env.str("NINGBO_MODE", "local")
if MODE not in {"local", "demo", "test", "production"}:
    raise ImproperlyConfigured(f"NINGBO_MODE 只能是 local、demo、test 或 production，现为 {MODE!r}。")
PRODUCTION = MODE == "production"
DEMO = MODE == "demo"
DEBUG = env.bool("NINGBO_DEBUG", False)

# Whose programme this is, and the lists of its places.
try:
    REFERENCE_DIR = reference_folder()
    ours()
except WrongIdentity as error:
    raise ImproperlyConfigured(str(error)) from None

LOCAL_DIR = BASE_DIR / ".local" / ("demo" if DEMO else "")


def local_secret_key() -> str:
    """Return the key of this checkout, made on first use and readable by its owner only."""
    path = LOCAL_DIR / "secret_key"
    if not path.exists():
        LOCAL_DIR.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


def served_address() -> str:
    """Return where this checkout is served: where the demo was served last, else the usual port of this machine."""
    path = LOCAL_DIR / "address"
    return path.read_text(encoding="utf-8") if DEMO and path.exists() else "http://127.0.0.1:8000"


if PRODUCTION:
    SECRET_KEY = env.str("SECRET_KEY", "")
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
    SITE_URL = env.str("SITE_URL", "")
    if DEBUG:
        raise ImproperlyConfigured("正式运行不得打开 NINGBO_DEBUG。")
    if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10 or "sample" in SECRET_KEY.lower():
        raise ImproperlyConfigured("正式运行须设置 SECRET_KEY：至少 50 个随机字符，不得使用示例值。")
    if not ALLOWED_HOSTS or any(host.startswith("*") for host in ALLOWED_HOSTS):
        raise ImproperlyConfigured("正式运行须用 ALLOWED_HOSTS 列明域名，不得使用通配符。")
    if not SITE_URL.startswith("https://"):
        raise ImproperlyConfigured("正式运行须设置 SITE_URL，并以 https:// 开头。")
    if not env.str("DATABASE_URL", ""):
        raise ImproperlyConfigured(
            "正式运行须设置 DATABASE_URL，如 postgres://用户:密码@127.0.0.1:5432/windows；"
            "使用 SQLite 的须写明文件，如 sqlite:////srv/data/windows.sqlite3。"
        )
else:
    SECRET_KEY = env.str("SECRET_KEY", "") or local_secret_key()
    ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *(["testserver"] if MODE == "test" else [])]
    SITE_URL = env.str("SITE_URL", "") or served_address()

INSTALLED_APPS = [
    "ningbo_windows",
    "platforms",
    "evaluation",
    "funding",
    "ningbo_windows.apps.BackOfficeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.forms",
    "axes",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "import_export",
]

MIDDLEWARE = [
    "evaluation.site.cache.KeptPagesMiddleware",
    "evaluation.site.snapshot_pages.SnapshotPagesMiddleware",
    # Headers outermost, so that static files, refusals and failures carry them too.
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ningbo_windows.middleware.TroubleMiddleware",
    "ningbo_windows.middleware.StorableTextMiddleware",
    # Before anything that opens the database.
    "ningbo_windows.waiting.WaitingWritersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "ningbo_windows.middleware.SessionLimitMiddleware",
    "ningbo_windows.middleware.FirstPasswordMiddleware",
    "ningbo_windows.middleware.PrivatePagesMiddleware",
    "axes.middleware.AxesMiddleware",
    # Innermost: what it takes back is what the view wrote, not the session around it.
    "ningbo_windows.middleware.LookAheadMiddleware",
    "ningbo_windows.one_use.OneUseMiddleware",
]

ROOT_URLCONF = "ningbo_windows.urls"
WSGI_APPLICATION = "ningbo_windows.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ningbo_windows.context.frame",
            ],
            "builtins": ["platforms.templatetags.one_use", "ningbo_windows.templatetags.frame"],
        },
    },
]

#: How long a write waits for another one before it is given up with a 503, in seconds.
WRITE_WAIT_SECONDS = whole_number(
    "NINGBO_WRITE_WAIT_SECONDS", env.str("NINGBO_WRITE_WAIT_SECONDS", "20"), low=1, high=300, unit="秒"
)
#: Requests of one process that may wait for a write at once; the server needs more threads than this, for readers.
WRITERS_AT_ONCE = whole_number(
    "NINGBO_WRITERS_AT_ONCE", env.str("NINGBO_WRITERS_AT_ONCE", "12"), low=1, high=1000, unit="个"
)
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{LOCAL_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    LOCAL_DIR.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        # A write lock from the first statement on, so that two officers queue instead of failing; FULL, since no
        # signature or publication that was acknowledged may be lost with the power.
        "transaction_mode": "IMMEDIATE",
        "timeout": WRITE_WAIT_SECONDS,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
    # A file, not memory: tests with threads need one database that all of them see.
    DATABASES["default"]["TEST"] = {"NAME": env.str("NINGBO_TEST_DB", str(LOCAL_DIR / "test.sqlite3"))}
else:
    # The same for the locks of a server, which a long batch or a migration may hold.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", f"-c lock_timeout={WRITE_WAIT_SECONDS}s")
# Opening SQLite anew for each request costs more than most requests: its log of writes is folded in at each closing.
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["ningbo_windows.formats"]

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.str("NINGBO_STATIC_ROOT", str(BASE_DIR / ".local" / "static")))
STORAGES = {
    # What is kept is private, wherever it lies: no file of it has an address.
    "default": file_store(env.str("NINGBO_FILES_BACKEND", ""), env.str("NINGBO_FILES_OPTIONS", "")),
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if PRODUCTION
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
MEDIA_ROOT = Path(env.str("NINGBO_MEDIA_ROOT", str(LOCAL_DIR / "media")))
#: Where ``check_audit`` keeps the last digest of the log, out of reach of the database; empty means nowhere.
AUDIT_HEADS = env.str("NINGBO_AUDIT_HEADS", "")
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_MAX_BYTES = 20 * 1024 * 1024
#: A whole request; the proxy in the handbook lets as much through. The pages send files one by one.
REQUEST_MAX_BYTES = 25 * 1024 * 1024
#: Uploads of one person, or of one unit behind its links, in a day.
UPLOADS_PER_DAY = env.int("NINGBO_UPLOADS_PER_DAY", 400)
#: Looks at a file before it is kept: gets the path, answers 0 for clean and 1 for infected; empty means none.
SCANNER = shlex.split(env.str("NINGBO_SCANNER", ""))
SCANNER_SECONDS = env.int("NINGBO_SCANNER_SECONDS", 60)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# A map that the public sees needs an approval number of its own: the outline can be exchanged without a release.
MAP_OUTLINE = Path(env.str("NINGBO_MAP_OUTLINE", str(REFERENCE_DIR / "counties.geojson")))
#: The approval number (审图号) of that outline, printed below the map; empty as long as there is none.
MAP_NUMBER = env.str("NINGBO_MAP_NUMBER", "")
# Where the page of a platform leads for a road map; nowhere unless it is set. {longitude}, {latitude} and {name} are
# filled in; the coordinates are CGCS2000, and a service that counts otherwise is told so in the address.
MAP_SERVICE_URL = env.str("NINGBO_MAP_SERVICE_URL", "")
if MAP_SERVICE_URL and not (
    MAP_SERVICE_URL.startswith("https://") and "{longitude}" in MAP_SERVICE_URL and "{latitude}" in MAP_SERVICE_URL
):
    raise ImproperlyConfigured(
        "NINGBO_MAP_SERVICE_URL 须以 https:// 开头，并含 {longitude} 和 {latitude}；不使用地图服务的，留空。"
    )

# Accounts and sessions -----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "platforms.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesBackend", "ningbo_windows.backends.RoleBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if MODE == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "ningbo_windows.passwords.MixedCharactersValidator"},
]
LOGIN_URL = "/admin/login/"
LOGIN_REDIRECT_URL = "/admin/"
LOGOUT_REDIRECT_URL = "/"
SESSION_IDLE_SECONDS = env.int("NINGBO_SESSION_IDLE_SECONDS", 30 * 60)
SESSION_ABSOLUTE_SECONDS = env.int("NINGBO_SESSION_ABSOLUTE_SECONDS", 12 * 60 * 60)
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "ningbo_windows.views.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "ningbo_windows.views.locked_out"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "platforms.client_address.lock_out_address"

# Headers -------------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
}
X_FRAME_OPTIONS = "DENY"
# No other site learns an address, and the address of a fill link is a key. Nothing stricter: under "no-referrer" a
# browser sends its forms with "Origin: null", which the check against forged forms refuses.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.bool("NINGBO_SSL_REDIRECT", True)
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    if PROXY_COUNT:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Excel ---------------------------------------------------------------------------------------------------------------
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "import"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "export"
IMPORT_EXPORT_USE_TRANSACTIONS = True
IMPORT_EXPORT_SKIP_ADMIN_LOG = True
IMPORT_MAX_BYTES = 10 * 1024 * 1024
IMPORT_MAX_ROWS = 10_000

# Work that takes longer than a request -------------------------------------------------------------------------------
# A worker of its own (``manage.py worker``) takes it from the database; a test does it at once.
TASKS = {
    "default": {
        "BACKEND": (
            "django_tasks.backends.immediate.ImmediateBackend" if MODE == "test" else "django_tasks_db.DatabaseBackend"
        )
    }
}
#: What is longer goes to the background: rows of a list as Excel, rows of a sheet that is written, rows of a sheet that
#: is handed back marked, forms printed in one file. Each is about a second.
ROWS_SENT_AT_ONCE = 5_000
ROWS_WRITTEN_AT_ONCE = 5_000
ROWS_MARKED_AT_ONCE = 2_000
FORMS_PRINTED_AT_ONCE = 30

# Mail ----------------------------------------------------------------------------------------------------------------
# The demonstration writes to nobody, whatever the environment says; tests bring a server of their own.
_MAIL = mail_server("" if DEMO or MODE == "test" else env.str("EMAIL_URL", ""))
MAIL_ENABLED = bool(_MAIL.host)
EMAIL_BACKEND = (
    "platforms.mail.services.backend.BoundedBackend" if MAIL_ENABLED else "django.core.mail.backends.dummy.EmailBackend"
)
EMAIL_HOST, EMAIL_PORT = _MAIL.host, _MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL.user, _MAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL.tls, _MAIL.ssl
# Seconds for each answer of the mail server, and for one mail as a whole.
EMAIL_TIMEOUT = 5
MAIL_SECONDS = 15
DEFAULT_FROM_EMAIL = env.str("NINGBO_MAIL_FROM", "")
if MAIL_ENABLED and "@" not in DEFAULT_FROM_EMAIL:
    raise ImproperlyConfigured("设置了 EMAIL_URL，还须用 NINGBO_MAIL_FROM 写明发件邮箱。")

# Public pages kept in the memory of each process; none where a test or a change of a template must be seen at once.
PUBLIC_PAGES_KEPT = 0 if MODE == "test" or DEBUG else env.int("NINGBO_PUBLIC_PAGES_KEPT", 1_000)
# Up to this many published lines, all years together, the list is answered from memory; 0 turns it off.
PUBLIC_SNAPSHOT_LINES = 0 if MODE == "test" or DEBUG else env.int("NINGBO_PUBLIC_SNAPSHOT_LINES", 20_000)
#: Room for them in each process, half of it for files of open data.
PUBLIC_BYTES_KEPT = 1_000_000 * whole_number(
    "NINGBO_PUBLIC_MEGABYTES_KEPT", env.str("NINGBO_PUBLIC_MEGABYTES_KEPT", "64"), low=1, high=10_000, unit="MB"
)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"hide_keys": {"()": "platforms.log_filter.HideKeys"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["hide_keys"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # The development server writes every address it is asked for.
    "loggers": {
        # Django's own handlers would write the same once more, unfiltered.
        "django": {"handlers": [], "level": "WARNING"},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
