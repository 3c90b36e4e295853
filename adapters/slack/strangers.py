"""Who is not let in: whoever is not Slack, another app, a workspace that is not ours.

    signed --> names its app --> a workspace of ours --> that has this app --> whose secret it is

Rule: what is not proven to come from Slack is refused with 401 and no more is done with it; what
comes from Slack but is none of our business is acknowledged, so that it does not come again, and
changes nothing.  Whoever made one app knows its secret: it proves nothing for another one.
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

_TOLD_MOST = 100

Next = Callable[[], Awaitable[BoltResponse]]


class Entrance(AsyncRequestVerification):
    """Bolt's check of Slack's signature and its five minutes, then whom it is for.

    A socket is Slack's own: there only the second is asked.  Every app has a signing secret of
    its own, which counts for its workspaces only; `app_of_secret` says which is whose.
    """

    def __init__(
        self,
        signing_secrets: Sequence[str],
        workspaces: Mapping[str, Workspace],
        app_of_secret: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(next(iter(signing_secrets), ""), base_logger=log)
        self._secrets = _Secrets(signing_secrets, app_of_secret or {})
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
        if req.mode == "socket_mode":
            return await self._admit(req, next, "")
        secret = self._secrets.signer(req)
        if not secret:
            return self._refused("it has no signature of Slack's")
        # Slack's questions about the address itself concern no app and no workspace.
        if req.body.get("type") == "url_verification":
            return await next()
        if req.body.get("type") == "ssl_check":
            return BoltResponse(status=200, body="")
        if not _app_in(req.body):
            return self._refused("it names no app")
        return await self._admit(req, next, secret)

    async def _admit(self, req: AsyncBoltRequest, go_on: Next, secret: str) -> BoltResponse:
        teams = _teams_of(req.body)
        team = next((each for each in teams if each in self._workspaces), None)
        if team is None:
            return self._ignored("workspace is not ours", "".join(teams[:1]))
        app = self._workspaces[team].app
        if app and (_app_in(req.body) or app) != app:
            return self._ignored("app is not ours", team)
        if secret and not self._secrets.is_of(secret, app):
            return self._refused("it is signed with the secret of another app")
        req.context["team_id"] = team
        return await go_on()

    def _refused(self, reason: str) -> BoltResponse:
        log.warning("a request was refused", extra={"reason": reason})
        return self._build_error_response()

    def _ignored(self, reason: str, team: str) -> BoltResponse:
        """Acknowledge and do nothing; the operator is told once for each workspace."""
        if (reason, team) not in self._told and len(self._told) < _TOLD_MOST:
            self._told.add((reason, team))
            log.warning(
                "something for others is ignored",
                extra={"reason": reason, "workspace": team[:40]},
            )
        return BoltResponse(status=200, body="")


class _Secrets:
    """The signing secrets, each of one app."""

    def __init__(self, secrets: Sequence[str], app_of: Mapping[str, str]) -> None:
        self._verifiers = {secret: SignatureVerifier(secret) for secret in secrets if secret}
        self._app_of = dict(app_of)

    def signer(self, req: AsyncBoltRequest) -> str:
        """Return the secret a request is signed with; "" if it is none of ours, or not now."""
        at = req.headers.get("x-slack-request-timestamp", ["0"])[0]
        signature = req.headers.get("x-slack-signature", [""])[0]
        try:
            signers = (
                secret
                for secret, verifier in self._verifiers.items()
                if verifier.is_valid(req.raw_body, at, signature)
            )
            return next(signers, "")
        except (ValueError, TypeError, OverflowError):
            # A timestamp that is no number, or a signature that is not ASCII.
            return ""

    def is_of(self, secret: str, app: str) -> bool:
        """Tell whether a secret is an app's; the only one is of every app.

        Where nobody said whose it is, it is of the first app it signed for that has no other.
        """
        if len(self._verifiers) == 1:
            return True
        if app and secret not in self._app_of and app not in self._app_of.values():
            self._app_of[secret] = app
        return self._app_of.get(secret) == app


def _app_in(body: Body) -> str:
    app = body.get("api_app_id")
    return app if isinstance(app, str) else ""


def _teams_of(body: Body) -> tuple[str, ...]:
    try:
        return teams_of(body)
    except Malformed:
        return ()
