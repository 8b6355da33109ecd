"""The canonical form: nothing varies, nothing of substance is lost."""

import json

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from laws import examples
from nianbao.running.canonical import canonicalize, write_notebook

TEXT = st.text(st.characters(codec="utf-8"))
OUTPUTS = st.one_of(
    st.builds(lambda text: new_output("display_data", {"text/plain": text}), TEXT),
    st.builds(
        lambda name, text: new_output("stream", name=name, text=text),
        st.sampled_from(["stdout", "stderr"]),
        TEXT,
    ),
)
CELLS = st.one_of(
    st.builds(new_markdown_cell, TEXT),
    st.builds(new_code_cell, TEXT, outputs=st.lists(OUTPUTS, max_size=3)),
)


def ran(text="2", **papermill):
    """One run of a notebook: new ids, other times."""
    cell = new_code_cell("1 + 1", outputs=[new_output("execute_result", {"text/plain": text})])
    cell.metadata = {"tags": [], "execution": {"a": "b"}, "papermill": {**papermill}}
    chosen = new_markdown_cell("说明", id="about")
    return new_notebook(
        cells=[chosen, cell, new_code_cell("1 + 1")],
        metadata={
            "papermill": {"parameters": {"agency": "shili"}, "input_path": "/home/x", **papermill},
            "language_info": {"name": "python", "version": "3.11.7"},
        },
    )


def test_two_runs_are_one():
    first = ran("<a.B object at 0x7f1234>", start_time="1", status="completed", duration=0.1)
    second = ran("<a.B object at 0x7e9999>", start_time="2", status="completed", duration=0.2)
    assert first != second
    assert canonicalize(first) == canonicalize(second)


def test_printed_text_is_joined_however_it_came():
    def printed(*pieces):
        outputs = [new_output("stream", name=name, text=text) for name, text in pieces]
        shown = new_output("display_data", {"text/plain": "表"})
        return canonicalize(new_notebook(cells=[new_code_cell("f()", outputs=[shown, *outputs])]))

    whole = printed(("stdout", "甲\r乙\n丙"), ("stderr", "丁"))
    assert whole == printed(("stderr", "丁"), ("stdout", "甲\r"), ("stdout", "乙\n丙"))
    assert [output.get("text") for output in whole.cells[0].outputs] == [None, "乙\n丙", "丁"]


@pytest.mark.parametrize(
    ("text", "seen"),
    [("10 %\r99 %", "99 %"), ("a\r\nb\r", "a\r\nb\r"), ("", ""), ("a\r\rb\nc", "b\nc")],
)
def test_a_carriage_return_writes_over_its_line(text, seen):
    cell = new_code_cell("f()", outputs=[new_output("stream", name="stdout", text=text)])
    assert canonicalize(new_notebook(cells=[cell])).cells[0].outputs[0].text == seen


WARNED = "UserWarning: Glyph 8322 missing from font(s) "


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("/t/ipykernel_7/23.py:1: UserWarning: x", "23.py:1: UserWarning: x"),
        ('  File "/a/ipykernel_12/4.py", line 1', '  File "4.py", line 1'),
        ("C:\\T\\ipykernel_7\\23.py:1: X: y", "23.py:1: X: y"),
        ("/h/li na/lib/python3.12/site-packages/p/q.py:8: W: x", "p/q.py:8: W: x"),
        ("a\n/usr/lib/python3.12/json/x.py:8: W: x", "a\njson/x.py:8: W: x"),
        (f"{WARNED}Noto, DejaVu.", f"{WARNED}DejaVu, Noto."),
        (f"{WARNED}Noto.\n  draw()", f"{WARNED}Noto.\n  draw()"),
        ("/usr/lib/python3.12/json/x.py", "/usr/lib/python3.12/json/x.py"),
        ("missing from the ledger: 3.", "missing from the ledger: 3."),
    ],
)
def test_no_folder_of_a_machine_or_a_kernel_stands_in_a_warning(text, seen):
    cell = new_code_cell("f()", outputs=[new_output("stream", name="stderr", text=text)])
    assert canonicalize(new_notebook(cells=[cell])).cells[0].outputs[0].text == seen


@pytest.mark.parametrize(
    "piece",
    ["x", "/site-packages/", "/ipykernel_1/", " missing from font(s) ", "/python3.1/a.py:1"],
)
def test_a_long_line_is_no_burden(piece):
    cell = new_code_cell("f()", outputs=[new_output("stream", name="stderr", text=piece * 100_000)])
    assert canonicalize(new_notebook(cells=[cell])).cells[0].outputs[0].text


def test_state_parameters_and_results_stay():
    clean = canonicalize(ran(status="completed", exception=True))
    assert clean.metadata.papermill == {
        "parameters": {"agency": "shili"},
        "exception": True,
        "status": "completed",
    }
    assert clean.cells[1].metadata == {"papermill": {"status": "completed", "exception": True}}
    assert clean.cells[1].outputs[0].data == {"text/plain": "2"}
    assert clean.metadata.language_info.version == "3.11"


def test_a_chosen_id_stays_and_equal_cells_get_different_ones():
    ids = [cell.id for cell in canonicalize(ran()).cells]
    assert ids[0] == "about"
    assert len(set(ids)) == 3


def test_an_id_does_not_depend_on_the_cells_above():
    alone = canonicalize(new_notebook(cells=[new_code_cell("x")]))
    below = canonicalize(new_notebook(cells=[new_markdown_cell("y"), new_code_cell("x")]))
    assert alone.cells[0].id == below.cells[1].id


def test_the_notebook_given_is_left_as_it_is():
    nb = ran(start_time="1")
    before = json.dumps(nb)
    canonicalize(nb)
    assert json.dumps(nb) == before


@settings(max_examples=examples(10))
@given(cells=st.lists(CELLS, max_size=4))
def test_the_canonical_form_is_valid_and_its_own_canonical_form(cells):
    once = canonicalize(new_notebook(cells=cells))
    nbformat.validate(once)
    assert canonicalize(once) == once


@settings(max_examples=examples(10))
@given(cells=st.lists(CELLS, max_size=4))
def test_what_is_written_is_what_is_read(tmp_path_factory, cells):
    path = tmp_path_factory.mktemp("written") / "示例.ipynb"
    nb = canonicalize(new_notebook(cells=cells))
    before = json.dumps(nb)
    write_notebook(nb, path)
    assert json.dumps(nb) == before
    assert nbformat.read(path, as_version=4) == nb


@pytest.mark.parametrize("odd", [2**70, "半个\ud83d", {"深": [1.5, None, "\ud83d"]}])
def test_what_the_fast_encoder_refuses_is_written_alike(tmp_path, odd):
    path = tmp_path / "示例.ipynb"
    nb = canonicalize(new_notebook(metadata={"a": 1, "b": [], "odd": odd}))
    write_notebook(nb, path)
    assert nbformat.read(path, as_version=4) == nb
    with_odd = path.read_text(encoding="utf-8").splitlines()
    del nb.metadata["odd"]
    write_notebook(nb, path)
    assert set(path.read_text(encoding="utf-8").splitlines()) - {'    "b": []'} <= set(with_odd)


def test_an_old_notebook_gets_ids(tmp_path):
    old = new_notebook(cells=[new_code_cell("x")])
    old.nbformat_minor = 4
    del old.cells[0]["id"]
    write_notebook(old, tmp_path / "new.ipynb")
    nbformat.validate(nbformat.read(tmp_path / "new.ipynb", as_version=4))


def test_the_file_is_sorted_readable_and_ends_with_a_newline(tmp_path):
    path = tmp_path / "示例.ipynb"
    write_notebook(new_notebook(cells=[new_markdown_cell("年报 \ud800")]), path)
    text = path.read_text(encoding="utf-8")
    assert "年报 \\ud800" in text
    assert text.endswith("}\n")
    assert list(json.loads(text)) == sorted(json.loads(text))
    assert [item.name for item in tmp_path.iterdir()] == ["示例.ipynb"]
