"""What a value of a setting may be: one reader for each kind.

Rule: a reader returns the value in its one written form or raises `BadValue` with a cure;
what stands in a secret is never repeated in it.
"""

from __future__ import annotations

import difflib
import ipaddress
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from bot.domain import cadence

_DEFAULT_DISCORD = re.compile(r"[\w-]{18,}\.[\w-]{4,}\.[\w-]{20,}")
_SNOWFLAKE = re.compile(r"[0-9]{15,20}", re.ASCII)
_SHARDS = re.compile(r"(?P<ids>[0-9]{1,5}(?:[\s,]+[0-9]{1,5}){0,999})\s*/\s*(?P<count>[0-9]{1,5})")
_MOST_SHARDS = 10_000


class BadValue(ValueError):
    """A value cannot be used; both sentences are without their full stop."""

    def __init__(self, problem: str, cure: str) -> None:
        self.problem = problem
        self.cure = cure
        super().__init__(f"{problem}. {cure}.")


def closest(word: str, known: Sequence[str]) -> str | None:
    """Return the one of `known` that was most likely meant by `word`."""
    matches = difflib.get_close_matches(word, known, n=1, cutoff=0.7)
    return matches[0] if matches else None


def database_url(value: str) -> str:
    """Read the URL of a database: a SQLite file, or a PostgreSQL server's."""
    scheme, colon, rest = value.partition("://")
    if not colon:
        raise BadValue(
            "This is not a URL", "Write sqlite:/// and the file, like sqlite:///loopmates.db"
        )
    if scheme in {"postgres", "postgresql", "postgresql+psycopg"}:
        return _server_url(value)
    if scheme != "sqlite":
        raise BadValue(
            f"Databases of the kind {_shown(scheme)} are not supported",
            "Use a file, like sqlite:///loopmates.db, or postgresql://user:password@host/name",
        )
    if not rest.startswith("/") or rest in {"/", "/:memory:"} or "?" in rest:
        raise BadValue(
            "A file has to follow sqlite:/// directly",
            "Write sqlite:///name.db for this folder, sqlite:////folder/name.db for another",
        )
    return value


def _server_url(value: str) -> str:
    parts = _split(value)
    if parts is None or not parts.path.strip("/"):
        raise BadValue(
            "This does not name a database on a server",
            "Write postgresql://user:password@host/name",
        )
    return value


def without_password(url: str) -> str:
    """Return `url` with `***` where a password stands."""
    return re.sub(r"(://[^:/@]*):[^@]*@", r"\1:***@", url)


def tokens(prefix: str, what: str) -> Callable[[str], str]:
    """Make a reader of Slack tokens that start with `prefix`; `what` is the name of one.

    See `several` for what it returns.
    """
    form = re.compile(re.escape(prefix) + r"[A-Za-z0-9-]{10,}")
    return _several(form, f"{what} of Slack", f"Copy the whole token; it starts with {prefix}")


def signing_secrets(value: str) -> str:
    """Read Slack's signing secrets, 32 hexadecimal digits each; see `several`."""
    return _several(
        re.compile(r"[0-9a-f]{32}"),
        "a signing secret of Slack",
        "Copy the 32 characters shown under Basic Information of your Slack app",
    )(value)


def several(value: str) -> list[str]:
    """Return the values in `value`, which have commas or white space between them."""
    return [one for one in re.split(r"[\s,]+", value) if one]


def _several(form: re.Pattern[str], what: str, cure: str) -> Callable[[str], str]:
    """Make a reader of one or more secrets, which returns them with a comma between."""

    def read(value: str) -> str:
        given = several(value)
        wrong = [number for number, one in enumerate(given, 1) if not form.fullmatch(one)]
        if wrong or not given:
            which = f"Number {wrong[0]} of {len(given)}" if len(given) > 1 else "This"
            raise BadValue(f"{which} does not look like {what}", cure)
        again = [number for number, one in enumerate(given, 1) if one in given[: number - 1]]
        if again:
            raise BadValue(
                f"Number {again[0]} of {len(given)} stands there twice",
                "Remove one of the two, or copy the one that was meant",
            )
        return ",".join(given)

    return read


def discord_token(value: str) -> str:
    """Read a Discord bot token: three parts with dots between."""
    if value.lower().startswith("bot "):
        raise BadValue("The word “Bot” does not belong here", "Give the token alone")
    if not _DEFAULT_DISCORD.fullmatch(value):
        raise BadValue(
            "This does not look like a bot token of Discord",
            "Copy the token under Bot of your application, not its id, key or client secret",
        )
    return value


def snowflake(value: str) -> str:
    """Read an id of Discord: 15 to 20 digits."""
    if not _SNOWFLAKE.fullmatch(value):
        raise BadValue(
            f"{_shown(value)} is not an id of Discord",
            "Copy the Application ID under General Information of your application",
        )
    return value


def shards(value: str) -> str:
    """Read which shards of how many a process serves, such as `0,1/4`; see `split_shards`."""
    parts = _SHARDS.fullmatch(value)
    if parts is None:
        raise BadValue(
            f"{_shown(value)} does not name shards",
            "Write which ones, a slash, and how many there are in all, like 0,1/4",
        )
    given, count = [int(one) for one in several(parts["ids"])], int(parts["count"])
    if not 1 <= count <= _MOST_SHARDS:
        raise BadValue(
            f"There cannot be {count} shards", f"Give a number from 1 to {_MOST_SHARDS:,}"
        )
    beyond = [str(one) for one in given if one >= count]
    if beyond:
        which = "is no shard" if len(beyond) == 1 else "are no shards"
        raise BadValue(
            f"{', '.join(beyond)} {which} of {count}",
            f"Shards count from 0, so the last of {count} is {count - 1}",
        )
    again = sorted({one for one in given if given.count(one) > 1})
    if again:
        raise BadValue(
            f"Shard {', '.join(map(str, again))} stands there twice",
            "Name each shard once, in one process only",
        )
    return f"{','.join(map(str, sorted(given)))}/{count}"


def split_shards(value: str) -> tuple[tuple[int, ...], int]:
    """Return the shards in a value that was read, rising, and how many there are in all."""
    ids, _, count = value.partition("/")
    return tuple(map(int, ids.split(","))), int(count)


def address(scheme: str, *, slash: bool | None = None) -> Callable[[str], str]:
    """Make a reader of addresses under `scheme`, encrypted unless they stay on this machine.

    Slack's client needs a slash at the end and Discord's none: with `slash` it gets one, with
    `False` it loses it.
    """
    plain = {"https": "http", "wss": "ws"}[scheme]

    def read(value: str) -> str:
        parts = _split(value)
        if parts is None or parts.scheme not in {scheme, plain} or not parts.hostname:
            raise BadValue("This is not an address", f"Write {scheme}:// and a host")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise BadValue("An address here has only a host and a path", "Remove the rest")
        if parts.scheme == plain and not _loopback(parts.hostname):
            raise BadValue(
                "The connection would not be encrypted, and tokens travel on it",
                f"Use {scheme}://; {plain}:// is only for this machine itself",
            )
        return value if slash is None else value.rstrip("/") + ("/" if slash else "")

    return read


def port(value: str) -> int:
    """Read a port, 1-65535."""
    if not re.fullmatch(r"[0-9]{1,5}", value) or not 1 <= int(value) <= 65_535:
        raise BadValue(f"{_shown(value)} is not a port", "Give a number from 1 to 65535, like 8080")
    return int(value)


def host(value: str) -> str:
    """Read an address of this machine's to listen on."""
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        raise BadValue(
            f"{_shown(value)} is not an address to listen on", "Give numbers, like 127.0.0.1"
        ) from None


def folder(value: str) -> Path:
    """Read an existing folder."""
    if not Path(value).is_dir():
        raise BadValue(f"There is no folder {_shown(value)}", "Create it, or correct the path")
    return Path(value)


def file(value: str) -> Path:
    """Read a file that exists or could be made: its folder does exist."""
    path = Path(value)
    if path.is_dir():
        raise BadValue(f"{_shown(value)} is a folder", "Give the name of a file in it")
    if not path.parent.is_dir():
        raise BadValue(
            f"There is no folder {_shown(str(path.parent))}", "Create it, or correct the path"
        )
    return path


def timezone(value: str) -> str:
    """Read the IANA name of a time zone, in any case."""
    zone = cadence.zone_named(value)
    if zone is not None:
        return zone
    meant = cadence.zones_like(value)
    cure = f"Perhaps {_either(meant)}" if meant else "Give an IANA name, like Europe/Berlin"
    raise BadValue(f"There is no time zone {_shown(value)}", cure)


def choice(*known: str) -> Callable[[str], str]:
    """Make a reader of one of the `known` words, in any case."""

    def read(value: str) -> str:
        for word in known:
            if value.casefold() == word.casefold():
                return word
        raise BadValue(f"{_shown(value)} is not one of the words", f"Use {_either(known)}")

    return read


def _split(value: str) -> SplitResult | None:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return None
    return parts if value.isprintable() and " " not in value else None


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _either(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _shown(value: str) -> str:
    short = value if len(value) <= 60 else value[:59] + "…"
    return "“" + "".join(c if c.isprintable() else ascii(c)[1:-1] for c in short) + "”"
