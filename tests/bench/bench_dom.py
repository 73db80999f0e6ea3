"""The feed beside a plain list in a browser: processor time for 1,000 messages, memory after 100,000.

The peer is what a chat overlay on a web page does at its simplest: each message becomes a list item with a
disc, a name and words, and the list is scrolled to its end. Both get the same texts at the same rate, both
paint in software, in windows of the same size. Ours is the whole feed: service, folding, layouts, painting.

    cpu_ms_per_1000      of all processes, at 2,000 messages a second for ``BENCH_SECONDS``
    memory_mb_after      growth of memory without a file behind it after 100,000 messages in all
"""

from __future__ import annotations

import json
import shutil
import time
from typing import Any

import psutil
from playwright.sync_api import Page, sync_playwright
from PySide6.QtCore import QLoggingCategory
from PySide6.QtWidgets import QApplication

from studio.ui.feed import FeedPanel
from studio.ui.theme.theme import Theme
from tests.bench.bench_feed_view import _WORDS, RATE, SECONDS, Storm, _rig, run
from tests.e2e.conftest import CHROMIUM_FLAGS
from tests.long.memory import own_mb

MESSAGES = 100_000
_SIZE = (660, 790)
_PAGE = """<!doctype html><meta charset=utf-8><style>
body { margin: 0; background: #0d0e12; color: #f3f5f9; font: 14px sans-serif }
ul { height: 100vh; margin: 0; padding: 8px; overflow-y: scroll; list-style: none; box-sizing: border-box }
li { display: flex; gap: 8px; padding: 4px } i { flex: none; width: 28px; height: 28px; border-radius: 50%;
background: #5aa9ff; text-align: center; line-height: 28px; font-style: normal } b { color: #9ba4b5 }
</style><ul></ul><script>
const list = document.querySelector("ul");
let sent = 0;
function add(words, count) {
  for (let i = 0; i < count; i += 1) {
    const name = `viewer.${(sent * 7919) % 400}`, item = document.createElement("li");
    const [disc, body, who] = ["i", "div", "b"].map((tag) => document.createElement(tag));
    disc.textContent = name[7];
    who.textContent = name;
    body.append(who, document.createElement("br"), `${words[sent % words.length]} ${sent}`);
    item.append(disc, body);
    list.append(item);
    sent += 1;
  }
  list.scrollTop = list.scrollHeight;
}
function storm(words, rate, seconds) {
  const began = performance.now(), first = sent;
  return new Promise((done) => {
    const timer = setInterval(() => {
      const passed = performance.now() - began;
      if (passed >= seconds * 1000) { clearInterval(timer); done(sent - first); return; }
      add(words, Math.round(passed * rate / 1000) - (sent - first));
    }, 10);
  });
}
</script>"""


def dom(chromium: str) -> dict[str, Any]:
    """The browser's own idle time is taken off: it is not the list's."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        page = browser.new_page(viewport={"width": _SIZE[0], "height": _SIZE[1]})
        page.set_content(_PAGE)
        page.evaluate("(words) => add(words, 200)", list(_WORDS))
        page.wait_for_timeout(1_000)
        memory, idle = _browser_mb(), _browser_cpu()
        page.wait_for_timeout(2_000)
        idle = (_browser_cpu() - idle) / 2
        before = _browser_cpu()
        sent = page.evaluate("([words, rate, s]) => storm(words, rate, s)", [list(_WORDS), RATE, SECONDS])
        busy = _browser_cpu() - before - idle * SECONDS
        _fill(page, MESSAGES - sent)
        page.wait_for_timeout(1_000)
        grown = _browser_mb() - memory
        browser.close()
    return {"cpu_ms_per_1000": round(busy * 1e6 / sent, 1), "memory_mb_after": round(grown, 1)}


def _fill(page: Page, left: int) -> None:
    while left > 0:
        page.evaluate("([words, count]) => add(words, count)", [list(_WORDS), min(500, left)])
        left -= 500


def _browsers() -> list[psutil.Process]:
    return [one for one in psutil.Process().children(recursive=True) if "chrom" in one.name()]


def _browser_cpu() -> float:
    return sum(sum(one.cpu_times()[:2]) for one in _browsers())


def _browser_mb() -> float:
    return sum(own_mb(one.pid) for one in _browsers())


def ours(app: QApplication) -> dict[str, Any]:
    """The same with the real feed in a window of the same size."""
    rig = _rig(lambda rig: Storm(rig).burst(200))
    panel = FeedPanel(rig.services, Theme(app, "dark"))
    panel.resize(*_SIZE)
    panel.show()
    app.processEvents()
    own = psutil.Process().pid
    memory = own_mb(own)
    figures = run(rig, SECONDS)
    storm = Storm(rig)
    left = MESSAGES - round(RATE * SECONDS)
    while storm.sent < left:
        storm.burst(min(500, left - storm.sent))
        app.processEvents()
    time.sleep(0.2)
    app.processEvents()
    grown = own_mb(own) - memory
    panel.hide()
    panel.deleteLater()
    return {
        "cpu_ms_per_1000": figures["cpu_ms_per_1000_rows"],
        "memory_mb_after": round(grown, 1),
        "loop_stall_ms": figures["loop_stall_ms"],
    }


def main() -> dict[str, Any]:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        return {"skipped": "needs Chromium"}
    QLoggingCategory.setFilterRules("qt.qpa.*=false")
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    feed = ours(app)
    peer = dom(chromium)
    return {
        "messages": MESSAGES,
        "rate": RATE,
        "feed": feed,
        "dom_list": peer,
        "cpu_ratio": round(feed["cpu_ms_per_1000"] / peer["cpu_ms_per_1000"], 3),
        "memory_ratio": round(feed["memory_mb_after"] / peer["memory_mb_after"], 3),
    }


if __name__ == "__main__":
    print(json.dumps(main()))
