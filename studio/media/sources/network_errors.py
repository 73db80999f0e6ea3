"""What FFmpeg's failures with a network camera mean, in sentences that never hold its address.

FFmpeg writes the address, password and all, into its errors: only their types and numbers are used.
Thread: any. Must not import: Qt, net, cv2.
"""

from __future__ import annotations

import errno
import socket

import av.error as failures

from studio.media.errors import CameraMissing, SourceError, SourceUnreadable

_AWAY = {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN, errno.EADDRNOTAVAIL}


def explained(name: str, error: BaseException) -> SourceError:
    """Why the camera called `name` does not open; transient ones are tried again."""
    if isinstance(error, SourceError):  # the address itself could not be had
        return error
    if isinstance(error, failures.HTTPUnauthorizedError):
        return SourceUnreadable(f"“{name}” does not accept this user name and password. Check both.")
    if isinstance(error, failures.HTTPForbiddenError):
        return SourceUnreadable(f"“{name}” refuses this studio. Allow it in the camera's or app's settings.")
    if isinstance(error, failures.HTTPNotFoundError):  # a server may be there before its camera
        return CameraMissing(
            f"“{name}” answers, but has nothing at this address. Check what follows the host."
        )
    if isinstance(error, failures.HTTPError):
        return CameraMissing(f"“{name}” answers with an error of its own. It is tried again by itself.")
    if isinstance(error, ConnectionRefusedError):
        return CameraMissing(
            f"“{name}” refuses the connection. Start the camera or its app, or check the port."
        )
    if isinstance(error, failures.ExitError | TimeoutError):
        return CameraMissing(f"“{name}” does not answer. Check that it is on and in the same network.")
    if isinstance(error, failures.InvalidDataError | NoPicture):
        return SourceUnreadable(
            f"“{name}” sends no video at this address. Copy the address of its video stream."
        )
    if isinstance(error, socket.gaierror):
        return CameraMissing(f"“{name}” cannot be found. Check its address, and your network.")
    number = error.errno if isinstance(error, OSError) else None
    if number in _AWAY:
        return CameraMissing(f"“{name}” cannot be reached. Check that it is on and in the same network.")
    if number == errno.EIO:  # it closed before the first picture
        return CameraMissing(f"“{name}” answers, but sends no video. Copy the address of its video stream.")
    return CameraMissing(f"“{name}” does not open ({type(error).__name__}). Check its address.")


class NoPicture(Exception):
    """It opened, and there is no video stream in it."""
