"""Finds links in a comment, and says whether a host lets them pass.

Pure, any thread. A link begins with a scheme or "www.", or is a bare name that ends in a top-level domain
people really paste; "hello.world" or "3.50" is none.
"""

from __future__ import annotations

import re
import unicodedata

#: The common ones, and what shorteners and invitations use.
_COMMON = (
    "com net org info biz io ai app dev gg tv ly xyz online site shop store live stream club link page blog "
    "fun pro vip win bet top cc ws tk ml ga cf gq ru su ua pl de fr es uk eu nl br mx ar cl jp kr cn tw hk "
    "vn th ph tr ir sa ae eg za ng ke se fi dk cz sk hu ro gr pt ch ca au nz рф"
)
#: Those that are words, too, as after a full stop without its space: a link only with a path behind it.
_WORDS = "to is it be at so no my by am do go la me co in id us"
_TOP, _WITH_PATH = frozenset(_COMMON.split()), frozenset(_WORDS.split())
#: Full stops of other scripts that browsers take for dots (UTS 46).
_FULL_STOPS = str.maketrans("。｡．", "...")
_NAME = r"[^\W_](?:[\w-]{0,62})"
_LINK = re.compile(
    rf"(?:(https?://|www\.)|(?<![\w@.-]))((?:{_NAME}\.){{1,8}}({_NAME}))(:\d{{1,5}})?(/\S?)?", re.IGNORECASE
)


class Links:
    """``allowed``: sites that links may go to, with all that lies under them."""

    def __init__(self, allowed: tuple[str, ...]) -> None:
        self._allowed = tuple(_host(site) for site in allowed)

    def reason(self, text: str) -> str:
        """ "link to bit.ly" for the first one that may not be there; empty without one."""
        for host in hosts(text):
            if not any(host == site or host.endswith(f".{site}") for site in self._allowed if site):
                return f"link to {host}"
        return ""


def hosts(text: str) -> list[str]:
    """Where the links in ``text`` go, lower case."""
    line = unicodedata.normalize("NFKC", text).translate(_FULL_STOPS)
    return [_host(match[2]) for match in _LINK.finditer(line) if _is_link(match)]


def _is_link(match: re.Match[str]) -> bool:
    scheme, top, path = match[1], match[3].casefold(), match[5]
    return bool(scheme) or top in _TOP or (top in _WITH_PATH and bool(path and len(path) > 1))


def _host(site: str) -> str:
    """ "https://WWW.YouTube.com/x" -> "youtube.com"."""
    bare = unicodedata.normalize("NFKC", site).strip().casefold()
    bare = bare.partition("://")[2] or bare
    return re.split(r"[/:?#]", bare, maxsplit=1)[0].removeprefix("www.").strip(".")
