"""
Django and Celery, configured from Lading's own settings; reached only by the name in DJANGO_SETTINGS_MODULE.

Celery reads the CELERY_ names. The ledger is the authority on what has to be done: redelivery by the broker only spares
the wait for the next sweep, so the broker may lose or repeat any message.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

from kombu import Queue

from lading.base import config
from lading.base.config import Settings
from lading.base.config_addresses import POOL_MODE
from lading.web.secret_key import secret_key

LADING: Settings = config.current()

# --- Django ----------------------------------------------------------------------------------------------------------

#: run for each new connection: readers beside one writer, a safe write-ahead log without a sync per commit
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY; "
    "PRAGMA mmap_size=134217728; PRAGMA journal_size_limit=67108864;"
)


def database(settings: Settings) -> dict[str, object]:
    """Return Django's description of the ledger's database. Connections are kept: making one costs a millisecond."""
    if settings.database_file is not None:
        settings.database_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(settings.database_file),
            "CONN_MAX_AGE": None,
            # IMMEDIATE: a transaction that will write waits at its start, and never fails half-way
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": SQLITE_PRAGMAS},
        }
    parts = urlsplit(settings.database_url.get_secret_value())
    options = dict(parse_qsl(parts.query))
    is_pooled = options.pop(POOL_MODE, "") == "transaction"
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.strip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # a cursor of the server's lives in one of its sessions, and the next statement may go to another
        "DISABLE_SERVER_SIDE_CURSORS": is_pooled,
        "OPTIONS": _patience_of(settings, is_pooled=is_pooled) | options,
    }


def _patience_of(settings: Settings, *, is_pooled: bool) -> dict[str, object]:
    """
    Return how long PostgreSQL and its client wait for each other; what the address says goes before.

    A worker that freezes or is cut off inside a transaction holds rows that all others need: the server ends such a
    transaction when a lease would have run out. The client gives up a line on which nothing is acknowledged. Behind a pool
    the first has to be a setting of the role: a pool takes no options.
    """
    milliseconds = int(settings.lease_ttl.total_seconds() * 1000)
    options: dict[str, object] = {"options": f"-c idle_in_transaction_session_timeout={milliseconds}"}
    return ({} if is_pooled else options) | {
        "connect_timeout": 10,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 30_000,
    }


INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "lading.orchestration",
    "lading.accounts",
    "lading.ingest.app",
    "lading.cv.app",
    "lading.web.console",
]
DATABASES = {"default": database(LADING)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SECRET_KEY = secret_key(LADING.secret_key_file)
USE_TZ = True
TIME_ZONE = "UTC"
DEBUG = False
LOGGING_CONFIG = None

# --- Django: the web -------------------------------------------------------------------------------------------------
# names only: who does not serve the web imports none of it

ROOT_URLCONF = "lading.web.urls"
ASGI_APPLICATION = "lading.web.asgi.application"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "lading.web.headers.Headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lading.accounts.navigation.context",
            ]
        },
    }
]
#: read from where they were installed
STATIC_URL = "/static/"
STATICFILES_FINDERS = ["lading.web.static_files.Finder"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

#: other names lead here only by a page that was made for that
_PUBLIC = urlsplit(LADING.web.public_url or "")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *filter(None, [_PUBLIC.hostname])]
CSRF_TRUSTED_ORIGINS = [LADING.web.public_url] if LADING.web.public_url else []
_IS_SECURE = _PUBLIC.scheme == "https"
#: the proxy that takes TLS off says so; uvicorn believes those that `web.proxies` names only
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _IS_SECURE
SESSION_COOKIE_NAME = "__Host-lading" if _IS_SECURE else "lading"
CSRF_COOKIE_NAME = "__Host-lading-csrf" if _IS_SECURE else "lading-csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = LADING.web.session_hours * 3600
SECURE_HSTS_SECONDS = 365 * 86_400 if _IS_SECURE else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
#: memory-hard, and a tenth of a second where PBKDF2 takes a whole one
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_CHECKS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_CHECKS}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_CHECKS}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_CHECKS}.CommonPasswordValidator"},
    {"NAME": f"{_CHECKS}.NumericPasswordValidator"},
]
#: bytes of a request's body: definitions of jobs are small, CVs are not
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

# --- Celery: where ---------------------------------------------------------------------------------------------------

CELERY_BROKER_URL = LADING.broker_url
CELERY_RESULT_BACKEND = LADING.result_url
CELERY_RESULT_EXPIRES = LADING.result_expires_s
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
#: None: for ever; a worker outlives any outage of Redis
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # longer than a lease, so that what comes back finds its batch free; shorter than anybody's patience
    "visibility_timeout": 1.5 * LADING.lease_ttl.total_seconds(),
    "unacked_restore_interval": LADING.scaled(2).total_seconds(),
    "unacked_restore_throttle": 1,
    "health_check_interval": 10,
    "socket_keepalive": True,
    "socket_timeout": 30,
    "global_keyprefix": "lading:",
}
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = {"global_keyprefix": "lading:"}
CELERY_REDIS_SOCKET_TIMEOUT = 30
CELERY_REDIS_SOCKET_KEEPALIVE = LADING.redis_url is not None and LADING.redis_url.scheme != "unix"
CELERY_REDIS_BACKEND_HEALTH_CHECK_INTERVAL = 10

# --- Celery: messages ------------------------------------------------------------------------------------------------

CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_TASK_SEND_SENT_EVENT = False

#: work is separated by what it waits for, so that workers can be dedicated
QUEUES = ("filesystem", "s3", "deletion", "cv", "cv-ai", "orchestration")
CELERY_TASK_QUEUES = tuple(Queue(name, routing_key=name) for name in QUEUES)
CELERY_TASK_DEFAULT_QUEUE = "orchestration"
CELERY_TASK_DEFAULT_ROUTING_KEY = "orchestration"
CELERY_TASK_CREATE_MISSING_QUEUES = False
#: the first part of a task's name is its queue: `filesystem.transfer`, `cv-ai.improve`
CELERY_TASK_ROUTES = {f"{name}.*": {"queue": name} for name in QUEUES}

# --- Celery: delivery ------------------------------------------------------------------------------------------------

#: a killed worker's message stays in Redis and comes back after the visibility time-out
CELERY_TASK_ACKS_LATE = True
#: a killed child's message comes back at once; the ledger counts attempts and parks what kills its worker
CELERY_TASK_REJECT_ON_WORKER_LOST = True
#: with late acknowledgement: a worker takes what it has slots for; more would wait there although another is idle
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
#: losing Redis is no reason to end a transfer: its lease is in the ledger
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10.0
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_TIMEZONE = TIME_ZONE
