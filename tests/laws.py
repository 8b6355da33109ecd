"""How many examples of a law a test tries, where each takes its time."""

import os

IS_SOAK = bool(os.environ.get("NIANBAO_RANDOM"))


def examples(count):
    """So many in the suite; five times as many in `make soak`."""
    return 5 * count if IS_SOAK else count
