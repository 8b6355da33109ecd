"""What is printed at the end of a run, of a few reports and of many."""

from dataclasses import replace
from pathlib import Path

import pytest

from nianbao.batch.batch import ReportName
from nianbao.batch.outcome import Outcome
from nianbao.cli.summary import counts_line, print_summary

OUTPUTS = Path("/somewhere/outputs")
NONE_FOUND = {"error": 0, "warning": 0, "info": 0}


def outcomes(count, **changes):
    return [
        Outcome(
            ReportName(2021, f"a{number}"),
            agency=f"示例区第{number}局",
            status="done",
            findings=NONE_FOUND,
            paths=(OUTPUTS / f"2021/a{number}/report.html",),
        )
        for number in range(count)
    ][: changes.pop("most", None)]


def failed(outcome):
    return replace(outcome, status="failed", message="单元格出错", findings={}, paths=())


@pytest.fixture
def printed(capsys):
    def run(*arguments, **named):
        print_summary(*arguments, **named)
        return capsys.readouterr().out

    return run


def test_each_of_a_few_has_its_line(printed):
    lines = printed(outcomes(30), OUTPUTS).splitlines()
    assert len(lines) == 32
    assert lines[-1] == "30 份已生成，见 /somewhere/outputs/index.html"


def test_of_many_only_those_that_need_somebody_are_listed(printed):
    many = outcomes(120)
    many[5] = failed(many[5])
    many[7] = replace(many[7], findings={**NONE_FOUND, "error": 2})
    many[8:68] = [replace(outcome, status="up_to_date") for outcome in many[8:68]]
    lines = printed(many, OUTPUTS).splitlines()
    assert [line.split()[1] for line in lines[:3]] == ["代码", "a5", "a7"]
    assert "2021 a5 没有做成：单元格出错" in lines
    assert lines[-1] == (
        "59 份已生成，60 份已是最新，1 份没有做成，见 /somewhere/outputs/index.html"
    )
    assert len(lines) < 10


def test_nothing_to_do_is_one_line(printed):
    idle = [replace(outcome, status="up_to_date") for outcome in outcomes(120)]
    assert printed(idle, OUTPUTS) == "120 份已是最新，见 /somewhere/outputs/index.html\n"


def test_more_failures_than_anybody_reads_are_counted(printed):
    out = printed([failed(outcome) for outcome in outcomes(50)], OUTPUTS)
    assert out.count("没有做成：") == 10
    assert "还有 40 份没有做成，原因见 index.html" in out


def test_what_was_not_run_is_told(printed):
    assert "还有 3 份没有运行" in printed([failed(outcomes(1)[0])], OUTPUTS, left=3)


def test_before_the_first_has_ended():
    assert counts_line([]) == "没有一份做完"
