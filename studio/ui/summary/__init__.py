"""The summary: what a LIVE brought, and that feed and ledger agree about it. GUI thread."""
