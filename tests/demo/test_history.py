"""The made-up figures, over the years: what later checks will ask of them holds already."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from laws import examples
from nianbao.demo.figures import FIRST_YEAR, history
from nianbao.demo.roster import AGENCIES_AT_MOST, roster

LAST_OF_THE_OLD_FORM = 2020
MEMBERS = roster(120)

members = st.sampled_from(MEMBERS)
seeds = st.integers(-(2**40), 2**40)


def years_of(member, seed, last=2027):
    made = history(member, seed, last)
    assert list(made) == list(range(FIRST_YEAR, last + 1))
    return made


def pairs_on_one_form(made):
    return [(a.values, b.values) for a, b in pairwise(made.values()) if a.form == b.form]


@given(members, seeds)
@settings(max_examples=examples(10))
def test_what_is_carried_on_is_what_next_year_takes_over(member, seed):
    for before, now in pairwise(years_of(member, seed).values()):
        for column in ("natural", "business", "research", "welfare", "legal", "other", "total"):
            assert now.values[f"table3.b.{column}"] == before.values[f"table3.f.{column}"]
        for group in ("review", "direct", "after"):
            cell = f"table4.cases.{group}_"
            assert before.values[cell + "pending"] <= now.values[cell + "total"]


@given(members, seeds)
@settings(max_examples=examples(10))
def test_documents_and_items_follow_from_last_year(member, seed):
    made = years_of(member, seed)
    for before, now in pairs_on_one_form(made):
        if "table2.documents.valid" in now:
            issued = now["table2.documents.made"] - now["table2.documents.repealed"]
            assert now["table2.documents.valid"] == before["table2.documents.valid"] + issued
        else:
            opened = now["table2.documents.opened"]
            assert opened <= now["table2.documents.made"]
            assert now["table2.documents.public"] == before["table2.documents.public"] + opened
            for row in ("permits", "services", "penalties"):
                items, change = f"table2.{row}.items", f"table2.{row}.change"
                assert now[items] == before[items] + before[change]
    assert all(
        value >= 0
        for figures in made.values()
        for ref, value in figures.values.items()
        if isinstance(value, int) and not ref.endswith(".change")
    )


@given(members, seeds)
@settings(max_examples=examples(10))
def test_work_data_are_consistent(member, seed):
    for figures in years_of(member, seed).values():
        facts = {name: value for _, name, value, _, _ in figures.facts}
        assert 0 <= facts["热线办结"] <= facts["热线受理"]
        assert 0 <= facts.get("满意率", 0) <= 100


@given(members, seeds, st.integers(FIRST_YEAR, 2027))
@settings(max_examples=examples(10))
def test_a_year_is_the_same_however_many_follow(member, seed, last):
    assert years_of(member, seed, last).items() <= years_of(member, seed).items()


def test_years_are_alike_but_never_the_same():
    for member in MEMBERS[:60]:
        made = years_of(member, seed=0)
        new = [figures.values["table3.a.total"] for figures in made.values()]
        assert all(now <= 2 * before + 3 and before <= 2 * now + 3 for before, now in pairwise(new))
        for before, now in pairs_on_one_form(made):
            assert before != now or not any(now.values()), member.agency.name


def test_sizes_differ_by_kind_of_agency():
    def new(code):
        (member,) = (member for member in MEMBERS if member.agency.code == code)
        return [figures.values["table3.a.total"] for figures in years_of(member, 0).values()]

    assert min(new("cgj")) > max(new("you-xiang"))
    assert 0 in new("you-xiang")


def test_the_roster_is_unique_marked_and_does_not_depend_on_its_length():
    agencies = [member.agency for member in roster(AGENCIES_AT_MOST)]
    assert len({agency.code for agency in agencies}) == AGENCIES_AT_MOST
    assert len({agency.name for agency in agencies}) == AGENCIES_AT_MOST
    assert all(agency.is_sample and agency.name.startswith("示例") for agency in agencies)
    assert {agency.kind for agency in agencies[:3]} == {"部门", "乡镇", "政府办公室"}
    assert roster(7) == MEMBERS[:7]
