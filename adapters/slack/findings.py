"""What came of looking at Slack, in words for the operator, each with its cure.

Rule: pure, and holding only ids, names of workspaces and channels, and Slack's error codes:
never a token.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from adapters.slack.manifest import APP_SCOPES, SCOPES

_SKEW_ALLOWED = timedelta(seconds=5)
_REINSTALL = "In the settings of your Slack app, install it again, and set the new token"
_UNKNOWN = ("Slack refuses it", "Look the code up in Slack's documentation")

_ERRORS: Mapping[str, tuple[str, str]] = {
    "invalid_auth": (
        "Slack does not know this token, or not from this address",
        "Copy it anew from the settings of your Slack app, and look at its allowed IP addresses",
    ),
    "not_authed": ("The token does not reach Slack", "Look at the proxy behind SLACK_API_URL"),
    "account_inactive": ("The app was removed from the workspace, or its bot closed", _REINSTALL),
    "token_revoked": ("This token was revoked", _REINSTALL),
    "token_expired": (
        "This token has expired, because the app rotates its tokens",
        "Create the app anew from `loopmates slack manifest`, and set its token",
    ),
    "team_access_not_granted": (
        "The workspace has not been given access to the app",
        "Ask an administrator of the organisation to add the app to the workspace",
    ),
    "accesslimited": (
        "This machine's address may not reach the workspace",
        "Add it to the addresses that the workspace allows",
    ),
    "not_allowed_token_type": (
        "This is a token of another kind",
        "Set the one that docs/slack.md describes",
    ),
    "ratelimited": ("Slack asks for patience", "Run loopmates doctor again in some minutes"),
    "rate_limited": ("Slack asks for patience", "Run loopmates doctor again in some minutes"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `cure` is empty where all is well.  Neither ends with a full stop."""

    about: str
    ok: bool
    found: str
    cure: str = ""


def refused(about: str, error: str) -> Finding:
    """Say what an error code means."""
    found, cure = _ERRORS.get(error, _UNKNOWN)
    return Finding(about, False, f"{found} ({shown(error)})", cure)


def scopes(about: str, header: str | None) -> Iterator[Finding]:
    """Compare what was granted, as the header of an answer lists it, with what is needed."""
    if header is None:
        yield Finding(about, True, "Slack does not say which scopes it has")
        return
    granted = {scope.strip() for scope in header.split(",")} - {""}
    missing = [scope for scope in SCOPES if scope not in granted]
    for scope in missing:
        purpose = SCOPES[scope].rstrip(".")
        cure = (
            f"Add {scope} under OAuth & Permissions, Bot Token Scopes, and reinstall the app; or "
            "paste `loopmates slack manifest` under App Manifest first"
        )
        yield Finding(about, False, f"The scope {scope} is missing ({purpose})", cure)
    if not missing:
        spare = sorted(map(shown, granted - SCOPES.keys()))
        more = f"; not needed: {', '.join(spare)}" if spare else ""
        yield Finding(about, True, f"has all {len(SCOPES)} scopes{more}")


def connection(about: str, error: str) -> Finding:
    """Say what came of opening a connection with an app-level token."""
    if not error:
        return Finding(about, True, "opens a connection")
    if error == "missing_scope":
        (scope,) = APP_SCOPES
        cure = f"Under Basic Information make an app-level token with {scope}, and set that one"
        return Finding(about, False, f"The scope {scope} is missing", cure)
    return refused(about, error)


def channel(about: str, bot: str, said: Mapping[str, Any]) -> Finding:
    """Say whether the coach, called `bot`, can work in a cohort's channel that Slack shows."""
    name = f"#{shown(said.get('name'))}"
    if said.get("is_archived"):
        cure = f"Unarchive it and say there: /invite @{bot}; or start a cohort elsewhere"
        return Finding(about, False, f"{name}, where a cohort is, has been archived", cure)
    if not said.get("is_member"):
        found = f"The coach is not in {name}, where a cohort is"
        return Finding(about, False, found, f"Say there: /invite @{bot}")
    return Finding(about, True, f"the coach is in {name}")


def no_channel(about: str, bot: str, error: str, needed: object) -> Finding:
    """Say why Slack does not show a cohort's channel; `needed` is the scope it names."""
    if error == "channel_not_found":
        found = "The coach cannot see this channel of a cohort: it is private, or deleted"
        return Finding(about, False, found, f"If it is there, say in it: /invite @{bot}")
    if error == "missing_scope":
        found = f"A cohort's channel cannot be looked at without the scope {shown(needed)}"
        return Finding(about, False, found, "Add the scope, and reinstall the app")
    return refused(about, error)


def clock(ahead: timedelta) -> Finding:
    """Say whether Slack's clock, so much ahead of this machine's, is near enough."""
    if abs(ahead) <= _SKEW_ALLOWED:
        return Finding("clock", True, "agrees with Slack's")
    seconds = round(abs(ahead).total_seconds())
    way = "behind" if ahead > timedelta(0) else "ahead of"
    cure = "Let the system set its clock by NTP"
    return Finding("clock", False, f"This machine's is {seconds:,} s {way} Slack's", cure)


def shown(said: object) -> str:
    """Return what Slack says, such as a name, fit for one line of a terminal."""
    text = str(said or "?")[:80]
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
