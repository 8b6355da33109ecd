"""The law of roll-ups, over made-up registers: each cell is the exact sum of its counted leaves."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from nianbao.filing.figure import format_value
from nianbao.filing.register import VERTICAL, Agency, Register
from nianbao.filing.rollup import Unit, roll_up, table_refs, without_workbook
from nianbao.forms import load_form

YEAR = 2022
FORM = load_form("2021")
REFS = table_refs(FORM)
WHOLE, MONEY = "table3.a.natural", "table2.fees.amount"
CELLS = tuple(ref for ref in REFS if ref.startswith("table2.") or ref == WHOLE)

numbers = st.integers(0, 10**6)
money = st.decimals(0, 10**6, places=6)
filings = st.fixed_dictionaries(
    {ref: st.none() | (money if ref == MONEY else numbers) for ref in CELLS}
)
spans = st.sampled_from([{}, {"since": 2022}, {"until": 2022}, {"since": 2023}, {"until": 2021}])
renamed = st.sampled_from([(), ({"name": "旧名称局", "until": 2022},)])
entries = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["部门", "乡镇", VERTICAL, "政府"]),
        "span": spans,
        "former": renamed,
        "is_excluded": st.booleans(),
        "above": st.integers(0, 30),  # which of the governments before it
        "filed": st.none() | filings,
    }
)


def registered(drawn):
    """A register with a government on top, and below it what was drawn."""
    agencies, governments = [Agency(code="top", name="示例市人民政府", kind="政府")], ["top"]
    for number, entry in enumerate(drawn):
        code = f"a{number}"
        excluded = [{"years": [YEAR], "reason": "示例：不计入"}] if entry["is_excluded"] else []
        data = {
            "code": code,
            "name": f"示例第{number}单位",
            "kind": entry["kind"],
            "parent": governments[entry["above"] % len(governments)],
            "former_names": entry["former"],
            "excluded": excluded,
            **entry["span"],
        }
        agencies.append(Agency.model_validate(data))
        if entry["kind"] == "政府":
            governments.append(code)
    return Register(agencies=tuple(agencies))


def filed(agency, values):
    """A filing of these values; `file` says that there is a workbook."""
    empty = without_workbook(agency, YEAR, FORM)
    figures = {
        ref: replace(figure, value=values.get(ref), raw=format_value(values.get(ref)))
        for ref, figure in empty.figures.items()
    }
    return replace(empty, file=f"{agency.code}.xlsx", figures=figures)


def rolled(register, code, values):
    """A government's filing, made from below as `nianbao.filing.tree.Tree` makes it."""
    children = register.children(code, YEAR)
    units = [unit(register, child, values) for child in children]
    own = without_workbook(register.agency(code), YEAR, FORM)
    return roll_up(own, units)


def unit(register, agency, values):
    left_out = agency.left_out_of(YEAR)
    if register.children(agency.code, YEAR):
        return Unit(agency, rolled(register, agency.code, values), left_out)
    given = values[agency.code]
    filing = None if given is None else filed(agency, given)
    return Unit(agency, filing, left_out, missing="" if filing else "没有填报表")


def leaves(register, code, values):
    """What is counted below a government, looked for by walking the register: another way."""
    for agency in register.agencies:
        if agency.parent != code or not agency.reports_in(YEAR):
            continue
        if agency.kind == VERTICAL or agency.excluded:
            continue
        below = [a for a in register.agencies if a.parent == agency.code and a.reports_in(YEAR)]
        if below:
            yield from leaves(register, agency.code, values)
        elif values[agency.code] is not None:
            yield values[agency.code]


@settings(max_examples=60)
@given(st.lists(entries, max_size=14))
def test_each_cell_is_the_exact_sum_of_its_counted_leaves(drawn):
    register = registered(drawn)
    values = {f"a{number}": entry["filed"] for number, entry in enumerate(drawn)}
    filing = rolled(register, "top", values)
    counted = list(leaves(register, "top", values))
    for ref in CELLS:
        known = [given[ref] for given in counted if given[ref] is not None]
        assert filing.figures[ref].value == (sum(known) if known else None)
        assert filing.rollup.total(ref) == filing.figures[ref].value


@settings(max_examples=40)
@given(st.lists(entries, max_size=14))
def test_what_is_missing_is_told_at_each_level(drawn):
    register = registered(drawn)
    values = {f"a{number}": entry["filed"] for number, entry in enumerate(drawn)}
    rollup = rolled(register, "top", values).rollup
    names = {agency.name for agency in register.children("top", YEAR)}
    assert {item.agency.name for item in rollup.units} == names
    assert len(rollup.counted) + len(rollup.missing) + len(rollup.left_out) == len(rollup.units)
    lacks = [u for u in rollup.counted if u.filing.rollup and u.filing.rollup.is_partial]
    assert rollup.is_partial == bool(rollup.missing or lacks)


def test_decimals_are_added_place_by_place():
    agencies = [Agency(code=f"a{n}", name=f"示例{n}局", parent="top") for n in range(3)]
    units = [
        Unit(agency, filed(agency, {MONEY: Decimal(value)}))
        for agency, value in zip(agencies, ("0.1", "0.2", "1234567.123456"), strict=True)
    ]
    own = without_workbook(Agency(code="top", name="示例政府", kind="政府"), YEAR, FORM)
    assert roll_up(own, units).figures[MONEY].text == "1234567.423456"


def test_who_states_every_cell_is_not_partial_for_the_government_above():
    city = Agency(code="city", name="示例市人民政府", kind="政府")
    county = Agency(code="county", name="示例县人民政府", kind="政府", parent="city")
    missing = Unit(Agency(code="a", name="示例局", parent="county"), missing="没有填报表")
    partly = roll_up(without_workbook(county, YEAR, FORM), [missing])
    stated = roll_up(filed(county, dict.fromkeys(REFS, 7)), [missing])
    own = without_workbook(city, YEAR, FORM)
    assert roll_up(own, [Unit(county, partly)]).rollup.partial
    above = roll_up(own, [Unit(county, stated)])
    assert not above.rollup.is_partial
    assert above.figures[WHOLE].value == 7
