"""What tests of whole runs share: waiting, and what stands in an outputs folder."""

import time

PATIENCE = 120  # seconds for what takes one or two on a quiet machine


def until(condition, seconds=PATIENCE):
    """Give what the condition gives, once that is something."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end
        time.sleep(0.02)
    return found


def contents(root):
    """The bytes of all that runs make alike: not the manifests, nor nianbao's own."""
    return {
        path.relative_to(root): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".nianbao" not in path.parts and path.name != "manifest.json"
    }
