"""All commands of the window, by name and shortcut: what the palette lists. GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence

from studio.model.room import CommentAccess, Commenters
from studio.services.live import Phase
from studio.services.outputs import RECORDING
from studio.services.overlays.kinds import OverlayKind
from studio.services.overlays.service import OverlaysService
from studio.services.sound import SoundService, StripName
from studio.services.studio import Services
from studio.ui.actions import Actions
from studio.ui.activities.commands import add_activity_commands
from studio.ui.earnings.thank_commands import add_thank_commands
from studio.ui.feed.access_button import WORDS
from studio.ui.feed.commands import add_feed_commands
from studio.ui.goal.commands import add_goal_command
from studio.ui.moderation.commands import add_moderation_commands
from studio.ui.overlays.row import NAMES
from studio.ui.preview.away_tile import KEY as AWAY_KEY
from studio.ui.preview.commands import add_camera_commands
from studio.ui.preview.panel import PreviewPanel
from studio.ui.questions.commands import add_question_commands
from studio.ui.recording.commands import register_recording
from studio.ui.scenes.commands import add_scene_commands
from studio.ui.settings_menu import TEXT_SIZES
from studio.ui.theme.theme import CHOICES

if TYPE_CHECKING:
    from studio.ui.main_window import MainWindow

_LIVE = (Phase.LIVE,)
_WITH_PICTURE = (Phase.READY, Phase.LIVE)
_SIGNED_IN = (Phase.READY, Phase.OPENING, Phase.LIVE, Phase.ENDING, Phase.SUMMARY)


def register_commands(window: MainWindow, services: Services, actions: Actions) -> None:
    """Fills ``actions``; every command is one call into a screen or service."""
    add = actions.add
    add("commands", "Show all commands", window.show_commands, shortcut="Ctrl+K", words="palette search")
    add(
        "live.go", "Go LIVE", window.ready.start, shortcut="Ctrl+Return", phases=(Phase.READY,), words="start"
    )
    add("live.resume", "Resume the LIVE that is still open", window.ready.resume, phases=(Phase.READY,))
    add("live.end", "End LIVE…", window.focus_end, shortcut="Ctrl+Shift+E", phases=_LIVE, words="stop finish")
    _watch(window, services, actions)
    add("summary.back", "Back to Ready", window.summary.leave, phases=(Phase.SUMMARY,), words="new live")
    add(
        "summary.thanks",
        "Copy thank-you list",
        window.summary.supporters.copy_list,
        phases=(Phase.SUMMARY,),
        words="supporters clipboard",
    )
    _picture(window, services, actions)
    add_scene_commands(window, services.scenes, actions, _WITH_PICTURE)
    _overlays(window, services, actions)
    add(
        "viewers.copy",
        "Copy the viewers' address",
        window.ready.form.copy_address,
        phases=_WITH_PICTURE,
        words="share link url clipboard",
    )
    add(
        "viewers.open",
        "Open the viewers' page",
        window.ready.form.open_page,
        phases=_WITH_PICTURE,
        words="browser watch link url",
    )
    add(
        "panel.earnings",
        "Show or fold the earnings",
        window.live.toggle_earnings,
        shortcut="Ctrl+E",
        phases=_LIVE,
        words="diamonds money panel",
    )
    add(
        "history",
        "History & earnings",
        window.show_history,
        shortcut="Ctrl+H",
        phases=_SIGNED_IN,
        words="past lives sessions gifts people totals year tax export studio back",
    )
    add(
        "history.export",
        "Export earnings, or verify an export…",
        window.export_earnings,
        phases=_SIGNED_IN,
        words="csv json table tax statement proof check signature",
    )
    add(
        "money.cash_out",
        "Cash out…",
        window.cash_out,
        shortcut="Ctrl+Shift+B",
        phases=_SIGNED_IN,
        words="payout money bank withdraw balance diamonds",
    )
    add(
        "money.derive",
        "How it’s worked out…",
        window.derive,
        phases=_SIGNED_IN,
        words="earnings derivation gifts coins rate share transfers explain balance",
    )
    add_goal_command(window.live, actions)
    add_activity_commands(window.live.feed.start, services.activities, actions)
    window.live.feed.start.shop_wanted.connect(window.ready.form.open_page)
    add_thank_commands(window.live, window.summary, services.thanks, actions)
    add("link.retry", "Connect again now", services.link.retry_now, phases=_SIGNED_IN, words="retry network")
    _outputs(window, services, actions)
    _comments(window, services, actions)
    add_question_commands(window.live.feed.show_questions, services.questions, actions)
    add_moderation_commands(window.live.feed.show_moderation, services.moderation, actions)
    add_feed_commands(window, services, actions, _LIVE)
    register_recording(window.summary, services, actions)
    _looks(window, actions)
    add("account.out", "Sign out", window.sign_out, phases=(Phase.READY,), words="account log out")
    add("app.close", "Close Host Studio", window.close, shortcut="Ctrl+Q", words="quit exit")


def _picture(window: MainWindow, services: Services, actions: Actions) -> None:
    broadcast = services.broadcast

    def panel_tile() -> None:
        panel = window.live.preview if window.screens.currentWidget() is window.live else window.ready.preview
        panel.camera.open_menu()

    def mirror() -> None:
        broadcast.mirrored = not broadcast.mirrored

    add = actions.add
    add(
        "picture.source", "Choose camera or video…", panel_tile, shortcut="Ctrl+Shift+C", phases=_WITH_PICTURE
    )
    add("picture.file", "Show a video file…", window.ready.preview.sources.choose_file, phases=_WITH_PICTURE)
    show_demo = broadcast.source.choose_demo
    add("picture.demo", "Show the demo clip", show_demo, phases=_WITH_PICTURE, words="source")
    add_camera_commands(window, actions, _WITH_PICTURE)
    _sound(window, services, actions)
    _look(window, services, actions)
    add(
        "picture.video",
        "Video settings…",
        window.ready.open_video,
        shortcut="Ctrl+Shift+V",
        phases=(Phase.READY,),
        words="encoder preset bitrate resolution size fps landscape portrait tiktok twitch youtube x264",
    )
    add("picture.mirror", "Mirror my preview", mirror, shortcut="Ctrl+Shift+M", phases=_WITH_PICTURE)


def _overlays(window: MainWindow, services: Services, actions: Actions) -> None:
    overlays = services.overlays

    def card() -> None:
        panel = window.live.preview if window.screens.currentWidget() is window.live else window.ready.preview
        panel.open_overlays()

    def pause() -> None:
        overlays.pause_alerts(not overlays.alerts_paused)

    def add(name: str, text: str, act: Callable[[], object], shortcut: str = "") -> None:
        words = "picture alert goal chat comments viewers follower supporter gift show hide"
        actions.add(f"overlays.{name}", text, act, shortcut=shortcut, phases=_WITH_PICTURE, words=words)

    add("choose", "Choose overlays…", card, "Ctrl+Shift+O")

    def reactions() -> None:
        panel = window.live.preview if window.screens.currentWidget() is window.live else window.ready.preview
        panel.open_reactions()

    add("reactions", "Sounds and banners by gift…", reactions)
    add("test", "Show a test alert", overlays.test_alert)
    add("pause", "Pause or resume gift alerts", pause, "Ctrl+Shift+P")
    add("skip", "Skip the gift alert that is up", overlays.skip_alert, "Ctrl+Shift+K")
    for kind, (name, _) in NAMES.items():
        add(kind.value, f"Overlay on or off: {name}", partial(_switch, overlays, kind))


def _switch(overlays: OverlaysService, kind: OverlayKind) -> None:
    overlays.choose(kind, on=not overlays.choice(kind).on)


def _outputs(window: MainWindow, services: Services, actions: Actions) -> None:
    outputs, bit_rate = services.broadcast.outputs, services.broadcast.bit_rate

    def record() -> None:
        outputs.switch(RECORDING, not outputs.wanted(RECORDING))

    def adapt() -> None:
        bit_rate.enabled = not bit_rate.enabled

    actions.add(
        "outputs.card",
        "Outputs: where the LIVE goes…",
        window.show_outputs,
        shortcut="Ctrl+Shift+U",
        phases=_LIVE,
        words="rtmp target twitch youtube tiktok recording switch upload",
    )
    actions.add(
        "outputs.retry",
        "Try the lost outputs again now",
        services.broadcast.retry_now,
        phases=_LIVE,
        words="rtmp target reconnect picture",
    )
    actions.add(
        "outputs.record", "Start or stop recording", record, phases=_WITH_PICTURE, words="rec disk file mp4"
    )
    actions.add(
        "outputs.adapt",
        "Lower the bit rate when an upload is slow: on or off",
        adapt,
        phases=_WITH_PICTURE,
        words="adaptive congestion network quality",
    )


def _watch(window: MainWindow, services: Services, actions: Actions) -> None:
    actions.add(
        "live.away",
        "Step away, or come back",
        services.watch.away.toggle,
        shortcut=AWAY_KEY,
        phases=_LIVE,
        words="pause slate break brb hide",
    )
    actions.add(
        "verdict.show",
        "Why does it stutter?",
        window.show_verdict,
        phases=_LIVE,
        words="health lag slow frozen network fps quality verdict",
    )


def _sound(window: MainWindow, services: Services, actions: Actions) -> None:
    sound = services.sound

    def mute() -> None:
        sound.muted = not sound.muted

    def card() -> None:
        panel = window.live.preview if window.screens.currentWidget() is window.live else window.ready.preview
        panel.open_sound()

    action = actions.add(
        "sound.mute", "Mute or open the microphone", mute, phases=_WITH_PICTURE, words="mic sound talk"
    )
    # M alone for when nothing is being written; Ctrl+D works in the comment box, too.
    action.setShortcuts([QKeySequence("Ctrl+D"), QKeySequence("M")])
    actions.add(
        "sound.card",
        "Sound and mixer…",
        card,
        shortcut="Ctrl+Shift+D",
        phases=_WITH_PICTURE,
        words="settings microphone second input music gain fader delay noise push to talk device",
    )
    actions.add(
        "sound.alerts",
        "Gift alert sounds on or off",
        partial(_switch_alert_sounds, sound),
        phases=_WITH_PICTURE,
        words="mixer mute gift",
    )


def _switch_alert_sounds(sound: SoundService) -> None:
    sound.desk.mute(StripName.ALERTS, not sound.desk.settings(StripName.ALERTS).muted)


def _comments(window: MainWindow, services: Services, actions: Actions) -> None:
    def choose(who: Commenters) -> None:
        if services.live.phase is Phase.LIVE:
            services.live.desk.choose_access(CommentAccess(who=who))
        else:
            window.ready.form.choose_commenters(who)

    for who, words in WORDS.items():
        actions.add(
            f"comments.{who.value}",
            f"Who can comment: {words}",
            partial(choose, who),
            phases=_WITH_PICTURE,
            words="chat followers close open moderation",
        )


def _look(window: MainWindow, services: Services, actions: Actions) -> None:
    def panel() -> PreviewPanel:
        return window.live.preview if window.screens.currentWidget() is window.live else window.ready.preview

    def add(name: str, text: str, act: Callable[[], object], shortcut: str = "") -> None:
        words = "picture colours brightness contrast warmth skin smooth lut cube filter chroma key"
        actions.add(f"look.{name}", text, act, shortcut=shortcut, phases=_WITH_PICTURE, words=words)

    add("card", "Look of the picture…", lambda: panel().open_look(), "Ctrl+Shift+L")
    add("lut", "Choose a LUT file…", lambda: panel().look_card.lut.choose_file())
    add(
        "key",
        "Green screen on or off",
        lambda: services.look.set_keyed(services.look.look.chroma is None),
    )
    add("eyedropper", "Take the green screen's colour from the picture", lambda: panel().eyedropper.begin())
    add("reset", "Look: as the camera gives it", services.look.reset)


def _looks(window: MainWindow, actions: Actions) -> None:
    for name, words in CHOICES:
        actions.add(
            f"theme.{name}",
            f"Theme: {words}",
            partial(window.settings.set_theme, name),
            words="appearance colours dark light",
        )
    actions.add(
        "feed.density",
        "Feed: compact or comfortable rows",
        window.settings.turn_compact,
        words="density dense tight lines",
    )
    for factor, words in TEXT_SIZES:
        actions.add(
            f"text.{factor}",
            f"Text size: {words}",
            partial(window.settings.set_text, factor),
            words="font zoom larger smaller",
        )
