"""What an operator can set; `app.settings_reading` reads it from the environment.

Rule: no value of a secret ever appears in a message, a log or `repr`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from app import values
from app.roles import ALL as ALL_ROLES
from app.roles import read as read_roles

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
LogFormat = Literal["text", "json"]


class Settings(BaseModel):
    """Every setting.  An alias is its name in the environment; the docs are made from this."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    database_url: Annotated[str, BeforeValidator(values.database_url)] = Field(
        "sqlite:///loopmates.db",
        alias="DATABASE_URL",
        repr=False,
        title="URL",
        description=(
            "Where everything is kept: a file, after `sqlite:///`, or a PostgreSQL database, "
            "which several processes may share."
        ),
        examples=["sqlite:////data/loopmates.db"],
    )
    roles: Annotated[str, BeforeValidator(read_roles)] = Field(
        ALL_ROLES,
        alias="LOOPMATES_ROLES",
        title="words",
        description=(
            "What this process does, where several share the work; docs/deploy.md says when to "
            "split. `loopmates run --roles` wins."
        ),
        examples=["slack,web"],
    )
    slack_bot_token: Annotated[
        SecretStr | None, BeforeValidator(values.tokens("xoxb-", "a bot token"))
    ] = Field(
        None,
        alias="SLACK_BOT_TOKEN",
        title="secrets",
        description=(
            "Connects Slack; found under *OAuth & Permissions* of your Slack app. "
            "Several, one for each workspace, with commas between."
        ),
        examples=["xoxb-…"],
    )
    slack_app_token: Annotated[
        SecretStr | None, BeforeValidator(values.tokens("xapp-", "an app-level token"))
    ] = Field(
        None,
        alias="SLACK_APP_TOKEN",
        title="secrets",
        description=(
            "Socket Mode, which needs no public address; made under *Basic Information*. "
            "One for each app, with commas between."
        ),
        examples=["xapp-…"],
    )
    slack_signing_secret: Annotated[SecretStr | None, BeforeValidator(values.signing_secrets)] = (
        Field(
            None,
            alias="SLACK_SIGNING_SECRET",
            title="secrets",
            description=(
                "Proves that a web request is from Slack; used only where there is no app token. "
                "One for each app, with commas between."
            ),
            examples=["32 letters a–f and digits"],
        )
    )
    slack_api_url: Annotated[str, BeforeValidator(values.address("https", slash=True))] = Field(
        "https://slack.com/api/",
        alias="SLACK_API_URL",
        title="URL",
        description="Slack's address, for GovSlack or a proxy.",
        examples=["https://slack-gov.com/api/"],
    )
    discord_token: Annotated[SecretStr | None, BeforeValidator(values.discord_token)] = Field(
        None,
        alias="DISCORD_TOKEN",
        title="secret",
        description="Connects Discord; found under *Bot* of your Discord application.",
        examples=["three parts with dots between"],
    )
    discord_application_id: Annotated[str | None, BeforeValidator(values.snowflake)] = Field(
        None,
        alias="DISCORD_APPLICATION_ID",
        title="number",
        description="Your Discord application; needed only where its token does not tell.",
        examples=["123456789012345678"],
    )
    discord_shards: Annotated[str | None, BeforeValidator(values.shards)] = Field(
        None,
        alias="LOOPMATES_DISCORD_SHARDS",
        title="numbers/number",
        description=(
            "Which of Discord's shards this process serves, a slash, and how many there are in "
            "all; without it, one connection serves everything."
        ),
        examples=["0,1/4"],
    )
    discord_api_url: Annotated[str, BeforeValidator(values.address("https", slash=False))] = Field(
        "https://discord.com/api/v10",
        alias="DISCORD_API_URL",
        title="URL",
        description="Discord's address, for a proxy.",
        examples=["https://proxy.example/api/v10"],
    )
    discord_gateway_url: Annotated[str, BeforeValidator(values.address("wss"))] = Field(
        "wss://gateway.discord.gg/",
        alias="DISCORD_GATEWAY_URL",
        title="URL",
        description="The address of Discord's gateway, for a proxy.",
        examples=["wss://proxy.example/"],
    )
    port: Annotated[int, BeforeValidator(values.port)] = Field(
        8080,
        alias="PORT",
        title="number",
        description="Where web requests arrive, 1–65535.",
        examples=["3000"],
    )
    metrics_port: Annotated[int | None, BeforeValidator(values.port)] = Field(
        None,
        alias="LOOPMATES_METRICS_PORT",
        title="number",
        description="Where Prometheus finds `/metrics`; without it nothing is measured.",
        examples=["9464"],
    )
    metrics_host: Annotated[str, BeforeValidator(values.host)] = Field(
        "127.0.0.1",
        alias="LOOPMATES_METRICS_HOST",
        title="address",
        description=(
            "The address that page is served on: `127.0.0.1` can be reached from this machine "
            "alone, `0.0.0.0` from every network it is in."
        ),
        examples=["10.0.0.5"],
    )
    guides: Annotated[Path | None, BeforeValidator(values.folder)] = Field(
        None,
        alias="LOOPMATES_GUIDES",
        title="folder",
        description="Your own guides, in addition to those that come with the coach.",
        examples=["/data/guides"],
    )
    timezone: Annotated[str, BeforeValidator(values.timezone)] = Field(
        "UTC",
        alias="LOOPMATES_TIMEZONE",
        title="time zone",
        description="What new cohorts start with; each can change its own with `settings`.",
        examples=["Europe/Berlin"],
    )
    log_level: Annotated[
        LogLevel, BeforeValidator(values.choice("DEBUG", "INFO", "WARNING", "ERROR"))
    ] = Field(
        "INFO",
        alias="LOOPMATES_LOG_LEVEL",
        title="word",
        description="The least important thing logged: DEBUG, INFO, WARNING or ERROR.",
        examples=["WARNING"],
    )
    log_format: Annotated[LogFormat, BeforeValidator(values.choice("text", "json"))] = Field(
        "text",
        alias="LOOPMATES_LOG_FORMAT",
        title="word",
        description="`text` for people or `json` for programs; one line an event either way.",
        examples=["json"],
    )
    console_journal: Annotated[Path, BeforeValidator(values.file)] = Field(
        Path("loopmates-console.jsonl"),
        alias="LOOPMATES_CONSOLE_JOURNAL",
        title="file",
        description="What was said in the console, so that it is still there after a restart.",
        examples=["/data/console.jsonl"],
    )

    @property
    def slack_bot_tokens(self) -> tuple[SecretStr, ...]:
        """Slack's bot tokens, one for each workspace, in the order given."""
        return _several(self.slack_bot_token)

    @property
    def slack_app_tokens(self) -> tuple[SecretStr, ...]:
        """Slack's app-level tokens, one for each app; with any, events come by Socket Mode."""
        return _several(self.slack_app_token)

    @property
    def slack_signing_secrets(self) -> tuple[SecretStr, ...]:
        """Slack's signing secrets, one for each app; they count where there is no app token."""
        return _several(self.slack_signing_secret)

    @property
    def discord_shard_ids(self) -> tuple[int, ...] | None:
        """The shards this process serves, rising; `None` where one connection serves everything."""
        return None if self.discord_shards is None else values.split_shards(self.discord_shards)[0]

    @property
    def discord_shard_count(self) -> int | None:
        """How many shards there are in all processes; `None` as above."""
        return None if self.discord_shards is None else values.split_shards(self.discord_shards)[1]

    @property
    def shared(self) -> bool:
        """Whether other processes may work on the same database."""
        return not self.database_url.startswith("sqlite:")

    @property
    def shown_database(self) -> str:
        """The database's URL, fit for a log: without a password."""
        return values.without_password(self.database_url)


def names() -> dict[str, str]:
    """Return each setting's name in the environment, by the field it fills."""
    return {field: info.alias or field for field, info in Settings.model_fields.items()}


def _several(secret: SecretStr | None) -> tuple[SecretStr, ...]:
    given = "" if secret is None else secret.get_secret_value()
    return tuple(map(SecretStr, values.several(given)))
