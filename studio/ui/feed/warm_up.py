"""Makes Qt find the fonts of all scripts before the first comment in them comes. GUI thread.

The first text of a script takes 10 to 70 ms, since Qt opens font after font until one has it; later ones take
0.2 ms. So a few words of each are laid out while nothing goes on yet, one at a time.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from studio.model.room import Person
from studio.services.rows import FeedRow, RowKind
from studio.ui.feed.drawing_cache import DrawingCache
from studio.ui.feed.feed_style import FeedStyle

_EVERY_MS = 40
_WIDTH = 400
#: Some letters of each script, and signs that only other fonts have.
SAMPLES = (
    "abc ÅÍÎ ß", "привет ђ", "γειά", "مرحبا ڀ", "שלום", "こんにちは 日本語", "你好 繁體", "안녕하세요",
    "नमस्ते ः", "বাংলা", "ਪੰਜਾਬੀ", "ગુજરાતી", "தமிழ்", "తెలుగు జ్ఞ\u200cా", "ಕನ್ನಡ ಠ_ಠ ಥ益ಥ", "മലയാളം", "සිංහල",
    "ภาษาไทย", "ລາວ", "မြန်မာ", "ភាសាខ្មែរ", "ქართული", "հայերեն", "አማርኛ", "ᚠᛇᚻ", "😀 👩🏽‍🚀 ❤️ 🇯🇵",
    "☃ ♛ ⏯ ▶ ✂ ━┻",
    "𝒯𝓱𝓮 𝕢𝕦𝕚𝕔𝕜 Ｔｈｅ", "̸̈́Z̷͑a̵͐l", "\u0378 \uf8ff",
)  # fmt: skip


class FontWarmUp(QObject):
    """Once started it does its work and is done; ``done`` says how many were laid out."""

    def __init__(self, parent: QObject, samples: tuple[str, ...] = SAMPLES) -> None:
        super().__init__(parent)
        self._samples = samples
        self._cache = DrawingCache()
        self.done = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._next)

    def start(self) -> None:
        self._cache.prepare(_WIDTH, FeedStyle.current(1.0))
        self._timer.start()

    def _next(self) -> None:
        if self.done >= len(self._samples):
            self._timer.stop()
            return
        text = self._samples[self.done]
        self.done += 1
        person = Person(id="", handle="warm-up", name=text)
        for kind in (RowKind.COMMENT, RowKind.GIFT):  # names are bold there, texts in other sizes
            key = 2 * self.done + (kind is RowKind.GIFT)
            self._cache.get(FeedRow(key=key, kind=kind, text=text, person=person))
