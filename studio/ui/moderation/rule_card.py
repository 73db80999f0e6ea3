"""One rule in the form: on or off, what becomes of a comment, and what it looks for. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from studio.model.rules import MAX_TERMS, Consequence, Rule, RuleKind
from studio.ui.moderation.words import CONSEQUENCES, RULES
from studio.ui.widgets.card import Card
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.pill_button import PillButton
from studio.ui.widgets.popup import Menu
from studio.ui.widgets.select import Select
from studio.ui.widgets.toggle import Toggle

_CHOICE_WIDTH = 168
_TERMS_HEIGHT = 88
#: What a comment can lead to, with how long a mute lasts, seconds.
_CHOICES = (
    (Consequence.HOLD, 300, CONSEQUENCES[Consequence.HOLD]),
    (Consequence.HIDE, 300, CONSEQUENCES[Consequence.HIDE]),
    (Consequence.MUTE, 30, "Hide, mute 30 s"),
    (Consequence.MUTE, 300, "Hide, mute 5 min"),
    (Consequence.MUTE, 0, "Hide, mute this LIVE"),
)


class RuleCard(Card):
    """``edited``: the host changed something. `rule` is what stands there now, None while it is off."""

    edited = Signal()

    def __init__(self, kind: RuleKind, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.kind = kind
        name, hint = RULES[kind]
        self.toggle = Toggle(f"Rule: {name}")
        self.then = Select(f"{name}: what becomes of the comment")
        for consequence, mute_s, words in _CHOICES:
            self.then.addItem(words, (consequence, mute_s))
        self.then.setFixedWidth(_CHOICE_WIDTH)
        self.more = QWidget()
        self._extra = QVBoxLayout(self.more)
        self._extra.setContentsMargins(0, 4, 0, 0)
        self._extra.setSpacing(8)
        named = QVBoxLayout()
        named.setSpacing(1)
        named.addWidget(Label(name, Role.STRONG))
        named.addWidget(ElidedLabel(hint, Role.HINT))
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addLayout(named, 1)
        row.addWidget(self.then)
        row.addWidget(self.toggle)
        self.body.addLayout(row)
        self.body.addWidget(self.more)
        self._fill()
        self.toggle.toggled.connect(self._changed)
        self.then.activated.connect(self._changed)
        self._show_parts()

    def _fill(self) -> None:
        """What a rule of another kind needs; most need nothing."""

    @property
    def rule(self) -> Rule | None:
        if not self.toggle.isChecked():
            return None
        consequence, mute_s = self.then.currentData()
        return self._with_details(Rule(kind=self.kind, consequence=consequence, mute_s=mute_s))

    def show_rule(self, rule: Rule | None) -> None:
        """Shows a rule without `edited`; None: it is off, and what it looked for stays."""
        self.blockSignals(True)
        self.toggle.setChecked(rule is not None)
        if rule is not None:
            self.then.setCurrentIndex(_choice(rule))
            self._show_details(rule)
        self._show_parts()
        self.blockSignals(False)

    def _with_details(self, rule: Rule) -> Rule:
        return rule

    def _show_details(self, rule: Rule) -> None:
        pass

    def _changed(self) -> None:
        self._show_parts()
        self.edited.emit()

    def _show_parts(self) -> None:
        on = self.toggle.isChecked()
        self.then.setVisible(on)
        self.more.setVisible(on and self._extra.count() > 0)


class KeywordCard(RuleCard):
    """Words, phrases, word lists, and whether disguises count."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(RuleKind.KEYWORDS, parent)

    def _fill(self) -> None:
        self.terms = QPlainTextEdit()
        self.terms.setAccessibleName("Words and phrases, one a line")
        self.terms.setPlaceholderText("One word or phrase a line; spoil* also finds spoilers")
        self.terms.setFixedHeight(_TERMS_HEIGHT)
        self.terms.setTabChangesFocus(True)
        self.count = Label("", Role.HINT)
        self.lists = PillButton("", "letters")
        self.list_menu = Menu(self.lists)
        self.list_menu.setAccessibleName("Word lists")
        self.lists.set_menu(self.list_menu)
        self._languages: dict[str, QAction] = {}
        self.disguised = Toggle("Also find disguised words")
        below = QHBoxLayout()
        below.setSpacing(10)
        below.addWidget(self.lists)
        below.addStretch(1)
        below.addWidget(self.count)
        disguise = QHBoxLayout()
        disguise.addWidget(Label("Disguised too: b4d, b a d, baaad", Role.BODY), 1)
        disguise.addWidget(self.disguised)
        self._extra.addWidget(self.terms)
        self._extra.addLayout(below)
        self._extra.addLayout(disguise)
        self.terms.textChanged.connect(self._changed)
        self.disguised.toggled.connect(self._changed)

    def set_languages(self, names: tuple[str, ...]) -> None:
        """The word lists there are."""
        if tuple(self._languages) == names:
            return
        chosen = self.chosen_lists
        self.list_menu.clear()
        self._languages = {}
        for name in names:
            action = QAction(language(name), self.list_menu, checkable=True)
            action.setChecked(name in chosen)
            action.toggled.connect(self._changed)
            self.list_menu.addAction(action)
            self._languages[name] = action
        self._show_parts()

    @property
    def chosen_lists(self) -> tuple[str, ...]:
        return tuple(name for name, action in self._languages.items() if action.isChecked())

    @property
    def words(self) -> tuple[str, ...]:
        lines = (" ".join(line.split()) for line in self.terms.toPlainText().splitlines())
        return tuple(dict.fromkeys(line for line in lines if line))

    def _with_details(self, rule: Rule) -> Rule:
        return Rule(
            kind=rule.kind,
            consequence=rule.consequence,
            mute_s=rule.mute_s,
            terms=self.words,
            lists=self.chosen_lists,
            disguised=self.disguised.isChecked(),
        )

    def _show_details(self, rule: Rule) -> None:
        if rule.terms != self.words:
            self.terms.setPlainText("\n".join(rule.terms))
        self.disguised.setChecked(rule.disguised)
        for name, action in self._languages.items():
            action.setChecked(name in rule.lists)

    def _show_parts(self) -> None:
        super()._show_parts()
        number = len(self.words)
        self.count.setText(f"{number:,} / {MAX_TERMS}")
        self.count.set_tone("live" if number > MAX_TERMS else "")
        chosen = self.chosen_lists
        words = ", ".join(language(name) for name in chosen[:2]) if chosen else "no word list"
        rest = f" +{len(chosen) - 2}" if len(chosen) > 2 else ""
        self.lists.setText(f"Lists: {words}{rest}" if chosen else "Add a word list")
        self.lists.setAccessibleName(f"Word lists: {words}{rest}")
        self.lists.updateGeometry()


class LinkCard(RuleCard):
    """Where links may go all the same."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(RuleKind.LINKS, parent)

    def _fill(self) -> None:
        self.allowed = QLineEdit()
        self.allowed.setAccessibleName("Sites that links may go to")
        self.allowed.setPlaceholderText("Allowed all the same: mysite.com youtube.com")
        self.allowed.setMaxLength(2_000)
        self._extra.addWidget(self.allowed)
        self.allowed.textChanged.connect(self._changed)

    @property
    def sites(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.allowed.text().replace(",", " ").split()))

    def _with_details(self, rule: Rule) -> Rule:
        return Rule(kind=rule.kind, consequence=rule.consequence, mute_s=rule.mute_s, terms=self.sites)

    def _show_details(self, rule: Rule) -> None:
        if rule.terms != self.sites:
            self.allowed.setText(" ".join(rule.terms))


def card_for(kind: RuleKind) -> RuleCard:
    if kind is RuleKind.KEYWORDS:
        return KeywordCard()
    return LinkCard() if kind is RuleKind.LINKS else RuleCard(kind)


def language(name: str) -> str:
    """ "de" -> "German", "fr-CA" -> "French (CA)"; what Qt does not know stands as it is."""
    base, _, place = name.partition("-")
    known = QLocale.languageToString(QLocale(base).language())
    words = known if QLocale(base).language() is not QLocale.Language.C else base
    return f"{words} ({place})" if place else words


def _choice(rule: Rule) -> int:
    """The entry that comes closest: a mute of another length is shown by the next longer one."""
    fitting = [place for place, one in enumerate(_CHOICES) if one[0] is rule.consequence]
    if rule.consequence is not Consequence.MUTE:
        return fitting[0]
    return next((place for place in fitting if 0 < rule.mute_s <= _CHOICES[place][1]), fitting[-1])
