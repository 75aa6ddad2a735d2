"""What a service is told from outside: environment variables, all of them optional."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from domain.errors import InputError, Problem

HOME = Path("~/.local/share/seatwise").expanduser()


class Settings(BaseModel):
    """How a service runs; ``SEATWISE_DATABASE_URL`` and so on set each by its name.

    Attributes
    ----------
    database_url : str
        SQLite by default, in the user's own data folder.
    admin_password : SecretStr or None
        Of the first administrator.
    workers : int
        Processes that do jobs beside the web process; 0 where they run elsewhere.
    cores : int
        That one job may use.
    webhook_secret : SecretStr or None
        Signs webhooks; without it none are sent.
    webhook_private : bool
        Webhooks may go to this machine and to private networks.
    token_minutes, refresh_days : float
        How long a token and a sign-in last.
    upload_mb, unpacked_mb : float
        Largest upload, and largest that it may grow to when unpacked.
    slow_ms : float
        Statements of the database that take longer are logged.
    keep_days : int or None
        Drafts, ended jobs and audit rows older than this are deleted by the retention job; None keeps all.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    database_url: str = f"sqlite:///{HOME / 'seatwise.db'}"
    admin_password: SecretStr | None = None
    workers: int = Field(default=1, ge=0, le=64)
    cores: int = Field(default=2, ge=1, le=256)
    webhook_secret: SecretStr | None = None
    webhook_private: bool = False
    token_minutes: float = Field(default=15, gt=0, le=24 * 60)
    refresh_days: float = Field(default=14, gt=0, le=365)
    upload_mb: float = Field(default=200, gt=0)
    unpacked_mb: float = Field(default=1000, gt=0)
    slow_ms: float = Field(default=200, gt=0)
    keep_days: int | None = Field(default=None, ge=1)

    @classmethod
    def of(cls, environment: Mapping[str, str] | None = None, **given: object) -> Settings:
        """Read the settings; what is given wins over the environment.

        Raises
        ------
        InputError
            With every variable that is wrong.
        """
        found = os.environ if environment is None else environment
        read = {name: found[key] for name in cls.model_fields if found.get(key := f"SEATWISE_{name.upper()}")}
        try:
            return cls.model_validate({**read, **given})
        except ValidationError as error:
            raise InputError(
                Problem(
                    "environment",
                    column=f"SEATWISE_{str(fault['loc'][0]).upper()}",
                    value=""
                    if "password" in str(fault["loc"]) or "secret" in str(fault["loc"])
                    else str(fault["input"]),
                    remark=fault["msg"],
                )
                for fault in error.errors()
            ) from None
