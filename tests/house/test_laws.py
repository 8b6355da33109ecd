"""What holds for every property test, whatever the machine is doing beside it."""

import ast
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

TESTS = Path(__file__).parents[1]
BY_THE_CLOCK = {"deadline", "suppress_health_check"}  # the profile's business, in conftest.py


def own_settings(source):
    """What a test file sets for itself that hangs on the machine's clock."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return {
        word.arg
        for call in calls
        if ast.unparse(call.func).endswith("settings")
        for word in call.keywords
        if word.arg in BY_THE_CLOCK
    }


@pytest.mark.parametrize("profile", ["suite", "random"])
def test_no_law_is_broken_by_a_busy_machine(profile):
    chosen = settings.get_profile(profile)
    assert chosen.deadline is None
    assert HealthCheck.too_slow in chosen.suppress_health_check


def test_no_test_takes_the_clock_back():
    found = {
        path: own_settings(path.read_text(encoding="utf-8")) for path in TESTS.rglob("test_*.py")
    }
    assert {path: words for path, words in found.items() if words} == {}


@pytest.mark.parametrize("word", sorted(BY_THE_CLOCK))
def test_a_setting_by_the_clock_is_recognised(word):
    assert own_settings(f"@hypothesis.settings({word}=1)\ndef f(): ...") == {word}
