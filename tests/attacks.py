"""Attacks that somebody may write anywhere: each platform's own signs in every frame we thought of.

Rule: whatever is tried against one platform may be written on the other too, so nothing here
knows how it is shown.
"""

from __future__ import annotations

from itertools import product

_PINGS = (
    "<!channel>", "<!here>", "<!everyone>", "<@U1>", "<@U1|ana>", "<@W012ABC>", "<#C1>",
    "<#C1|prep>", "<!subteam^S1>", "<!subteam^S1|@all>", "<https://evil.example>",
    "<https://evil.example|click>", "<mailto:a@b.example|mail>", "<!date^0^{date}|x>",
    "<!date^0^{date}^https://evil.example|x>", "@channel", "@here", "@everyone", "#general",
    "&lt;!channel&gt;", "&amp;lt;!here&amp;gt;", ":tada:", "<", ">", "&", "<!", "<@", "|",
)  # fmt: skip
_AROUND_PINGS = (
    "{}", " {} ", "*{}*", "_{}_", "~{}~", "`{}`", "```{}```", "```\n{}\n```", "> {}", ">>>{}",
    "a{}b", "{}\n{}", "\\{}", "\u202e{}", "\u2066{}", "</x>{}<x>", '"{}"', "\u05d0 {}", "{}\u200d",
    "&{}", "<{}", "{}>",
)  # fmt: skip
SLACK = tuple(frame.replace("{}", ping) for frame, ping in product(_AROUND_PINGS, _PINGS))

_SIGNS = (
    "<@1>", "<@!1>", "<@&1>", "<#1>", "@everyone", "@here", "@EVERYONE", "<:x:1>", "<a:x:1>",
    "<t:1700000000:R>", "<t:0>", "</coach me:1>", "<id:customize>", "<id:guide>",
    "[click](https://evil.example)", "[click](<https://evil.example> 'x')",
    "https://evil.example/a_b_c", "<https://evil.example>", "discord.gg/abc", "mailto:a@b.example",
    "<+15551234>", "||spoiler||", "**bold**", "__under__", "_it_", "*it*", "~~gone~~", "`code`",
    "``co`de``", "```\nfence\n```", "# one", "## two", "### three", "-# small", "- item", "* item",
    "+ item", "1. first", "12) first", "> quote", ">>> all", ":tada:", "¯\\_(ツ)_/¯", "\\", "<",
    "`",
)  # fmt: skip
_AROUND_SIGNS = (
    "{}", " {} ", "*{}*", "_{}_", "~~{}~~", "`{}`", "```{}```", "```\n{}\n```", "> {}", "a{}b",
    "x\n{}\ny", "\\{}", "\\\\{}", "\u202e{}", "\u2066{}", "||{}||", "# {}", "- {}", "{}{}", "1{}",
    "\u2028{}", "{}\u200d", "<{}>", "@{}", "[{}](https://evil.example)", "{}:",
)  # fmt: skip
DISCORD = tuple(frame.replace("{}", sign) for frame, sign in product(_AROUND_SIGNS, _SIGNS))
UNSEEN = (
    "@\u200beveryone", "@every\u200bone", "@\u2060here", "\u2067@everyone\u2069",
    "\u202e<@1>\u202c", "\u2066</coach me:1>", "\ufeff@everyone", "@everyone\u00ad",
    "https://discord.gg/abc", "discord.com/invite/abc", "<https://discord.com/invite/abc>",
    "[x](http://evil.example)", "[@everyone](https://discord.gg/abc)", "a\u0000b",
)  # fmt: skip
"""With characters that nobody sees, and ways into other servers."""
EVERY = SLACK + DISCORD + UNSEEN
