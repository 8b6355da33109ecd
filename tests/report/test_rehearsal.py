"""The rehearsal, in the template process, leaves everything as it was but warm."""

import os

from nianbao import report
from nianbao.project import ENVIRONMENT_VARIABLE
from nianbao.report import blocks, canvas
from nianbao.report.rehearsal import rehearse


def test_it_warms_what_kernels_use_and_leaves_the_environment_alone(monkeypatch):
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, "somewhere else")
    rehearse()
    assert os.environ[ENVIRONMENT_VARIABLE] == "somewhere else"
    assert canvas._font.cache_info().currsize >= 1
    assert blocks._adapter.cache_info().currsize >= 6
    monkeypatch.delenv(ENVIRONMENT_VARIABLE)
    rehearse()
    assert ENVIRONMENT_VARIABLE not in os.environ


def test_a_report_after_it_has_the_same_bytes():
    before = report.channels(report.load("shili-jyj", 2022)).svg
    rehearse()
    assert report.channels(report.load("shili-jyj", 2022)).svg == before
