"""Ledgers (台账): lists that an office keeps anyway, read, counted, and never published.

Import from the modules themselves: those that read and count bring pandas along, `kinds` is light.
"""
