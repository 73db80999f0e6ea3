"""What the host chose to hear and see for a tier or a gift. GUI thread; files are read in the pool.

Signals: ``changed``. Kept in the profile.
"""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.media.audio.samples import Samples
from studio.media.audio.sound_file import BadSound, read_sound_file
from studio.model.reaction import MOST_GIFTS, USUAL, Reaction, Sound, gift_key, reaction_of, tier_key
from studio.services.profile import Profile
from studio.services.tasks import Tasks

log = logging.getLogger(__name__)


class ReactionsService(QObject):
    """Invariant: a sound of the host's own is in memory before it is needed, or ``troubles`` says why not."""

    changed = Signal()

    def __init__(self, profile: Profile, tasks: Tasks) -> None:
        super().__init__()
        self._profile, self._tasks = profile, tasks
        self._sounds: dict[str, Samples] = {}
        #: By file: why it cannot be played; the tier's own sound is heard instead.
        self.troubles: dict[str, str] = {}

    @property
    def chosen(self) -> dict[str, Reaction]:
        return self._profile.saved.reactions

    def of(self, gift_id: int, tier: int) -> Reaction:
        return reaction_of(self.chosen, gift_id, tier)

    def of_tier(self, tier: int) -> Reaction:
        return self.chosen.get(tier_key(tier), USUAL)

    def gifts(self) -> list[int]:
        """Those with a reaction of their own."""
        return [int(key.removeprefix("gift:")) for key in self.chosen if key.startswith("gift:")]

    def choose_tier(self, tier: int, reaction: Reaction) -> None:
        self._choose(tier_key(tier), reaction if reaction != USUAL else None)

    def choose_gift(self, gift_id: int, reaction: Reaction | None) -> None:
        """None: as its tier. At most 100 gifts have their own; further ones are not taken."""
        if reaction is None or gift_key(gift_id) in self.chosen or len(self.gifts()) < MOST_GIFTS:
            self._choose(gift_key(gift_id), reaction)

    def sound_of(self, reaction: Reaction) -> Samples | None:
        """The host's own sound; None when it is not, or not yet, there."""
        return self._sounds.get(reaction.file) if reaction.sound is Sound.OWN else None

    def load(self) -> None:
        """Reads the files that are not in memory yet."""
        wanted = {one.file for one in self.chosen.values() if one.sound is Sound.OWN and one.file}
        for gone in [file for file in self._sounds if file not in wanted]:
            del self._sounds[gone]
        for file in wanted - self._sounds.keys():
            self._tasks.start(self._read(file))

    async def _read(self, file: str) -> None:
        try:
            self._sounds[file] = await self._tasks.blocking(lambda: read_sound_file(Path(file)))
            self.troubles.pop(file, None)
        except BadSound as error:
            self.troubles[file] = str(error)
        except OSError as error:
            self.troubles[file] = f"{Path(file).name} cannot be read: {error.strerror or error}."
        if file in self.troubles:
            log.warning("a sound of the host's own: %s", self.troubles[file])
        self.changed.emit()

    def _choose(self, key: str, reaction: Reaction | None) -> None:
        others = {name: one for name, one in self.chosen.items() if name != key}
        if reaction is not None:
            others[key] = reaction
        self._profile.update(reactions=others)
        self.load()
        self.changed.emit()
