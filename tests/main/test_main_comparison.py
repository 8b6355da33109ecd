"""The comparison of reports that a real run made."""

import pytest
from bs4 import BeautifulSoup

pytestmark = [pytest.mark.kernel, pytest.mark.soak]  # tests/catalog has the parts


def test_two_years_of_the_sample_office_are_compared(command, project, shili):
    done = command("nianbao", "compare", "params/shili.yaml", cwd=project)
    assert "机关 1 个，年度 2 个" in done.stdout
    page = BeautifulSoup((shili / "compare.html").read_bytes(), "html.parser")
    links = {link["href"] for link in page.find_all("a") if link["href"].startswith("20")}
    assert {"2022/shili-jyj/review.html#section-3", "2021/shili-jyj/review.html#section-3"} <= links
    for link in links:
        file, _, anchor = link.partition("#")
        there = BeautifulSoup((shili / file).read_bytes(), "html.parser")
        assert not anchor or there.find(id=anchor) is not None, link
    small = {text.strip() for text in page.find("table", class_="figures").strings if text.strip()}
    assert any(text[0] in "+−" for text in small)
