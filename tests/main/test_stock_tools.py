"""The same notebook with stock papermill, kernel and nbconvert; and cells of one's own."""

import re
import subprocess

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell

pytestmark = pytest.mark.kernel

FRAME = """\
import pandas as pd
pd.DataFrame({"月份": ["一月", "二月"], "条数": [31, 28]})"""
FIGURE = """\
import matplotlib.pyplot as plt
plt.bar([1, 2], [31, 28])
plt.show()"""


@pytest.fixture(scope="module")
def stock(command, project, tmp_path_factory):
    """The notebook run by stock papermill with the arguments of the README."""
    path = tmp_path_factory.mktemp("stock") / "o.ipynb"
    arguments = ("-p", "agency", "xixia-zrzy", "-p", "year", "2020")
    command("papermill", "notebooks/report.ipynb", path, *arguments, cwd=project)
    return path


def test_stock_papermill_shows_the_same_blocks(stock, xixia):
    def outputs(path):
        cells = nbformat.read(path, as_version=4).cells
        return [cell.outputs for cell in cells if cell.cell_type == "code"]

    assert outputs(stock) == outputs(xixia / "report.ipynb")


def test_stock_nbconvert_shows_it_readably(command, stock):
    command("jupyter", "nbconvert", "--to", "html", stock, cwd=stock.parent)
    page = BeautifulSoup(stock.with_suffix(".html").read_text(encoding="utf-8"), "html.parser")
    headings = [item.get_text(strip=True).rstrip("¶") for item in page.find_all(["h1", "h2"])]
    assert "六、其他需要报告的事项" in headings
    assert len(page.select("table")) >= 3
    assert page.select("img[src^='data:image/svg+xml;base64,'][alt]")
    assert "nianbao.block" not in page.get_text()


def test_a_cell_of_ones_own_comes_out_in_html_and_pdf(command, project, tmp_path):
    notebook = nbformat.read(project / "notebooks" / "report.ipynb", as_version=4)
    frame, figure = new_code_cell(FRAME, id="own-frame"), new_code_cell(FIGURE, id="own-figure")
    frame.metadata["nianbao"] = {"caption": "各月公开信息条数（示例）"}
    figure.metadata["nianbao"] = {"caption": "各月条数图（示例）", "alt": "一月 31 条，二月 28 条"}
    notebook.cells += [frame, figure]
    nbformat.write(notebook, tmp_path / "own.ipynb")
    made = tmp_path / "made.ipynb"
    arguments = ("-p", "agency", "shili-jyj", "-p", "year", "2021")
    command("papermill", tmp_path / "own.ipynb", made, *arguments, cwd=project)
    for name in ("nianbao-html", "nianbao-pdf"):
        command("jupyter", "nbconvert", "--to", name, made, cwd=tmp_path)
    page = BeautifulSoup(made.with_suffix(".html").read_text(encoding="utf-8"), "html.parser")
    captions = [item.get_text(strip=True) for item in page.find_all(["caption", "figcaption"])]
    assert any("各月公开信息条数（示例）" in caption for caption in captions)
    assert any("各月条数图（示例）" in caption for caption in captions)
    assert page.find(alt="一月 31 条，二月 28 条")
    read = subprocess.run(
        ["pdftotext", made.with_suffix(".pdf"), "-"], capture_output=True, text=True, check=True
    )
    assert "各月公开信息条数（示例）" in re.sub(r"\s", "", read.stdout)
    images = subprocess.run(
        ["pdfimages", "-list", made.with_suffix(".pdf")], capture_output=True, text=True, check=True
    )
    assert "image" in images.stdout
