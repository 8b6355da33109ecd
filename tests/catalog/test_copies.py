"""What counts as the same text: planted copies are found, what everybody writes is not."""

from random import Random

import pytest

from nianbao.catalog.copies import find_copies
from nianbao.catalog.entry import Entry, Section, Status

OWN = {
    "jia": (
        "公开目录更新较慢，部分科室报送不及时。将修订目录，明确报送时限，按季通报，逐条落实责任到人。"
    ),
    "yi": (
        "政策解读以文字为主，图解偏少，群众反映看不懂。将为文件配上图解和问答，邀请群众试读后再发布。"
    ),
    "bing": (
        "线下查阅点设在三楼，老人不便。将移到大厅入口，配放大镜和讲解员，每周检查设备并公布结果。"
    ),
    "ding": (
        "答复文书说理不足，被纠正一次。将统一文书样式，重要答复先送法制机构审查，每季度讲评一次。"
    ),
}
COPIED = (
    "{name}对信息公开仍有不足：主动公开目录更新不够及时，{year}年有{count}条信息超过二十个工作日才发布；"
    "政策解读以文字为主，全年只有{count}件配有图解。下一步，{name}将明确报送时限，逐季检查落实情况。"
)
STATUTORY = (
    "本年度依照国家有关规定收取信息处理费的情况如下，没有收取任何费用，也没有减免情形。"
    "根据国务院办公厅的统一部署，没有其他需要报告的事项，也没有需要公众特别关注的变化。"
)


def entry(agency, year=2022, **prose):
    sections = {
        number: Section(number, f"第{number}部分", f"section-{number}", (text,))
        for name, text in prose.items()
        for number in [int(name.removeprefix("s"))]
    }
    return Entry(agency, year, Status.DONE, sections=sections)


def called(*codes):
    return {code: (f"示例县{code}局",) for code in codes}


def copied(name, year, count):
    return COPIED.format(name=name, year=year, count=count)


def test_a_copy_between_agencies_is_found_whatever_name_year_and_numbers():
    entries = [
        entry("jia", s5=copied("示例县jia局", 2022, 17)),
        entry("yi", s5=OWN["yi"]),
        entry("bing", s5=copied("我局", 2022, 4)),
        entry("ding", s5=copied("ding局", 2022, "三十一")),
    ]
    (found,) = find_copies(entries, called("jia", "yi", "bing", "ding")).between_agencies
    assert [place.agency for place in found.places] == ["jia", "bing", "ding"]
    assert found.shares == (1.0, 1.0)
    assert found.title == "第5部分"
    assert found.excerpt.startswith("示例县jia局对信息公开仍有不足")


def test_some_changed_words_leave_a_lower_share():
    changed = copied("我局", 2022, 4).replace("逐季检查", "每月抽查")
    entries = [entry("jia", s5=copied("我局", 2022, 17)), entry("yi", s5=changed)]
    (found,) = find_copies(entries, called("jia", "yi")).between_agencies
    assert 0.8 < found.shares[0] < 1


def test_other_texts_other_sections_and_other_years_are_no_copies_between_agencies():
    text = copied("我局", 2022, 4)
    entries = [entry("jia", s5=text), entry("yi", s1=text), entry("bing", 2021, s5=text)]
    entries += [entry(code, 2020, s5=own) for code, own in OWN.items()]
    found = find_copies(entries, called("jia", "yi", "bing", "ding"))
    assert (found.between_agencies, found.between_years) == ((), ())


def test_a_copy_between_years_is_one_for_all_years():
    entries = [
        *(entry("jia", year, s5=copied("我局", year, year - 2000)) for year in (2020, 2021, 2022)),
        *(entry("yi", year, s5=OWN[code]) for year, code in ((2021, "yi"), (2022, "bing"))),
    ]
    found = find_copies(entries, called("jia", "yi"))
    assert found.between_agencies == ()
    (between,) = found.between_years
    assert [(place.agency, place.year) for place in between.places] == [
        ("jia", 2022), ("jia", 2021), ("jia", 2020),
    ]  # fmt: skip


def many(count, prose):
    codes = [f"j{number}" for number in range(count)]
    return [entry(code, **prose(code)) for code in codes], called(*codes)


def test_what_everybody_writes_is_no_copy_and_is_told():
    entries, names = many(12, lambda _: {"s6": STATUTORY})
    found = find_copies(entries, names)
    assert found.between_agencies == ()
    assert [count for _, count in found.common[2022]] == [12, 12]
    assert STATUTORY.startswith(found.common[2022][0][0]) or STATUTORY.endswith(
        found.common[2022][0][0]
    )


@pytest.mark.parametrize(("having", "is_common"), [(4, False), (5, True)])
def test_a_third_of_the_agencies_and_five_make_a_sentence_common(having, is_common):
    entries, names = many(12, lambda code: {"s6": STATUTORY if int(code[1:]) < having else "无。"})
    found = find_copies(entries, names)
    # 无。 is of seven or more, and common as well.
    assert (len(found.common[2022]) > 1) is is_common
    assert bool(found.between_agencies) is not is_common


def test_common_sentences_do_not_hide_a_copy_around_them():
    entries, names = many(12, lambda _: {"s6": STATUTORY})
    entries[3] = entry("j3", s6=STATUTORY + copied("我局", 2022, 4))
    entries[7] = entry("j7", s6=copied("我局", 2022, 90) + STATUTORY)
    (found,) = find_copies(entries, names).between_agencies
    assert [place.agency for place in found.places] == ["j3", "j7"]
    assert found.shares == (1.0, 1.0)


def test_the_order_of_what_is_given_does_not_matter_within_a_group():
    entries = [entry(code, s5=copied("我局", 2022, 1)) for code in ("jia", "yi", "bing")]
    entries += [entry("ding", s5=OWN["ding"])]
    names = called("jia", "yi", "bing", "ding")
    sets = []
    for order in (entries, entries[::-1]):
        (found,) = find_copies(order, names).between_agencies
        sets.append({place.agency for place in found.places})
    assert sets[0] == sets[1] == {"jia", "yi", "bing"}


def test_nothing_gives_nothing():
    found = find_copies([], {})
    assert (found.between_agencies, found.between_years, found.common) == ((), (), {})


def test_three_who_copied_are_found_among_three_hundred():
    random = Random(0)  # noqa: S311 - no secret
    words = [c for text in OWN.values() for c in text if c not in "，。"]

    def prose(code):
        def text():
            return "。".join("".join(random.choices(words, k=25)) for _ in range(20)) + "。"

        own = {f"s{number}": text() + STATUTORY for number in range(1, 7)}
        if code in {"j10", "j200", "j299"}:
            own["s5"] = copied("我局", 2022, code[1:]) + STATUTORY
        return own

    entries, names = many(300, prose)
    (found,) = find_copies(entries, names).between_agencies
    assert [place.agency for place in found.places] == ["j10", "j200", "j299"]
