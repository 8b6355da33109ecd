"""An analyst's own figures: Chinese in each kernel of a project, and in no other program's."""

from pathlib import Path

import papermill
import pytest
from jupyter_client.provisioning import KernelProvisionerFactory
from nbformat.v4 import new_code_cell, new_notebook

pytestmark = pytest.mark.kernel

KERNEL = {"name": "python3", "display_name": "", "language": "python"}
ROOT = Path(__file__).parents[2]
DRAW = "plt.figure(); plt.title('依申请公开'); None"
RARE = "plt.figure(); plt.title('𠮷'); None"  # in none of the fonts
IMPORT = "import pandas, matplotlib.pyplot as plt"
FAMILY = "print(plt.rcParams['font.family'])"
FORKED, STARTED = "nianbao-fork", "local-provisioner"


@pytest.fixture
def run(monkeypatch):
    """Run cells in a kernel; give for each what it printed, and how much it showed."""

    def run(engine: str | None, provisioner: str, *sources: str):
        monkeypatch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", provisioner)
        monkeypatch.setenv("NIANBAO_PROJECT", str(ROOT))
        KernelProvisionerFactory.clear_instance()
        nb = new_notebook(cells=list(map(new_code_cell, sources)), metadata={"kernelspec": KERNEL})
        return papermill.execute_notebook(nb, None, engine_name=engine, progress_bar=False)

    yield run
    KernelProvisionerFactory.clear_instance()


def printed(nb, stream: str) -> list[str]:
    """What each cell printed there."""
    outputs = [[item for item in cell.outputs if item.get("name") == stream] for cell in nb.cells]
    return ["".join(item.text for item in items) for items in outputs]


def missing(nb) -> list[int]:
    """How many glyphs each cell is told to lack."""
    told = [text.splitlines() for text in printed(nb, "stderr")]
    return [len({line for line in lines if "missing from" in line}) for lines in told]


ANALYSTS = (
    DRAW,
    "plt.figure(); plt.title('CO₂，PM₂.₅，⅓，☑，−5 $x^2$ 件'); plt.plot([-1, 1]); None",
    f"plt.rcParams['font.sans-serif'] = ['SimHei']; {DRAW}",
    f"plt.rcParams['font.family'] = 'Microsoft YaHei'; {DRAW}",
    f"plt.rcParams['font.family'] = 'serif'; {DRAW}",
    f"plt.rcdefaults(); {DRAW}",
    f"plt.style.use('default'); {DRAW}",
    "pandas.Series([1], index=['件']).plot.bar(title='受理').get_figure().savefig('f')",
)


def test_chinese_is_drawn_however_an_analyst_sets_fonts(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    forked = run("nianbao", FORKED, IMPORT, *ANALYSTS, RARE)
    assert missing(forked) == [0] * (1 + len(ANALYSTS)) + [2]
    assert run("nianbao", STARTED, IMPORT, *ANALYSTS, RARE) == forked


def test_a_drawing_is_the_same_each_time(run):
    svg = f"%config InlineBackend.figure_formats = ['svg']\n{IMPORT}"
    first, second = (run("nianbao", kind, svg, DRAW) for kind in (FORKED, STARTED))
    assert "image/svg+xml" in first.cells[1].outputs[0].data
    assert first == second


def test_each_cell_is_told_what_its_own_figures_lack(run):
    quiet = "import warnings; warnings.filterwarnings('ignore')"
    nb = run("nianbao", FORKED, IMPORT, RARE, RARE, quiet, RARE, f"{quiet}; {RARE}")
    assert missing(nb) == [0, 2, 2, 0, 2, 2]
    assert "Glyph 134071" in printed(nb, "stderr")[1]


def test_a_warning_is_told_by_each_cell_and_names_no_folder(run):
    source = "def f():\n    import warnings\n    warnings.warn('注意', stacklevel=1)\nf()"
    nb = run("nianbao", FORKED, source, "f()", "f()")
    told = printed(nb, "stderr")
    assert len(told[0].splitlines()) == 2
    assert told == [told[0]] * 3
    assert "/" not in told[0].splitlines()[0]


@pytest.mark.parametrize("provisioner", [FORKED, STARTED])
def test_a_kernel_of_jupyterlab_has_it_from_the_report_on(run, provisioner):
    load = "from nianbao import report\nfiled = report.load('shili-jyj', 2022)"
    nb = run(None, provisioner, load, IMPORT, FAMILY, DRAW, RARE)
    assert printed(nb, "stdout")[2] == "['Noto Sans SC', 'DejaVu Sans']\n"
    assert missing(nb) == [0, 0, 0, 0, 2]


def test_an_import_is_enough_also_where_figures_were_drawn_before(run):
    nb = run(None, STARTED, IMPORT, DRAW, "from nianbao import report", DRAW, FAMILY)
    assert [count > 0 for count in missing(nb)] == [False, True, False, False, False]
    assert "Noto Sans SC" in printed(nb, "stdout")[4]


def test_what_an_analyst_has_set_stays(run):
    chosen = f"{IMPORT}\nplt.rcParams['font.family'] = 'cursive'"
    nb = run(None, STARTED, chosen, "import nianbao.report", FAMILY)
    assert printed(nb, "stdout")[2] == "['cursive']\n"


def test_a_kernel_of_another_program_is_as_matplotlib_made_it(run):
    facts = (
        "import logging, matplotlib as m, matplotlib.pyplot\n"
        "print(m.rcParams['font.family'], m.rcParamsDefault['font.sans-serif'][:1])\n"
        "print(m.font_manager.fontManager.defaultFamily['ttf'])\n"
        "print(logging.getLogger('matplotlib').level)\n"
        "print([f for f in get_ipython().extension_manager.loaded if 'nianbao' in f])"
    )
    said = printed(run(None, FORKED, facts), "stdout")[0]
    assert said == "['sans-serif'] ['DejaVu Sans']\nDejaVu Sans\n0\n[]\n"
