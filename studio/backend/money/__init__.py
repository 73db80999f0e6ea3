"""The money: ledger, shop, holds, refunds, payouts, closings, and the audit that proves the books."""
