"""Draws every screen into PNG files to be looked at: `python -m tests.ui.gallery FOLDER [theme ...]`.

For developers; not a test. Runs offscreen with the stage's services, no camera, no network.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("HOST_STUDIO_HOME", tempfile.mkdtemp(prefix="host-studio-gallery-"))

import qasync
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from studio.journal.entry import Header
from studio.journal.writer import JournalWriter
from studio.media.outputs.recording import RecordingPlan
from studio.model.countdown import Countdown
from studio.model.giveaway import Entrants, Giveaway
from studio.model.poll import Poll, PollOption
from studio.model.question import Question, QuestionState
from studio.model.reaction import Reaction, Show, Sound
from studio.model.room import CommentAccess, Commenters, Goal, GoalKind
from studio.model.scene import Fit, Placement, SourceKind, SourceSpec
from studio.model.spoken import SpeechWish, Whose
from studio.model.treasure import TreasureBox
from studio.net.connection import LinkState
from studio.protocol.activity_events import (
    BoxChanged,
    CountdownChanged,
    FanChanged,
    GiveawayChanged,
    PollChanged,
)
from studio.protocol.events import (
    CommentAccessChanged,
    Commented,
    Joined,
    QuestionAnswered,
    QuestionMoved,
    QuestionVoted,
)
from studio.services.broadcast import BroadcastCounters
from studio.services.checks import CheckState
from studio.services.journal import entry_of
from studio.services.picture_source import SourceState
from studio.services.rows import FeedTab
from studio.services.video_presets import PRESETS
from studio.ui.activities.poll_editor import PollEditor
from studio.ui.main_window import MainWindow
from studio.ui.theme.theme import Theme
from tests.fakes.still_broadcast import no_trial
from tests.fakes.studio_stage import GOOD, RIN, Stage
from tests.ui import gallery_history as past
from tests.ui import gallery_money as money
from tests.unit.media.outputs.films import recorded

SIZES = {"1440": (1440, 900), "1280": (1280, 720), "1000": (1000, 700), "1920": (1920, 1080)}
Scene = Callable[[Stage, MainWindow], None]


def signed_out(stage: Stage, window: MainWindow) -> None:
    stage.services.account.changed.emit()


def sign_up(stage: Stage, window: MainWindow) -> None:
    window.sign_in.switch.click()
    window.sign_in.handle.set_text("rin.sketches")
    window.sign_in.submit.click()
    window.sign_in.problem.show_problem("That handle is taken; choose another one.")


def ready(stage: Stage, window: MainWindow) -> None:
    stage.services.profile.update(last_title="Friday night sketching ✏️")
    window.ready.form.title.set_text("Friday night sketching ✏️")
    window.ready.form.goal.title.set_text("New tablet")
    window.ready.form.goal.target.set_text("50000")
    stage.broadcast.run_camera(GOOD)
    stage.sign_in()
    stage.services.checks._free = 1_500_000_000
    video = stage.broadcast.video
    video.choice = no_trial(video.canvas, video.settings, "auto")
    stage.broadcast.upload.kbps = 11_200
    stage.services.checks._measure()
    stage.broadcast.show_frame()


def ready_problems(stage: Stage, window: MainWindow) -> None:
    stage.services.account.live_room = None
    room = stage.room()
    stage.sign_in(live_room=room)
    stage.broadcast.counters = BroadcastCounters()
    stage.broadcast.state(SourceState.NONE, "No camera found. Plug one in, or use the demo clip.")
    stage.link.put(LinkState.RECONNECTING, "The backend does not answer.", 4)
    stage.services.checks._measure()
    window.ready.form.title.set_text("A title that is much longer than what the server takes")
    window.ready.form.goal.title.set_text("New tablet")
    window.ready.start()
    window.ready.form.problem.show_problem("Start the LIVE again: the backend was busy.")
    assert any(check.state is CheckState.FAILED for check in stage.services.checks.checks)


def live(stage: Stage, window: MainWindow) -> None:
    ready(stage, window)
    stage.go_on_air()
    stage.send(
        stage.comment("ana.lopez", "¡qué bonito! can you add a fox in the corner? 🦊"),
        stage.comment("leo_k", "first time here, the shading is unreal"),
        stage.gift("sunny_side", "Rose", 47, streak="s", ended=False),
        stage.comment("yusuf.art", "مرحبا من المغرب، رسم رائع 👏👏"),
        stage.question("tom.w", "Which brush do you use for the hair strands?"),
        stage.comment("春日_haru", "次は猫をお願いします！今日の配信も最高です"),
        stage.liked("dee", 214),
        stage.followed("noor_92"),
        stage.gift("mika.draws", "Lion"),
        stage.comment("dee", "LETS GOOO mika 🔥🔥🔥"),
    )
    stage.flush()
    stage.broadcast.show_frame()


def live_crowd(stage: Stage, window: MainWindow) -> None:
    """A streak without an end, comments that say the same (one opened), likes and joins."""
    now_s, streaks = [1_000.0], stage.services.feed.streaks
    streaks._clock = lambda: now_s[0]
    live(stage, window)
    stage.send(stage.gift("kofi", "Rose", 11, streak="k", ended=False))
    now_s[0] += 60
    streaks.look()
    long = ("averyveryverylonghandle_" * 9, "يوسف.للفنون" * 18, "春日_haru", "kofi")
    stage.send(*[stage.comment(f"viewer.{number}", "draw a fox please") for number in range(14)])
    stage.send(*[stage.comment(name, text) for name, text in zip(long, _ALIKE, strict=True)])
    stage.send(*[stage.liked(f"fan.{number}", 7) for number in range(30)])
    stage.send(stage.joined("kofi"), stage.joined("يوسف.للفنون"))
    stage.flush()
    window.live.feed.view.toggle_newest()


_ALIKE = ("رسم رائع 👏👏", "رسم رائع 👏", "رسم رائـــع 👏👏👏", "رسمٌ رائعٌ 👏")


def live_trouble(stage: Stage, window: MainWindow) -> None:
    live(stage, window)
    stage.link.put(LinkState.RECONNECTING, "The connection was cut.", 4)
    stage.broadcast.counters = BroadcastCounters(
        camera_fps=12.0, skipped=31, dropped=8, lagged=2, on_air=True
    )
    stage.broadcast.state(SourceState.LOST, "Logitech C920 was unplugged. It is used again once it is back.")
    stage.broadcast.changed.emit()
    window.close()


def ready_video(stage: Stage, window: MainWindow) -> None:
    ready(stage, window)
    window.ready.open_video()


def ready_landscape(stage: Stage, window: MainWindow) -> None:
    ready(stage, window)
    video = stage.broadcast.video
    video.use_preset(next(preset for preset in PRESETS if preset.id == "twitch"))
    video.choice = no_trial(video.canvas, video.settings, "auto")
    stage.services.checks._measure()
    stage.broadcast.show_frame()


def verdict(stage: Stage, window: MainWindow) -> None:
    live(stage, window)
    stage.judge(skipped=4, encode_ms=41.0)
    window.show_verdict()


def verdict_good(stage: Stage, window: MainWindow) -> None:
    live(stage, window)
    stage.judge()
    window.show_verdict()


def away(stage: Stage, window: MainWindow) -> None:
    live(stage, window)
    stage.services.watch.away.toggle()
    followers = CommentAccess(who=Commenters.FOLLOWERS)
    stage.send(CommentAccessChanged(access=followers, by=RIN, **stage._stamp()))
    stage.flush()
    stage.broadcast.show_frame()


def guarded(stage: Stage, window: MainWindow) -> None:
    live(stage, window)
    stage.judge()
    stage.freeze()
    stage.broadcast.show_frame()


def live_large_text(stage: Stage, window: MainWindow) -> None:
    live(stage, window)
    window.settings.set_text(1.3)


def ready_large_text(stage: Stage, window: MainWindow) -> None:
    ready(stage, window)
    window.settings.set_text(1.3)


def palette(stage: Stage, window: MainWindow) -> None:
    live(stage, window)
    window.show_commands()
    window.palette_box.search.setText("the")


def goal(stage: Stage, window: MainWindow) -> None:
    """A goal in likes, and the card that changes it to one gift."""
    live(stage, window)
    service = stage.services.live
    service.goal = Goal(title="More hearts", target=20_000, reached=12_400, kind=GoalKind.LIKES)
    service.changed.emit()
    window.live.unfold_earnings()
    window.live.earnings.edit_goal()
    editor = window.live.earnings.goal_editor
    assert editor is not None
    editor.fields.kind.setCurrentIndex(editor.fields.kind.findData("gift"))


def activities(stage: Stage, window: MainWindow) -> None:
    """Everything that can run at once, in several scripts."""
    live(stage, window)
    now = stage.now_ms
    poll = Poll(
        poll_id="p",
        question="What do I draw next? \u202eأي رسم",
        options=(
            PollOption(text="A fox in the corner", votes=128),
            PollOption(text="灯台と夜の海 🌊", votes=71),
            PollOption(text="مرحبا من المغرب", votes=3),
        ),
        ends_ms=now + 94_000,
    )
    giveaway = Giveaway(
        giveaway_id="g",
        prize="A signed print of tonight's sketch",
        places=2,
        who=Entrants.FOLLOWERS,
        commitment="ab" * 32,
        ends_ms=now + 300_000,
        entered=231,
    )
    by = stage.gift("kofi", "Rosa").person
    stage.send(
        CountdownChanged(
            countdown=Countdown(title="Next sketch", length_ms=300_000, ends_ms=now + 187_000),
            **stage._stamp(),
        ),
        PollChanged(poll=poll, **stage._stamp()),
        GiveawayChanged(giveaway=giveaway, **stage._stamp()),
        BoxChanged(
            box=TreasureBox(box_id="b", by=by, coins=500, places=10, opens_ms=now + 25_000, joined=4),
            **stage._stamp(),
        ),
        FanChanged(person=by, level=3, joined=True, fans=41, **stage._stamp()),
        stage.comment("kofi", "the fox, please!"),
    )
    stage.flush()
    stage.services.activities.changed.emit()


def reactions(stage: Stage, window: MainWindow) -> None:
    """A burst is up; a gift has its own sound, which is missing."""
    live(stage, window)
    service = stage.services.reactions
    service.choose_tier(5, Reaction(show=Show.BURST))
    service.choose_tier(1, Reaction(sound=Sound.NONE))
    service.choose_gift(1_010, Reaction(sound=Sound.OWN, file="gone.mp3"))
    service.troubles["gone.mp3"] = "gone.mp3 cannot be read: No such file or directory."
    service.changed.emit()
    stage.services.overlays.pause_alerts()
    stage.services.overlays._alerts.clear()
    stage.services.overlays.pause_alerts(False)
    stage.services.overlays.test_alert()
    QTimer.singleShot(400, stage.broadcast.show_frame)
    window.live.preview.open_reactions()


def speech(stage: Stage, window: MainWindow) -> None:
    live(stage, window)
    stage.services.speech.choose(SpeechWish(on=True, whose=Whose.FANS))
    window.live.feed.show_speech()


def person(stage: Stage, window: MainWindow) -> None:
    """Who somebody is: three LIVEs kept on this computer, and this one."""
    live(stage, window)
    who = stage.comment("ana.lopez", "").person
    folder = stage.services.journal._folder
    for day in range(1, 4):
        opened = 1_757_000_000_000 + day * 86_400_000
        header = Header(room_id=f"room{day}", host=RIN, title="Sketching", started_ms=opened)
        writer = JournalWriter(folder, header)
        writer.start()
        for seq in range(1, 40 * day):
            said = Commented(seq=seq, at_ms=opened + seq, comment_id=str(seq), person=who, text="hello")
            writer.append(entry_of(said))
        writer.close(5)
    stage.services.journal._index.refresh()
    stage.send(
        Joined(person=who, fan_level=3, **stage._stamp()),
        stage.gift("ana.lopez", "Rosa", 3),
        stage.gift("ana.lopez", "Lion"),
        stage.comment("ana.lopez", "the shading is unreal"),
    )
    stage.flush()
    window.live.feed.view.settle()
    row = next(row for row in stage.services.feed.rows(FeedTab.ALL) if row.person == who)
    window.live.feed.show_person(row, window.mapToGlobal(QPoint(460, 260)))


def poll_editor(stage: Stage, window: MainWindow) -> None:
    live(stage, window)
    start = window.live.feed.start
    start.open_poll()
    editor = start.editor("poll")
    assert isinstance(editor, PollEditor)
    editor.kind.setCurrentIndex(1)
    editor.more.click()


def giveaway_editor(stage: Stage, window: MainWindow) -> None:
    live(stage, window)
    window.live.feed.start.open_giveaway()


def countdown_editor(stage: Stage, window: MainWindow) -> None:
    live(stage, window)
    window.live.feed.start.open_countdown()


def box_editor(stage: Stage, window: MainWindow) -> None:
    live(stage, window)
    window.live.feed.start.open_box()


def compact(stage: Stage, window: MainWindow) -> None:
    window.settings.set_compact(True)
    live_crowd(stage, window)


def no_goal(stage: Stage, window: MainWindow) -> None:
    live(stage, window)
    stage.services.live.goal = None
    stage.services.live.changed.emit()


def live_thanks(stage: Stage, window: MainWindow) -> None:
    """Many to thank, in every script; some were."""
    live(stage, window)
    stage.send(
        stage.gift("kofi", "Perfume", 3),
        stage.gift("kofi", "Rosa"),
        stage.gift("averyveryverylonghandle_" * 8, "Hand Hearts", 2),
        stage.gift("春日_haru 🦊", "Corgi"),
        stage.gift("يوسف.للفنون", "Rose", 12),
        stage.gift("yusuf.art", "Sunglasses"),
        *(stage.gift(f"viewer.{number}", "Rose", 1 + number % 7) for number in range(294)),
    )
    for gift in ("Rose", "Perfume", "Doughnut", "Rosa", "Confetti", "Coral"):
        stage.send(stage.gift("everything", gift))
    stage.services.thanks.tick("id:kofi")
    stage.flush()
    stage.broadcast.show_frame()


def summary_thanks(stage: Stage, window: MainWindow) -> None:
    live_thanks(stage, window)
    for giver in stage.services.thanks.first(40)[::2]:
        stage.services.thanks.tick(giver.person.id)
    stage.finish()


def summary(stage: Stage, window: MainWindow) -> None:
    live(stage, window)
    stage.finish()


def summary_recorded(stage: Stage, window: MainWindow) -> None:
    live(stage, window)
    stage.recorded()
    stage.finish()
    window.summary.recordings.refresh()


def summary_finishing(stage: Stage, window: MainWindow) -> None:
    live(stage, window)
    stage.finish()
    stage.recorded(finishing=0.42)


def marked(stage: Stage, window: MainWindow) -> None:
    live(stage, window)
    stage.services.films.marks.word.say("Marked 42:15")
    stage.broadcast.show_frame()


def ready_cut_off(stage: Stage, window: MainWindow) -> None:
    ready(stage, window)
    folder = Path(tempfile.mkdtemp())
    for path in recorded(RecordingPlan(folder, "Friday night sketching"), 2).files:
        os.utime(path, (1_700_000_000, 1_700_000_000))
    stage.services.profile.update(record=True, record_folder=str(folder))
    stage.services.films.recordings.look()
    stage.broadcast.outputs.settings.changed.emit()


def summary_differs(stage: Stage, window: MainWindow) -> None:
    live(stage, window)
    stage.finish(missed=3)


def add_scenes(stage: Stage) -> None:
    scenes = stage.services.scenes
    scenes.add_scene("Drawing table")
    text = SourceSpec(kind=SourceKind.TEXT, text="今日はライオン\nرسم مباشر", colour="#ffc34d")
    scenes.add_layer(SourceSpec(), "Camera")
    scenes.add_layer(
        SourceSpec(kind=SourceKind.COLOUR, colour="#2bd4b4"), "Bar", Placement(height=0.1, y=0.9)
    )
    scenes.add_layer(text, "Title", Placement(x=0.5, y=0.2, width=0.8, height=0.16, fit=Fit.CONTAIN))
    scenes.add_scene("A scene with a name of thirty-two")
    scenes.switch(scenes.book.scenes[1].id)


def ready_scenes(stage: Stage, window: MainWindow) -> None:
    ready(stage, window)
    add_scenes(stage)
    window.ready.preview.open_scenes()


def live_scenes(stage: Stage, window: MainWindow) -> None:
    live(stage, window)
    add_scenes(stage)
    window.live.preview.open_scenes()


def live_editor(stage: Stage, window: MainWindow) -> None:
    live(stage, window)
    add_scenes(stage)
    scenes = stage.services.scenes
    scenes.select(scenes.scene.layers[2].id)
    window.live.preview.editor.begin()


def ready_editor(stage: Stage, window: MainWindow) -> None:
    ready(stage, window)
    add_scenes(stage)
    scenes = stage.services.scenes
    bar = scenes.scene.layers[1]
    scenes.select(bar.id)
    scenes.place(bar.id, Placement(x=0.4, y=0.7, width=0.5, height=0.14, rotation_deg=20))
    window.ready.preview.editor.begin()


#: Who asks what, and how many want to know.
ASKED = (
    ("yusuf.art", "كم سنة وأنت ترسم؟ وهل عندك دروس للمبتدئين؟", 9),
    ("春日_haru", "どんな紙を使っていますか？水彩紙でしょうか、それとも画用紙？", 31),
    ("n" * 200, "Do you ever throw one away and start over? What then, and how do you decide? " * 4, 2),
    ("dee", "🦊🔥 fox next??", 1),
    ("mika.draws", "What was the first thing you ever sold?", 22),
    ("leo_k", "Is that a 0.3 or a 0.5?", 5),
)


def questions(stage: Stage, window: MainWindow, taken_up: int = 1) -> None:
    """One is being answered, one is answered, the last one was dismissed."""
    live(stage, window)
    asked = [stage.question(name, text) for name, text, _ in ASKED]
    stage.send(*asked)
    for one, (_, _, votes) in zip(asked, ASKED, strict=True):
        stage.send(QuestionVoted(question_id=one.question_id, votes=votes, **stage._stamp()))
    stage.send(QuestionAnswered(question_id=asked[4].question_id, **stage._stamp()))
    for number, state in ((5, QuestionState.DISMISSED), (taken_up, QuestionState.ANSWERING)):
        one = asked[number]
        question = Question(
            question_id=one.question_id, person=one.person, text=one.text, at_ms=one.at_ms,
            state=state, votes=ASKED[number][2],
        )  # fmt: skip
        stage.send(QuestionMoved(question=question, **stage._stamp()))
    stage.flush()
    stage.services.overlays.refresh()
    stage.broadcast.show_frame()
    window.live.feed.show_questions()


def questions_long(stage: Stage, window: MainWindow) -> None:
    """The same with 300 characters over the picture."""
    questions(stage, window, taken_up=2)


def on_air(scene: Scene) -> Scene:
    """``scene`` after the LIVE of `live`."""

    def both(stage: Stage, window: MainWindow) -> None:
        live(stage, window)
        scene(stage, window)

    return both


SCENES: dict[str, Scene] = {
    "signin": signed_out,
    "signup": sign_up,
    "ready": ready,
    "ready-problems": ready_problems,
    "ready-video": ready_video,
    "ready-landscape": ready_landscape,
    "live": live,
    "live-trouble": live_trouble,
    "live-thanks": live_thanks,
    "summary-thanks": summary_thanks,
    "live-crowd": live_crowd,
    "verdict": verdict,
    "verdict-good": verdict_good,
    "away": away,
    "guarded": guarded,
    "palette": palette,
    "goal": goal,
    "activities": activities,
    "person": person,
    "speech": speech,
    "reactions": reactions,
    "poll-editor": poll_editor,
    "giveaway-editor": giveaway_editor,
    "countdown-editor": countdown_editor,
    "box-editor": box_editor,
    "no-goal": no_goal,
    "compact": compact,
    "live-large": live_large_text,
    "ready-large": ready_large_text,
    "summary": summary,
    "summary-differs": summary_differs,
    "summary-recorded": summary_recorded,
    "summary-finishing": summary_finishing,
    "marked": marked,
    "ready-scenes": ready_scenes,
    "live-scenes": live_scenes,
    "live-editor": live_editor,
    "ready-editor": ready_editor,
    "ready-cut-off": ready_cut_off,
    "questions": questions,
    "questions-long": questions_long,
    "cash-out": on_air(money.cash_out),
    "cash-out-under-way": on_air(money.cash_out_under_way),
    "cash-out-password": on_air(money.cash_out_password),
    "taken-back": on_air(money.taken_back),
    "derivation": on_air(money.derivation),
    "derivation-payout": on_air(money.derivation_of_payout),
    "history": past.history,
    "history-people": past.people,
    "history-totals": past.totals,
    "history-delete": past.delete,
    "history-none": past.nothing,
    "export": past.export,
    "exporting": past.exporting,
}


async def settle(seconds: float = 0.7) -> None:
    """The loop is Qt's own: it paints meanwhile."""
    await asyncio.sleep(seconds)


def picture(app: QApplication, window: MainWindow) -> QPixmap:
    """The window with the cards that lie over it."""
    drawn = window.grab()
    painter = QPainter(drawn)
    for card in app.topLevelWidgets():
        if card.isVisible() and card.windowType() is Qt.WindowType.Popup:
            painter.drawPixmap(card.pos() - window.pos(), card.grab())
            card.hide()
    painter.end()
    return drawn


async def draw(app: QApplication, folder: Path, themes: list[str], only: list[str]) -> None:
    theme = Theme(app, "dark")
    for theme_name in themes:
        theme.set_name(theme_name)
        for scene_name, scene in SCENES.items():
            if only and scene_name not in only:
                continue
            sizes = SIZES if theme_name == "dark" else {"1440": SIZES["1440"]}
            for size_name, size in sizes.items():
                stage = Stage(Path(tempfile.mkdtemp()))
                window = MainWindow(stage.services, theme, on_rehearse=lambda: None)
                window.resize(*size)
                window.show()
                await settle(0.1)
                scene(stage, window)
                await settle()
                picture(app, window).save(str(folder / f"{scene_name}-{theme_name}-{size_name}.png"))
                window.hide()
                window.deleteLater()
                await stage.services.tasks.stop()
                theme.set_text_scale(1.0)
                theme.set_compact(False)


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    themes = [word for word in sys.argv[2:] if word in ("dark", "light", "contrast")] or ["dark"]
    only = [word for word in sys.argv[2:] if word in SCENES]
    app = QApplication([])
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop:
        loop.run_until_complete(draw(app, folder, themes, only))


if __name__ == "__main__":
    main()
