"""The form of the host's rules: changed here, tried on what was said, then used. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QSize, QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.model.rules import RuleKind, Rules
from studio.services.moderation import ModerationService, RulesTried
from studio.services.tasks import Tasks
from studio.ui.moderation.rule_card import KeywordCard, card_for
from studio.ui.moderation.trial import TrialCard
from studio.ui.moderation.words import SLOW_CHOICES, slow_words
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.column_scroll import ColumnScroll
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.error_line import ErrorLine
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.select import Select

_SLOW_WIDTH = 168


class RulesPage(QWidget):
    """Invariant: what is not used yet stays in the form, whatever the backend says meanwhile."""

    def __init__(self, moderation: ModerationService, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._moderation, self._tasks = moderation, tasks
        self._used = Rules()  # the rules the form was last filled with
        self.cards = {kind: card_for(kind) for kind in RuleKind}
        self.slow = Select("Slow mode: time between two comments of one person")
        for seconds in SLOW_CHOICES:
            self.slow.addItem(slow_words(seconds), seconds)
        self.slow.setFixedWidth(_SLOW_WIDTH)
        self.trial = TrialCard()
        self.problem = ErrorLine()
        self.try_out = Button("Try them", ButtonKind.OUTLINE, "eye")
        self.use = Button("Use these rules", ButtonKind.FILLED)
        self._build()
        for card in self.cards.values():
            card.edited.connect(self._edited)
        self.slow.activated.connect(self._edited)
        self.try_out.clicked.connect(self._try)
        self.use.clicked.connect(self._use)
        self.problem.acted.connect(self.problem.clear)
        moderation.changed.connect(self.refresh)
        self.refresh()

    def _build(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        slow = QHBoxLayout()
        slow.setContentsMargins(15, 2, 15, 2)
        named = QVBoxLayout()
        named.setSpacing(1)
        named.addWidget(Label("Slow mode", Role.STRONG))
        named.addWidget(ElidedLabel("Between two comments of one person", Role.HINT))
        slow.addLayout(named, 1)
        slow.addWidget(self.slow)
        column.addLayout(slow)
        for card in self.cards.values():
            column.addWidget(card)
        column.addWidget(self.trial)
        column.addStretch(1)
        scroll = ColumnScroll(inner)
        self._scroll = scroll
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.try_out)
        foot.addStretch(1)
        foot.addWidget(self.use)
        lower = QVBoxLayout()
        lower.setContentsMargins(12, 4, 12, 4)
        lower.setSpacing(8)
        lower.addWidget(self.problem)
        lower.addLayout(foot)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scroll, 1)
        whole.addLayout(lower)

    @property
    def draft(self) -> Rules:
        """What stands in the form."""
        rules = [card.rule for card in self.cards.values()]
        return Rules(rules=tuple(rule for rule in rules if rule is not None), slow_s=self.slow.currentData())

    def refresh(self) -> None:
        """What the backend says goes into the form, unless the host is changing it."""
        words = self.cards[RuleKind.KEYWORDS]
        assert isinstance(words, KeywordCard)
        words.set_languages(self._moderation.lists)
        rules = self._moderation.rules
        if rules != self._used and self.draft in (self._used, rules):
            self._fill(rules)
        self._show_buttons()

    def _fill(self, rules: Rules) -> None:
        for kind, card in self.cards.items():
            card.show_rule(rules.of(kind))
        place = self.slow.findData(rules.slow_s)
        if place < 0:  # another studio may have chosen any number
            self.slow.addItem(slow_words(rules.slow_s), rules.slow_s)
            place = self.slow.count() - 1
        self.slow.setCurrentIndex(place)
        self._used = rules

    def _edited(self) -> None:
        self.trial.clear()
        self.problem.clear()
        self._show_buttons()

    def _show_buttons(self) -> None:
        known = self._moderation.known
        self.use.setEnabled(known and not self.use.busy and self.draft != self._moderation.rules)
        self.try_out.setEnabled(known and not self.try_out.busy and bool(self.draft.rules))

    def _try(self) -> None:
        self.problem.clear()
        self.try_out.set_busy(True)
        self._tasks.start(self._trying(self.draft), self.problem.show_problem)

    async def _trying(self, rules: Rules) -> None:
        try:
            tried: RulesTried = await self._moderation.try_rules(rules)
        finally:
            self.try_out.set_busy(False)
            self._show_buttons()
        if rules == self.draft:
            self.trial.show_trial(tried)
            # Once it has its place: then what is found stands where the host looks.
            QTimer.singleShot(0, self, lambda: self._scroll.ensureWidgetVisible(self.trial, 0, 8))

    def _use(self) -> None:
        self.problem.clear()
        self.use.set_busy(True)
        self._tasks.start(self._using(self.draft), self.problem.show_problem)

    async def _using(self, rules: Rules) -> None:
        try:
            await self._moderation.set_rules(rules)
            self._used = rules
        finally:
            self.use.set_busy(False)
            self._show_buttons()

    def sizeHint(self) -> QSize:
        return QSize(380, 360)
