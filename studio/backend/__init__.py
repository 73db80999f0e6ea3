"""The reference backend: the protocol from the other side. No Qt, no cv2, nothing of the studio app.

``studio.backend.server`` holds `Backend` (start, url, stop) and `running_backend`;
``studio.backend.settings`` its `BackendSettings`; ``studio.backend.command`` the command line.
"""
