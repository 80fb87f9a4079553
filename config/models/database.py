"""Where the reports are read from."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from config.allowed_hosts import HostNotAllowedError, checked
from config.secrets import SecretField


class SslMode(models.TextChoices):
    """How libpq treats encryption of the connection."""

    DISABLE = "disable"
    ALLOW = "allow"
    PREFER = "prefer"
    REQUIRE = "require"
    VERIFY_CA = "verify-ca", "Verify CA"
    VERIFY_FULL = "verify-full"


ABBREVIATIONS = ("CET", "EET", "MET", "WET", "LOCALTIME")
"""Zones of the tz database that PostgreSQL takes for something else: four for abbreviations, which
have no summer time; the last it does not know."""


def validate_timezone(name: str) -> None:
    """The name of a zone that the tz database and PostgreSQL understand alike."""
    advice = "use a name such as UTC or Europe/Berlin."
    if name.upper() in ABBREVIATIONS:
        raise ValidationError(f"{name!r} is not the same zone in PostgreSQL; {advice}")
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValidationError(f"{name!r} is no time zone; {advice}") from error


class DatabaseConfig(models.Model):
    """A connection to a source PostgreSQL. The active one is read; the environment
    (`SOURCE_DB_*`) only makes the first."""

    name = models.CharField(max_length=100, unique=True)
    host = models.CharField(max_length=255, default="localhost")
    port = models.PositiveIntegerField(
        default=9876, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )
    database_name = models.CharField(max_length=63, default="email_security")
    username = models.CharField(max_length=63)
    password = SecretField(blank=True, default="")
    sslmode = models.CharField("SSL mode", max_length=16, choices=SslMode, default=SslMode.PREFER)
    source_timezone = models.CharField(
        max_length=64,
        default="UTC",
        validators=[validate_timezone],
        help_text="What the source's timestamps without a zone mean.",
    )
    connect_timeout = models.PositiveIntegerField(
        default=10, validators=[MinValueValidator(1), MaxValueValidator(300)], help_text="Seconds."
    )
    statement_timeout = models.PositiveIntegerField(
        default=300,
        validators=[MinValueValidator(1), MaxValueValidator(86400)],
        help_text="Seconds.",
    )
    is_active = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        verbose_name = "database connection"
        constraints = [
            models.UniqueConstraint(
                fields=["is_active"], condition=Q(is_active=True), name="database_one_active"
            ),
            models.CheckConstraint(
                condition=Q(port__gte=1, port__lte=65535), name="database_port_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.address})"

    def __repr__(self) -> str:
        return f"<DatabaseConfig {self}>"

    @property
    def address(self) -> str:
        """host:port/database, as people write it."""
        return f"{self.host}:{self.port}/{self.database_name}"

    def clean(self) -> None:
        """The host is one that this installation may read from."""
        try:
            checked(self.host)
        except HostNotAllowedError as error:
            raise ValidationError({"host": f"{error}."}) from error

    @classmethod
    def active(cls) -> "DatabaseConfig":
        """The connection in use; made from `SOURCE_DB_*` when there is none at all.

        Raises NoActiveConnectionError when there are some and none is active.
        """
        config = cls.objects.filter(is_active=True).first()
        if config is not None:
            return config
        if cls.objects.exists():
            raise NoActiveConnectionError(
                "no database connection is active: activate one in the admin under "
                "Configuration, or run `manage.py use_source`"
            )
        first = {"is_active": True, **settings.SOURCE_DB}
        return cls.objects.get_or_create(name="source", defaults=first)[0]

    def refuse_stored_password_elsewhere(self, before: "DatabaseConfig") -> None:
        """Raise ValidationError if the password that is stored for `before` would go to another
        server or user, or go less protected: whoever changes that has to know it."""
        where = ("host", "port", "username")
        moved = any(getattr(self, name) != getattr(before, name) for name in where)
        modes = SslMode.values
        weaker = modes.index(self.sslmode) < modes.index(before.sslmode)
        if before.password and self.password == before.password and (moved or weaker):
            raise ValidationError(
                {
                    "password": "Host, port or username changes, or sslmode gets weaker: give the "
                    "password again."
                }
            )

    def activate(self) -> None:
        """Make this the connection in use. Whether that is allowed while windows are covered
        is decided by `jobs.source.switch.activate`."""
        with transaction.atomic():
            DatabaseConfig.objects.filter(is_active=True).exclude(pk=self.pk).update(
                is_active=False
            )
            self.is_active = True
            self.save()


class NoActiveConnectionError(Exception):
    """Connections are configured, but none of them is active."""
