"""The sign-in token in a real gnome-keyring: kept there, found again, deleted; and nowhere in plain text.

A private D-Bus session with a keyring of its own runs one script of real studio code per step, so that each
"start of the studio" is a process that knows nothing of the one before.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.backend.storage.database import DATABASE_NAME

pytestmark = pytest.mark.real_keyring

ROOT = Path(__file__).parents[2]
PASSWORD = "correct horse battery staple"

#: Started by dbus-run-session: unlocks a fresh keyring, then runs the steps one after the other.
SESSION = """
import subprocess, sys
unlock = subprocess.run(["gnome-keyring-daemon", "--unlock", "--components=secrets"],
                        input="keyring password", text=True, capture_output=True)
assert unlock.returncode == 0, unlock.stderr
for step in sys.argv[2:]:
    done = subprocess.run([sys.executable, sys.argv[1], step])
    if done.returncode:
        sys.exit(f"{step}: exit code {done.returncode}")
"""

#: One start of the studio. Prints a line of JSON: what the person would see.
STEP = """
import asyncio, json, sys
import keyring, qasync
from PySide6.QtWidgets import QApplication
from studio import app, logs, places
from studio.services.account import THIS_COMPUTER
from studio.services.live import LiveSetup, Phase

logs.start_logging(places.log_dir(), debug=True)
qt = QApplication([])
qt.setQuitOnLastWindowClosed(False)

async def step(name):
    data = places.data_dir()
    studio = app.build_studio(places.config_dir(), data, data / "backend", app.PRACTICE_BACKEND)
    account, said = studio.services.account, []
    account.failed.connect(said.append)
    restored = None
    if name == "sign up":
        await account.sign_up(THIS_COMPUTER, "rin", "Rin", %(password)r)
    else:
        restored = await account.restore()
    signed_in = account.signed_in
    token = studio.services.link.token.reveal()
    if name == "sign out":
        await account.sign_out()
    kept = keyring.get_password("Host Studio", "token:rin@this computer")
    print(json.dumps({"step": name, "signed in": signed_in, "restored": restored, "said": said,
                      "note": account.keyring_note, "token": token, "kept": kept}), flush=True)
    await studio.stop()

loop = qasync.QEventLoop(qt)
asyncio.set_event_loop(loop)
with loop:
    loop.run_until_complete(step(sys.argv[1]))
"""


def play_steps(tmp_path: Path, *steps: str) -> tuple[list[dict[str, object]], str]:
    """Runs the steps in a session of their own; what each printed, and standard error."""
    session, step = tmp_path / "session.py", tmp_path / "step.py"
    session.write_text(SESSION)
    step.write_text(STEP % {"password": PASSWORD})
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("DBUS_")},
        "HOST_STUDIO_HOME": str(tmp_path / "home"),
        "XDG_DATA_HOME": str(tmp_path / "keyrings"),  # where gnome-keyring keeps its (encrypted) file
        "XDG_RUNTIME_DIR": str(tmp_path / "runtime"),
        "PYTHONPATH": str(ROOT),
        "QT_QPA_PLATFORM": "offscreen",
    }
    environment.pop("PYTHON_KEYRING_BACKEND", None)
    (tmp_path / "runtime").mkdir(mode=0o700)
    done = subprocess.run(
        ["dbus-run-session", "--", sys.executable, str(session), str(step), *steps],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")], done.stderr


def files_with(secret: str, folder: Path) -> list[Path]:
    """Files below ``folder`` that hold the secret, as text of any usual kind."""
    forms = [secret.encode("utf-8"), secret.encode("utf-16-le")]
    found = []
    for path in folder.rglob("*"):
        if path.is_file() and any(form in path.read_bytes() for form in forms):
            found.append(path)
    return found


def test_the_token_lives_in_the_keyring_and_nowhere_else(
    tmp_path: Path, require_system: Callable[[str], str]
) -> None:
    require_system("dbus-run-session")
    require_system("gnome-keyring-daemon")
    answers, errors = play_steps(tmp_path, "sign up", "start again", "sign out", "start once more")
    up, again, out, last = answers
    token = str(up["token"])
    assert up["signed in"] and up["said"] == [] and len(token) >= 40
    assert up["note"] == "Token in Secret Service keyring"
    assert up["kept"] == token, "the keyring has it"
    assert again["restored"] is True and again["token"] == token, "a new process signs in with it"
    assert out["signed in"] and out["kept"] is None, "signing out removes it"
    assert (last["restored"], last["signed in"], last["said"]) == (False, False, [])

    home = tmp_path / "home"
    assert (home / "log" / "studio.log").stat().st_size > 0 and list(home.rglob(DATABASE_NAME))
    assert files_with("rin", home), "the search finds what is there"
    for secret in (token, PASSWORD):
        assert files_with(secret, home) == []
        assert files_with(secret, tmp_path / "keyrings") == []  # encrypted there
        assert secret not in errors
    database = next(home.rglob(DATABASE_NAME))
    with sqlite3.connect(database) as connection:
        rows = dict(connection.execute("SELECT hash, revoked_ms FROM tokens").fetchall())
    connection.close()
    stored = hashlib.sha256(token.encode()).digest()
    assert stored in rows, "the backend has its hash"
    assert rows[stored] > 0, "and has revoked it"
