"""One action of the script language: from text to a step, and back.

    ana in #prep: good morning          bo on r1: +4️⃣ (or -4️⃣, or +4)
    bo in q1: my answer                 bo on r1: press "Open the form"
    bo to coach: practice               bo sends the form: clarity=4; comment=good
    ana in #prep: /coach plan           bo on bo1: edit: other words  (or: delete)
    cy enters #prep / cy leaves #prep   cy blocks coach / cy unblocks coach
    bo on q1: practise this             bo on bo1: second take

Whatever `write` writes, `read` reads as the same step.
"""

from __future__ import annotations

import re
from typing import Literal, assert_never

from adapters.console.steps import (
    Act,
    Block,
    Change,
    Move,
    Press,
    Remove,
    Say,
    ScriptError,
    Send,
    Tap,
    Use,
)

NAME = r"[^\W\d_][\w.'’-]*"
CHANNEL = r"#[\w-]+"
INDENT = "    "

_LABEL = r"[\w.'’-]+"
_SAY = re.compile(
    rf"(?P<who>{NAME})(?: (?:in|to) (?P<where>{CHANNEL}|{_LABEL}))?"
    r"(?: with (?P<files>\d{1,3}) files?)?: ?(?P<text>.*)",
    re.DOTALL,
)
_ON = re.compile(rf"(?P<who>{NAME}) on (?P<on>{_LABEL}): *(?P<what>.*)", re.DOTALL)
_PRESS = re.compile(r"press(?:es)? (?P<button>.+)")
_PRESSES = re.compile(rf"(?P<who>{NAME}) press(?:es)? (?P<button>.+?)(?: on (?P<on>{_LABEL}))?")
_SENDS = re.compile(rf"(?P<who>{NAME}) sends [^:\n]{{1,60}}: *(?P<fields>.*)", re.DOTALL)
_MOVES = re.compile(rf"(?P<who>{NAME}) (?P<verb>enters|leaves) (?P<channel>{CHANNEL})")
_BLOCKS = re.compile(rf"(?P<who>{NAME}) (?P<verb>blocks|unblocks) (?:the )?coach")
_FIELD = re.compile(r"(?P<name>[\w-]+) *=(?P<value>.*)", re.DOTALL)
_FIELD_AHEAD = re.compile(r"; *(?=[\w-]+ *=)")
_TONES = re.compile("[\U0001f3fb-\U0001f3ff]")
_SHORTCUTS: dict[Literal["practise", "second-take"], str] = {
    "practise": "practise this",
    "second-take": "second take",
}
_QUOTES = ('""', "“”", "''", "[]")

CURE = (
    "Write for example `ana in #prep: hello`, `bo in q1: my answer`, `bo to coach: practice`, "
    "`bo on r1: +4️⃣` or `--- 20 minutes later ---`."
)


def read(text: str, line: int = 0) -> Act:
    """Read one action; further lines of it are indented, or stand as they are."""
    text = _dedent(text)
    for pattern, reader in _READERS:
        match = pattern.fullmatch(text)
        if match is not None and match["who"].lower() != "coach":
            return reader(match, line)
    raise ScriptError(line, f"“{text.splitlines()[0][:60] if text else ''}” says nothing.", CURE)


def write(step: Act) -> str:
    """Return the action as text, further lines indented."""
    who = step.who
    match step:
        case Say():
            return _write_say(step)
        case Tap():
            return f"{who} on {step.on}: {'+' if step.added else '-'}{step.emoji}"
        case Press():
            on = f" on {step.on}:" if step.on else ""
            return f'{who}{on} {"press" if on else "presses"} "{step.button}"'
        case Send():
            return f"{who} sends the form:{_write_fields(step.fields)}"
        case Change():
            return _indent(f"{who} on {step.on}: edit: {step.text}")
        case Remove():
            return f"{who} on {step.on}: delete"
        case Use():
            return f"{who} on {step.on}: {_SHORTCUTS[step.name]}"
        case Move():
            return f"{who} {'enters' if step.enters else 'leaves'} {step.channel}"
        case Block():
            return f"{who} {'blocks' if step.on else 'unblocks'} coach"
        case _:
            assert_never(step)


def tidy(text: str) -> str:
    """Return a member's words as a script can hold them: no blanks at line ends or around."""
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def _say(match: re.Match[str], line: int) -> Act:
    text, files = tidy(match["text"]), int(match["files"] or 0)
    if not text and not files:
        raise ScriptError(line, f"{match['who']} says nothing.", "Write words after the colon.")
    return Say(who=match["who"], where=match["where"] or "coach", text=text, files=files, line=line)


def _on(match: re.Match[str], line: int) -> Act:
    who, on, what = match["who"], match["on"], tidy(match["what"])
    press = _PRESS.fullmatch(what)
    if what == "delete":
        return Remove(who=who, on=on, line=line)
    for name, words in _SHORTCUTS.items():
        if what == words:
            return Use(who=who, on=on, name=name, line=line)
    if press is not None:
        return Press(who=who, on=on, button=_unquote(press["button"]), line=line)
    if what.startswith("edit:") and tidy(what[5:]):
        return Change(who=who, on=on, text=tidy(what[5:]), line=line)
    if what[:1] in ("+", "-"):
        return Tap(who=who, on=on, emoji=_emoji(what[1:], line), added=what[0] == "+", line=line)
    raise ScriptError(
        line,
        f"“{what[:40]}” is nothing one can do with a message.",
        'Write `+4️⃣`, `-4️⃣`, `press "Label"`, `edit: new words`, `delete`, `practise this` or '
        "`second take` after the colon.",
    )


def _presses(match: re.Match[str], line: int) -> Act:
    button = _unquote(match["button"])
    return Press(who=match["who"], on=match["on"] or "", button=button, line=line)


def _sends(match: re.Match[str], line: int) -> Act:
    text = match["fields"]
    parts = _lines_of_fields(text) if "\n" in text else _FIELD_AHEAD.split(text)
    fields: dict[str, str] = {}
    for part in filter(str.strip, parts):
        field = _FIELD.fullmatch(part.strip())
        if field is None or field["name"] in fields:
            raise ScriptError(
                line,
                f"“{part.strip()[:40]}” is not a field of a form, or stands twice.",
                "Write each field once as `name=value`: divided by `;`, or each on its own line.",
            )
        fields[field["name"]] = tidy(field["value"])
    return Send(who=match["who"], fields=tuple(fields.items()), line=line)


def _moves(match: re.Match[str], line: int) -> Act:
    return Move(
        who=match["who"], channel=match["channel"], enters=match["verb"] == "enters", line=line
    )


def _blocks(match: re.Match[str], line: int) -> Act:
    return Block(who=match["who"], on=match["verb"] == "blocks", line=line)


# What is said comes last: its words may look like anything.
_READERS = (
    (_MOVES, _moves),
    (_BLOCKS, _blocks),
    (_SENDS, _sends),
    (_PRESSES, _presses),
    (_ON, _on),
    (_SAY, _say),
)


def _lines_of_fields(text: str) -> list[str]:
    """Return one part for each field: lines set in further belong to the field before."""
    parts: list[str] = []
    for line in text.split("\n"):
        if parts and (not line.strip() or line.startswith(INDENT)):
            parts[-1] += "\n" + line.removeprefix(INDENT)
        else:
            parts.append(line)
    return parts


def _write_say(step: Say) -> str:
    where = f" in {step.where}"
    if step.where == "coach":
        where = "" if step.text.startswith("/coach") else " to coach"
    files = f" with {step.files} {'file' if step.files == 1 else 'files'}" if step.files else ""
    return _indent(f"{step.who}{where}{files}: {step.text}").rstrip()


def _write_fields(fields: tuple[tuple[str, str], ...]) -> str:
    short = "; ".join(f"{name}={value}" for name, value in fields)
    # A value with a semicolon could be taken for two fields.
    if len(short) < 80 and "\n" not in short and not any(";" in value for _, value in fields):
        return f" {short}".rstrip()
    return "".join(_indent(f"\n{name}={_indent(value)}") for name, value in fields)


def _indent(text: str) -> str:
    first, *rest = text.split("\n")
    return "\n".join([first, *(INDENT + line if line else "" for line in rest)])


def _dedent(text: str) -> str:
    first, *rest = text.split("\n")
    return "\n".join([first, *(_outdent(line) for line in rest)]).rstrip()


def _outdent(line: str) -> str:
    return line[len(INDENT) :] if line.startswith(INDENT) else line.lstrip()


def _unquote(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] + text[-1] in _QUOTES:
        return text[1:-1].strip()
    return text


def _emoji(text: str, line: int) -> str:
    emoji = _TONES.sub("", text.strip())
    if re.fullmatch("[1-9]\ufe0f?\u20e3?", emoji):
        return f"{emoji[0]}\ufe0f\u20e3"
    if not 1 <= len(emoji) <= 16 or any(c.isspace() or c.isalnum() for c in emoji):
        raise ScriptError(line, f"“{text[:20]}” is not one emoji.", "Write `+4️⃣` or `+4`.")
    return emoji
