"""The command line: ``host-studio [practice | replay | export | verify | backend | doctor ...]``.

Without a word: the studio. Each word imports only what it needs: the backend's process never loads Qt.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from studio import __version__

if TYPE_CHECKING:
    from studio.export.printed import Printed


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; returns the process's exit code (2: it could not be understood or started)."""
    # What Qt looked for in vain is for the Ready screen and `doctor` to say, in words.
    os.environ.setdefault(
        "QT_LOGGING_RULES", "qt.multimedia.symbolsresolver=false;qt.multimedia.ffmpeg=false"
    )
    if "--multiprocessing-fork" in sys.argv:  # a worker of the installed program
        import multiprocessing

        multiprocessing.freeze_support()
    words = sys.argv[1:] if arguments is None else arguments
    if words[:1] == ["probe-encoders"]:  # for the studio itself; see `media.encoding.probe_process`
        from studio.media.encoding.probe_process import run_child

        return run_child()
    parser = _parser(words[0] if words else "")
    options = parser.parse_args(words)
    run = getattr(options, "run", None)
    if run is None:
        from studio.app import run_studio

        return run_studio(options)
    return int(run(options))


def _draw_statement(printed: Printed) -> bytes:
    from studio.ui.exports.statement_pdf import draw

    return draw(printed)


def _parser(word: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="host-studio", description="Host LIVEs: camera, chat, gifts and earnings in one window."
    )
    parser.add_argument("--version", action="version", version=f"host-studio {__version__}")
    parser.add_argument("--debug", action="store_true", help="log everything to standard error")
    commands = parser.add_subparsers(title="commands", metavar="")
    practice = commands.add_parser("practice", help="a LIVE with a practice audience; nobody else sees it")
    replay = commands.add_parser(
        "replay", help="play a recording of another platform into a LIVE nobody sees"
    )
    backend = commands.add_parser("backend", help="run the reference backend alone")
    audience = commands.add_parser("audience", help="send a practice audience into a room")
    film = commands.add_parser("film", help="finish a recording or cut a clip; the studio starts it itself")
    export = commands.add_parser("export", help="write your earnings to a file, with proof")
    verify = commands.add_parser("verify", help="say whether an export is as it was written")
    doctor = commands.add_parser("doctor", help="say what works on this machine and what does not")
    if word == "backend":
        from studio.backend import command as backend_command

        backend_command.add_arguments(backend)
        backend.set_defaults(run=backend_command.run)
    elif word == "audience":
        from studio.rehearsal import command as audience_command

        audience_command.add_arguments(audience)
        audience.set_defaults(run=audience_command.run)
    elif word == "output":  # for ourselves alone: see media.outputs.whip.child
        from studio.media.outputs.whip import child

        commands.add_parser("output").set_defaults(run=child.run)
    elif word == "practice":
        from studio.app import add_practice_arguments, run_practice

        add_practice_arguments(practice)
        practice.set_defaults(run=run_practice)
    elif word == "replay":
        from studio.app import add_replay_arguments, run_replay

        add_replay_arguments(replay)
        replay.set_defaults(run=run_replay)
    elif word == "film":
        from studio.media.outputs import recording_worker

        recording_worker.add_arguments(film)
        film.set_defaults(run=recording_worker.run)
    elif word in ("export", "verify"):
        from studio.export import command as export_command

        export_command.add_export_arguments(export, _draw_statement)
        export_command.add_verify_arguments(verify)
    elif word == "doctor":
        from studio.doctor import add_arguments, run_doctor

        add_arguments(doctor)
        doctor.set_defaults(run=run_doctor)
    return parser


if __name__ == "__main__":
    sys.exit(main())
