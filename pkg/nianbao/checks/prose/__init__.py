"""The prose of a report: its numbers, what they claim, and whether the tables agree."""
