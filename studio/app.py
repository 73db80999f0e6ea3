"""The composition root: builds every part of the studio, starts and stops them in order. No logic.

GUI thread: Qt and asyncio share one loop through qasync.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import ssl
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import qasync
from PySide6.QtCore import QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QMessageBox

from studio import STARTED_S, __version__, logs, places
from studio.connectors.plan import plan_recording, speed
from studio.connectors.source import BadRecording
from studio.media.outputs.rtmp.target import BadTarget
from studio.media.outputs.targets import target_of_line
from studio.model.gift import GiftCatalogue
from studio.net.connection import EventConnection
from studio.net.credentials import CredentialStore
from studio.net.embedded import EmbeddedBackend
from studio.net.errors import Disconnected
from studio.services.account import AccountService
from studio.services.assembly import Ground, assembled
from studio.services.broadcast import BroadcastService
from studio.services.collector import GuiCollector
from studio.services.link import LinkService
from studio.services.local_backend import LocalBackend
from studio.services.practice import Practice, PracticeOptions
from studio.services.profile import Profile
from studio.services.qt_voice import QtVoice
from studio.services.recorded_live import RecordedLive, RecordedOptions, plan_in_words
from studio.services.router import EventRouter
from studio.services.sound import SoundService
from studio.services.studio import Services
from studio.services.tasks import Tasks
from studio.ui.feed.warm_up import FontWarmUp
from studio.ui.main_window import MainWindow
from studio.ui.theme import fonts
from studio.ui.theme.theme import Theme

log = logging.getLogger(__name__)

_STOP_LIMIT_S = 10.0
_WINDOW_SIZE = (1440, 900)
#: Only for a backend that lives as long as one rehearsal on this machine.
PRACTICE_BACKEND = ["--no-rate-limits", "--light-passwords"]


@dataclass(slots=True)
class Studio:
    """All parts of one running studio."""

    services: Services
    router: EventRouter
    embedded: EmbeddedBackend
    stopped: bool = False

    async def stop(self) -> None:
        """Stops the parts in order, each with a time limit and a line in the log; once."""
        if self.stopped:
            return
        self.stopped = True
        steps: list[tuple[str, Callable[[], Awaitable[object]]]] = [
            ("broadcast", self.services.broadcast.stop),
            ("films", self.services.films.recordings.stop),
            ("connection", self.services.link.close),
            ("journal", self.services.journal.stop),
            ("embedded backend", lambda: self.services.tasks.blocking(self.embedded.stop)),
            ("tasks", self.services.tasks.stop),
        ]
        self.services.checks.pause()
        self.services.watch.guard.stop()
        self.services.sound.stop()
        self.services.scenes.stop()
        for name, step in steps:
            try:
                # Not wait_for: it would run the step in another task, and "tasks" spares only its own.
                async with asyncio.timeout(_STOP_LIMIT_S):
                    await step()
                log.info("stopped: %s", name)
            except TimeoutError:
                log.error("%s did not stop within %.0f s", name, _STOP_LIMIT_S)
        self.services.profile.flush()


def build_studio(
    config: Path,
    data: Path,
    backend_data: Path,
    backend_options: list[str],
    tls: ssl.SSLContext | None = None,
) -> Studio:
    """Builds every part; nothing is started yet. Needs a QApplication and a running event loop.

    ``tls``: whom to trust instead of the system's certificate authorities.
    """
    tasks = Tasks()
    profile = Profile(config / "profile.json")
    router = EventRouter()
    client = f"host-studio {__version__}"
    link = LinkService(
        router,
        lambda address, status, heard: EventConnection(address, client, status, heard, tls=tls),
    )
    embedded = EmbeddedBackend(places.program_command(), backend_data, backend_options)
    local = LocalBackend(embedded, link, tasks)
    store = CredentialStore()
    account = AccountService(link, store, profile, tasks, local.start)
    sound = SoundService(profile)
    clip = places.resource_path("demo", "host.mp4")
    ground = Ground(
        router=router,
        link=link,
        account=account,
        broadcast=BroadcastService(link, profile, tasks, clip, tls, sound.thread_of_sound, store),
        sound=sound,
        profile=profile,
        tasks=tasks,
        catalogue=_catalogue(),
        data=data,
        clip=clip,
        families=fonts.families,
        voice=QtVoice,
        program=places.program_command(),
    )
    services = assembled(ground)
    _let_sound(services)
    return Studio(services, router, embedded)


def _let_sound(services: Services) -> None:
    """What happens in the room is heard."""
    alerts, reactions, mentions = services.sound.alerts, services.reactions, services.mentions
    alerts.own = reactions.sound_of
    services.overlays.alert_shown.connect(alerts.react)
    services.overlays.alert_cut_off.connect(alerts.hush)
    mentions.mentioned.connect(lambda: alerts.chime() if mentions.sound else None)


def run_studio(options: argparse.Namespace) -> int:
    """``host-studio``: the window, until it is closed."""
    if not os.environ.get("QT_QPA_PLATFORM") and not _has_display():
        print("host-studio: there is no display. Try `host-studio practice --seconds 30`.", file=sys.stderr)
        return 2
    _start_logging(options.debug)
    try:
        config, data = places.config_dir(), places.data_dir()
    except OSError as error:
        return _cannot_start(error)
    app = _application(offscreen=False)

    async def main() -> int:
        studio = build_studio(config, data, data / "backend", [])
        closed = asyncio.Event()
        window = _window(app, studio, closed)
        studio.services.sound.start()
        studio.services.reactions.load()
        await studio.services.account.restore()
        studio.services.tasks.start(studio.services.history.retain(round(time.time() * 1_000)))
        await studio.services.broadcast.source.choose_first()
        await closed.wait()
        window.deleteLater()
        return 0

    return _run(app, main)


def _start_logging(debug: bool) -> None:
    try:
        folder = places.log_dir()
    except OSError as error:
        logs.start_logging(None, debug)
        log.warning("no log file: %s", error)
    else:
        logs.start_logging(folder, debug)


def _cannot_start(error: OSError) -> int:
    """Says it where the person looks: in a window, and on standard error."""
    text = (
        f"Host Studio cannot keep its settings and data in {error.filename} ({error.strerror}). "
        f"Make that folder writable, or name another one in {places.HOME_VARIABLE}."
    )
    print(f"host-studio: {text}", file=sys.stderr)
    app = QApplication.instance() or _application(offscreen=False)  # kept: without a reference it would end
    QMessageBox.critical(None, "Host Studio", text)
    app.quit()
    return 2


def add_practice_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``host-studio practice``."""
    parser.add_argument("--seconds", type=_positive, default=0.0, metavar="N", help="end by itself after N s")
    parser.add_argument("--viewers", type=int, default=30, choices=range(1, 1001), metavar="1..1000")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="the same seed plays the same show")
    parser.add_argument("--source", default="camera", metavar="camera|demo|pattern|FILE")
    parser.add_argument("--storm", type=_positive, default=0.0, metavar="N", help="N more events a second")
    parser.add_argument("--offscreen", action="store_true", help="no window (automatic without a display)")
    parser.add_argument("--screenshot", type=Path, metavar="FILE.png")
    parser.add_argument("--report", type=Path, metavar="FILE.json")
    parser.add_argument("--record", type=Path, metavar="FOLDER", help="also record to this folder")
    parser.add_argument(
        "--rtmp",
        action="append",
        default=[],
        metavar="URL",
        help="also send to rtmp[s]://host/app/key, or by WHIP to https://token@host/path; repeatable",
    )


def run_practice(options: argparse.Namespace) -> int:
    """``host-studio practice``: a LIVE nobody else sees. 0 when nothing was lost, 1 when something was."""
    offscreen = options.offscreen or not _has_display()
    if offscreen and not options.seconds:
        print("host-studio practice: without a display, say how long: --seconds N", file=sys.stderr)
        return 2
    try:
        targets = tuple(target_of_line(number, address) for number, address in enumerate(options.rtmp, 1))
    except BadTarget as error:
        print(f"host-studio practice: --rtmp: {error}.", file=sys.stderr)
        return 2
    _start_logging(options.debug)
    app = _application(offscreen)
    wanted = PracticeOptions(
        seconds=options.seconds,
        viewers=options.viewers,
        seed=options.seed,
        source=options.source,
        storm=options.storm,
        screenshot=options.screenshot,
        report=options.report,
        record=options.record,
        targets=targets,
    )

    def prepare(studio: Studio, started_s: float, grab: Callable[[Path], None]) -> Rehearsal:
        audit = studio.embedded.audit
        return Practice(studio.services, places.program_command(), started_s, grab, _say, wanted, audit)

    return _rehearse("practice", app, prepare, stay=not options.seconds)


def add_replay_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``host-studio replay``."""
    parser.add_argument("file", type=Path, metavar="FILE", help="recorded events, plain or gzipped")
    parser.add_argument(
        "--speed", type=speed, default=1.0, metavar="X", help="times as fast; 0 or max: no waiting"
    )
    parser.add_argument("--offscreen", action="store_true", help="no window (automatic without a display)")
    parser.add_argument("--screenshot", type=Path, metavar="FILE.png")
    parser.add_argument("--report", type=Path, metavar="FILE.json")


def run_replay(options: argparse.Namespace) -> int:
    """``host-studio replay``: 0 when the room counted what it must, 1 when not, 2 for no recording."""
    for file in filter(None, (options.screenshot, options.report)):
        if not file.absolute().parent.is_dir():
            print(f"host-studio replay: there is no folder {file.absolute().parent}.", file=sys.stderr)
            return 2
    _start_logging(options.debug)
    try:
        plan = plan_recording(options.file, _catalogue().gifts)
    except BadRecording as error:
        print(f"host-studio replay: {error}", file=sys.stderr)
        return 2
    _say(plan_in_words(plan))
    offscreen = options.offscreen or not _has_display()
    app = _application(offscreen)
    wanted = RecordedOptions(options.file.absolute(), options.speed, options.screenshot, options.report)

    def prepare(studio: Studio, started_s: float, grab: Callable[[Path], None]) -> Rehearsal:
        program, audit = places.program_command(), studio.embedded.audit
        return RecordedLive(studio.services, program, started_s, grab, _say, wanted, plan, audit)

    return _rehearse("replay", app, prepare, stay=not offscreen)


class Rehearsal(Protocol):
    """A LIVE nobody else sees. ``run`` is True when nothing was lost."""

    async def run(self) -> bool: ...

    async def stop_audience(self) -> None: ...


Prepare = Callable[[Studio, float, Callable[[Path], None]], Rehearsal]


def _rehearse(word: str, app: QApplication, prepare: Prepare, stay: bool) -> int:
    async def main() -> int:
        with tempfile.TemporaryDirectory(prefix=f"host-studio-{word}-", ignore_cleanup_errors=True) as folder:
            return await _practise(word, app, Path(folder), prepare, stay)

    return _run(app, main)


async def _practise(word: str, app: QApplication, folder: Path, prepare: Prepare, stay: bool) -> int:
    """``stay``: after it, until the host closes the window."""
    studio = build_studio(folder, folder, folder / "backend", PRACTICE_BACKEND)
    closed = asyncio.Event()
    window = _window(app, studio, closed)
    started_s = time.time() - STARTED_S

    def grab(path: Path) -> None:
        if not window.grab().save(str(path), "PNG"):
            raise Disconnected(f"The screenshot could not be written to {path}.")

    studio.services.sound.start()
    rehearsal = prepare(studio, started_s, grab)
    playing = asyncio.ensure_future(rehearsal.run())
    closing = asyncio.ensure_future(closed.wait())
    try:
        await asyncio.wait({playing, closing}, return_when=asyncio.FIRST_COMPLETED)
        if playing.done():
            ok = playing.result()
            if stay and not closed.is_set():
                await closing  # the host reads the summary first
        else:
            playing.cancel()
            await rehearsal.stop_audience()
            ok = True
    except (Disconnected, OSError) as error:
        print(f"host-studio {word}: {error}", file=sys.stderr)
        ok = False
    finally:
        closing.cancel()
        if not playing.done():  # Ctrl+C: the audience goes home before the backend does
            playing.cancel()
            await asyncio.wait({playing})
        if not closed.is_set():
            await studio.stop()
        window.deleteLater()
    return 0 if ok else 1


def _catalogue() -> GiftCatalogue:
    return GiftCatalogue.from_json(places.resource_path("gifts", "catalogue.json").read_bytes())


def _say(line: str) -> None:
    print(line, flush=True)


def _window(app: QApplication, studio: Studio, closed: asyncio.Event) -> MainWindow:
    async def on_close() -> None:
        await studio.stop()
        closed.set()

    profile = studio.services.profile
    saved = profile.saved
    theme = Theme(app, profile.theme, saved.text_scale, compact=saved.compact_feed)
    window = MainWindow(studio.services, theme, on_close=on_close)
    if not profile.window_geometry:
        window.resize(*_WINDOW_SIZE)
    window.show()
    FontWarmUp(window).start()
    return window


def _qt_said(kind: QtMsgType, _where: QMessageLogContext, text: str) -> None:
    """Qt's own messages belong in the log; of a missing sound server the sound card speaks better."""
    quiet = (
        kind is QtMsgType.QtDebugMsg or kind is QtMsgType.QtInfoMsg or text.startswith("PulseAudioService")
    )
    logging.getLogger("qt").log(logging.INFO if quiet else logging.WARNING, "%s", text)


def _application(offscreen: bool) -> QApplication:
    qInstallMessageHandler(_qt_said)
    if offscreen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = QApplication(sys.argv[:1])
    app.setApplicationName("host-studio")
    app.setApplicationDisplayName("Host Studio")
    app.setDesktopFileName("host-studio")
    app.setWindowIcon(QIcon(str(places.resource_path("icons", "app.png"))))
    app.setQuitOnLastWindowClosed(False)
    return app


def _run(app: QApplication, main: Callable[[], Awaitable[int]]) -> int:
    collector = GuiCollector()
    collector.start()
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    loop.set_exception_handler(logs.loop_failed)
    with loop:
        task = asyncio.ensure_future(main(), loop=loop)
        _stop_on_signals(loop, task)
        try:
            code = int(loop.run_until_complete(task))
        except asyncio.CancelledError:
            code = 130
    if any(thread.name == "capture" and thread.is_alive() for thread in threading.enumerate()):
        # A camera's driver still blocks its thread; coming back while Python ends would abort the process.
        log.warning("leaving a blocked camera driver behind")
        logging.shutdown()
        sys.stdout.flush()
        os._exit(code)
    return code


def _stop_on_signals(loop: asyncio.AbstractEventLoop, task: asyncio.Future[int]) -> None:
    def stop(*_: object) -> None:
        loop.call_soon_threadsafe(task.cancel)

    for name in ("SIGINT", "SIGTERM"):
        signal.signal(getattr(signal, name), stop)
    # Python runs signal handlers between bytecodes: the Qt loop must come back to Python now and then.
    ticker = QTimer(QApplication.instance())
    ticker.timeout.connect(lambda: None)
    ticker.start(250)


def _has_display() -> bool:
    if os.environ.get("QT_QPA_PLATFORM"):
        return os.environ["QT_QPA_PLATFORM"] not in ("offscreen", "minimal")
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < 1_000_000:
        raise argparse.ArgumentTypeError("a positive number is wanted")
    return value
