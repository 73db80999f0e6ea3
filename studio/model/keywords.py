"""Finds words and phrases in a comment, whatever its script, case, width or accents, and disguised if wanted.

Pure, any thread. Words are looked up in sets, so thousands of terms cost little more than a few; terms of
scripts that put no spaces between words, and emoji, are found anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from studio.model.folding import fold

#: What stands between words: white space, punctuation, symbols, emoji. A letter's marks are part of its word.
_APART = re.compile(
    "[\\s!-/:-@\\[-`{-~\u00a1-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u2000-\u206f\u2190-\u2bff"
    "\u3000-\u3004\u3008-\u3020\u30fb\uff61-\uff65\ufffc\ufffd\U0001f000-\U0001faff]+"
)
#: Thai to Burmese, Khmer, kana, ideographs, Hangul (which adds its particles to the word).
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff"
    "\u3400-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]"
)
#: Signs and digits that stand for letters (https://en.wikipedia.org/wiki/Leet); a one may be an i or an l.
_SIGNS: dict[int, int | str] = dict(str.maketrans("0345678@$+€£¢", "oeasgtbasteec"))
_ONES = "1!|"
#: Punctuation around a word that is no disguise of its letters.
_AROUND, _AFTER = "\"'“”‘’()[]<>*_~,.;:?…¿¡-", "!"
_RUN = re.compile(r"(.)\1+")
#: From so many single letters in a row a word is spelt apart; from so many equal ones a letter is stretched.
_SPELT, _STRETCHED = 3, 3


class Keywords:
    """``terms``: the host's own; a star at the end of one stands for whatever follows. ``lists``: more of
    them by the name of their list, which is what the reason says of those. ``disguised``: also in leetspeak,
    spelt apart, stretched.
    """

    def __init__(
        self, terms: Iterable[str], lists: Mapping[str, Iterable[str]], *, disguised: bool = False
    ) -> None:
        self._disguised = disguised
        self._words: dict[str, str] = {}  # term -> reason
        self._prefixes: dict[int, dict[str, str]] = {}  # by length
        self._phrases: dict[str, list[tuple[str, str]]] = {}  # by their first word
        self._anywhere: dict[str, str] = {}
        self._squeezed: dict[str, list[str]] = {}
        for term in terms:
            self._add(term, f"keyword “{term.strip()}”")
        for name, listed in lists.items():
            for term in listed:
                self._add(term, f"word list “{name}”")
        self._longest = max(map(len, self._words), default=0)

    def reason(self, text: str) -> str:
        """Which term is in ``text``; empty when none is."""
        line = fold(text)
        words = _split(line)
        return self._in_words(words, line) or (self._in_disguise(line, words) if self._disguised else "")

    def _add(self, term: str, reason: str) -> None:
        line = fold(term)
        star = line.endswith("*")
        words = _split(line)
        if _UNSPACED.search(line) or not words:
            bare = line.strip("* ")
            if bare:
                self._anywhere.setdefault(bare, reason)
        elif len(words) > 1:
            phrase = f" {' '.join(words)}" + ("" if star else " ")
            self._phrases.setdefault(words[0], []).append((phrase, reason))
        elif star:
            self._prefixes.setdefault(len(words[0]), {}).setdefault(words[0], reason)
        elif words[0] not in self._words:
            self._words[words[0]] = reason
            self._squeezed.setdefault(_squeeze(words[0]), []).append(words[0])

    def _in_words(self, words: list[str], line: str) -> str:
        for word in words:
            if found := self._word(word):
                return found
        for term, reason in self._anywhere.items():
            if term in line:
                return reason
        return self._in_phrases(words)

    def _in_phrases(self, words: list[str]) -> str:
        if not self._phrases:
            return ""
        spaced = f" {' '.join(words)} "
        for word in dict.fromkeys(words):
            for phrase, reason in self._phrases.get(word, ()):
                if phrase in spaced:
                    return reason
        return ""

    def _word(self, word: str) -> str:
        if reason := self._words.get(word):
            return reason
        for length, prefixes in self._prefixes.items():
            if reason := prefixes.get(word[:length]):
                return reason
        return ""

    def _in_disguise(self, line: str, words: list[str]) -> str:
        for candidates in (words, *(_plain(line, letter) for letter in "il")):
            for word in candidates:
                if found := self._word(word) or self._stretched(word):
                    return found
            if found := self._in_phrases(candidates) or self._spelt(candidates):
                return found
        return ""

    def _stretched(self, word: str) -> str:
        """Every run of equal letters is as long as the term's, or stretched from it."""
        if _RUN.search(word) is None:
            return ""
        for term in self._squeezed.get(_squeeze(word), ()):
            if all(
                had == has or has >= _STRETCHED for had, has in zip(_runs(term), _runs(word), strict=True)
            ):
                return self._words[term]
        return ""

    def _spelt(self, words: list[str]) -> str:
        """In single letters one after the other, wherever among them it begins."""
        run = ""
        for word in (*words, "--"):
            if len(word) == 1:
                run += word
                continue
            if len(run) >= _SPELT and (found := self._among(run)):
                return found
            run = ""
        return ""

    def _among(self, letters: str) -> str:
        for begin in range(len(letters) - _SPELT + 1):
            for end in range(begin + _SPELT, min(len(letters), begin + self._longest) + 1):
                if reason := self._words.get(letters[begin:end]):
                    return reason
        return ""


def _split(line: str) -> list[str]:
    return [word for word in _APART.split(line) if word]


def _plain(line: str, one: str) -> list[str]:
    """The words with the letters that signs and digits stand for; ``one``: what a 1 is taken for."""
    signs = _SIGNS | {ord(sign): one for sign in _ONES}
    found: list[str] = []
    for word in line.split():
        bare = word.strip(_AROUND).rstrip(_AFTER + _AROUND)
        found += _split(bare.translate(signs))
    return found


def _squeeze(word: str) -> str:
    return _RUN.sub(r"\1", word)


def _runs(word: str) -> list[int]:
    """How often each letter stands in a row."""
    runs: list[int] = []
    last = ""
    for letter in word:
        if letter == last:
            runs[-1] += 1
        else:
            runs.append(1)
            last = letter
    return runs
