"""The `files.*` methods that upload, and which pictures a message may show.

A file is uploaded in three steps; then it takes a moment until it can be shown: so many messages
with it are refused as a workspace's `slow_files` says.  Only what everybody in a channel sees can
show one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from tests.servers.slack.interactions import Team
from tests.servers.slack.state import ApiError, Json


@dataclass
class File:
    """One file; `refusals` is how many messages with it are refused yet."""

    id: str
    length: int
    content: bytes = b""
    complete: bool = False
    refusals: int = 0


def begun(team: Team, args: Json, address: str) -> Json:
    """`files.getUploadURLExternal`: an address for one file's bytes."""
    length = str(args.get("length") or "")
    if not args.get("filename") or not length.isdecimal() or not int(length):
        raise ApiError("invalid_arguments")
    file = File(f"F{team.id}{len(team.files):07d}", int(length))
    team.files[file.id] = file
    return {"file_id": file.id, "upload_url": f"{address}{team.id}/{file.id}"}


def received(team: Team, file: str, content: bytes) -> bool:
    """Take the bytes of a file; tell whether it is as long as was said."""
    found = team.files.get(file)
    if found is None or len(content) != found.length:
        return False
    found.content = content
    return True


def completed(team: Team, args: Json) -> Json:
    """`files.completeUploadExternal`; sharing in a channel is not played, for nobody needs it."""
    assert not args.keys() & {"channel_id", "channels", "initial_comment"}, "it would be posted"
    try:
        listed = json.loads(str(args.get("files")))
        files = [team.files[each["id"]] for each in listed]
    except (ValueError, LookupError, TypeError) as error:
        raise ApiError("file_not_found") from error
    if not all(file.content for file in files):
        raise ApiError("file_not_found")
    for file in files:
        file.complete, file.refusals = True, team.slow_files
    return {"files": [{"id": file.id} for file in files]}


def check_files(team: Team, args: Json, *, shown_to_one: bool = False) -> None:
    """Refuse blocks with a picture that is not there, or not ready, or cannot be shown here."""
    for number, block in enumerate(args.get("blocks") or []):
        if block.get("type") != "image" or "slack_file" not in block:
            continue
        file = team.files.get(str(block["slack_file"].get("id")))
        if file is None or not file.complete or shown_to_one or file.refusals > 0:
            if file is not None:
                file.refusals -= 1
            said = f"[ERROR] invalid slack file [json-pointer:/blocks/{number}/slack_file]"
            about = {"messages": [said]}
            raise ApiError("invalid_blocks", errors=[said], response_metadata=about)
