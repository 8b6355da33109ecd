"""The measure of likeness: its laws, and that looking for pairs by an index loses none."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.checks.likeness import COPIED, COPIED_LEAST, alike, bare, likeness, pieces

# Neither digits nor numerals, so that joining two never makes a number.
WORDS = st.sampled_from("公开信息目录更新较慢部分科室报送及时解读材料偏少下步将修订明确限并为重要")
TEXTS = st.text(WORDS, min_size=COPIED_LEAST, max_size=200)
NAMES = st.sampled_from(["示例县甲字局", "乙字局", "丙字镇人民政府", "我局", "XYZ 办"])
NUMBERS = st.one_of(
    st.integers(0, 10**7).map(str),
    st.floats(0, 100).map(lambda share: f"{share:.2f}%"),
    st.integers(2008, 2100).map(lambda year: f"{year} "),
    st.sampled_from(["１２", "1,204", "十二", "二〇二二", "三百零五"]),
)


@given(TEXTS, TEXTS)
def test_it_is_symmetric_and_a_share(one, other):
    share = likeness(pieces(one), pieces(other))
    assert share == likeness(pieces(other), pieces(one))
    assert 0 <= share <= 1


@given(TEXTS)
def test_a_text_is_wholly_like_itself(text):
    assert likeness(pieces(text), pieces(text)) == 1


@given(st.text(max_size=COPIED_LEAST - 1), TEXTS)
def test_a_short_text_is_like_none(short, text):
    assert likeness(pieces(short), pieces(text)) == likeness(pieces(short), pieces(short)) == 0


@given(st.lists(TEXTS, min_size=2, max_size=6), st.data())
def test_names_years_and_numbers_do_not_count(parts, data):
    def written():
        name = data.draw(NAMES)
        filled = "".join(f"{part}{name}{data.draw(NUMBERS)}件" for part in parts)
        return bare(filled, [name])

    assert written() == written()


def test_a_name_goes_whole_though_another_is_part_of_it():
    text = "示例县甲字局负责，甲字局落实，\u3000甲 字局总结。"
    assert bare(text, ["甲字局", "示例县甲字局"]) == "负责,落实,总结。"


@pytest.mark.parametrize("text", ["一是统一栏目", "第一季度", "三是提升质量"])
def test_a_numeral_alone_stays(text):
    assert bare(text) == text


@given(
    st.lists(st.frozensets(st.sampled_from("甲乙丙丁戊己庚辛"), max_size=8), max_size=12),
    st.sampled_from([0.3, 0.5, COPIED, 1.0]),
)
def test_the_index_finds_each_pair_that_trying_all_finds(texts, least):
    tried = {
        (one, other, likeness(texts[one], texts[other]))
        for one, other in combinations(range(len(texts)), 2)
        if texts[one] and likeness(texts[one], texts[other]) >= least
    }
    assert {pair for pair in alike(texts, least) if texts[pair[0]]} == tried
