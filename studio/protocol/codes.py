"""Numbers with a documented meaning: what was refused, and why a connection was closed."""

from __future__ import annotations

from enum import IntEnum


class ErrorCode(IntEnum):
    """Why a command was refused: 1xx the message, 2xx who you are, 3xx room, 4xx money, 5xx server."""

    def __new__(cls, value: int, meaning: str = "") -> ErrorCode:
        member = int.__new__(cls, value)
        member._value_ = value
        member.__doc__ = meaning
        return member

    MALFORMED = 100, "The message is not what the protocol describes."
    UNKNOWN_COMMAND = 101, "This server does not know that command."
    TOO_LARGE = 102, "The message is larger than the server takes."
    TOO_FAST = 103, "Too many commands in a short time; try again after `retry_after_ms`."
    OUT_OF_ORDER = 104, "Identify comes first, and once."
    ID_REUSED = 105, "That request id was used for a different command."
    INVALID_TEXT = 106, "The text is empty, too long, or nothing is left of it after cleaning."
    UNSUPPORTED_VERSION = 107, "No protocol version in common."

    NOT_SIGNED_IN = 200, "Sign in first."
    WRONG_PASSWORD = 201, "Handle and password do not match an account."
    TOKEN_INVALID = 202, "The token is unknown, expired or revoked; sign in again."
    HANDLE_TAKEN = 203, "Somebody else has that handle."
    INVALID_HANDLE = 204, "A handle is 2 to 24 letters, digits, dots, dashes or underscores."
    WEAK_PASSWORD = 205, "A password has 8 to 256 characters."
    NOT_A_HOST = 206, "This account is a viewer's and cannot host."
    SIGN_IN_AGAIN = 207, "Money moves only a short while after signing in; sign in again first."

    NO_SUCH_ROOM = 300, "There is no such room."
    ROOM_CLOSED = 301, "The LIVE has ended."
    NOT_YOUR_ROOM = 302, "Only the room's host can do that."
    ALREADY_LIVE = 303, "You are already live; resume or end that LIVE first."
    NOT_IN_ROOM = 304, "Enter the room first."
    MUTED = 305, "You are muted in this room."
    NO_SUCH_COMMENT = 306, "There is no such comment in this room."
    NO_SUCH_QUESTION = 307, "There is no such question in this room."
    NO_SUCH_PERSON = 308, "There is no such person."
    ALREADY_PUBLISHING = 309, "Another connection already sends this room's picture."
    NOT_YOURSELF = 310, "You cannot do that to yourself."
    FOLLOWERS_ONLY = 311, "Only followers can comment now. Follow to join in."
    COMMENTS_CLOSED = 312, "Nobody can comment now."
    SLOW_MODE = 313, "Slow mode: a moment between two comments, please."
    NOT_WAITING = 314, "That comment is decided already."
    CANNOT_UNDO = 315, "That cannot be undone, or was undone already."
    INVALID_RULES = 316, "The rules cannot be used as they are."
    BLOCKED = 317, "This host has blocked you."
    NOT_GRANTED = 318, "The host has not let you do that."
    TOO_MANY_MODERATORS = 319, "A host has at most 20 moderators."
    QUESTION_CLOSED = 320, "That question is answered or dismissed."

    ENDED_ALREADY = 321, "That has ended already."
    RUNS_ALREADY = 322, "One runs already; end it first."
    NO_SUCH_ACTIVITY = 323, "There is no such poll, giveaway or box in this room."
    NOT_DRAWN = 324, "That giveaway is not drawn yet."
    NOT_ELIGIBLE = 325, "You cannot take part in that."
    BOX_FULL = 326, "The box has no place left."
    INVALID_ACTIVITY = 327, "That cannot be begun as it is."

    UNKNOWN_GIFT = 400, "There is no such gift."
    NOT_ENOUGH_COINS = 401, "There are not enough coins for that."
    UNKNOWN_PACK = 402, "There is no such coin pack."
    INVALID_AMOUNT = 403, "The amount is not a positive number within limits."
    NOT_ENOUGH_DIAMONDS = 404, "There are not enough available diamonds for that."
    BELOW_MINIMUM = 405, "That is less than the smallest payout."
    DAILY_LIMIT = 406, "That is more than can be paid out in a day."
    PAYOUT_UNDER_WAY = 407, "A payout is under way; wait until it is paid or returned."
    NO_SUCH_PAYOUT = 408, "There is no such payout or balance."
    NO_SUCH_PURCHASE = 409, "There is no such purchase, or it was refunded already."

    SERVER_FAULT = 500, "The server failed; it has logged why. The command was not carried out."
    STORAGE_FAULT = 501, "The server cannot write its data; nothing was taken."
    SHUTTING_DOWN = 502, "The server is stopping; send the same id again after reconnecting."


class CloseCode(IntEnum):
    """Why the server closed a WebSocket (RFC 6455 private range)."""

    def __new__(cls, value: int, meaning: str = "") -> CloseCode:
        member = int.__new__(cls, value)
        member._value_ = value
        member.__doc__ = meaning
        return member

    MALFORMED = 4100, "A message that is not of the protocol."
    OUT_OF_ORDER = 4101, "Identify did not come first, or came twice."
    UNSUPPORTED_VERSION = 4102, "No protocol version in common."
    IDENTIFY_TIMEOUT = 4103, "Identify did not come in time."
    TOKEN_INVALID = 4202, "The token is unknown, expired or revoked."
    TOO_SLOW = 4300, "The client did not read fast enough; reconnect and resume."
    TOO_FAST = 4301, "The client kept sending above its rate."
    ROOM_CLOSED = 4400, "The LIVE whose picture this was has ended."
    REPLACED = 4401, "A newer connection took this one's place."
    NOT_ALLOWED = 4402, "This account may not do that here."
    SHUTTING_DOWN = 4500, "The server is stopping."

    @property
    def final(self) -> bool:
        """Whether connecting again the same way cannot help."""
        return self in (
            CloseCode.MALFORMED,
            CloseCode.OUT_OF_ORDER,
            CloseCode.UNSUPPORTED_VERSION,
            CloseCode.TOKEN_INVALID,
            CloseCode.NOT_ALLOWED,
            CloseCode.ROOM_CLOSED,
            CloseCode.REPLACED,
        )
