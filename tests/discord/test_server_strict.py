"""The local Discord refuses bodies that Discord refuses, and says what is wrong where."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.discord.server_stages import Json, Stage, places, staged

V2 = 1 << 15


def button(custom_id: str = "a", **more: Any) -> Json:
    return {"type": 2, "style": 1, "label": "Go", "custom_id": custom_id} | more


def row(*children: Json) -> Json:
    return {"type": 1, "components": list(children)}


def display(content: str) -> Json:
    return {"type": 10, "content": content}


def options(count: int, **more: Any) -> list[Json]:
    return [{"label": f"{number}", "value": f"{number}"} | more for number in range(count)]


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[Stage]:
    async with staged() as stage:
        yield stage


MESSAGES: list[tuple[Json, dict[str, str]]] = [
    ({"content": "x" * 2001}, {"content": "BASE_TYPE_MAX_LENGTH"}),
    ({"content": "x", "nonce": "n" * 26}, {"nonce": "NONCE_TYPE_TOO_LONG"}),
    ({"content": "x", "colour": 1}, {"colour": "UNKNOWN_FIELD"}),
    ({"content": "x", "flags": 1 << 6}, {"flags": "MESSAGE_FLAGS_INVALID"}),
    (
        {"content": "x", "flags": V2, "components": [display("y")]},
        {"content": "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"},
    ),
    ({"content": "x", "components": [display("y")]}, {"components.0.type": "UNION_TYPE_CHOICES"}),
    ({"content": "x", "components": [row(button())] * 6}, {"components": "BASE_TYPE_BAD_LENGTH"}),
    (
        {"content": "x", "components": [row(button("n" * 101))]},
        {"components.0.components.0.custom_id": "BASE_TYPE_BAD_LENGTH"},
    ),
    (
        {"content": "x", "components": [row(button(label="l" * 81))]},
        {"components.0.components.0.label": "BASE_TYPE_MAX_LENGTH"},
    ),
    (
        {"content": "x", "components": [row(button(), button())]},
        {"components.0.components.1.custom_id": "COMPONENT_CUSTOM_ID_DUPLICATED"},
    ),
    (
        {"content": "x", "components": [row(*(button(f"{n}") for n in range(6)))]},
        {"components.0.components": "BASE_TYPE_BAD_LENGTH"},
    ),
    (
        {
            "content": "x",
            "components": [row({"type": 3, "custom_id": "s", "options": options(26)})],
        },
        {"components.0.components.0.options": "BASE_TYPE_BAD_LENGTH"},
    ),
    (
        {"flags": V2, "components": [display("x" * 2001), display("y" * 2000)]},
        {"components": "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED"},
    ),
    (
        {"flags": V2, "components": [display("x")] * 41},
        {"components": "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"},
    ),
    (
        {"flags": V2, "components": [{"type": 9, "components": [display("x")]}]},
        {"components.0.accessory": "BASE_TYPE_REQUIRED"},
    ),
    (
        {"flags": V2, "components": [{"type": 17, "components": [button()]}]},
        {"components.0.components.0.type": "UNION_TYPE_CHOICES"},
    ),
    (
        {"embeds": [{"description": "x" * 4097}]},
        {"embeds.0.description": "BASE_TYPE_MAX_LENGTH"},
    ),
    ({"embeds": [{"description": "x" * 3001}] * 2}, {"embeds": "MAX_EMBED_SIZE_EXCEEDED"}),
    (
        {"content": "x", "message_reference": {"message_id": "1"}},
        {"message_reference": "REPLIES_UNKNOWN_MESSAGE"},
    ),
    (
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
        {"allowed_mentions": "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE"},
    ),
]


@pytest.mark.parametrize(("body", "wrong"), MESSAGES)
async def test_a_message_is_refused_at_the_place_that_is_wrong(
    stage: Stage, body: Json, wrong: dict[str, str]
) -> None:
    status, answer = await stage.send(**body)

    assert status == 400
    assert places(answer) == wrong
    assert stage.guild.messages("C1") == []


async def test_messages_at_every_limit_are_taken(stage: Stage) -> None:
    inner = [{"type": 9, "components": [display("x" * 96)], "accessory": button(f"{n}")}
             for n in range(12)]  # fmt: skip
    components = [{"type": 17, "components": inner}, display("y" * (4000 - 12 * 96)), display("z")]
    components[-1] = row(button("n" * 100, label="l" * 80))

    for body in (
        {"content": "x" * 2000, "nonce": "n" * 25},
        {"components": components, "flags": V2},
    ):
        status, answer = await stage.send(**body)
        assert status == 200, answer


async def test_an_empty_message_and_bad_json_have_their_own_codes(stage: Stage) -> None:
    path = f"/channels/{stage.server.id_of('C1')}/messages"
    headers = {"Authorization": f"Bot {stage.server.token}"}
    empty = (await stage.send(content=" "))[1]
    url = stage.server.api_url + path
    async with stage.http.post(url, data="{", headers=headers) as response:
        garbled = await response.json(content_type=None)

    assert (empty["code"], garbled["code"]) == (50006, 50109)


async def test_a_v2_message_stays_one_when_it_is_changed(stage: Stage) -> None:
    _, sent = await stage.send(flags=V2, components=[display("x")])
    path = f"/channels/{sent['channel_id']}/messages/{sent['id']}"

    status, answer = await stage.call("PATCH", path, {"content": "plain"})
    kept = await stage.call("PATCH", path, {"components": [display("y")]})

    assert status == 400
    assert list(places(answer)) == ["content"]
    assert kept[1]["flags"] & V2


COMMANDS: list[tuple[list[Json], dict[str, str]]] = [
    ([{"name": "Coach", "description": "x"}], {"0.name": "APPLICATION_COMMAND_INVALID_NAME"}),
    ([{"name": "coach"}], {"0.description": "BASE_TYPE_REQUIRED"}),
    ([{"name": "coach", "description": "x" * 101}], {"0.description": "BASE_TYPE_BAD_LENGTH"}),
    (
        [{"name": "Practise this", "type": 3, "description": "x"}],
        {"0.description": "APPLICATION_COMMAND_DESCRIPTION_CANNOT_BE_SET"},
    ),
    (
        [{"name": "coach", "description": "x"}] * 2,
        {"1.name": "APPLICATION_COMMANDS_DUPLICATE_NAME"},
    ),
    (
        [{"name": "coach", "description": "x", "name_localizations": {"xx": "y"}}],
        {"0.name_localizations.xx": "ENUM_TYPE_COERCE"},
    ),
    (
        [{"name": "coach", "description": "x", "contexts": [3]}],
        {"0.contexts.0": "BASE_TYPE_CHOICES"},
    ),
]


@pytest.mark.parametrize(("body", "wrong"), COMMANDS)
async def test_a_command_is_refused_at_the_place_that_is_wrong(
    stage: Stage, body: list[Json], wrong: dict[str, str]
) -> None:
    path = f"/applications/{stage.server.world.me}/commands"
    status, answer = await stage.call("PUT", path, body)

    assert status == 400
    assert places(answer) == wrong


def _choices(count: int) -> list[Json]:
    return [{"name": f"{number}", "value": f"{number}"} for number in range(count)]


WORDS: Json = {"type": 3, "name": "w", "description": "x"}
OPTIONS: list[tuple[list[Json], str]] = [
    ([{"choices": _choices(26)}], "0.options.0.choices"),
    ([{"choices": _choices(1), "autocomplete": True}], "0.options.0.autocomplete"),
    ([{"name": "a"}, {"name": "b", "required": True}], "0.options.1"),
    ([{"name": "a"}, {"name": "a"}], "0.options.1.name"),
    ([{"type": 1, "name": "a"}, {"name": "b"}], "0.options"),
    ([{"type": 5, "autocomplete": True}], "0.options.0.choices"),
    ([{"type": 2}], "0.options.0.options"),
    ([{"type": 2, "options": [WORDS]}], "0.options.0.options"),
    ([{"type": 1, "options": [WORDS | {"type": 1}]}], "0.options.0.options"),
    (
        [{"type": 2, "options": [WORDS | {"type": 2, "options": [WORDS | {"type": 1}]}]}],
        "0.options.0.options",
    ),
    (
        [{"type": 2, "options": [WORDS | {"type": 1, "name": f"o{n}"} for n in range(26)]}],
        "0.options.0.options",
    ),
    ([{"name": f"o{number}"} for number in range(26)], "0.options"),
]


@pytest.mark.parametrize(("given", "place"), OPTIONS)
async def test_the_options_of_a_command_are_refused_too(
    stage: Stage, given: list[Json], place: str
) -> None:
    made = [{"type": 3, "name": "o", "description": "x"} | option for option in given]
    body = [{"name": "coach", "description": "x", "options": made}]
    path = f"/applications/{stage.server.world.me}/commands"
    _, answer = await stage.call("PUT", path, body)

    assert list(places(answer)) == [place]


def label(component: Json, text: str = "Why") -> Json:
    return {"type": 18, "label": text, "component": {"custom_id": "f"} | component}


MODALS: list[tuple[Json, str]] = [
    ({"title": "t" * 46}, "data.title"),
    ({"custom_id": "n" * 101}, "data.custom_id"),
    ({"components": []}, "data.components"),
    ({"components": [label({"type": 4, "style": 1, "custom_id": f"{n}"}) for n in range(6)]},
     "data.components"),
    ({"components": [label({"type": 4, "style": 2}, "l" * 46)]}, "data.components.0.label"),
    ({"components": [label({"type": 4, "style": 2, "max_length": 4001})]},
     "data.components.0.component.max_length"),
    ({"components": [label({"type": 3, "options": options(26)})]},
     "data.components.0.component.options"),
    ({"components": [label({"type": 21, "options": options(1)})]},
     "data.components.0.component.options"),
    ({"components": [label({"type": 21, "options": options(11)})]},
     "data.components.0.component.options"),
    ({"components": [label({"type": 21, "options": options(2, default=True)})]},
     "data.components.0.component.options"),
    ({"components": [label({"type": 22, "options": options(11)})]},
     "data.components.0.component.options"),
    ({"components": [label({"type": 2, "style": 1})]}, "data.components.0.component.type"),
    ({"components": [row(button())]}, "data.components.0.components.0.type"),
]  # fmt: skip


@pytest.mark.parametrize(("modal", "place"), MODALS)
async def test_a_modal_is_refused_at_the_place_that_is_wrong(
    stage: Stage, modal: Json, place: str
) -> None:
    commands = f"/applications/{stage.server.world.me}/commands"
    await stage.call("PUT", commands, [{"name": "coach", "description": "x"}])
    done = stage.server.desk.begin(2, stage.server.id_of("U1"), stage.server.id_of("C1"), {})
    usual = {"title": "t", "custom_id": "m", "components": [label({"type": 4, "style": 1})]}
    body = {"type": 9, "data": usual | modal}
    _, answer = await stage.call("POST", f"/interactions/{done.id}/{done.token}/callback", body)

    assert list(places(answer)) == [place]
    assert stage.guild.modal("U1") is None
