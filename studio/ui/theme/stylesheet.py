"""The one generated stylesheet: what widgets of Qt look like that are not painted by ours. Pure text.

Fonts are not set here: a stylesheet font would drop the tabular figures and the fallback families.
"""

from __future__ import annotations

from PySide6.QtGui import QColor

from studio.ui.theme.tokens import Tokens, faded, mixed


def stylesheet(t: Tokens) -> str:
    """QSS for the whole application in the colours of ``t``."""
    names = {
        "bg": t.bg,
        "surface": t.surface,
        "raised": t.raised,
        "control": t.control,
        "line": t.line,
        "text": t.text,
        "text2": t.text2,
        "text3": t.text3,
        "live": t.live,
        "blue": t.blue,
        "menu": mixed(t.raised, t.control, 0.3),
        "hover": mixed(t.control, t.text, 0.07),
        "select": faded(t.blue, 0.35),
        "thumb": mixed(t.control, t.text, 0.1),
        "thumb_hover": mixed(t.control, t.text, 0.25),
        "on_text": t.bg,
    }
    text = _RULES
    # Longest first: @text2 must not be read as @text followed by a 2.
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(f"@{name}", _css(names[name]))
    return text


def _css(colour: QColor) -> str:
    return f"rgba({colour.red()},{colour.green()},{colour.blue()},{colour.alpha()})"


_RULES = """
QMainWindow, QWidget#screen, QStackedWidget#screens { background: @bg; }
QToolTip { background: @control; color: @text; border: 1px solid @line; padding: 5px 8px; }

QLineEdit {
    background: @raised; color: @text; border: 1px solid @line; border-radius: 8px;
    padding: 0 12px; min-height: 36px; selection-background-color: @select; selection-color: @text;
    placeholder-text-color: @text3;
}
QLineEdit:hover { border-color: @thumb_hover; }
QLineEdit:focus { border-color: @blue; }
QLineEdit[problem="true"] { border-color: @live; }
QLineEdit[problem="true"]:focus { border-width: 2px; padding: 0 11px; min-height: 34px; }
QLineEdit:disabled { color: @text3; background: @surface; }

QSpinBox QLineEdit {
    background: transparent; border: none; padding: 0 6px; min-height: 0;
    selection-background-color: @select; selection-color: @text;
}
QSpinBox QLineEdit:disabled { color: @text3; background: transparent; }
QPlainTextEdit:hover { border-color: @thumb_hover; }
QPlainTextEdit:focus { border-color: @blue; }
QPlainTextEdit {
    background: @raised; color: @text; border: 1px solid @line; border-radius: 8px; padding: 4px 8px;
    selection-background-color: @select; selection-color: @text; placeholder-text-color: @text3;
}

QMenu { background: @menu; color: @text; border: 1px solid @line; border-radius: 10px; padding: 6px; }
QMenu::item { padding: 7px 28px 7px 12px; border-radius: 6px; margin: 1px 0; }
QMenu::item:selected { background: @hover; }
QMenu::item:disabled { color: @text3; background: transparent; }
QMenu::icon { padding-left: 10px; }
QMenu::separator { height: 1px; background: @line; margin: 6px 4px; }
QMenu::indicator { width: 14px; height: 14px; margin-left: 8px; }

QComboBox QAbstractItemView {
    background: @menu; color: @text; border: 1px solid @line; border-radius: 8px; padding: 5px; outline: 0;
}
QComboBox QAbstractItemView::item { min-height: 32px; padding: 0 9px; border-radius: 6px; color: @text; }
QComboBox QAbstractItemView::item:hover, QComboBox QAbstractItemView::item:selected {
    background: @hover; color: @text;
}

QDialog { background: @surface; }
QDialog QLabel { color: @text2; }
QDialog QPushButton {
    background: @control; color: @text; border: 1px solid @line; border-radius: 8px;
    padding: 0 16px; min-height: 34px; min-width: 64px;
}
QDialog QPushButton:hover { background: @hover; }
QDialog QPushButton:focus { border-color: @blue; }
QDialog QPushButton:default { background: @text; color: @on_text; border-color: @text; }
QDialog QPushButton:disabled { background: @raised; color: @text3; border-color: @line; }
QFileDialog QToolButton { background: transparent; border: none; border-radius: 6px; padding: 7px; }
QFileDialog QToolButton:hover { background: @hover; }
QFileDialog QComboBox {
    background: @raised; color: @text; border: 1px solid @line; border-radius: 8px;
    padding: 0 12px; min-height: 34px;
}
QFileDialog QTreeView, QFileDialog QListView {
    background: @raised; color: @text; border: 1px solid @line; border-radius: 8px; padding: 4px; outline: 0;
}
QFileDialog QTreeView::item, QFileDialog QListView::item { min-height: 28px; border-radius: 6px; }
QFileDialog QTreeView::item:selected, QFileDialog QListView::item:selected {
    background: @hover; color: @text;
}
QFileDialog QHeaderView { background: transparent; }
QFileDialog QHeaderView::section {
    background: @raised; color: @text3; border: none; border-bottom: 1px solid @line; padding: 6px 8px;
}
QFileDialog QSplitter::handle { background: transparent; width: 8px; }

QListView#plain { background: transparent; border: none; outline: 0; }
QTableView {
    background: transparent; color: @text; border: none; outline: 0;
    selection-background-color: @hover; selection-color: @text;
}
QTableView::item { border-bottom: 1px solid @line; padding: 0 8px; }
QTableView::item:selected { background: @hover; color: @text; }
QTableView:focus { border: none; }
QTableView QHeaderView { background: transparent; border: none; }
QTableView QHeaderView::section {
    background: transparent; color: @text3; border: none; border-bottom: 1px solid @line; padding: 6px 8px;
}

QScrollArea, QScrollArea > QWidget > QWidget#scrolled { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @thumb; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 36px; }
QScrollBar::handle:horizontal { min-width: 36px; }
QScrollBar::handle:hover { background: @thumb_hover; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QSplitter::handle { background: @line; }
QSplitter::handle:hover, QSplitter::handle:pressed { background: @blue; }
"""
