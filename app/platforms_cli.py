"""The commands that connect a platform: `loopmates slack | discord`.

Rule: what is to be copied or opened stands alone on standard output; see app.cli for the rest.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import click


@click.group()
def slack() -> None:
    """Connect Slack."""


@slack.command("manifest")
@click.option("--http", metavar="URL", help="For web requests to this public address of yours.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of YAML.")
@click.option("--link", "as_link", is_flag=True, help="Only the link that opens it in Slack.")
def slack_manifest(*, http: str | None, as_json: bool, as_link: bool) -> None:
    """Print what your Slack app is created from; for Socket Mode, unless told otherwise."""
    from adapters.slack import manifest as manifests  # noqa: PLC0415
    from app import values  # noqa: PLC0415

    if as_json and as_link:
        raise click.UsageError("Either --json or --link: the link holds no other form.")
    address = None if http is None else checked("--http", values.address("https"), http)
    made = manifests.manifest(address)
    if as_link:
        click.echo(manifests.link(made))
        return
    click.echo(manifests.as_json(made) if as_json else manifests.as_yaml(made))
    click.echo("--link prints the link that creates an app from it; see docs/slack.md.", err=True)


@click.group()
def discord() -> None:
    """Connect Discord."""


@discord.command("invite")
@click.option("--forum", is_flag=True, help="Only with what cohorts in forums need.")
def discord_invite(*, forum: bool) -> None:
    """Print the link that lets the coach into a server, with the permissions it uses."""
    from adapters.discord import invite  # noqa: PLC0415

    click.echo(invite.invitation(_application(), forum=forum))
    click.echo("docs/discord.md says what each permission is for.", err=True)


def _application() -> str:
    """Return the id of the application that the settings name; others are not looked at."""
    from adapters.discord.invite import application_of  # noqa: PLC0415
    from app.settings_problems import Problem, SettingsError  # noqa: PLC0415
    from app.settings_reading import environment, read  # noqa: PLC0415

    token, id_ = "DISCORD_TOKEN", "DISCORD_APPLICATION_ID"
    env = environment(os.environ, Path(".env"))
    found = read({name: env[name] for name in (token, id_) if name in env})
    if found.discord_application_id is not None:
        return found.discord_application_id
    cure = f"Set {id_} to the Application ID under General Information of your application"
    if found.discord_token is None:
        problem = Problem(
            token, "It is missing, and so nobody knows whom to invite", f"Set it, or {id_}"
        )
        raise SettingsError([problem])
    told = application_of(found.discord_token.get_secret_value())
    if told is None:
        raise SettingsError([Problem(id_, "It is missing, and the token does not tell it", cure)])
    return told


def checked(option: str, reader: Callable[[str], str], value: str) -> str:
    """Read an option's value as the setting of the same kind would be read."""
    from app.values import BadValue  # noqa: PLC0415

    try:
        return reader(value)
    except BadValue as error:
        raise click.BadParameter(str(error), param_hint=option) from None
