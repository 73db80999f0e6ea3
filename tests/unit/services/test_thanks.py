"""Thank next as a service: fed by the router, written down at once, taken up again, summed up at the end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QApplication

from studio.model.giver import Giver
from studio.model.room import RoomTotals
from studio.model.thanks import ThankOrder, Tick
from studio.services import thanks_file
from studio.services.live import Phase
from studio.services.live_summary import Ended, summarize
from studio.services.profile import Profile
from studio.services.thanks_file import ThanksFile, forget_old
from tests.fakes.feed_services import START_MS, Rig

Begin = Callable[[], Rig]


@pytest.fixture
def begin(qapp: QApplication, tmp_path: Path) -> Begin:
    """A studio on air on this test's folder; the next one is the same studio started again."""

    def _begin() -> Rig:
        rig = Rig(tmp_path)
        rig.go_live()
        return rig

    return _begin


def shown(givers: tuple[Giver, ...]) -> list[str]:
    return [f"{one.person.handle} {one.diamonds}" for one in givers]


def over(rig: Rig, *, heard_the_end: bool = True) -> None:
    """The LIVE has ended, and its summary is up."""
    live = rig.services.live
    stamp = rig._stamp()
    assert live.room is not None
    ended = Ended(live.room, RoomTotals(), (), stamp["seq"] if heard_the_end else 0, "ended", START_MS)
    live.summary = summarize(ended, rig.services.earnings, None)
    live._set_phase(Phase.SUMMARY)


def test_gifts_wait_until_their_sender_is_ticked_off(begin: Begin) -> None:
    rig = begin()
    thanks = rig.services.thanks
    rig.send(rig.gift("kofi", "Perfume", 3), rig.comment("dee", "hi"), rig.gift("mika", "Lion"))
    rig.send(rig.gift("sunny", "Rose", 47, streak="s", ended=False))
    assert shown(thanks.first(9)) == ["mika 29999", "kofi 60", "sunny 47"]
    assert thanks.tick_next() and shown(thanks.first(9)) == ["kofi 60", "sunny 47"]
    assert thanks.tick("id:sunny") and not thanks.tick("id:sunny")
    rig.send(rig.gift("sunny", "Rose", 50, added=3, streak="s", ended=False))
    rig.send(rig.gift("sunny", "Rose", 50, added=0, streak="s"))
    assert shown(thanks.first(9)) == ["kofi 60", "sunny 3"]
    assert thanks.undo() and shown(thanks.first(9)) == ["kofi 60", "sunny 50"]


def test_gifts_that_belong_to_no_streak_are_each_their_own(begin: Begin) -> None:
    """Converted traffic names no group for gifts that cannot streak."""
    rig = begin()
    lions = [
        msgspec.structs.replace(rig.gift(name, "Lion"), streak_id="") for name in ("mika", "kofi", "mika")
    ]
    rig.send(*lions, lions[0])
    assert shown(rig.services.thanks.first(9)) == ["mika 59998", "kofi 29999"]
    assert rig.services.earnings.feed_diamonds == 3 * 29_999


def test_the_order_is_the_hosts_and_remembered(begin: Begin, tmp_path: Path) -> None:
    rig = begin()
    thanks = rig.services.thanks
    rig.send(rig.gift("first", "Rose"), rig.gift("second", "Lion"))
    assert shown(thanks.first(1)) == ["second 29999"]
    thanks.turn_order()
    assert shown(thanks.first(1)) == ["first 1"]
    rig.services.profile.flush()
    assert begin().services.thanks.order is ThankOrder.OLDEST
    (tmp_path / "profile.json").write_text('{"thank_order": "by name"}')
    assert Profile(tmp_path / "profile.json").saved.thank_order == "by name"
    assert begin().services.thanks.order is ThankOrder.LARGEST


def test_what_was_ticked_off_stays_so_after_a_restart(begin: Begin) -> None:
    rig = begin()
    events = [
        rig.gift("mika", "Lion"),
        rig.gift("sunny", "Rose", 5, streak="s", ended=False),
        rig.gift("kofi", "Rosa", 2),
    ]
    rig.send(*events)
    rig.services.thanks.tick("id:mika")
    rig.services.thanks.tick("id:sunny")
    rig.services.thanks.tick("id:kofi")
    rig.services.thanks.undo()
    late = rig.gift("sunny", "Rose", 9, added=4, streak="s", ended=False)
    # Killed: nothing is flushed. The next studio resumes the LIVE: all of its events come again.
    again = begin()
    again.send(*events, late)
    assert shown(again.services.thanks.first(9)) == ["kofi 20", "sunny 4"]
    assert again.services.thanks.undo()
    assert shown(again.services.thanks.first(9)) == ["kofi 20", "sunny 9"]


def test_the_same_studio_taking_up_its_live_again_counts_nothing_twice(begin: Begin) -> None:
    rig = begin()
    events = [rig.gift("mika", "Lion"), rig.gift("kofi", "Rosa", 2)]
    rig.send(*events)
    rig.services.thanks.tick("id:mika")
    rig.services.live._set_phase(Phase.OPENING)
    assert rig.services.thanks.count == 0
    rig.services.live._set_phase(Phase.LIVE)
    rig.send(*events)
    assert shown(rig.services.thanks.first(9)) == ["kofi 20"]


def test_the_summary_says_who_was_thanked_and_who_was_not(begin: Begin, tmp_path: Path) -> None:
    rig = begin()
    thanks = rig.services.thanks
    rig.send(rig.gift("mika", "Lion"), rig.gift("kofi", "Rosa", 2), rig.gift("dee", "Rose"))
    thanks.tick("id:kofi")
    rig.send(rig.gift("kofi", "Rose"))
    over(rig)
    assert shown(thanks.summary.thanked) == ["kofi 20"]
    assert shown(thanks.summary.waiting) == ["mika 29999", "dee 1", "kofi 1"]
    assert thanks.count == 0 and thanks.last_ticked is None and not thanks.undo()
    assert list((tmp_path / "thanks").iterdir()) == []
    rig.services.live._set_phase(Phase.OPENING)
    assert thanks.summary.thanked == thanks.summary.waiting == ()


def test_a_live_whose_end_was_not_heard_may_go_on_so_its_ticks_stay(begin: Begin, tmp_path: Path) -> None:
    rig = begin()
    rig.send(rig.gift("mika", "Lion"))
    rig.services.thanks.tick_next()
    over(rig, heard_the_end=False)
    assert len(list((tmp_path / "thanks").iterdir())) == 1


def test_a_disk_that_takes_no_tick_is_told_of_once_a_tick(begin: Begin, tmp_path: Path) -> None:
    rig = begin()
    (tmp_path / "thanks").write_text("a file where the folder should be")
    said: list[str] = []
    rig.services.thanks.failed.connect(said.append)
    rig.send(rig.gift("mika", "Lion"))
    assert rig.services.thanks.tick_next() and rig.services.thanks.count == 0
    assert len(said) == 1 and "not kept" in said[0] and str(tmp_path) in said[0]


def test_the_file_outlives_torn_and_foreign_lines(tmp_path: Path) -> None:
    file = ThanksFile(tmp_path, "room")
    a, b = Tick(person_id="春日", through_seq=3), Tick(person_id="b" * 200, through_seq=9)
    file.append(a)
    with file.path.open("ab") as torn:
        torn.write(b'{"person_id":"c","thr')
    file.append(b)
    with file.path.open("ab") as foreign:
        foreign.write(b'\xff\xfe\n[]\n{"person_id":1,"through_seq":"x"}\n\n')
    assert ThanksFile(tmp_path, "room").read() == [a, b]
    file.append(a, undone=True)
    assert file.read() == [b]
    assert ThanksFile(tmp_path, "another room").read() == []


@pytest.mark.parametrize("room_id", ["../../up", "/etc/passwd", "", "\x00", "\ud800", "x" * 100_000])
def test_a_rooms_id_never_becomes_a_path(tmp_path: Path, room_id: str) -> None:
    file = ThanksFile(tmp_path, room_id)
    file.append(Tick(person_id="a", through_seq=1))
    assert [path.parent for path in tmp_path.iterdir()] == [tmp_path]
    assert len(file.read()) == 1


def test_a_full_file_takes_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thanks_file, "_MOST_BYTES", 100)
    file = ThanksFile(tmp_path, "room")
    file.append(Tick(person_id="a", through_seq=1))
    file.append(Tick(person_id="a", through_seq=2))
    with pytest.raises(OSError, match="full"):
        file.append(Tick(person_id="a", through_seq=3))
    assert file.path.stat().st_size <= 100


def test_only_the_last_lives_keep_their_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thanks_file, "_KEPT", 3)
    (tmp_path / "other.json").write_text("not ours")
    for number in range(5):
        ThanksFile(tmp_path, f"room {number}").append(Tick(person_id="a", through_seq=1))
    forget_old(tmp_path)
    assert len(list(tmp_path.glob("*.thanks.jsonl"))) == 3 and (tmp_path / "other.json").exists()
    forget_old(tmp_path / "nowhere")
