"""Published reports and drafts, read back into filings: deterministic, and nothing guessed."""
