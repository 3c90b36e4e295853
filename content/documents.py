"""A guide's file, from the disk to plain TOML values with their lines.

Rule: whatever the file holds, the only exception that leaves this module is `ContentError`.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from content import limits, lines
from content.problems import ContentError, Problem

# Matched before `tomllib` sees the text: its time and memory grow with the square of the
# number of parts.  Every quantifier is possessive, so the search itself stays linear.
_DEEP_NAME = re.compile(
    rf"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){{{limits.KEY_DEPTH}}}"""
)
_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")

_CURES = (
    ("Cannot overwrite", "The name is set twice in this table; keep one of the two"),
    ("Cannot declare", "The table is opened twice; write [[name]] with two brackets for lists"),
    ("Cannot mutate", "The list is already complete; add to it where it is first written"),
    ("Duplicate inline", "The name is set twice between the braces; keep one of the two"),
    ("Unclosed array", "Put a comma between the items and ] after the last"),
    ("Unclosed inline", "Put a comma between the items and } after the last"),
    ("Unterminated", "Close the text with the same quotation mark that opened it"),
    ("Illegal character", "Close the text on the same line, or use three quotation marks"),
    ("Unescaped '\\'", "Write two backslashes for one, or use single quotation marks"),
    ("Expected '='", 'Write name = "value", and put # before a comment'),
    ("Expected newline", "Begin a new line after the value; a text needs quotation marks"),
    ("Invalid value", 'Put texts between quotation marks, like name = "HR Screen"'),
    ("Invalid initial", "Use letters, digits, - and _ for names, or quotation marks round them"),
    ("Invalid statement", "Begin the line with name =, a [table] or # for a comment"),
    ("Expected ']'", "Close the heading with as many brackets as opened it"),
    ("Invalid date", "Put the text between quotation marks"),
)


@dataclass(frozen=True, slots=True)
class Document:
    """The values of one file, and the line of each.

    `values` maps names to values; `positions` maps where a value stands to its line.
    """

    file: str
    values: dict[str, object]
    positions: dict[lines.Trail, int]


def read(path: Path) -> Document:
    """Read the TOML file at `path`.

    Raises:
        ContentError: If it is missing, unreadable, too large, not UTF-8 or not TOML.
    """
    file = str(path)
    text = _decoded(file, _bytes(path))
    deep = _DEEP_NAME.search(text)
    if deep:
        raise _refused(
            file,
            f"A name here has {limits.KEY_DEPTH} parts or more, joined by dots",
            "Use the names of the template in content/README.md; a guide needs four parts at most",
            text.count("\n", 0, deep.start()) + 1,
        )
    values = _parsed(file, text)
    return Document(file, values, lines.locate(text))


def _bytes(path: Path) -> bytes:
    file = str(path)
    try:
        if path.is_dir():
            raise _refused(file, "This is a folder", "Name a guide's file, ending in .toml")
        if not path.is_file():
            raise _refused(file, "There is no such file", "Check the path and its spelling")
        with path.open("rb") as stream:
            content = stream.read(limits.FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the path is not valid"
        raise _refused(
            file, f"The file cannot be read: {reason}", "Make it readable for the coach's account"
        ) from error
    if len(content) > limits.FILE_BYTES:
        raise _refused(
            file,
            f"The file is larger than {limits.FILE_BYTES // 1024} KB",
            "Split the guide in two, or take out what is not part of it",
        )
    return content


def _decoded(file: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(
            file,
            "The file is not UTF-8 text",
            "Save it again with the encoding UTF-8",
            content.count(b"\n", 0, error.start) + 1,
        ) from error


def _parsed(file: str, text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(file, text, str(error)) from error
    except RecursionError as error:
        raise _refused(
            file,
            "Lists or tables are nested too deeply",
            "Use the shape of the template in content/README.md; a guide needs four levels",
        ) from error
    except ValueError as error:
        # For one, Python refuses to read whole numbers of more than 4,300 digits.
        raise _refused(
            file, "A number or date in the file cannot be read", "Write it with fewer digits"
        ) from error


def _not_toml(file: str, text: str, message: str) -> ContentError:
    at = _AT.search(message)
    reason = _AT.sub("", message)
    line = text.count("\n") + 1
    where = "at the end of the file"
    if at and at[1]:
        line, where = int(at[1]), f"at column {at[2]}"
    reason = "".join(c if c.isprintable() else " " for c in reason)[:120]
    cure = next(
        (cure for start, cure in _CURES if reason.startswith(start)),
        "Compare the line with the template in content/README.md",
    )
    return _refused(file, f"This is not valid TOML {where}: {_lowered(reason)}", cure, line)


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _refused(file: str, problem: str, cure: str, line: int | None = None) -> ContentError:
    return ContentError([Problem(file, line, "", problem, cure)])
