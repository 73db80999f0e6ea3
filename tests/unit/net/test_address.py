"""What a person may type as a backend's address, and the sentence for what they may not."""

import pytest

from studio.net.address import BadAddress, parse_address


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("wss://live.example.org", "wss://live.example.org"),
        ("https://live.example.org/", "wss://live.example.org"),
        ("live.example.org", "wss://live.example.org"),
        (" live.example.org:8443 ", "wss://live.example.org:8443"),
        ("ws://127.0.0.1:8700", "ws://127.0.0.1:8700"),
        ("localhost:8700", "ws://localhost:8700"),
        ("192.168.1.20:8700", "ws://192.168.1.20:8700"),
        ("ws://[::1]:8700", "ws://[::1]:8700"),
        ("http://studio.local:80", "ws://studio.local"),
    ],
)
def test_addresses_people_type(typed: str, origin: str) -> None:
    address = parse_address(typed)
    assert address.origin == origin
    assert address.events_url == origin + "/ws/events"
    assert address.publish_url == origin + "/ws/publish"
    assert address.web == origin.replace("ws", "http", 1) + "/"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Type the backend"),
        ("ftp://live.example.org", "wss:// or ws://"),
        ("ws://live.example.org", "not encrypted"),
        ("ws://8.8.8.8:80", "not encrypted"),
        ("wss://me:secret@live.example.org", "must not hold"),
        ("wss://live.example.org/?token=1", "must not hold"),
        ("wss://live.example.org/room/1", "Leave out"),
        ("wss://", "no host name"),
        ("wss://live.example.org:99999", "is not an address"),
        ("wss://live.example.org:0", "Port 0"),
        ("wss://[::1", "is not an address"),
    ],
)
def test_what_is_not_an_address_says_what_would_be(typed: str, says: str) -> None:
    with pytest.raises(BadAddress, match=says) as caught:
        parse_address(typed)
    assert "secret" not in str(caught.value)
