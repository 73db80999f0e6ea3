"""The plain GETs: files, headers, health and metrics; nothing outside the folders."""

from __future__ import annotations

import pytest

from studio.backend.pages import policy
from studio.backend.storage.database import DATABASE_NAME
from tests.unit.backend.conftest import Stage, http_get, json_of


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/room/abc123", "text/html; charset=utf-8"),
        ("/?x=1", "text/html; charset=utf-8"),
        ("/static/index.html", "text/html; charset=utf-8"),
        ("/static/app.js", "text/javascript; charset=utf-8"),
        ("/gifts/rose.svg", "image/svg+xml"),
        ("/gifts/catalogue.json", "application/json"),
    ],
)
async def test_files_come_with_their_type_and_strict_headers(stage: Stage, path: str, kind: str) -> None:
    status, headers, body = await http_get(stage.backend, path)
    assert status == 200
    assert body
    assert headers["content-type"] == kind
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    rules = headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:"} <= set(
        rules
    )
    assert {"font-src 'self'", "media-src blob:", "frame-ancestors 'none'", "base-uri 'none'"} <= set(rules)
    assert "form-action 'none'" in rules
    port = stage.backend.port
    assert f"connect-src 'self' ws://127.0.0.1:{port} wss://127.0.0.1:{port}" in rules
    assert "server" not in headers


async def test_the_browsers_copy_is_enough_until_the_file_changes(stage: Stage) -> None:
    _, headers, _ = await http_get(stage.backend, "/static/app.js")
    tag = headers["etag"]
    assert headers["cache-control"] == "no-cache"
    status, again, body = await http_get(stage.backend, "/static/app.js", f"If-None-Match: {tag}")
    assert (status, again["etag"], body) == (304, tag, b"")
    assert stage.backend.settings.viewer_dir is not None
    (stage.backend.settings.viewer_dir / "app.js").write_text("export const changed = true;")
    status, changed, _ = await http_get(stage.backend, "/static/app.js", f"If-None-Match: {tag}")
    assert (status, changed["etag"] != tag) == (200, True)


@pytest.mark.parametrize(
    "path",
    [
        "/static/../data/backend.sqlite3",
        "/static/%2e%2e/data/backend.sqlite3",
        "/static/..%2fdata%2fbackend.sqlite3",
        "/static/..%5cdata%5cbackend.sqlite3",
        "/static//etc/passwd",
        "/static/%00index.html",
        "/static/app.js%00.html",
        "/static/.hidden.js",
        "/static/c:/windows/win.ini",
        "/static/link.html",
        "/static/",
        "/static",
        "/gifts/",
        "/gifts/../viewer/index.html",
        "/gifts/rose",
        "/room/",
        "/room/a/b",
        "/room/<script>",
        "/etc/passwd",
        "//static/index.html/..",
        "/" + "x" * 5_000,
        "/ws",
    ],
)
async def test_nothing_else_is_served(stage: Stage, path: str) -> None:
    folder = stage.backend.settings.data_dir
    viewer = stage.backend.settings.viewer_dir
    assert viewer is not None
    (viewer / ".hidden.js").write_text("secret")
    (folder / "secret.html").write_text("secret")
    link = viewer / "link.html"
    if not link.exists():
        try:
            link.symlink_to(folder / "secret.html")
        except OSError:
            link.write_text("secret")  # no right to make links here: then the file itself must not count
            link.unlink()
    assert (folder / DATABASE_NAME).exists()
    status, headers, body = await http_get(stage.backend, path)
    assert status == 404
    assert b"secret" not in body
    assert headers["x-content-type-options"] == "nosniff"


async def test_head_and_other_methods(stage: Stage) -> None:
    status, headers, body = await http_get(stage.backend, "/", method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) > 0
    status, headers, _ = await http_get(stage.backend, "/", method="DELETE")
    assert (status, headers["allow"]) == (405, "GET, HEAD")


async def test_a_forged_host_does_not_get_into_the_policy(stage: Stage) -> None:
    assert policy("evil.example; script-src *") == policy("")
    assert "ws://[::1]:80" in policy("[::1]:80")


async def test_health_and_metrics(stage: Stage) -> None:
    status, headers, body = await http_get(stage.backend, "/healthz")
    assert (status, headers["content-type"], json_of(body)["writes"]) == (200, "application/json", True)
    host, _ = await stage.live()
    await host.ping()
    status, headers, body = await http_get(stage.backend, "/metrics")
    assert headers["content-type"].startswith("text/plain; version=0.0.4")
    values = dict(line.split(" ") for line in body.decode().splitlines() if not line.startswith("#"))
    assert values["host_studio_rooms"] == "1"
    assert values["host_studio_connections"] == "1"
    assert int(values["host_studio_commands_total"]) == 2
    assert int(values["host_studio_writer_commits_total"]) >= 3
    for name in ("clients_cut_slow_total", "media_bytes_out_total", "media_skips_total", "writer_queue"):
        assert f"host_studio_{name}" in values
