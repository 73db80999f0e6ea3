"""Rules about imports that import-linter cannot see: it knows PySide6 only as a whole."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from .conftest import ROOT

STUDIO = ROOT / "studio"


@cache
def imported_names(path: Path) -> frozenset[str]:
    """What a module imports, `from a import b` as both `a` and `a.b`."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"), str(path))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return frozenset(names)


def importers(module: str) -> set[Path]:
    """Return the modules of the studio, relative to it, that import a module or something out of it."""
    return {
        path.relative_to(STUDIO)
        for path in STUDIO.rglob("*.py")
        if any(name == module or name.startswith(module + ".") for name in imported_names(path))
    }


def test_the_reader_of_imports_sees_every_form(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(
        "import a.b\nfrom c import d\ndef f():\n    from e.f import g as h\nfrom . import i\n", "utf-8"
    )
    assert imported_names(module) == {"a.b", "c", "c.d", "e.f", "e.f.g"}


def test_widgets_belong_to_the_ui() -> None:
    modules = ("QtWidgets", "QtOpenGLWidgets", "QtSvgWidgets", "QtMultimediaWidgets", "QtCharts")
    strays = {
        path
        for module in modules
        for path in importers(f"PySide6.{module}")
        if path.parts[0] not in ("ui", "app.py", "__main__.py")
    }
    assert strays == set()


def test_opencv_is_imported_in_one_place() -> None:
    # Importing cv2 changes the environment Qt reads; that place puts it back.
    assert importers("cv2") <= {Path("media/cv2_import.py")}


def test_no_room_is_a_drawer() -> None:
    names = {path.stem.lower() for path in STUDIO.rglob("*.py")}
    assert names.isdisjoint({"utils", "util", "helpers", "common", "misc", "manager"})
