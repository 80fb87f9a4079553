"""Settings of the project. Every value that differs between installations comes from the
environment (or a `.env` file beside `manage.py`); `.env.example` lists them all."""

from importlib.util import find_spec
from pathlib import Path

import django_stubs_ext
from corsheaders.defaults import default_headers
from csp import constants as csp
from redis.backoff import NoBackoff
from redis.retry import Retry

from config import logs
from sentiment_analysis import environment as env

# Lets classes of Django be written with their type parameters.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent

# ENV_FILE= (empty) keeps a stray .env out of tests and of the demo.
env.load(BASE_DIR / ".env")

DEBUG = env.flag("DEBUG")
TLS = env.flag("TLS")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
SECRET_KEY = env.secret(
    "SECRET_KEY",
    "Any long random text will do.",
    development="development-only-" + "x" * 50 if DEBUG else None,
)
# Fernet keys, newest first: the first encrypts, all of them decrypt.
FIELD_ENCRYPTION_KEYS = env.fernet_keys(
    "FIELD_ENCRYPTION_KEY",
    development="ZGV2ZWxvcG1lbnQtb25seS1rZXktMzItYnl0ZXMtISE=" if DEBUG else None,
)

INSTALLED_APPS = [
    "sentiment_analysis.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "jobs",  # its templates come before those of django_rq
    "django_rq",
    "corsheaders",
    "csp",
    "config",
    "sentiment_api",
    "dashboard",
]

MIDDLEWARE = [
    "sentiment_api.middleware.Noted",
    "sentiment_api.middleware.FewPowers",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "sentiment_analysis.middleware.OnePolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "sentiment_analysis.middleware.RefusedBodies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sentiment_analysis.middleware.MessagesWhereNeeded",
    "jobs.middleware.RedisAway",
    "jobs.middleware.QueueEntryGone",
    "jobs.middleware.QueuesForOperators",
]

ROOT_URLCONF = "sentiment_analysis.urls"
WSGI_APPLICATION = "sentiment_analysis.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "sentiment_analysis/templates"],  # before those of the admin
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- the local database ------------------------------------------------------------------------


def _database() -> dict[str, object]:
    database = env.database("DATABASE_URL", default="sqlite:///db.sqlite3")
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database["NAME"] = str(BASE_DIR / str(database["NAME"]))
        # WAL lets readers go on beside one writer; IMMEDIATE makes a second writer wait for its
        # turn at BEGIN instead of failing when it first writes. The larger cache and the rarer
        # checkpoints halve the time of large writes.
        options: dict[str, object] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536; "
                "PRAGMA wal_autocheckpoint=8000; PRAGMA temp_store=MEMORY;"
            ),
        }
    else:
        database["CONN_HEALTH_CHECKS"] = True
        # A machine that is gone is noticed, also by who waits for its answer.
        options = {
            "connect_timeout": 10,
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
            "tcp_user_timeout": 60_000,
        }
    # What the address says itself (?timeout=60) counts more.
    database["OPTIONS"] = options | database.get("OPTIONS", {})
    # A request that finds its connection open does not prepare one first.
    return {**database, "CONN_MAX_AGE": 60}


DATABASES = {"default": _database()}
# Where `manage.py backup` puts copies; doctor and metrics tell how old the newest is.
BACKUP_DIR = env.text("BACKUP_DIR")
BACKUP_MAX_AGE_HOURS = env.number("BACKUP_MAX_AGE_HOURS", default=26)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- the source database: makes the first DatabaseConfig, which alone counts afterwards ---------

SOURCE_DB = {
    "host": env.text("SOURCE_DB_HOST", default="localhost"),
    "port": env.number("SOURCE_DB_PORT", default=9876, most=65535),
    "database_name": env.text("SOURCE_DB_NAME", default="email_security"),
    "username": env.text("SOURCE_DB_USER", default="postgres"),
    "password": env.text("SOURCE_DB_PASSWORD", default=""),
}

# Names, addresses and networks (10.0.0.0/8) that a source may lie on; empty: any.
SOURCE_ALLOWED_HOSTS = env.hosts("SOURCE_ALLOWED_HOSTS")

# --- the pipeline --------------------------------------------------------------------------------

CATCH_UP_HOURS = env.number("CATCH_UP_HOURS", default=744)
INITIAL_HISTORY_HOURS = env.number("INITIAL_HISTORY_HOURS", default=240)

# --- Redis and its queues ------------------------------------------------------------------------

REDIS_URL = env.redis_url("REDIS_URL", default="redis://localhost:6379/0")
RQ_QUEUES = {name: {"URL": REDIS_URL, "DEFAULT_TIMEOUT": 3600} for name in ("high", "default")}
RQ = {"WORKER_CLASS": "jobs.worker.Worker", "SCHEDULER_CLASS": "jobs.scheduler.Scheduler"}

# --- web -----------------------------------------------------------------------------------------

# For gunicorn.conf.py. It is read here as well, as commands can name a wrong value: gunicorn itself
# ends with a traceback before it reads its file.
WEB_CONCURRENCY = env.number("WEB_CONCURRENCY", default=2, most=1_000)

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False
# The formats of a language go before DATETIME_FORMAT.
FORMAT_MODULE_PATH = "sentiment_analysis.formats"
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # collectstatic adds compressed files beside those that gain by it.
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}


def _is_named_by_content(_path: str, url: str) -> bool:
    """What the front-end build makes has a hash of its content in its name: it never changes."""
    return "/dashboard/assets/" in url


WHITENOISE_IMMUTABLE_FILE_TEST = _is_named_by_content

CORS_ALLOWED_ORIGINS = env.words(
    "CORS_ALLOWED_ORIGINS", default=["http://localhost:3000", "http://127.0.0.1:3000"]
)

CORS_URLS_REGEX = r"^/(api|graphql)/"
CORS_ALLOW_HEADERS = (*default_headers, "if-none-match")
CORS_EXPOSE_HEADERS = ["ETag", "Data-Freshness", "Notice", "Retry-After"]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = TLS
# A probe inside the cluster asks over HTTP whether the process lives.
SECURE_REDIRECT_EXEMPT = [r"^api/health/live/$"]
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TLS else None
X_FRAME_OPTIONS = "DENY"
# For every page: scripts come from files of this server alone. Editors and Django's own pages write
# styles into themselves; the dashboard does not, and says so (dashboard/views.py).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [csp.NONE],
        "base-uri": [csp.NONE],
        "connect-src": [csp.SELF],
        "font-src": [csp.SELF, "data:"],
        "form-action": [csp.SELF],
        "frame-ancestors": [csp.NONE],
        "img-src": [csp.SELF, "data:"],
        "script-src": [csp.SELF],
        "style-src": [csp.SELF, csp.UNSAFE_INLINE],
        "worker-src": [csp.SELF],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

# --- APIs -----------------------------------------------------------------------------------------

# Where callers are counted. It may be away: everyone is then let through, and the log says so.
CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "sentiment",
        "OPTIONS": {
            "SOCKET_CONNECT_TIMEOUT": 0.5,
            "SOCKET_TIMEOUT": 0.5,
            "CONNECTION_POOL_KWARGS": {"retry": Retry(NoBackoff(), 0)},
            "REDIS_CLIENT_CLASS": "sentiment_api.cache.SparingRedis",
        },
    },
    "local": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
}

# Requests per second, minute, hour or day, such as 300/minute; empty: no limit.
THROTTLE_RATES = {
    "guest": env.rate("THROTTLE_GUEST", default="300/minute"),
    "staff": env.rate("THROTTLE_STAFF", default="3000/minute"),
    # Who guesses passwords is slowed down: by address and name, and by address alone.
    "failed sign-ins": env.rate("THROTTLE_FAILED_SIGN_INS", default="20/minute"),
    "failed sign-ins of an address": env.rate(
        "THROTTLE_FAILED_SIGN_INS_OF_ADDRESS", default="100/minute"
    ),
}
# How many proxies stand before this server; their X-Forwarded-For is believed, no other.
NUM_PROXIES = env.number("NUM_PROXIES", default=0, least=0, most=10)
# Lets Prometheus read /metrics, besides staff; empty: staff alone.
METRICS_TOKEN = env.token("METRICS_TOKEN")
FRESHNESS_OBJECTIVE_MINUTES = env.number("FRESHNESS_OBJECTIVE_MINUTES", default=90)
# Whoever asks for the health how often: all parts, and the source, are looked at once in so many
# seconds.
HEALTH_SECONDS = 2
HEALTH_SOURCE_SECONDS = 15

# How much memory each web process gives to answers that it has worked out; 0: keeps none.
KEPT_ANSWERS_MB = env.number("KEPT_ANSWERS_MB", default=64, least=0)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.BasicAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAdminUser"],
    "DEFAULT_RENDERER_CLASSES": [
        "sentiment_api.rest.rendering.QuickJSONRenderer",
        *(["rest_framework.renderers.BrowsableAPIRenderer"] if DEBUG else []),
    ],
    "DEFAULT_PARSER_CLASSES": ["sentiment_api.rest.parsing.ObjectParser"],
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "sentiment_api.rest.handling.handle",
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_THROTTLE_CLASSES": ["sentiment_api.rest.throttling.ByRole"],
    "NUM_PROXIES": NUM_PROXIES,
    "DEFAULT_SCHEMA_CLASS": "sentiment_api.rest.openapi.autoschema.TrueSchema",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Customer Sentiment Analysis API",
    "VERSION": "1.0.0",
    "DESCRIPTION": (
        "Sentiment of customers, industries and the whole product, from reports of false "
        "negatives (bad mails let through) and false positives (good mails blocked), hour by "
        "hour. Guests read; staff sign in to configure. Times are UTC."
    ),
    "OAS_VERSION": "3.1.0",
    "SERVERS": [{"url": "/", "description": "This installation"}],
    "CONTACT": {"name": "The operators of this installation", **env.contact("API_CONTACT")},
    "LICENSE": {"name": env.text("API_LICENCE", default="Proprietary")},
    "TAGS": [
        {"name": "Customers", "description": "Who is unhappy now, and how it came to that."},
        {"name": "Sentiment", "description": "Scores, industries, the whole product."},
        {"name": "Configuration", "description": "What operators decide. For staff."},
        {"name": "Operation", "description": "How the service is doing."},
    ],
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "sentiment_api.rest.openapi.components.add",
    ],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "CustomerState": "sentiment_api.models.customer.CustomerState",
        "ScoreState": "sentiment_api.models.score.ScoreState",
        "RunState": "jobs.models.run.RunStatus",
        "HealthLevel": "jobs.rest.serializers.LEVELS",
        "Alive": "jobs.rest.serializers.ALIVE",
        "RunTrigger": "jobs.models.run.Trigger",
        "BaseMethod": "config.models.profile.BaseMethod",
        "NormalisationMethod": "config.models.profile.NormalisationMethod",
        "SslMode": "config.models.database.SslMode",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "/favicon.ico",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},
    "REDOC_DIST": "SIDECAR",
}

# graphene's debug middleware tells clients the SQL behind an answer.
GRAPHENE = {
    "SCHEMA": "sentiment_api.graphql.schema.schema",
    "MIDDLEWARE": ["graphene_django.debug.DjangoDebugMiddleware"] if DEBUG else [],
}

LOG_FORMAT = env.choice("LOG_FORMAT", ("json", "line"), default="line" if DEBUG else "json")
LOG_LEVEL = env.choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), default="INFO")
LOGGING = logs.configuration(LOG_FORMAT, LOG_LEVEL)
DEFAULT_EXCEPTION_REPORTER_FILTER = "config.error_reports.SecretFree"

# Tools of development (requirements-dev.txt): never without DEBUG, and not needed with it.
DEBUG_TOOLBAR = DEBUG and find_spec("debug_toolbar") is not None
if DEBUG and find_spec("django_extensions"):
    INSTALLED_APPS.append("django_extensions")
if DEBUG_TOOLBAR:
    INSTALLED_APPS.append("debug_toolbar")
    MIDDLEWARE.insert(
        MIDDLEWARE.index("sentiment_analysis.middleware.OnePolicy") + 1,
        "debug_toolbar.middleware.DebugToolbarMiddleware",
    )
    INTERNAL_IPS = ["127.0.0.1"]
