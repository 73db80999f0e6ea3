"""What holds for every test: nothing of this machine is touched, and nothing unexpected goes unseen.

- Data, settings and logs go to a temporary folder, secrets to a keyring in memory (opt out: `real_keyring`).
- Qt draws offscreen; a Qt warning fails the test (qt_log_level_fail in pyproject.toml).
- A log record of level ERROR or above fails the test, unless it was announced:
  `@pytest.mark.expected_errors("regular expression", ...)`, or `expected_errors("...")` with the fixture.
- `require_system("chromium")` gives the path of a program; missing, it skips, and under CI=true fails.
"""

from __future__ import annotations

import gc
import logging
import os
import re
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import keyring
import keyring.core
import pytest
from devtools import system_parts

from tests.fakes.keyring_memory import MemoryKeyring


def _isolate() -> Path:
    """Set the environment before any test module is imported; processes the tests start inherit it."""
    home = Path(tempfile.mkdtemp(prefix="host-studio-tests-"))
    runtime = home / "runtime"
    runtime.mkdir(mode=0o700)
    os.environ["HOST_STUDIO_HOME"] = str(home / "home")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # Without it Qt warns; root in a container has none.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    # A started program must not find the keyring of the person at this machine either.
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    # websockets and urllib honour proxies: our servers on this machine are not behind one.
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join(filter(None, [os.environ.get(name), "127.0.0.1", "localhost", "::1"]))
    return home


_TEMPORARY_HOME = _isolate()


# How fast a machine is, is no property of the code: time is measured in tests/bench alone.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")


def pytest_unconfigure() -> None:
    shutil.rmtree(_TEMPORARY_HOME, ignore_errors=True)


def pytest_sessionstart() -> None:
    """As in the app: Python's cycles die on the main thread alone (see `studio.services.collector`)."""
    gc.disable()
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # So it is in a shell's background; what the tests start would inherit it and never hear of Ctrl+C.
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """What is there now stays to the end: looked through after every test, it cost 0.4 s each."""
    gc.collect()
    gc.freeze()


def pytest_runtest_teardown(item: pytest.Item) -> None:
    names = getattr(item, "fixturenames", ())
    gc.collect(2 if "qapp" in names else 0)


@pytest.fixture
def studio_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty HOST_STUDIO_HOME for this test alone."""
    home = tmp_path / "home"
    monkeypatch.setenv("HOST_STUDIO_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def memory_keyring(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MemoryKeyring | None]:
    """An empty keyring in memory; None for tests marked `real_keyring`, which get the machine's own."""
    if request.node.get_closest_marker("real_keyring"):
        monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)
        keyring.core.init_backend()
        yield None
    else:
        backend = MemoryKeyring()
        keyring.set_keyring(backend)
        yield backend
    keyring.set_keyring(MemoryKeyring())


class _ErrorRecorder(logging.Handler):
    """Collects records of level ERROR and above, from every thread."""

    def __init__(self) -> None:
        super().__init__(level=logging.ERROR)
        self.seen: list[str] = []
        self.expected: list[re.Pattern[str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = f"{record.name}: {record.getMessage()}"
        if record.exc_info and record.exc_info[1]:
            text += f" ({record.exc_info[1]!r})"
        self.seen.append(text)

    def unexpected(self) -> list[str]:
        return [line for line in self.seen if not any(pattern.search(line) for pattern in self.expected)]


@pytest.fixture(autouse=True)
def _error_log(request: pytest.FixtureRequest) -> Iterator[_ErrorRecorder]:
    recorder = _ErrorRecorder()
    for marker in request.node.iter_markers("expected_errors"):
        recorder.expected += [re.compile(pattern) for pattern in marker.args]
    root = logging.getLogger()
    root.addHandler(recorder)
    yield recorder
    root.removeHandler(recorder)
    if unexpected := recorder.unexpected():
        pytest.fail(
            "errors were logged that this test does not expect:\n" + "\n".join(unexpected), pytrace=False
        )


@pytest.fixture
def expected_errors(_error_log: _ErrorRecorder) -> Callable[[str], None]:
    """Announce an error log record (a regular expression over `logger: message (exception)`)."""
    return lambda pattern: _error_log.expected.append(re.compile(pattern))


@pytest.fixture(scope="session")
def require_system() -> Callable[[str], str]:
    """`require_system("Xvfb")`: the path of a program of the system, or a skip (a failure under CI=true)."""
    return _require_system


def _require_system(name: str) -> str:
    part = system_parts.program(name)
    if path := part.path():
        return path
    if not part.belongs_here():
        pytest.skip(f"{name} does not exist on this system")
    message = f"{name} is missing: {system_parts.advice([part])}"
    if system_parts.in_ci():
        pytest.fail(message)
    pytest.skip(message)
