"""What a host's rules find: in every script, however it is written, and never more than they say."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.model.matching import REPEAT_WINDOW_MS, Spotter
from studio.model.rules import Consequence, Rule, RuleKind, Rules

WORDS = (
    "spoil*",
    "bad",
    "ass",
    "god",
    "free money",
    "größe",
    "死ね",
    "ばか",
    "바보",
    "ควาย",
    "كلب",
    "चोर",
    "🖕",
)
LISTS = {"en": ("damn", "son of a gun"), "ja": ("くそ",)}


def reason(rule: Rule, text: str) -> str:
    finding = Spotter(Rules(rules=(rule,)), LISTS).spot("ana", text, 1_000)
    return finding.reason if finding is not None else ""


def by_words(text: str, *terms: str, disguised: bool = False, lists: tuple[str, ...] = ()) -> str:
    rule = Rule(kind=RuleKind.KEYWORDS, terms=terms or WORDS, disguised=disguised, lists=lists)
    return reason(rule, text)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("SPOILERS ahead", "spoil*"),
        ("what a BÁD idea", "bad"),
        ("ｂａｄ", "bad"),
        ("b\u200bad", "bad"),
        ("bad,really", "bad"),
        ("Free\u3000MONEY here", "free money"),
        ("free, money!", "free money"),
        ("GROSSE", "größe"),
        ("お前死ねよ", "死ね"),
        ("ﾊﾞｶ", "バカ"),
        ("이 바보야", "바보"),
        ("ไอ้ควายเอ๊ย", "ควาย"),
        ("يا كَلْب", "كلب"),
        ("वह चोर है", "चोर"),
        ("so🖕🏿!", "🖕"),
    ],
)
def test_a_word_is_found_however_it_is_written(text: str, term: str) -> None:
    assert by_words(text, term) == f"keyword “{term}”"


@pytest.mark.parametrize("text", ["class", "Bassoon", "badge", "not bаd", "free the money", "freemoney", ""])
def test_a_word_is_not_found_inside_another(text: str) -> None:
    assert by_words(text) == ""


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("b4d", "bad"),
        ("b@d!!", "bad"),
        ("a$$", "ass"),
        ("sp01lers", "spoil*"),
        ("fr33 m0ney", "free money"),
        ("b a d", "bad"),
        ("b.a.d", "bad"),
        ("i a m b a d", "bad"),
        ("baaaad", "bad"),
        ("assssss", "ass"),
        ("goood", "god"),
    ],
)
def test_a_disguise_is_seen_through_only_if_wanted(text: str, term: str) -> None:
    assert by_words(text) == ""
    assert by_words(text, disguised=True) == f"keyword “{term}”"


@pytest.mark.parametrize("text", ["good", "baad", "as", "c l a s p", "bed", "wow!!!", "100 %", "b a"])
def test_a_disguise_is_not_seen_where_there_is_none(text: str) -> None:
    assert by_words(text, disguised=True) == ""


def test_a_list_is_named_but_its_word_is_not_repeated() -> None:
    assert by_words("Damn it", "nothing", lists=("en", "ja")) == "word list “en”"
    assert by_words("that son of a gun", "nothing", lists=("en",)) == "word list “en”"
    assert by_words("くそっ", "nothing", lists=("ja", "xx")) == "word list “ja”"
    assert by_words("Damn it", "nothing", lists=("ja",)) == ""


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("see bit.ly/abc", "bit.ly"),
        ("HTTPS://WWW.Example.COM/x?y", "example.com"),
        ("www.foo.bar", "foo.bar"),
        ("join t.me/us", "t.me"),
        ("ｂｉｔ．ｌｙ/abc", "bit.ly"),
        ("bit。ly/abc", "bit.ly"),
        ("пример.рф", "пример.рф"),
        ("http://10.0.0.1/x", "10.0.0.1"),
        ("youtube.com.evil.ru", "youtube.com.evil.ru"),
        ("notyoutube.com", "notyoutube.com"),
        ("youtube.com and evil.net", "evil.net"),
    ],
)
def test_links_are_found_and_named(text: str, host: str) -> None:
    rule = Rule(kind=RuleKind.LINKS, terms=("https://www.YouTube.com/",))
    assert reason(rule, text) == f"link to {host}"


@pytest.mark.parametrize(
    "text",
    [
        "hello.world",
        "ok.thanks",
        "3.50",
        "e.g. this",
        "that is.it",
        "end.So what",
        "a@b.com",
        "m.youtube.com/x",
    ],
)
def test_what_is_no_link_or_may_be_there(text: str) -> None:
    assert reason(Rule(kind=RuleKind.LINKS, terms=("youtube.com",)), text) == ""


@pytest.mark.parametrize(
    ("text", "shouts"),
    [
        ("STOP DOING THAT", True),
        ("WOW", False),
        ("This Is Title Case Only", False),
        ("ДОБРОЕ УТРО всем", True),
        ("こんにちは皆さん元気ですか", False),
        ("12345678 !!!!!!!!", False),
    ],
)
def test_capitals(text: str, shouts: bool) -> None:
    assert reason(Rule(kind=RuleKind.CAPITALS), text) == ("capitals" if shouts else "")


def test_the_second_time_is_a_repeat_within_the_window_and_of_the_same_person() -> None:
    spotter = Spotter(Rules(rules=(Rule(kind=RuleKind.REPEATS),)), {})
    said = [
        ("ana", "hello", 0),
        ("ben", "hello", 10),
        ("ana", "bye", 20),
        ("ana", "HELLOOO", REPEAT_WINDOW_MS),
        ("ana", "bye", REPEAT_WINDOW_MS + 21),
    ]
    found = [spotter.spot(*one) is not None for one in said]
    assert found == [False, False, False, True, False]
    spotter.forget()
    assert spotter.spot("ana", "bye", REPEAT_WINDOW_MS + 22) is None


def test_the_strictest_rule_counts_and_of_equal_ones_the_first() -> None:
    rules = Rules(
        rules=(
            Rule(kind=RuleKind.KEYWORDS, terms=("bad",)),
            Rule(kind=RuleKind.LINKS, consequence=Consequence.MUTE),
            Rule(kind=RuleKind.CAPITALS, consequence=Consequence.MUTE),
        )
    )
    finding = Spotter(rules, {}).spot("ana", "BAD BAD BAD bit.ly/X", 0)
    assert finding is not None and finding.rule is rules.rules[1]


def test_memory_of_repeats_is_bounded() -> None:
    spotter = Spotter(Rules(rules=(Rule(kind=RuleKind.REPEATS),)), {})
    for number in range(5_000):
        spotter.spot(f"person {number}", f"text {number}", number)
    assert len(spotter._said) == 2_000


@pytest.mark.parametrize(
    "text",
    [
        "a" * 20_000,
        "a!" * 10_000,
        "a " * 10_000,
        "(a+)+$" * 3_000,
        "a." * 10_000,
        "http://" * 3_000,
        "1 " * 10_000,
    ],
)
def test_hostile_texts_and_terms_are_only_text(text: str) -> None:
    """Nothing a host or a stranger writes is a pattern; the time limit of every test is the proof."""
    terms = ("(a+)+$", *("x" * 99 + chr(ord("a") + number % 26) for number in range(199)))
    rules = Rules(
        rules=(
            Rule(kind=RuleKind.KEYWORDS, terms=terms, disguised=True),
            Rule(kind=RuleKind.LINKS),
            Rule(kind=RuleKind.REPEATS),
        )
    )
    spotter = Spotter(rules, LISTS)
    assert spotter.spot("ana", "no (a+)+$ here", 0) is not None, "as a text it is found"
    spotter.spot("ana", text, 1)


ACCENTS = ("\u0301", "\u0308", "\u200b", "\u200d", "\u2060", "")


@given(
    st.sampled_from(["bad", "spoil*", "free money", "größe"]),
    st.lists(st.tuples(st.booleans(), st.booleans(), st.sampled_from(ACCENTS)), min_size=12, max_size=12),
    st.sampled_from(["", "and ", "【", "… "]),
    st.sampled_from(["", "!", " or so", "】"]),
)
@settings(max_examples=150)
def test_case_width_accents_and_what_is_unseen_never_help(
    term: str, how: list[tuple[bool, bool, str]], before: str, after: str
) -> None:
    written = "".join(
        _written(letter, *how[place % len(how)]) for place, letter in enumerate(term.rstrip("*"))
    )
    assert by_words(before + written + after, term) == f"keyword “{term}”"


def _written(letter: str, upper: bool, wide: bool, mark: str) -> str:
    if letter == " ":
        return letter
    letter = letter.upper() if upper and len(letter.upper()) == 1 else letter
    if wide and "!" <= letter <= "~":
        letter = chr(ord(letter) + 0xFEE0)
    return unicodedata.normalize("NFC", letter) + mark


comments = st.lists(
    st.tuples(
        st.sampled_from(["ana", "ben"]),
        st.one_of(
            st.sampled_from(["bad", "hello", "b4d", "bit.ly/x", "HELLO EVERYONE"]), st.text(max_size=40)
        ),
        st.integers(0, 60_000),
    ),
    max_size=12,
)


@given(comments, st.booleans())
@settings(max_examples=100)
def test_the_same_comments_find_the_same(said: list[tuple[str, str, int]], disguised: bool) -> None:
    rules = Rules(
        rules=(
            Rule(kind=RuleKind.KEYWORDS, terms=WORDS, disguised=disguised, lists=("en",)),
            Rule(kind=RuleKind.LINKS, consequence=Consequence.HIDE),
            Rule(kind=RuleKind.CAPITALS),
            Rule(kind=RuleKind.REPEATS, consequence=Consequence.MUTE),
        )
    )
    one, other = Spotter(rules, LISTS), Spotter(rules, LISTS)
    for who, text, at_ms in said:
        assert one.spot(who, text, at_ms) == other.spot(who, text, at_ms)
