"""Any place on the network to send to: which address means which protocol, and the output for it.

Thread: any. Must not import: Qt, net.
"""

from __future__ import annotations

from typing import TypeAlias
from urllib.parse import urlsplit

from studio.media.outputs.network import NetworkOutput
from studio.media.outputs.rtmp.output import RtmpOutput
from studio.media.outputs.rtmp.target import BadTarget, RtmpTarget, target_from_address
from studio.media.outputs.whip.output import WhipOutput
from studio.media.outputs.whip.target import WhipTarget
from studio.places import program_command

Target: TypeAlias = RtmpTarget | WhipTarget

#: FFmpeg speaks it where it was built with libsrt; PyAV's wheels (18.1) were not.
_NO_SRT = "SRT is not part of this version; ask the service for an rtmp(s):// or WHIP (https://) address"


def make_target(name: str, url: str, key: str) -> Target:
    """The target of an address with its stream key or token. Raises BadTarget."""
    match _scheme(url):
        case "rtmp" | "rtmps":
            return RtmpTarget(name, url, key)
        case "https" | "http":
            return WhipTarget(name, url, key)
        case "srt":
            raise BadTarget(_NO_SRT)
        case _:
            raise BadTarget("The address begins with rtmp:// or rtmps://, or https:// for WHIP")


def target_of_line(number: int, address: str) -> Target:
    """A target from one line: rtmp[s]://host/app/key, or https://[token@]host/path. Raises BadTarget.

    It is called after its protocol: "rtmp 1", "whip 2".
    """
    name = f"{'whip' if _scheme(address) in ('https', 'http') else 'rtmp'} {number}"
    if _scheme(address) in ("rtmp", "rtmps"):
        return target_from_address(name, address)
    if _scheme(address) not in ("https", "http"):
        return make_target(name, address, "")  # says why not
    scheme, _, rest = address.strip().partition("://")
    token, _, place = rest.rpartition("@") if "@" in rest.split("/", 1)[0] else ("", "", rest)
    return WhipTarget(name, f"{scheme}://{place}", token)


def make_output(target: Target) -> NetworkOutput:
    """A new output to `target`, for one broadcast."""
    if isinstance(target, WhipTarget):
        return WhipOutput(target, program_command())
    return RtmpOutput(target)


def _scheme(address: str) -> str:
    try:
        return urlsplit(address.strip()).scheme
    except ValueError:
        raise BadTarget("This address cannot be read; copy it again from the service") from None
