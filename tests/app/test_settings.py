"""Settings: everything wrong at once, with a cure, and no secret in any message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.settings import Settings, names
from app.settings_problems import Problem, SettingsError
from app.settings_reading import PREFIX, environment, read

BOT = "xoxb-" + "1234567890-abcdef"
APP = "xapp-" + "1-A1-234-abcdef"
DISCORD = "MTIzNDU2Nzg5MDEyMzQ1Njc4" + ".GaBcDe." + "abcdefghijklmnopqrstuvwxyz0123"


def problems(env: dict[str, str]) -> dict[str, Problem]:
    """Return what `read` says is wrong with `env`, by name."""
    try:
        read(env)
    except SettingsError as error:
        return {problem.name: problem for problem in error.problems}
    return {}


def test_nothing_needs_to_be_set():
    settings = read({})

    assert settings.database_url == "sqlite:///loopmates.db"
    assert settings.port == 8080
    assert settings.slack_bot_token is None
    assert settings.timezone == "UTC"


def test_every_problem_is_told_at_once():
    found = problems(
        {
            "DATABASE_URL": "mysql://somewhere/db",
            "PORT": "eighty",
            "LOOPMATES_TIMEZONE": "Europe/Berlim",
            "LOOPMATES_LOG_LEVEL": "loud",
            "LOOPMATES_GUIDES": "/no/such/folder",
            "LOOPMATES_TIMEZON": "UTC",
            "SLACK_APP_TOKEN": APP,
        }
    )

    assert set(found) == {
        "DATABASE_URL",
        "PORT",
        "LOOPMATES_TIMEZONE",
        "LOOPMATES_LOG_LEVEL",
        "LOOPMATES_GUIDES",
        "LOOPMATES_TIMEZON",
        "SLACK_BOT_TOKEN",
    }
    assert all(problem.problem and problem.cure for problem in found.values())


def test_an_error_is_one_line_for_each_problem():
    with pytest.raises(SettingsError) as caught:
        read({"PORT": "0", "LOOPMATES_LOG_FORMAT": "xml"})

    assert str(caught.value).splitlines() == [
        "PORT: “0” is not a port. Give a number from 1 to 65535, like 8080.",
        "LOOPMATES_LOG_FORMAT: “xml” is not one of the words. Use text or json.",
    ]


def test_a_misspelt_setting_is_refused_with_the_name_that_was_meant():
    assert (
        "LOOPMATES_TIMEZONE" in problems({"LOOPMATES_TIME_ZONE": "UTC"})["LOOPMATES_TIME_ZONE"].cure
    )
    assert "LOOPMATES_GUIDES" in problems({"loopmates_guides": "."})["loopmates_guides"].cure


def test_other_programs_settings_are_none_of_our_business():
    assert problems({"SLACK_WEBHOOK_URL": "x", "PATH": "/bin", "DISCORD_TOKENS": "x"}) == {}


def test_an_empty_value_counts_as_not_given():
    settings = read({"PORT": "", "SLACK_BOT_TOKEN": "  ", "LOOPMATES_GUIDES": ""})

    assert settings == read({})


def test_white_space_around_a_value_does_not_matter():
    settings = read({"PORT": " 3000\n", "LOOPMATES_LOG_LEVEL": " debug "})

    assert (settings.port, settings.log_level) == (3000, "DEBUG")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_BOT_TOKEN", "xoxp-canary-canary-canary"),
        ("SLACK_BOT_TOKEN", "canary"),
        ("SLACK_APP_TOKEN", "xoxb-canary-canary-canary"),
        ("SLACK_SIGNING_SECRET", "canarycanarycanarycanarycanaryca"),
        ("DISCORD_TOKEN", "canary.canary.canary"),
        ("DISCORD_TOKEN", "Bot canary"),
        ("DISCORD_TOKEN", f"{DISCORD},{DISCORD.replace('Ga', 'canary')}"),
    ],
)
def test_a_token_of_the_wrong_shape_is_refused_without_repeating_it(name, value):
    with pytest.raises(SettingsError) as caught:
        read({name: value})

    assert any(problem.name == name for problem in caught.value.problems)
    assert "canary" not in str(caught.value)
    assert "canary" not in repr(caught.value.__cause__)
    assert caught.value.__suppress_context__


def test_secrets_are_masked_wherever_settings_are_printed():
    settings = read(
        {
            "SLACK_BOT_TOKEN": BOT,
            "SLACK_APP_TOKEN": APP,
            "SLACK_SIGNING_SECRET": "0123456789abcdef" * 2,
            "DISCORD_TOKEN": DISCORD,
        }
    )

    shown = f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"

    assert not any(secret in shown for secret in (BOT, APP, DISCORD, "0123456789abcdef"))
    assert settings.slack_bot_token is not None
    assert settings.slack_bot_token.get_secret_value() == BOT


def test_a_slack_bot_token_needs_a_way_to_hear():
    assert "SLACK_APP_TOKEN" in problems({"SLACK_BOT_TOKEN": BOT})["SLACK_BOT_TOKEN"].cure
    assert problems({"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP}) == {}
    assert problems({"SLACK_BOT_TOKEN": BOT, "SLACK_SIGNING_SECRET": "ab" * 16}) == {}


@pytest.mark.parametrize("between", [",", ", ", " ", "\n", " ,\t"])
def test_several_workspaces_have_their_tokens_side_by_side(between):
    other = BOT + "2"

    settings = read({"SLACK_BOT_TOKEN": f"{BOT}{between}{other}", "SLACK_APP_TOKEN": APP})

    assert [t.get_secret_value() for t in settings.slack_bot_tokens] == [BOT, other]
    assert [t.get_secret_value() for t in settings.slack_app_tokens] == [APP]
    assert settings.slack_signing_secrets == ()


def test_each_app_may_have_its_own_way_to_be_heard():
    secrets = ["ab" * 16, "cd" * 16]

    settings = read({"SLACK_BOT_TOKEN": f"{BOT},{BOT}2", "SLACK_SIGNING_SECRET": ",".join(secrets)})

    assert [s.get_secret_value() for s in settings.slack_signing_secrets] == secrets


@pytest.mark.parametrize(
    ("name", "value", "number"),
    [
        ("SLACK_BOT_TOKEN", f"{BOT},canary,{BOT}3", "2 of 3"),
        ("SLACK_BOT_TOKEN", f"{BOT} {BOT}2 {BOT}", "3 of 3"),
        ("SLACK_APP_TOKEN", f"{APP},xoxb-canary-canary", "2 of 2"),
        ("SLACK_SIGNING_SECRET", f"{'ab' * 16},canary", "2 of 2"),
    ],
)
def test_the_bad_one_of_several_secrets_is_told_by_its_number_alone(name, value, number):
    with pytest.raises(SettingsError) as caught:
        read({name: value})

    assert f"{name}: Number {number} " in str(caught.value)
    assert not any(secret in str(caught.value) for secret in ("canary", BOT, APP, "abab"))


@pytest.mark.parametrize("name", ["SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"])
def test_an_app_without_its_bot_token_is_found(name):
    two = {"SLACK_APP_TOKEN": f"{APP},{APP}2", "SLACK_SIGNING_SECRET": f"{'ab' * 16},{'cd' * 16}"}

    found = problems({"SLACK_BOT_TOKEN": BOT, name: two[name]})

    assert list(found) == [name]
    assert "SLACK_BOT_TOKEN" in found[name].cure


def test_several_secrets_are_masked_wherever_they_are_printed():
    settings = read({"SLACK_BOT_TOKEN": f"{BOT},{BOT}2", "SLACK_APP_TOKEN": APP})

    shown = f"{settings!r} {settings.slack_bot_tokens} {settings.slack_app_tokens}"

    assert BOT not in shown
    assert APP not in shown


@pytest.mark.parametrize(
    "value",
    [
        "loopmates.db",
        "sqlite://loopmates.db",
        "sqlite:///a.db?mode=ro",
        "sqlite:///:memory:",
        "sqlite:///",
        "mysql://user:canary@db/loopmates",
    ],
)
def test_a_database_this_version_cannot_use_is_refused(value):
    problem = problems({"DATABASE_URL": value})["DATABASE_URL"]

    assert "sqlite:///" in problem.cure
    assert "canary" not in str(problem)


@pytest.mark.parametrize(
    "value",
    [
        "postgresql://user:canary@db/loopmates",
        "postgres://user@db:5433/loopmates?sslmode=require",
        "postgresql:///loopmates",
    ],
)
def test_a_database_on_a_server_is_shared_and_a_file_is_not(value):
    assert read({"DATABASE_URL": value}).shared
    assert not read({}).shared


@pytest.mark.parametrize(
    "value", ["postgresql://user:canary@db", "postgresql://user:canary@db/", "postgres://h:x/db"]
)
def test_a_server_without_a_database_is_refused_without_its_password(value):
    problem = problems({"DATABASE_URL": value})["DATABASE_URL"]

    assert "postgresql://user:password@host/name" in problem.cure
    assert "canary" not in str(problem)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_API_URL", "http://127.0.0.1:8000/api/"),
        ("SLACK_API_URL", "http://[::1]:8000/api/"),
        ("DISCORD_API_URL", "http://localhost:8000"),
        ("DISCORD_GATEWAY_URL", "ws://127.0.0.1:8000"),
        ("DISCORD_GATEWAY_URL", "wss://gateway.example/"),
    ],
)
def test_addresses_may_be_unencrypted_only_on_this_machine(name, value):
    assert problems({name: value}) == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_API_URL", "http://slack.example/api/"),
        ("SLACK_API_URL", "https://"),
        ("SLACK_API_URL", "slack.com/api"),
        ("SLACK_API_URL", "https://user:canary@slack.example/"),
        ("SLACK_API_URL", "https://slack.example:99999/"),
        ("DISCORD_API_URL", "wss://discord.example"),
        ("DISCORD_GATEWAY_URL", "ws://gateway.example"),
        ("DISCORD_GATEWAY_URL", "wss://gateway example/"),
    ],
)
def test_an_address_that_would_leak_tokens_or_is_none_is_refused(name, value):
    assert name in problems({name: value})
    assert "canary" not in str(problems({name: value})[name])


def test_slacks_address_gets_the_slash_its_client_needs():
    assert read({"SLACK_API_URL": "https://slack.example/api"}).slack_api_url.endswith("/api/")


@pytest.mark.parametrize(
    "value", ["https://proxy.example/api/v10", "https://proxy.example/api/v10/"]
)
def test_discords_address_loses_the_slash_that_its_paths_begin_with(value):
    assert read({"DISCORD_API_URL": value}).discord_api_url == "https://proxy.example/api/v10"


def test_discords_gateway_keeps_its_path():
    address = "ws://127.0.0.1:8000/gateway/"

    assert read({"DISCORD_GATEWAY_URL": address}).discord_gateway_url == address


def test_without_shards_all_are_served():
    settings = read({"DISCORD_TOKEN": DISCORD})

    assert (settings.discord_shard_ids, settings.discord_shard_count) == (None, None)


@pytest.mark.parametrize(
    ("value", "ids", "count"),
    [
        ("0/1", (0,), 1),
        ("0,1/4", (0, 1), 4),
        ("3, 1 / 4", (1, 3), 4),
        ("02 00/16", (0, 2), 16),
        ("9999/10000", (9999,), 10_000),
    ],
)
def test_shards_are_read_in_their_order(value, ids, count):
    settings = read({"DISCORD_TOKEN": DISCORD, "LOOPMATES_DISCORD_SHARDS": value})

    assert (settings.discord_shard_ids, settings.discord_shard_count) == (ids, count)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("4", "a slash"),
        ("0,1", "a slash"),
        ("/4", "which ones"),
        ("0,/4", "which ones"),
        ("-1/4", "which ones"),
        ("0-3/4", "which ones"),
        ("0/4/8", "which ones"),
        ("٣/4", "which ones"),
        ("0/0", "from 1"),
        ("0/10001", "10,000"),
        ("4/4", "the last of 4 is 3"),
        ("0,4,7/4", "the last of 4 is 3"),
        ("0,1,0/4", "once"),
        ("0" * 9000, "a slash"),
    ],
)
def test_shards_that_cannot_be_are_refused_with_what_to_write(value, words):
    found = problems({"DISCORD_TOKEN": DISCORD, "LOOPMATES_DISCORD_SHARDS": value})

    assert list(found) == ["LOOPMATES_DISCORD_SHARDS"]
    assert words in found["LOOPMATES_DISCORD_SHARDS"].cure


@pytest.mark.parametrize("roles", ["", "discord,scheduler"])
def test_shards_without_a_token_are_found(roles):
    found = problems({"LOOPMATES_DISCORD_SHARDS": "0/1", "LOOPMATES_ROLES": roles})

    assert list(found) == ["DISCORD_TOKEN"]
    assert "LOOPMATES_DISCORD_SHARDS" in found["DISCORD_TOKEN"].problem


def test_shards_do_not_matter_to_a_process_that_is_not_in_discord():
    assert problems({"LOOPMATES_DISCORD_SHARDS": "0/1", "LOOPMATES_ROLES": "scheduler"}) == {}


def test_an_application_may_be_named():
    settings = read({"DISCORD_APPLICATION_ID": "123456789012345678"})

    assert settings.discord_application_id == "123456789012345678"


@pytest.mark.parametrize(
    "value", ["loopmates", "1234", "1" * 21, "１２３４５６７８９０１２３４５６７８"]
)
def test_an_application_that_is_no_id_is_refused(value):
    assert (
        "General Information"
        in problems({"DISCORD_APPLICATION_ID": value})["DISCORD_APPLICATION_ID"].cure
    )


def test_a_folder_of_guides_has_to_exist(tmp_path):
    assert read({"LOOPMATES_GUIDES": str(tmp_path)}).guides == tmp_path
    assert "LOOPMATES_GUIDES" in problems({"LOOPMATES_GUIDES": str(tmp_path / "none")})


def test_a_time_zone_is_known_in_any_case_and_suggested_when_misspelt():
    assert read({"LOOPMATES_TIMEZONE": "europe/berlin"}).timezone == "Europe/Berlin"
    found = problems({"LOOPMATES_TIMEZONE": "Europe/Berlim"})["LOOPMATES_TIMEZONE"]
    assert "Europe/Berlin" in found.cure


def test_a_password_in_a_url_is_masked():
    settings = Settings.model_construct(database_url="postgresql://me:canary@host/db")

    assert settings.shown_database == "postgresql://me:***@host/db"


def test_the_environment_wins_over_the_file(tmp_path):
    file = tmp_path / ".env"
    file.write_text("# mine\nPORT=3000\nexport LOOPMATES_TIMEZONE='Asia/Tokyo'\n", encoding="utf-8")

    filled = environment({"PORT": "4000"}, file)

    assert read(filled).port == 4000
    assert read(filled).timezone == "Asia/Tokyo"


def test_a_file_that_is_not_there_changes_nothing(tmp_path):
    assert environment({"PORT": "1"}, tmp_path / ".env") == {"PORT": "1"}


def test_every_bad_line_of_the_file_is_named(tmp_path):
    file = tmp_path / ".env"
    file.write_text("PORT=3000\n=canary\n# fine\nLOOPMATES_LOG_LEVEL='canary\n", encoding="utf-8")

    with pytest.raises(SettingsError) as caught:
        environment({}, file)

    assert [problem.name.rpartition(":")[2] for problem in caught.value.problems] == ["2", "4"]
    assert "canary" not in str(caught.value)


def test_a_file_that_is_no_text_is_refused(tmp_path):
    file = tmp_path / ".env"
    file.write_bytes(b"PORT=\xff\xfe")

    with pytest.raises(SettingsError):
        environment({}, file)


VALUES = st.dictionaries(
    st.sampled_from([*names().values(), PREFIX + "OTHER"]),
    st.text(st.characters(blacklist_characters="\0"), max_size=40),
)


@given(VALUES)
def test_whatever_is_set_it_can_be_used_or_every_problem_has_a_cure(env):
    found = problems(env)

    assert all(p.name and p.problem and p.cure for p in found.values())
    assert all(len(str(p).splitlines()) == 1 for p in found.values())
