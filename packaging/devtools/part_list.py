"""The parts of the system Host Studio needs, by package manager. Data only.

Libraries: what the Qt libraries of PySide6-Essentials and PySide6-Addons 6.11 name as NEEDED (readelf -d) and
do not bring with them.
"""

from __future__ import annotations

from typing import NamedTuple


class Packages(NamedTuple):
    """Where a part comes from: names for apt, dnf and pacman."""

    debian: str
    fedora: str
    arch: str


# soname -> packages; without one of these PySide6 cannot be imported or no window can open.
LIBRARIES = {
    "libEGL.so.1": Packages("libegl1", "libglvnd-egl", "libglvnd"),
    "libGL.so.1": Packages("libgl1", "libglvnd-glx", "libglvnd"),
    "libX11.so.6": Packages("libx11-6", "libX11", "libx11"),
    "libX11-xcb.so.1": Packages("libx11-xcb1", "libX11-xcb", "libx11"),
    "libXext.so.6": Packages("libxext6", "libXext", "libxext"),
    "libXrandr.so.2": Packages("libxrandr2", "libXrandr", "libxrandr"),
    "libbrotlidec.so.1": Packages("libbrotli1", "libbrotli", "brotli"),
    "libdbus-1.so.3": Packages("libdbus-1-3", "dbus-libs", "dbus"),
    "libdrm.so.2": Packages("libdrm2", "libdrm", "libdrm"),
    "libfontconfig.so.1": Packages("libfontconfig1", "fontconfig", "fontconfig"),
    "libfreetype.so.6": Packages("libfreetype6", "freetype", "freetype2"),
    "libglib-2.0.so.0": Packages("libglib2.0-0", "glib2", "glib2"),
    "libgssapi_krb5.so.2": Packages("libgssapi-krb5-2", "krb5-libs", "krb5"),
    "libpulse.so.0": Packages("libpulse0", "pulseaudio-libs", "libpulse"),
    "libwayland-client.so.0": Packages("libwayland-client0", "libwayland-client", "wayland"),
    "libwayland-cursor.so.0": Packages("libwayland-cursor0", "libwayland-cursor", "wayland"),
    "libwayland-egl.so.1": Packages("libwayland-egl1", "libwayland-egl", "wayland"),
    "libxcb-cursor.so.0": Packages("libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor"),
    "libxcb-icccm.so.4": Packages("libxcb-icccm4", "xcb-util-wm", "xcb-util-wm"),
    "libxcb-image.so.0": Packages("libxcb-image0", "xcb-util-image", "xcb-util-image"),
    "libxcb-keysyms.so.1": Packages("libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms"),
    "libxcb-randr.so.0": Packages("libxcb-randr0", "libxcb", "libxcb"),
    "libxcb-render-util.so.0": Packages("libxcb-render-util0", "xcb-util-renderutil", "xcb-util-renderutil"),
    "libxcb-render.so.0": Packages("libxcb-render0", "libxcb", "libxcb"),
    "libxcb-shape.so.0": Packages("libxcb-shape0", "libxcb", "libxcb"),
    "libxcb-shm.so.0": Packages("libxcb-shm0", "libxcb", "libxcb"),
    "libxcb-sync.so.1": Packages("libxcb-sync1", "libxcb", "libxcb"),
    "libxcb-util.so.1": Packages("libxcb-util1", "xcb-util", "xcb-util"),
    "libxcb-xfixes.so.0": Packages("libxcb-xfixes0", "libxcb", "libxcb"),
    "libxcb-xkb.so.1": Packages("libxcb-xkb1", "libxcb", "libxcb"),
    "libxcb.so.1": Packages("libxcb1", "libxcb", "libxcb"),
    "libxkbcommon-x11.so.0": Packages("libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11"),
    "libxkbcommon.so.0": Packages("libxkbcommon0", "libxkbcommon", "libxkbcommon"),
    "libz.so.1": Packages("zlib1g", "zlib", "zlib"),
    "libzstd.so.1": Packages("libzstd1", "libzstd", "zstd"),
}

# fontconfig pattern that must find a font -> packages; without them names in these scripts are empty boxes.
FONTS = {
    ":lang=ja": Packages("fonts-noto-cjk", "google-noto-sans-cjk-fonts", "noto-fonts-cjk"),
    ":lang=ar": Packages("fonts-noto-core", "google-noto-sans-arabic-fonts", "noto-fonts"),
    ":charset=1f339": Packages("fonts-noto-color-emoji", "google-noto-color-emoji-fonts", "noto-fonts-emoji"),
}

FONTCONFIG = Packages("fontconfig", "fontconfig", "fontconfig")

# Programs only the tests need; the first name found counts. `linux_only` ones have no counterpart elsewhere.
TEST_PROGRAMS = {
    "Xvfb": (("Xvfb",), Packages("xvfb", "xorg-x11-server-Xvfb", "xorg-server-xvfb"), True),
    "xdotool": (("xdotool",), Packages("xdotool", "xdotool", "xdotool"), True),
    "xprop": (("xprop",), Packages("x11-utils", "xprop", "xorg-xprop"), True),
    "chromium": (
        ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
        Packages("chromium", "chromium", "chromium"),
        False,
    ),
    "gnome-keyring-daemon": (
        ("gnome-keyring-daemon",),
        Packages("gnome-keyring", "gnome-keyring", "gnome-keyring"),
        True,
    ),
    "dbus-run-session": (("dbus-run-session",), Packages("dbus", "dbus-daemon", "dbus"), True),
    "pulseaudio": (("pulseaudio",), Packages("pulseaudio", "pulseaudio", "pulseaudio"), True),
    "pactl": (("pactl",), Packages("pulseaudio-utils", "pulseaudio-utils", "libpulse"), True),
    "paplay": (("paplay",), Packages("pulseaudio-utils", "pulseaudio-utils", "libpulse"), True),
    "ffmpeg": (("ffmpeg",), Packages("ffmpeg", "ffmpeg-free", "ffmpeg"), False),
    "ffprobe": (("ffprobe",), Packages("ffmpeg", "ffmpeg-free", "ffmpeg"), False),
    "soffice": (
        ("soffice", "libreoffice"),
        Packages("libreoffice-calc-nogui", "libreoffice-calc", "libreoffice-still"),
        False,
    ),
    # With its rtmp module, which Fedora does not package: there the tests that need it are left out.
    "nginx": (("nginx",), Packages("libnginx-mod-rtmp", "nginx", "nginx-mod-rtmp"), True),
}

# What freezing the app needs: PyInstaller reads libraries with objdump.
BUILD_PROGRAMS = {"objdump": Packages("binutils", "binutils", "binutils")}
