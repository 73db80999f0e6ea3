"""Chromium playing a file from its first picture to its end, as a person would who opens it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.e2e.conftest import CHROMIUM_FLAGS

_PLAYER = """<!doctype html><video muted width="90" height="160"></video>"""
#: Every picture that is shown tells its time; `rate` must leave the machine time to show the last one.
_PLAY = """
([address, rate]) => new Promise((resolve) => {
  const video = document.querySelector("video");
  const seen = { first: null, last: null, duration: 0, ended: false, error: "" };
  const look = (_now, data) => {
    if (seen.first === null) {  // shown before it plays: none is skipped
      seen.first = data.mediaTime;
      video.play().catch((error) => { seen.error = String(error); finish(); });
    }
    seen.last = data.mediaTime;
    if (seen.ended) {
      resolve(seen);
    } else {
      video.requestVideoFrameCallback(look);
    }
  };
  const finish = () => resolve(seen);
  video.requestVideoFrameCallback(look);
  video.onended = () => {
    // It was played to here. A busy machine may not have shown the last pictures: ask for the very last one.
    seen.ended = true;
    seen.duration = video.duration;
    video.requestVideoFrameCallback(look);
    video.currentTime = video.duration - 0.02;
    setTimeout(finish, 10000);
  };
  video.onerror = () => { seen.error = video.error.message; finish(); };
  video.preload = "auto";
  video.src = address;
  video.playbackRate = rate;
})
"""


@dataclass(frozen=True)
class Played:
    """Seconds of the first and the last picture that was shown, and how it went."""

    first: float | None
    last: float | None
    duration: float
    ended: bool
    error: str


class FilmPlayer:
    """One page; the films must lie where `file:` addresses reach."""

    def __init__(self, page: Page, folder: Path) -> None:
        self._page = page
        self._html = folder / "player.html"
        self._html.write_text(_PLAYER, encoding="utf-8")

    def play(self, film: Path, rate: float = 2.0) -> Played:
        """Plays it all."""
        self._page.goto(self._html.as_uri())
        found: dict[str, Any] = self._page.evaluate(_PLAY, [film.as_uri(), rate])
        return Played(**found)


@contextmanager
def film_player(chromium: str, folder: Path) -> Iterator[FilmPlayer]:
    """Starts Chromium for as long as it is needed."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        try:
            yield FilmPlayer(browser.new_page(), folder)
        finally:
            browser.close()
