"""One call of Slack's Web API: what it answered, or a `SendError`, and nothing else.

    answered --> the data
    refused for good --> Refused          limited, not taken --> TryLater
    nobody knows     --> Unknown for what changes something, TryLater for what only reads

Slack's library is told never to try again by itself: it would post twice when a reply is lost.
Nothing that Slack answers in words reaches a log, only its error codes; what the operator has to
mend is logged once for each reason, with the cure.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.gates import Gates
from bot.ids import WorkspaceId
from bot.ports.platforms import Refused, SendError, TryLater, Unknown

log = logging.getLogger(__name__)

Data = dict[str, Any]

PATIENCE = timedelta(seconds=8)
"""For one call: two of them fit into one attempt of delivery."""
UNSAID = timedelta(seconds=30)
"""How long to wait where Slack limits without saying for how long."""
LONGEST = timedelta(days=1)
NOT_READY = "slack_file_not_ready"
"""Our own code: a file that was just uploaded cannot be shown for a moment, or never will be.

https://github.com/slackapi/python-slack-sdk/issues/1658
"""

_LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_DOUBTFUL = frozenset({"fatal_error", "internal_error", "service_unavailable", "unknown_error"})
_LATER = {
    "messages_tab_disabled": timedelta(minutes=5),
    "request_timeout": None,  # Slack got only a part of the request.
}
"""Not done, for a reason that goes away; after how long, where it is known."""

_COPY_IT = "Copy the bot token of this workspace from the app's page (OAuth & Permissions) again."
_ACCESS = "Ask an administrator of this workspace to let the app in again."
CURES: Mapping[str, str] = {
    "account_inactive": _COPY_IT,
    "invalid_auth": _COPY_IT,
    "not_authed": _COPY_IT,
    "not_allowed_token_type": "Set SLACK_BOT_TOKEN to a bot token; it begins with xoxb-.",
    "token_expired": _COPY_IT,
    "token_revoked": "Install the app in this workspace again and set its new bot token.",
    "messages_tab_disabled": "Switch on the Messages tab on the app's page (App Home).",
    "missing_scope": "Add the missing scope on the app's page and install the app again.",
    "accesslimited": "Let this machine's address into the workspace's list of allowed ones.",
    "ekm_access_denied": _ACCESS,
    "enterprise_is_restricted": _ACCESS,
    "org_login_required": "Wait until the workspace has moved into its organisation.",
    "team_access_not_granted": _ACCESS,
    "team_added_to_org": "Wait until the workspace has moved into its organisation.",
    "two_factor_setup_required": _ACCESS,
    "unreachable": "Look at this machine's network and at SLACK_API_URL.",
}
"""What the operator can do; nothing of the workspace is lost meanwhile."""
_BETWEEN = "Look at SLACK_API_URL and at what stands between this machine and Slack."


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call: an HTTP status (0 without any) and an object, or some `trouble`."""

    status: int = 0
    data: Data = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    trouble: str = ""

    @property
    def ok(self) -> bool:
        """Whether Slack did what it was asked."""
        return not self.trouble

    @property
    def code(self) -> str:
        """Slack's error code; empty without one that is fit for a log."""
        code = self.data.get("error")
        if not isinstance(code, str) or not re.fullmatch(r"[A-Za-z0-9_.:-]{1,60}", code):
            return ""
        return code

    @property
    def limited(self) -> bool:
        """Whether a limit was met."""
        return self.status == 429 or self.code in _LIMITED


class Calls:
    """The Web API of one workspace.  `tell` is whether the operator hears what is amiss."""

    def __init__(
        self,
        workspace: WorkspaceId,
        client: AsyncWebClient,
        gates: Gates,
        patience: timedelta = PATIENCE,
        *,
        tell: bool = True,
    ) -> None:
        self.gates = gates
        self._workspace = workspace
        self._client = client
        self._patience = patience
        self._tells = tell
        self._told: set[tuple[str, str]] = set()

    async def read(self, method: str, *, patience: timedelta | None = None, **args: object) -> Data:
        """Ask for something; arguments that are `None` are left out.

        Raises:
            Refused: If it cannot be had.
            TryLater: If it could not be had now, for whatever reason.
        """
        return (await self.read_with_headers(method, patience=patience, **args)).data

    async def read_with_headers(
        self, method: str, *, patience: timedelta | None = None, **args: object
    ) -> Answer:
        """Ask as `read` does, and return the headers, too."""
        params = {name: _plain(value) for name, value in args.items() if value is not None}
        request = {"http_verb": "GET", "params": params}
        return await self._call(method, "", request, patience or self._patience, lasting=False)

    async def write(
        self, method: str, *, per_channel: str = "", lasting: bool = True, **args: object
    ) -> Data:
        """Change something; arguments that are `None` are left out.

        Args:
            per_channel: The channel that Slack's limit on this method is for; empty if for all.
            lasting: Whether doing it twice would show.  If not, an answer that never came is no
                more than a reason to try again.

        Raises:
            Refused: If Slack never will.
            TryLater: If it was not done.
            Unknown: If nobody knows whether it was done.
        """
        request = {"json": {name: value for name, value in args.items() if value is not None}}
        answer = await self._call(method, per_channel, request, self._patience, lasting=lasting)
        return answer.data

    async def form(self, method: str, **args: object) -> Data:
        """Change something that may be done twice, by a method that reads no JSON.

        Raises:
            Refused: If Slack never will.
            TryLater: If it was not done, or nobody knows.
        """
        request = {"params": args}
        return (await self._call(method, "", request, self._patience, lasting=False)).data

    async def _call(
        self, method: str, channel: str, request: Data, patience: timedelta, *, lasting: bool
    ) -> Answer:
        self.gates.check(method, channel)
        answer = await self._ask(method, request, patience)
        if answer.ok:
            self._told -= {told for told in self._told if told[0] in ("", method)}
            return answer
        error = sorted_out(answer, lasting=lasting)
        if answer.limited:
            self.gates.close(method, channel, _after(answer.headers))
        self._tell(method, error, text_in(answer.data, "needed"))
        raise error

    async def _ask(self, method: str, request: Data, patience: timedelta) -> Answer:
        try:
            async with asyncio.timeout(patience.total_seconds()):
                answer = await self._client.api_call(method, **request)
        except SlackApiError as error:
            return _answer_of(error.response)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            return Answer(trouble="unreachable")
        except TimeoutError:
            return Answer(trouble="no_answer")
        except (aiohttp.ClientError, OSError):
            return Answer(trouble="connection_lost")
        except (AttributeError, LookupError, RecursionError, ValueError):
            # Slack's library fails so over a body that is not the object it expects.
            return Answer(trouble="unreadable")
        if not isinstance(answer.data, dict):
            return Answer(trouble="unreadable")
        return Answer(answer.status_code, answer.data, answer.headers)

    def _tell(self, method: str, error: SendError, needed: str) -> None:
        """Log what the operator can mend: once, until it works again."""
        reason = getattr(error, "reason", "")
        cure = CURES.get(reason) or (_BETWEEN if reason.startswith("http_4") else "")
        # A scope can be missing for one method while the others work.
        about = (method if reason == "missing_scope" else "", reason)
        if not cure or not self._tells or about in self._told:
            return
        self._told.add(about)
        if re.fullmatch(r"[a-z_.:,]{1,100}", needed):
            cure = f"{cure} It is {needed}."
        extra = {"workspace": self._workspace, "error": reason, "kind": method, "cure": cure}
        log.error("Slack does not let the app work", extra=extra)


def sorted_out(answer: Answer, *, lasting: bool) -> SendError:
    """Return the error that an answer means; `lasting` is whether doing it twice would show."""
    code = answer.code
    if answer.limited:
        return TryLater(code or "ratelimited", _after(answer.headers))
    if answer.trouble == "unreachable":
        return TryLater("unreachable", workspace=True)
    if code in _LATER:
        return TryLater(code, _LATER[code])
    if code in CURES:
        return TryLater(code, workspace=True)
    if code and code not in _DOUBTFUL and answer.status < 500:
        return Refused(NOT_READY if _is_about_file(answer) else code)
    return _unsaid(answer.status, code or answer.trouble, lasting=lasting)


def _is_about_file(answer: Answer) -> bool:
    """Tell whether Slack refuses blocks for the picture in them, to which it points."""
    said = answer.data.get("response_metadata")
    return answer.code == "invalid_blocks" and "slack_file" in str(said)


def _unsaid(status: int, reason: str, *, lasting: bool) -> SendError:
    if status == 413:
        return Refused(reason)
    if 400 <= status < 500 and status != 408:
        # Not Slack but something on the way to it speaks like this.
        return TryLater(reason, workspace=True)
    return Unknown(reason) if lasting else TryLater(reason)


def _answer_of(response: Any) -> Answer:
    """Read an answer that Slack's library took for an error.

    It hands out its own response, or aiohttp's where the body was no JSON.
    """
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    data = getattr(response, "data", None)
    trouble = f"http_{status}" if status >= 300 else "unreadable"
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(status, data if isinstance(data, dict) else {}, headers, trouble)


def _after(headers: Mapping[str, str]) -> timedelta:
    try:
        after = timedelta(seconds=float(headers.get("retry-after", "nan")))
    except (OverflowError, ValueError):
        return UNSAID
    return min(max(after, timedelta(seconds=1)), LONGEST)


def _plain(value: object) -> object:
    return int(value) if isinstance(value, bool) else value


def text_in(data: Mapping[str, Any], *path: str) -> str:
    """Return the text that stands under `path` in an answer; empty if none does."""
    value: Any = data
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else ""


def list_in(data: Mapping[str, Any], *path: str) -> list[Data]:
    """Return the objects in the list that stands under `path`; empty if there is none."""
    value: Any = data
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
