"""What the kinds of layers are called, and their icons. Pure values."""

from __future__ import annotations

from studio.model.scene import Fit, SourceKind

ICONS = {
    SourceKind.MAIN: "camera",
    SourceKind.CAMERA: "camera",
    SourceKind.NETWORK: "globe",
    SourceKind.SCREEN: "screen",
    SourceKind.WINDOW: "window",
    SourceKind.IMAGE: "image",
    SourceKind.VIDEO: "film",
    SourceKind.TEXT: "letters",
    SourceKind.COLOUR: "colour",
    SourceKind.DEMO: "play",
    SourceKind.PATTERN: "pattern",
}
NAMES = {
    SourceKind.MAIN: "the camera of the Camera tile",
    SourceKind.CAMERA: "camera",
    SourceKind.NETWORK: "network camera",
    SourceKind.SCREEN: "screen",
    SourceKind.WINDOW: "window",
    SourceKind.IMAGE: "image",
    SourceKind.VIDEO: "video",
    SourceKind.TEXT: "text",
    SourceKind.COLOUR: "colour",
    SourceKind.DEMO: "demo clip",
    SourceKind.PATTERN: "test pattern",
}
FITS = {
    Fit.COVER: "Fill the box",
    Fit.CONTAIN: "Show all of it",
    Fit.STRETCH: "Stretch",
}
IMAGE_FILES = "Images (*.png *.jpg *.jpeg *.webp *.bmp *.gif *.tif *.tiff);;All files (*)"
VIDEO_FILES = "Videos (*.mp4 *.mov *.mkv *.webm *.avi *.m4v *.ts);;All files (*)"
