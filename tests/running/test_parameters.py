"""Parameters are declared, checked and readable."""

import ast
from pathlib import Path

import nbformat
import papermill
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook

from nianbao.errors import ParameterError
from nianbao.running.parameters import (
    ReportParameters,
    assignments,
    declared_parameters,
    report_parameters,
    require_identifier,
)

MASTER = Path(__file__).parents[2] / "notebooks" / "report.ipynb"

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


def notebook_declaring(source):
    return new_notebook(cells=[new_code_cell(source, metadata={"tags": ["parameters"]})])


@pytest.mark.parametrize("name", ["report.ipynb", "rollup.ipynb"])
def test_the_master_notebooks_declare_exactly_the_parameters_of_a_report(name):
    declared = declared_parameters(nbformat.read(MASTER.with_name(name), as_version=4))
    fields = ReportParameters.model_fields
    expected = {
        info.alias or name: (info.annotation.__name__, info.default)
        for name, info in fields.items()
    }
    assert [item.name for item in declared] == list(expected)
    assert [item.annotation for item in declared] == [kind for kind, _ in expected.values()]
    optional = [item for item in declared if item.name not in {"agency", "year"}]
    assert [item.default for item in optional] == [expected[item.name][1] for item in optional]


def test_only_what_differs_from_the_defaults_is_injected():
    parameters = report_parameters({"agency": "shili-jyj", "year": 2021, "register": "名册.yaml"})
    assert parameters.for_notebook() == {
        "agency": "shili-jyj",
        "year": 2021,
        "register": "名册.yaml",
    }


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"agency": "a", "year": 2020, "sorce": "x"}, "source"),
        ({"agency": "a", "year": 2020, "register_file": "x"}, "register"),
        ({"agency": "a", "year": 2020, "x=1;import os;y": 1}, "标识符"),
        ({"agency": "a", "year": 2020, "import": 1}, "标识符"),
        ({"agency": "a"}, "year"),
        ({"agency": "a", "year": "2020"}, "year"),
        ({"agency": "a", "year": True}, "year"),
        ({"agency": "a", "year": 2007}, "2008"),
        ({"agency": "a", "year": 2101}, "2100"),
        ({"agency": 7, "year": 2020}, "agency"),
        ({"agency": "../../x", "year": 2020}, "agency"),
        ({"agency": "a", "year": 2020, "public_hotline": 1}, "public_hotline"),
    ],
)
def test_values_that_do_not_fit_are_refused(values, told):
    with pytest.raises(ParameterError, match=told):
        report_parameters(values)


def test_declarations_are_parsed_and_not_guessed():
    source = 'a: int = 1\nb = [1,\n2]\nif True:\n    c = 3\nd: str\nprint("x")\nprint("y = 2")'
    declared = declared_parameters(notebook_declaring(source))
    assert [(item.name, item.annotation, item.default) for item in declared] == [
        ("a", "int", 1),
        ("b", "", [1, 2]),
    ]


@pytest.mark.parametrize("source", ["a = ", "a = open('x')", "a: int = b"])
def test_a_declaration_that_is_no_literal_is_refused(source):
    with pytest.raises(ParameterError, match="参数单元格"):
        declared_parameters(notebook_declaring(source))


def test_a_notebook_without_parameters_is_refused():
    with pytest.raises(ParameterError, match="parameters"):
        declared_parameters(new_notebook())


def test_chinese_stays_readable_and_what_cannot_be_seen_is_escaped():
    source = assignments({"source": '示例县"教育局"\u202e\n', "year": 2021})
    assert source == '# Parameters\nsource = "示例县\\"教育局\\"\\u202e\\n"\nyear = 2021\n'


@given(value=VALUES)
def test_what_is_injected_means_the_value(value):
    source = assignments({"x": value})
    assert ast.literal_eval(source.split(" = ", 1)[1]) == value
    assert len(ast.parse(source).body) == 1


def test_infinity_has_no_literal_but_a_call():
    assert assignments({"x": float("inf")}) == '# Parameters\nx = float("inf")\n'


def test_a_value_without_a_literal_is_left_to_papermill():
    assert assignments({"x": Path("y")}) is None


@pytest.mark.parametrize("name", ["a b", "1a", "", "class", "a=1", 7])
def test_a_name_that_would_be_code_is_refused(name):
    with pytest.raises(ParameterError):
        require_identifier(name)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"agncy": "shili", "year": 2020}, "agency"),
        ({"agency": "shili", "year": "2020"}, "year"),
        ({"agency": 10, "year": 2020}, "agency"),
        ({"agency": "../../x", "year": 2020}, "agency"),
    ],
)
def test_the_engine_refuses_a_wrong_parameter_before_any_kernel(values, told, tmp_path):
    # papermill by itself only warns, and makes the report of the default agency.
    made = tmp_path / "made.ipynb"
    with pytest.raises(ParameterError, match=told):
        papermill.execute_notebook(str(MASTER), str(made), values, engine_name="nianbao")
    assert not made.exists() or '"execution_count": 1' not in made.read_text(encoding="utf-8")
