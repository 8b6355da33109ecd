"""What agencies send in: found out whose it is, kept version by version, never overwritten."""
