"""Who is in the practice audience: invented names in many scripts. Pure, any thread.

Nobody real: names are put together from given names, hobbies and things.
"""

from __future__ import annotations

from dataclasses import dataclass

from studio.rehearsal.dice import Dice
from studio.rehearsal.phrases import LANGUAGES

_FIRST = [
    "mika",
    "lumo",
    "tavi",
    "noor",
    "suki",
    "bram",
    "odil",
    "yara",
    "zeno",
    "fenn",
    "kiri",
    "pax",
    "ines",
    "juno",
    "lark",
    "momo",
    "nilo",
    "oona",
    "pim",
    "quill",
    "rumi",
    "sol",
    "tamsin",
    "ulla",
    "vesper",
    "wren",
    "xan",
    "yoko",
    "zuri",
    "aiko",
    "bela",
    "cleo",
    "dario",
    "elif",
    "farid",
    "gita",
    "hana",
    "ivo",
    "jaya",
    "kofi",
    "lila",
]
_SECOND = [
    "draws",
    "inks",
    "paints",
    "doodles",
    "sketches",
    "bakes",
    "naps",
    "hums",
    "reads",
    "knits",
    "plants",
    "roams",
    "glows",
    "dreams",
    "brews",
    "skates",
    "fox",
    "moss",
    "tea",
    "cloud",
    "plum",
    "comet",
    "pixel",
    "noodle",
    "waffle",
    "button",
    "pebble",
    "maple",
    "otter",
    "lemon",
]

_NAMES: dict[str, tuple[str, ...]] = {
    "en": ("Wren Applecart", "Juno B.", "Tamsin Moss", "the other Quill", "Pebble & Co", "Fenn 🦊", "lark"),
    "es": ("Inés del Río Azul", "Lucho Pinceles", "Marisol 🌻", "Tavo", "Nube Peña"),
    "pt": ("Joana das Tintas", "Bento Maré", "Luna ✨", "Caco Andorinha"),
    "id": ("Sari Awan", "Bayu Kopi ☕", "Dewi Pensil", "Raka"),
    "fr": ("Odile Crayon", "Zoé Papillote", "Bastien d'Encre", "Mirabelle 🍑"),
    "de": ("Jördis Tinte", "Kalle Krümel", "Ulla Weißbach", "Bleistift-Bernd"),
    "ja": ("すみれ色のペン", "もちこ🍡", "佐々木ぽん太", "インク猫"),
    "ar": ("نور الحبر", "ياسمين 🌙", "أبو الألوان", "ليلى ترسم"),
    "tr": ("Çınar Gökçe", "Elif Kalem", "Işıl Ünsüz", "Şekerpare 🍯"),
    "zh": ("墨小鱼", "画画的云", "阿橘🍊", "纸上星河"),
    "ko": ("그림 그리는 곰", "하늘연필", "모찌 🐰", "달빛 먹물"),
    "hi": ("रंगीली मीरा", "कागज़ की नाव ⛵", "चाय वाला चित्रकार", "तारा"),
    "th": ("น้องดินสอ", "ใบไม้ 🍃", "หมึกสีคราม", "แมวส้ม"),
    "he": ("נועה מציירת", "עיפרון כחול", "תמר 🌴", "שועל קטן"),
}

_CHARMS = ("🌿", "🎨", "✏️", "🐙", "☁️", "🫧", "🍋", "🧵", "🐌", "🪁", "🌈", "(she/her)", "· studio", "II")

#: A few people whose names are hard on a layout; every audience of 12 or more has some.
_TRICKY = (
    "A very long name that goes on and on because its owner could not decide where to stop " * 2,
    "👩🏽‍🚀🚀👨‍👩‍👧‍👦🏳️‍🌈",
    "Z̈ö́e̊̂",
    "שלום hello مرحبا",
)


@dataclass(frozen=True, slots=True)
class Stranger:
    """Someone in the audience before signing up. ``handle``: unique within its audience, 17 characters."""

    handle: str
    name: str
    language: str


def stranger(seed: int, index: int) -> Stranger:
    """The ``index``-th person of the audience of ``seed``; always the same one."""
    dice = Dice(f"person:{seed}:{index}")
    language = dice.weighted([(code, weight) for code, weight, _ in LANGUAGES])
    handle = f"{dice.pick(_FIRST)}_{dice.pick(_SECOND)}"[:12].rstrip("_")
    name = dice.pick(_NAMES[language])
    if dice.chance(0.35):
        name = f"{dice.pick(_FIRST).title()} {dice.pick(_SECOND).title()}"
    if dice.chance(0.3):
        name = f"{name} {dice.pick(_CHARMS)}"
    if index % 12 == 7:
        name = _TRICKY[index // 12 % len(_TRICKY)].strip()
    return Stranger(handle=f"{handle}{index}", name=name, language=language)
