"""The bundle of `dev.py package`: the whole app in one folder, on a machine without Python.

Built by the very command, copied elsewhere, and started with an environment of its own: no PATH with a Python
in it, no PYTHONPATH, an empty home.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from devtools import bundle, part_list
from PySide6.QtGui import QImage

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

ROOT = Path(__file__).resolve().parents[2]
NAME = "host-studio.exe" if sys.platform == "win32" else "host-studio"
#: Of glibc and the compiler, which the .deb names by hand.
OF_THE_COMPILER = re.compile(
    r"(ld-linux.*|libc|libm|libmvec|libdl|libpthread|librt|libresolv|libgcc_s|libstdc\+\+)\.so"
)
#: Plugins that Qt does without where their libraries are missing; libraries that share a package in Depends.
OPTIONAL_PLUGINS = ("libqgtk3.so", "libqxcb-glx-integration.so")
GLIB = {"libgthread-2.0.so.0", "libgio-2.0.so.0", "libgobject-2.0.so.0"}
SAME_PACKAGE = GLIB | {"libbrotlicommon.so.1"}  # with libglib-2.0 and libbrotlidec

linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="of the Linux bundle")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The frozen program, in a folder that is not the one it was built in."""
    made = subprocess.run(
        [sys.executable, str(ROOT / "packaging" / "dev.py"), "package"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert made.returncode == 0, "dev.py package failed; what it said stands above"
    # A space and an umlaut: as a person's folder may be called.
    copied = tmp_path_factory.mktemp("frozen") / "Höst Studio"
    shutil.copytree(ROOT / "dist" / "host-studio", copied, symlinks=True)
    yield copied / NAME
    shutil.rmtree(copied)  # half a gigabyte; pytest would keep the last three


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """An environment with nothing but a home. Its PATH leads to an empty folder."""
    for name in ("home", "runtime", "empty"):
        (tmp_path / name).mkdir(mode=0o700)
    kept = ("SYSTEMROOT", "TEMP", "TMP", "NO_PROXY")
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "PATH": str(tmp_path / "empty"),
        "HOME": str(tmp_path / "home"),
        "USERPROFILE": str(tmp_path / "home"),
        "HOST_STUDIO_HOME": str(tmp_path / "home" / "studio"),
        "XDG_RUNTIME_DIR": str(tmp_path / "runtime"),
        "LANG": "C.UTF-8",
    }


def run(words: list[str | Path], environment: dict[str, str], cwd: Path, seconds: int = 120) -> str:
    """What the command wrote to stdout; fails with both its outputs when it does not end with 0."""
    done = subprocess.run(
        words, env=environment, cwd=cwd, capture_output=True, encoding="utf-8", timeout=seconds, check=False
    )
    assert done.returncode == 0, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_practice_loses_nothing(program: Path, bare: dict[str, str], tmp_path: Path) -> None:
    words = ["practice", "--seconds", "10", "--offscreen", "--screenshot", "x.png", "--report", "r.json"]
    run([program, *words], bare, tmp_path)
    report = json.loads((tmp_path / "r.json").read_text("utf-8"))
    events, earnings, video = report["events"], report["earnings"], report["video"]
    assert (events["missed"], events["duplicates"], earnings["difference"]) == (0, 0, 0)
    assert events["received"] == events["sent_by_server"] > 50
    assert earnings["ledger_diamonds"] == earnings["feed_diamonds"] > 0
    assert report["ledger"]["audit"] == "ok" and report["ledger"]["debits"] == report["ledger"]["credits"]
    assert video["captured"] > 0 and video["encoded"] > 0  # OpenCV or PyAV read, PyAV wrote
    assert video["outputs"][0]["packets"] > 0 and video["outputs"][0]["bytes"] > 10_000
    picture = QImage(str(tmp_path / "x.png"))
    assert picture.width() >= 1280 and picture.height() >= 720
    # Text, icons, drawings and a moving person: a window of bare boxes has a few dozen colours.
    points = range(0, picture.width(), 4), range(0, picture.height(), 4)
    assert len({picture.pixel(x, y) for x in points[0] for y in points[1]}) > 2000


def test_everything_a_browser_asks_for_is_inside(program: Path, bare: dict[str, str], tmp_path: Path) -> None:
    words = [program, "practice", "--seconds", "100", "--offscreen", "--source", "pattern", "--viewers", "3"]
    with subprocess.Popen(words, env=bare, cwd=tmp_path, stdout=subprocess.PIPE, encoding="utf-8") as process:
        watchdog = threading.Timer(90, process.kill)  # a hang ends in a readable failure
        watchdog.start()
        try:
            page = _said(process, r"watch at (http://\S+?)/?$")
            _said(process, r"viewers are in")
            family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
            assert len(family) >= 3, "the studio, its backend and the audience are processes of their own"
            for path, file in _shipped_files():
                assert _get(page + path) == file.read_bytes(), path
            assert _get(page + "/healthz")
            assert b"_total" in _get(page + "/metrics")
        finally:
            process.terminate()
            process.wait(60)
            watchdog.cancel()
    assert psutil.wait_procs(family, timeout=30)[1] == [], "a process outlived the studio"


def _shipped_files() -> list[tuple[str, Path]]:
    viewer, gifts = ROOT / "resources" / "viewer", ROOT / "resources" / "gifts"
    files = [("/", viewer / "index.html")]
    served = (".html", ".js", ".css", ".svg", ".woff2")
    files += [
        (f"/static/{path.relative_to(viewer).as_posix()}", path)
        for path in sorted(viewer.rglob("*"))
        if path.suffix in served
    ]
    files += [(f"/gifts/{path.name}", path) for path in sorted(gifts.glob("*.svg"))]
    assert len(files) > 60
    return files


def _get(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=20) as answer:
        assert answer.status == 200
        return bytes(answer.read())


def _said(process: subprocess.Popen[str], pattern: str) -> str:
    """The first group (or all) of the first line that has the pattern."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if found := re.search(pattern, line.rstrip()):
            return found[found.re.groups]
    raise AssertionError(f"ended without saying {pattern!r}: {lines}")


def test_the_doctor_finds_every_part(program: Path, bare: dict[str, str], tmp_path: Path) -> None:
    said = run([program, "doctor"], bare, tmp_path)
    for part in ("Program files", "Folders", "Backend", "Encoder", "Demo clip"):
        assert f"  ok    {part}: " in said
    assert str(program.parent) in said
    assert "install Host Studio again" not in said  # QtMultimedia, keyring and the rest could be imported
    assert "Ready for a LIVE." in said


@linux_only
def test_secrets_reach_a_real_keyring(
    program: Path, bare: dict[str, str], tmp_path: Path, require_system: Callable[[str], str]
) -> None:
    session, daemon = require_system("dbus-run-session"), require_system("gnome-keyring-daemon")
    bare["PATH"] = os.pathsep.join([os.path.dirname(session), os.path.dirname(daemon), "/usr/bin", "/bin"])
    script = 'printf pw | gnome-keyring-daemon --unlock >/dev/null; exec "$0" doctor'
    said = run([session, "--", "sh", "-c", script, program], bare, tmp_path)
    assert "  ok    Keyring: Token in Secret Service keyring" in said


@linux_only
def test_a_window_opens_on_a_display(
    program: Path, bare: dict[str, str], tmp_path: Path, require_system: Callable[[str], str]
) -> None:
    words = [require_system("Xvfb"), "-displayfd", "1", "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            assert server.stdout is not None
            bare["DISPLAY"] = f":{server.stdout.readline().strip()}"
            assert re.search(
                r"ok    Window: Qt \S+ on xcb, 1600x1000", run([program, "doctor"], bare, tmp_path)
            )
            practice = ["practice", "--seconds", "4", "--source", "pattern", "--viewers", "5"]
            assert "0 missed" in run([program, *practice], bare, tmp_path)
        finally:
            server.terminate()


@linux_only
def test_the_deb_unpacks_to_a_program_that_runs(program: Path, bare: dict[str, str], tmp_path: Path) -> None:
    if not (unpack := shutil.which("dpkg-deb")):
        pytest.skip("dpkg-deb is missing")
    version = bundle.project_version(ROOT)
    (package,) = (ROOT / "dist").glob(f"host-studio_{version}_*.deb")
    subprocess.run([unpack, "-x", package, tmp_path / "root"], check=True)
    said = run([tmp_path / "root" / "usr" / "bin" / "host-studio", "--version"], bare, tmp_path)
    shutil.rmtree(tmp_path / "root")
    assert said.strip() == f"host-studio {version}"


@linux_only
def test_every_library_is_inside_or_depended_on(program: Path) -> None:
    if not (reader := shutil.which("readelf")):
        pytest.skip("readelf is missing")
    libraries = [path for path in program.parent.rglob("*") if ".so" in path.name]
    inside = {path.name for path in libraries}
    files = [program, *(path for path in libraries if not path.is_symlink() and path.is_file())]
    asked = subprocess.run([reader, "-d", *files], capture_output=True, text=True, check=True).stdout
    needed: dict[str, set[str]] = {}
    for part in asked.split("\nFile: ")[1:]:
        name = Path(part.partition("\n")[0]).name
        for library in re.findall(r"\(NEEDED\).*\[(.+)\]", part):
            needed.setdefault(library, set()).add(name)
    missing = {
        library: sorted(by)
        for library, by in needed.items()
        if library not in inside | part_list.LIBRARIES.keys() | SAME_PACKAGE
        and not OF_THE_COMPILER.match(library)
        and not by <= set(OPTIONAL_PLUGINS)
    }
    assert len(needed) > 50
    assert missing == {}, "name them in packaging/devtools/part_list.py"
