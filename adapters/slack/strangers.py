"""Who is not let in: whoever is not Slack, another app, a workspace that is not ours.

Rule: what is not proven to come from Slack is refused with 401 and no more is done with it; what
comes from Slack but is none of our business is acknowledged, so that it does not come again, and
changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

from slack_bolt.middleware.request_verification.async_request_verification import (
    AsyncRequestVerification,
)
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier

from adapters.slack.payloads import Body, Malformed, teams_of
from adapters.slack.workspaces import Workspace

log = logging.getLogger(__name__)

_ABOUT_US = {"url_verification", "ssl_check"}
"""Slack's questions about the address itself, which concern no workspace."""

_TOLD_MOST = 100

Next = Callable[[], Awaitable[BoltResponse]]


class Entrance(AsyncRequestVerification):
    """Bolt's check of Slack's signature and its five minutes, then whom it is for.

    A socket is Slack's own: there only the second is asked.  Every app has a signing secret of
    its own, and any of ours will do.
    """

    def __init__(self, signing_secrets: Sequence[str], workspaces: Mapping[str, Workspace]) -> None:
        super().__init__(next(iter(signing_secrets), ""), base_logger=log)
        self._verifiers = [SignatureVerifier(secret) for secret in signing_secrets if secret]
        self._workspaces = workspaces
        self._told: set[tuple[str, str]] = set()

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Next,  # noqa: A002 (Bolt's name for it)
    ) -> BoltResponse:
        """See Bolt's `AsyncMiddleware`."""
        del resp
        if req.mode != "socket_mode" and not self._is_signed(req):
            log.warning("a request without Slack's signature was refused")
            return self._build_error_response()
        return await self._admit(req, next)

    def _is_signed(self, req: AsyncBoltRequest) -> bool:
        at = req.headers.get("x-slack-request-timestamp", ["0"])[0]
        signature = req.headers.get("x-slack-signature", [""])[0]
        try:
            return any(each.is_valid(req.raw_body, at, signature) for each in self._verifiers)
        except (ValueError, TypeError, OverflowError):
            # A timestamp that is no number, or a signature that is not ASCII.
            return False

    async def _admit(self, req: AsyncBoltRequest, go_on: Next) -> BoltResponse:
        if req.body.get("type") in _ABOUT_US:
            return await go_on()
        teams = _teams_of(req.body)
        team = next((each for each in teams if each in self._workspaces), None)
        if team is None:
            return self._ignored("workspace is not ours", "".join(teams[:1]))
        app = self._workspaces[team].app
        if app and req.body.get("api_app_id", app) != app:
            return self._ignored("app is not ours", team)
        req.context["team_id"] = team
        return await go_on()

    def _ignored(self, reason: str, team: str) -> BoltResponse:
        """Acknowledge and do nothing; the operator is told once for each workspace."""
        if (reason, team) not in self._told and len(self._told) < _TOLD_MOST:
            self._told.add((reason, team))
            log.warning(
                "something for others is ignored",
                extra={"reason": reason, "workspace": team[:40]},
            )
        return BoltResponse(status=200, body="")


def _teams_of(body: Body) -> tuple[str, ...]:
    try:
        return teams_of(body)
    except Malformed:
        return ()
