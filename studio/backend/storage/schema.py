"""The tables. Any thread (pure description). Changes go through a migration; a test compares both.

Money rows follow double entry: a transfer moves ``amount`` of one ledger from the debited to the credited
account and is never changed. Corrections, holds and payouts are new transfers (`code` says which, `link_id`
ties the ones of one happening, `pending_id` names the first phase that the row posts or voids: at most one
row does, by an index). Each row has the rates it was made with.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

metadata = MetaData()

accounts = Table(
    "accounts",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("handle", String(24), nullable=False),
    Column("handle_key", String(48), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("role", String(8), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    CheckConstraint("role IN ('viewer', 'host')", name="known_role"),
)

tokens = Table(
    "tokens",
    metadata,
    Column("hash", LargeBinary(32), primary_key=True),
    Column("account_id", String(32), ForeignKey("accounts.id"), nullable=False, index=True),
    Column("created_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("revoked_ms", BigInteger, nullable=False, server_default="0"),
)

follows = Table(
    "follows",
    metadata,
    Column("host_id", String(32), ForeignKey("accounts.id"), primary_key=True),
    Column("follower_id", String(32), ForeignKey("accounts.id"), primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

rooms = Table(
    "rooms",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("host_id", String(32), ForeignKey("accounts.id"), nullable=False),
    Column("title", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("started_ms", BigInteger, nullable=False),
    Column("ended_ms", BigInteger, nullable=False, server_default="0"),
    Column("end_reason", Text, nullable=False, server_default=""),
    Column("last_seq", BigInteger, nullable=False),
    Column("goal_title", Text, nullable=False, server_default=""),
    Column("goal_target", BigInteger, nullable=False, server_default="0"),
    Column("goal_base", BigInteger, nullable=False, server_default="0"),
    Column("pinned", Text, nullable=False, server_default=""),
    Column("totals", Text, nullable=False),
    Column("commenters", String(16), nullable=False, server_default="everyone"),
    Column("follow_age_s", BigInteger, nullable=False, server_default="0"),
    Column("goal_kind", String(16), nullable=False, server_default="diamonds"),
    Column("goal_gift_id", BigInteger, nullable=False, server_default="0"),
    Column("goal_gift_name", Text, nullable=False, server_default=""),
    Column("activities", Text, nullable=False, server_default=""),  # `studio.model.activities.Activities`
    Index(
        "one_live_a_host",
        "host_id",
        unique=True,
        sqlite_where=text("ended_ms = 0"),
        postgresql_where=text("ended_ms = 0"),
    ),
    Index("rooms_of_a_host", "host_id"),
)

events = Table(
    "events",
    metadata,
    Column("room_id", String(32), ForeignKey("rooms.id"), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("body", Text, nullable=False),
    sqlite_with_rowid=False,
)

visits = Table(
    "visits",
    metadata,
    Column("room_id", String(32), ForeignKey("rooms.id"), primary_key=True),
    Column("account_id", String(32), ForeignKey("accounts.id"), primary_key=True),
    Column("first_ms", BigInteger, nullable=False),
    Index("visits_of_a_person", "account_id"),
    sqlite_with_rowid=False,
)

mutes = Table(
    "mutes",
    metadata,
    Column("room_id", String(32), ForeignKey("rooms.id"), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("account_id", String(32), ForeignKey("accounts.id"), nullable=False),
    Column("until_ms", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

#: Who wants which question answered; a vote taken back is a row less.
question_votes = Table(
    "question_votes",
    metadata,
    Column("room_id", String(32), ForeignKey("rooms.id"), primary_key=True),
    Column("account_id", String(32), ForeignKey("accounts.id"), primary_key=True),
    Column("question_seq", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

#: Who takes part in a poll (``choice``: the answer's place), a giveaway or a box (the order they came in).
participations = Table(
    "participations",
    metadata,
    Column("activity_id", String(32), primary_key=True),
    Column("account_id", String(32), ForeignKey("accounts.id"), primary_key=True),
    Column("choice", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

#: What giveaways are drawn with; told only with the draw.
giveaway_seeds = Table(
    "giveaway_seeds",
    metadata,
    Column("giveaway_id", String(32), primary_key=True),
    Column("room_id", String(32), ForeignKey("rooms.id"), nullable=False),
    Column("seed", String(64), nullable=False),
    sqlite_with_rowid=False,
)

#: Members of fan clubs; one who left is a row less.
fans = Table(
    "fans",
    metadata,
    Column("host_id", String(32), ForeignKey("accounts.id"), primary_key=True),
    Column("account_id", String(32), ForeignKey("accounts.id"), primary_key=True),
    Column("points", BigInteger, nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Index("fans_by_points", "host_id", "points"),
    sqlite_with_rowid=False,
)

#: The rules a host has now, as JSON (`studio.model.rules.Rules`).
moderation_rules = Table(
    "moderation_rules",
    metadata,
    Column("host_id", String(32), ForeignKey("accounts.id"), primary_key=True),
    Column("body", Text, nullable=False),
    sqlite_with_rowid=False,
)

#: Whom a host does not want in their LIVEs; somebody let in again is a row less.
blocks = Table(
    "blocks",
    metadata,
    Column("host_id", String(32), ForeignKey("accounts.id"), primary_key=True),
    Column("account_id", String(32), ForeignKey("accounts.id"), primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

#: Who helps a host; ``permissions`` are `studio.model.moderation.Permission` with spaces between them.
moderators = Table(
    "moderators",
    metadata,
    Column("host_id", String(32), ForeignKey("accounts.id"), primary_key=True),
    Column("account_id", String(32), ForeignKey("accounts.id"), primary_key=True),
    Column("permissions", Text, nullable=False),
    sqlite_with_rowid=False,
)

#: What was done about comments and people: ``body`` is a `studio.model.moderation.ModEntry` as JSON.
moderation_log = Table(
    "moderation_log",
    metadata,
    Column("host_id", String(32), ForeignKey("accounts.id"), primary_key=True),
    Column("no", BigInteger, primary_key=True, autoincrement=False),
    Column("room_id", String(32), nullable=False),
    Column("action", String(16), nullable=False),
    Column("answers", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Index("moderation_of_a_room", "room_id"),
    Index("moderation_answers", "host_id", "answers"),
    sqlite_with_rowid=False,
)

streaks = Table(
    "streaks",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("room_id", String(32), ForeignKey("rooms.id"), nullable=False),
    Column("account_id", String(32), ForeignKey("accounts.id"), nullable=False),
    Column("gift_id", BigInteger, nullable=False),
    Column("gift_name", Text, nullable=False),
    Column("coins_each", BigInteger, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("transfer_id", Text, nullable=False),
    Column("last_ms", BigInteger, nullable=False),
    Column("ended", Integer, nullable=False),
    Index("running_streaks", "room_id", sqlite_where=text("ended = 0"), postgresql_where=text("ended = 0")),
    sqlite_with_rowid=False,
)

requests = Table(
    "requests",
    metadata,
    Column("account_id", String(32), primary_key=True),
    Column("request_id", String(64), primary_key=True),
    Column("fingerprint", LargeBinary(16), nullable=False),
    Column("response", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False, index=True),
    sqlite_with_rowid=False,
)

ledger_accounts = Table(
    "ledger_accounts",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("owner_id", String(32), nullable=False),  # an account's id, or "platform"
    Column("ledger", String(16), nullable=False),
    Column("code", String(24), nullable=False),
    Column("debits", BigInteger, nullable=False),
    Column("credits", BigInteger, nullable=False),
    CheckConstraint("debits >= 0 AND credits >= 0", name="sums_only_grow_from_zero"),
    # A host's available diamonds may fall below zero by a chargeback, and by nothing else: the audit looks.
    CheckConstraint(
        "owner_id = 'platform' OR debits <= credits OR (ledger = 'diamonds' AND code = 'available')",
        name="nobody_spends_what_is_not_there",
    ),
    CheckConstraint("ledger IN ('coins', 'diamonds', 'micro_dollars')", name="known_ledger"),
    sqlite_with_rowid=False,
)

transfers = Table(
    "transfers",
    metadata,
    Column("id", String(128), primary_key=True),
    Column("link_id", String(128), nullable=False),
    Column("pending_id", String(128), nullable=False, server_default=""),
    Column("ledger", String(16), nullable=False),
    Column("code", String(24), nullable=False),
    Column("debit_account", String(80), ForeignKey("ledger_accounts.id"), nullable=False),
    Column("credit_account", String(80), ForeignKey("ledger_accounts.id"), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("actor_id", String(32), nullable=False),
    Column("room_id", String(32), nullable=False, server_default=""),
    Column("event_seq", BigInteger, nullable=False, server_default="0"),
    Column("item", String(64), nullable=False, server_default=""),  # gift id or coin pack
    Column("quantity", BigInteger, nullable=False, server_default="1"),
    Column("diamonds_per_coin", BigInteger, nullable=False),
    Column("micro_dollars_per_diamond", BigInteger, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("share_ppm", BigInteger, nullable=False, server_default="0"),
    CheckConstraint("amount > 0", name="amount_is_positive"),
    CheckConstraint("debit_account <> credit_account", name="two_accounts"),
    Index("transfers_of_a_room", "room_id", "code", "event_seq"),
    Index(
        "settled_once",
        "pending_id",
        unique=True,
        sqlite_where=text("pending_id <> ''"),
        postgresql_where=text("pending_id <> ''"),
    ),
    sqlite_with_rowid=False,
)

#: What moved a host's available diamonds, in order. ``no``: the account's turnover (credits and debits) after
#: it, which only grows, whatever the clock does.
statement_lines = Table(
    "statement_lines",
    metadata,
    Column("host_id", String(32), ForeignKey("accounts.id"), primary_key=True),
    Column("no", BigInteger, primary_key=True, autoincrement=False),
    Column("transfer_id", String(128), ForeignKey("transfers.id"), nullable=False, unique=True),
    Column("code", String(24), nullable=False),
    Column("diamonds", BigInteger, nullable=False),  # below 0: taken
    Column("balance", BigInteger, nullable=False),  # after it
    sqlite_with_rowid=False,
)

#: Diamonds of gifts that were taken back: ``body`` is a `studio.model.payout.Reversal` as JSON.
reversals = Table(
    "reversals",
    metadata,
    Column("host_id", String(32), ForeignKey("accounts.id"), primary_key=True),
    Column("no", BigInteger, primary_key=True, autoincrement=False),
    Column("transfer_id", String(128), ForeignKey("transfers.id"), nullable=False),
    Column("body", Text, nullable=False),
    sqlite_with_rowid=False,
)

payouts = Table(
    "payouts",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("host_id", String(32), ForeignKey("accounts.id"), nullable=False),
    Column("no", BigInteger, nullable=False),
    Column("diamonds", BigInteger, nullable=False),
    Column("micro_dollars", BigInteger, nullable=False),
    Column("micro_dollars_per_diamond", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("requested_ms", BigInteger, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
    CheckConstraint("state IN ('requested', 'sent', 'paid', 'returned')", name="known_state"),
    CheckConstraint("diamonds > 0 AND micro_dollars > 0", name="payout_is_positive"),
    Index("payouts_of_a_host", "host_id", "no", unique=True),
    Index(
        "one_payout_under_way",
        "host_id",
        unique=True,
        sqlite_where=text("state IN ('requested', 'sent')"),
        postgresql_where=text("state IN ('requested', 'sent')"),
    ),
    sqlite_with_rowid=False,
)

#: What the provider said about payouts, word for word; said again it is not stored again.
payout_callbacks = Table(
    "payout_callbacks",
    metadata,
    Column("id", String(128), primary_key=True),
    Column("payout_id", String(64), ForeignKey("payouts.id"), nullable=False),
    Column("body", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

#: Ended days (UTC): ``body`` is a `studio.backend.money.closings.DayTotals` as JSON.
day_closings = Table(
    "day_closings",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("closed_ms", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    sqlite_with_rowid=False,
)

#: Rates that were set while running, as JSON; the last one counts.
rate_changes = Table(
    "rate_changes",
    metadata,
    Column("no", BigInteger, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    sqlite_with_rowid=False,
)

#: What the operator asks of a backend that runs; it writes down what came of it.
operator_orders = Table(
    "operator_orders",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("body", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("done_ms", BigInteger, nullable=False, server_default="0"),
    Column("outcome", Text, nullable=False, server_default=""),
    Index("open_orders", "at_ms", sqlite_where=text("done_ms = 0"), postgresql_where=text("done_ms = 0")),
    sqlite_with_rowid=False,
)

heartbeat = Table(
    "heartbeat",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False),
)

#: Rows of these tables are history: triggers refuse UPDATE and DELETE.
IMMUTABLE = (
    "transfers",
    "events",
    "moderation_log",
    "statement_lines",
    "reversals",
    "payout_callbacks",
    "day_closings",
    "rate_changes",
)
