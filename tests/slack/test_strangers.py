"""Several apps send to one address: the secret of one opens nothing of another."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import Clock

from adapters.slack.strangers import Entrance
from adapters.slack.workspaces import Workspace, workspace_id
from bot.ids import UserId
from tests.servers.slack.state import Json

ONE, TWO = "secret-one", "secret-two"
APPS = {"T1": "A1", "T2": "A2"}


@dataclass
class Way:
    """An entrance, and the workspaces that what came through it was for."""

    entrance: Entrance
    passed: list[str] = field(default_factory=list)

    async def send(self, secret: str, body: Json, mode: str = "http") -> int:
        """Send a body signed with a secret; return how it was answered."""
        raw = json.dumps(body)
        request = AsyncBoltRequest(body=raw, mode=mode, headers=_signed(secret, raw))

        async def go_on() -> BoltResponse:
            self.passed.append(str(request.context.get("team_id")))
            return BoltResponse(status=200)

        answer = await self.entrance.async_process(
            req=request, resp=BoltResponse(status=404), next=go_on
        )
        return answer.status


def way(
    *secrets: str, apps: Mapping[str, str] = APPS, app_of_secret: Mapping[str, str] | None = None
) -> Way:
    workspaces = {team: _workspace(team, app) for team, app in apps.items()}
    return Way(Entrance(secrets, workspaces, app_of_secret))


def body(team: str, app: str | None) -> Json:
    about: Json = {"type": "event_callback", "team_id": team, "event": {"type": "message"}}
    return about if app is None else about | {"api_app_id": app}


KNOWN = {ONE: "A1", TWO: "A2"}


@pytest.mark.parametrize("app_of_secret", [KNOWN, None])
async def test_each_app_is_heard_by_its_own_secret(app_of_secret: Mapping[str, str] | None):
    it = way(ONE, TWO, app_of_secret=app_of_secret)

    answers = [await it.send(ONE, body("T1", "A1")), await it.send(TWO, body("T2", "A2"))] * 2

    assert set(answers) == {200}
    assert it.passed == ["T1", "T2"]


async def test_the_secret_of_one_app_opens_nothing_of_another():
    it = way(ONE, TWO, app_of_secret=KNOWN)

    answers = [await it.send(TWO, body("T1", app)) for app in ("A1", "A2", None)]

    assert answers == [401, 200, 401]
    assert it.passed == []


async def test_a_secret_that_has_proved_one_app_proves_no_other():
    it = way(ONE, TWO)
    await it.send(TWO, {"type": "url_verification", "challenge": "?", "api_app_id": "A1"})
    await it.send(TWO, body("T2", "A2"))

    assert await it.send(TWO, body("T1", "A1")) == 401
    assert await it.send(ONE, body("T1", "A1")) == 200
    assert it.passed == ["None", "T2", "T1"]


async def test_with_several_secrets_a_workspace_whose_app_is_unknown_is_not_opened_by_any():
    it = way(ONE, TWO, apps={"T1": "", "T2": "A2"})

    assert [await it.send(each, body("T1", "A2")) for each in (ONE, TWO)] == [401, 401]
    assert it.passed == []


@pytest.mark.parametrize("app", [None, "", 7, ["A1"]])
async def test_a_web_request_that_names_no_app_is_refused(app: object):
    it = way(ONE)

    assert await it.send(ONE, body("T1", None) | {"api_app_id": app}) == 401
    assert it.passed == []


async def test_the_only_secret_opens_every_workspace_for_the_app_that_is_there():
    it = way(ONE, apps={"T1": "A1", "T2": ""})

    await it.send(ONE, body("T1", "A1"))
    await it.send(ONE, body("T2", "A1"))
    await it.send(ONE, body("T1", "A2"))

    assert it.passed == ["T1", "T2"]


async def test_what_comes_by_a_socket_needs_no_secret_and_names_no_app():
    it = way(ONE, TWO)

    await it.send("", body("T1", None), mode="socket_mode")

    assert it.passed == ["T1"]


@pytest.mark.parametrize("kind", ["ssl_check", [], {}])
async def test_a_question_about_the_address_brings_nothing_else_in(kind: object):
    it = way(ONE, TWO, app_of_secret=KNOWN)

    await it.send(TWO, body("T1", "A1") | {"type": kind, "command": "/coach"})

    assert it.passed == []


def _signed(secret: str, raw: str) -> dict[str, Sequence[str]]:
    at = str(int(Clock().now()))
    digest = hmac.new(secret.encode(), f"v0:{at}:{raw}".encode(), hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": [at], "x-slack-signature": [f"v0={digest}"]}


def _workspace(team: str, app: str) -> Workspace:
    return Workspace(workspace_id(team), team, team, UserId("U0"), "B0", app, "xoxb-1")
