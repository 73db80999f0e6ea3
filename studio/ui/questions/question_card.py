"""One question of the queue, laid out: votes, who asks, what, and what can be done. GUI thread."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath

from studio.model.money import format_short
from studio.model.question import Question, QuestionState
from studio.model.text import clean_line
from studio.services.rows import FeedRow, RowKind, RowState
from studio.ui.feed.compose_parts import add_name_line, icon
from studio.ui.feed.feed_style import CARD_PAD, SIDE, FeedStyle
from studio.ui.feed.row_drawing import Action, Box, RowDrawing
from studio.ui.feed.text_block import TextBlock, one_line, paragraph
from studio.ui.theme import mixed
from studio.ui.widgets.paint import box

#: Above and below a card.
_GAP = 4.0
#: The column with the votes, as wide as "12.3K".
_VOTES = 46.0
_LINES = 6
_STATES = {
    QuestionState.OPEN: RowState.SETTLED,
    QuestionState.ANSWERING: RowState.ANSWERING,
    QuestionState.ANSWERED: RowState.ANSWERED,
    QuestionState.DISMISSED: RowState.HIDDEN,
}


def row_of(question: Question) -> FeedRow:
    """The question as a row of the feed, for what is common to both: menu, clipboard, speech."""
    return FeedRow(
        key=0,
        kind=RowKind.QUESTION,
        text=question.text,
        person=question.person,
        state=_STATES[question.state],
        item_id=question.question_id,
        at_ms=question.at_ms,
        votes=question.votes,
    )


@dataclass(slots=True)
class QuestionCard:
    """Invariant: everything lies within ``width`` and ``height``. ``actions``: answer, dismiss, back."""

    drawing: RowDrawing
    actions: list[Action] = field(default_factory=list)
    marks: list[tuple[QPainterPath, QColor]] = field(default_factory=list)

    @property
    def height(self) -> int:
        return self.drawing.height

    def part_at(self, spot: QPointF) -> str:
        """Which action lies there; empty for none."""
        return next((one.name for one in self.actions if one.rect.contains(spot)), "")

    def draw(self, painter: QPainter, top: float, hot: str) -> None:
        """``hot``: the action that is under the mouse."""
        self.drawing.draw(painter, top)
        for path, colour in self.marks:
            painter.fillPath(path.translated(0, top), colour)
        for action in self.actions:
            action.draw(painter, top, action.name == hot)


def compose_card(question: Question, width: float, style: FeedStyle) -> QuestionCard:
    """The card in a column of ``width`` pixels."""
    t = style.tokens
    now, done = question.state is QuestionState.ANSWERING, question.state is QuestionState.ANSWERED
    drawing = RowDrawing(width)
    card = QuestionCard(drawing)
    left, right = SIDE + _VOTES, width - SIDE - CARD_PAD
    top = _GAP + 9.0
    buttons = _actions(card, question, right, top, style)
    room = max(60.0, buttons - 8 - left)
    text = _words(question, width, style)
    text.color = t.text2 if done else t.text
    height = _height(text, style)
    share, edge = (0.24, 1.0) if now else (0.04, 0.16) if done else (0.11, 0.4)
    frame = QRectF(SIDE, _GAP, width - 2 * SIDE, height)
    drawing.boxes.append(Box(frame, 10, (mixed(t.bg, t.violet, share),), mixed(t.bg, t.violet, edge)))
    at = datetime.fromtimestamp(question.at_ms / 1000).astimezone()
    after = "· answering now" if now else "· answered" if done else f"· {at:%H:%M}"
    colour = mixed(t.bg, t.violet, 0.75) if done else t.violet
    add_name_line(drawing, style, row_of(question), left, top, room, colour, after=after)
    drawing.texts.append(text)
    _votes(card, question, _GAP + height / 2, style)
    drawing.height = round(height + 2 * _GAP)
    return card


def measure_card(question: Question, width: float, style: FeedStyle) -> int:
    """How tall its card is, without making it."""
    return round(_height(_words(question, width, style), style) + 2 * _GAP)


def _height(text: TextBlock, style: FeedStyle) -> float:
    return max(style.name.pitch + text.height + 20, 58.0)


def _words(question: Question, width: float, style: FeedStyle) -> TextBlock:
    """The question itself, wrapped between the votes and the card's right end."""
    left, y = SIDE + _VOTES, _GAP + 9.0 + style.name.pitch + 2
    room = max(60.0, width - SIDE - CARD_PAD - left)
    return paragraph(question.text, style.message, style.tokens.text, left, y, room, _LINES)


def _votes(card: QuestionCard, question: Question, middle: float, style: FeedStyle) -> None:
    """A triangle over the number, in the middle of its column."""
    t = style.tokens
    done = question.state is QuestionState.ANSWERED
    colour = t.text3 if done or not question.votes else t.text
    face = style.strong
    centre = SIDE + _VOTES / 2
    if done:
        card.drawing.pictures.append(icon(style, "check", t.teal, 16, centre - 8, middle - 18))
    else:
        path = QPainterPath(QPointF(centre - 6, middle - 4))
        path.lineTo(centre, middle - 13)
        path.lineTo(centre + 6, middle - 4)
        path.closeSubpath()
        card.marks.append((path, t.violet if question.votes else t.text3))
    number = one_line(format_short(question.votes), face, colour, 0, middle - 1, _VOTES - 4)
    number.x = centre - number.width / 2
    card.drawing.texts.append(number)


def _actions(card: QuestionCard, question: Question, right: float, top: float, style: FeedStyle) -> float:
    """The words at the card's right end; returns where they begin."""
    t = style.tokens
    face = style.quiet_strong
    wanted: list[tuple[str, str, QColor]] = []
    match question.state:
        case QuestionState.OPEN:
            wanted = [("dismiss", "Dismiss", t.text2), ("answer", "Answer", t.violet)]
        case QuestionState.ANSWERING:
            wanted = [("back", "Put back", t.text2), ("answer", "Done", t.violet)]
        case QuestionState.ANSWERED:
            wanted = [("back", "Put back", t.text3)]
    x = right + 8
    for name, word, colour in reversed(wanted):
        wide = face.width(word) + 18
        rect = QRectF(x - wide, top - 4, wide, face.pitch + 8)
        card.actions.append(
            Action(name, rect, one_line(word, face, colour, rect.left() + 9, top, wide), colour)
        )
        x = rect.left() - 2
    return x


def paint_card(painter: QPainter, card: QuestionCard, top: float, *, hovered: bool, hot: str) -> None:
    """The card with what the mouse does to it."""
    card.draw(painter, top, hot)
    if hovered:
        area = card.drawing.boxes[0].rect.translated(0, top)
        box(painter, area, 10, QColor(Qt.GlobalColor.transparent), card.drawing.boxes[0].border)


def spoken_age(question: Question) -> str:
    """Who asked and when, for the tooltip."""
    at = datetime.fromtimestamp(question.at_ms / 1000).astimezone()
    name = clean_line(question.person.shown_name)[:80]
    return f"{name} · @{clean_line(question.person.handle)[:80]} · {at:%H:%M:%S}"
