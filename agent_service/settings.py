"""The settings of the agent: environment variables `AI_CLOSE_*`, checked once, with plain words."""

import os
import re
import sys
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from agent_service.errors import BadInput
from agent_service.llm.weather import Price
from agent_service.odoo_client.endpoint import Endpoint
from agent_service.secret import Secret, read_secret

PREFIX = "AI_CLOSE_"
S = TypeVar("S", bound=BaseSettings)
_DATABASE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_LOGIN = re.compile(r"[^\s:]{1,128}")


def default_state_dir() -> Path:
    """Return where programs of this platform keep what must outlive them."""
    if os.environ.get("XDG_STATE_HOME"):
        return Path(os.environ["XDG_STATE_HOME"]) / "ai-close"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "ai-close"
    return Path.home() / ".local" / "state" / "ai-close"


def state_dir() -> Path:
    """Return the state folder where no other settings are needed."""
    named = os.environ.get(f"{PREFIX}STATE_DIR")
    return Path(named).expanduser() if named else default_state_dir()


class LlmSettings(BaseSettings):
    """The optional language model: where it is, what it may cost, and how patient we are."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    llm_url: str | None = None
    llm_key_file: Path | None = None
    llm_model: str | None = None
    llm_price_in: Annotated[Decimal, Field(ge=0, le=10_000)] = Decimal(0)
    llm_price_out: Annotated[Decimal, Field(ge=0, le=10_000)] = Decimal(0)
    llm_currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "USD"
    llm_run_limit: Annotated[Decimal, Field(ge=0)] | None = None
    llm_per_minute: Annotated[int, Field(ge=1, le=10_000)] = 60
    llm_timeout_s: Annotated[float, Field(gt=0, le=600)] = 30.0
    llm_max_texts: Annotated[int, Field(ge=0, le=5_000)] = 200
    llm_run_seconds: Annotated[float, Field(gt=0, le=86_400)] = 900.0

    @field_validator("llm_url")
    @classmethod
    def _llm_address(cls, value: str | None) -> str | None:
        return Endpoint.parse(value, "AI_CLOSE_LLM_URL").url if value else None

    @field_validator("llm_key_file")
    @classmethod
    def _llm_home(cls, value: Path | None) -> Path | None:
        return value.expanduser() if value else None

    @property
    def llm_key(self) -> Secret | None:
        """Return the key of the language model, if it has one."""
        return read_secret(self.llm_key_file, "AI_CLOSE_LLM_KEY_FILE") if self.llm_key_file else None

    @property
    def llm_price(self) -> Price:
        """Return what a million tokens cost."""
        return Price(self.llm_price_in, self.llm_price_out, self.llm_currency)


class Settings(LlmSettings):
    """Where Odoo is, who we are there, and how patient we are."""

    url: str
    database: str
    key_file: Path
    login: str = "ai-close-agent"
    transport: Literal["auto", "json2", "jsonrpc"] = "auto"
    state_dir: Path = Field(default_factory=default_state_dir)
    timeout_s: Annotated[float, Field(gt=0, le=3600)] = 120.0

    nightly_hour: Annotated[int, Field(ge=0, le=23)] = 4
    nightly_minute: Annotated[int, Field(ge=0, le=59)] = 10
    metrics_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    log_level: Literal["debug", "info", "warning", "error"] | None = None

    @field_validator("url")
    @classmethod
    def _address(cls, value: str) -> str:
        return Endpoint.parse(value).url

    @field_validator("database")
    @classmethod
    def _database_name(cls, value: str) -> str:
        if not _DATABASE.fullmatch(value):
            raise BadInput("AI_CLOSE_DATABASE is no name of a database", "Use the name as Odoo shows it.")
        return value

    @field_validator("login")
    @classmethod
    def _login_name(cls, value: str) -> str:
        if not _LOGIN.fullmatch(value):
            raise BadInput("AI_CLOSE_LOGIN is no login")
        return value

    @field_validator("key_file", "state_dir")
    @classmethod
    def _home(cls, value: Path | None) -> Path | None:
        return value.expanduser() if value else None

    @property
    def key(self) -> Secret:
        """Return the API key, read afresh: a rotation by another process is seen at once."""
        return read_secret(self.key_file, "AI_CLOSE_KEY_FILE")


def load(env_file: Path | None = None) -> Settings:
    """Return the settings of the environment; a file of KEY=VALUE lines fills what it leaves out."""
    return _loaded(Settings, env_file)


def load_llm(env_file: Path | None = None) -> LlmSettings:
    """Return the language model's settings alone, where no Odoo is needed."""
    return _loaded(LlmSettings, env_file)


def _loaded(kind: type[S], env_file: Path | None) -> S:
    if env_file and not env_file.is_file():
        raise BadInput(f"{env_file} is no file", "Name a file of KEY=VALUE lines.")
    try:
        return kind(_env_file=env_file)
    except ValidationError as error:
        raise _explained(error) from None


def _explained(error: ValidationError) -> BadInput:
    """Return the first complaint in words that name the variable, never its value."""
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    name = PREFIX + "_".join(str(part) for part in first["loc"] if isinstance(part, str)).upper()
    missing = [PREFIX + str(each["loc"][0]).upper() for each in error.errors() if each["type"] == "missing"]
    if missing:
        be = "is" if len(missing) == 1 else "are"
        return BadInput(f"{', '.join(missing)} {be} not set", "See `ai-close --help` for the settings.")
    return BadInput(f"{name}: {first['msg']}")
