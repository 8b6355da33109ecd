"""The wording of a report: years, sections, statutory terms, what was left over."""
