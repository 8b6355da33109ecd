"""What is asked of every filing, and what was found."""

from nianbao.checks.case import Case
from nianbao.checks.finding import Finding, Severity, has_errors
from nianbao.checks.registry import CHECKS, Check, Registry, check
from nianbao.checks.runner import run_checks

__all__ = [
    "CHECKS",
    "Case",
    "Check",
    "Finding",
    "Registry",
    "Severity",
    "check",
    "has_errors",
    "run_checks",
]
