"""E1 to E3: a government's stated figures against the sums of its agencies, and why they differ.

::

    stated, sums ─▶ vectors (units that are missing, doubled …) ─▶ shifts ─▶ digits ─▶ Difference
"""
