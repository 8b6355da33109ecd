"""No test depends on the typefaces that a machine happens to have."""

import subprocess


def test_what_a_test_starts_sees_the_typefaces_of_the_lock_alone():
    listed = subprocess.run(
        ["fc-list", ":", "family"], check=True, capture_output=True, text=True
    ).stdout
    assert set(listed.split("\n")) - {""} == {"Noto Sans SC", "Noto Serif SC"}
