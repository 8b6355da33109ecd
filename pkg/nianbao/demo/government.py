"""The made-up district's own report: words alone, for its tables are the sums of its agencies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from nianbao.demo.district import District, Filled
from nianbao.demo.roster import Member, governments, roster
from nianbao.filing.blank import Line, WorkbookContent
from nianbao.filing.filing import cell_ref
from nianbao.filing.lists import INTRODUCTION
from nianbao.filing.register import Agency
from nianbao.filing.workbook import AGENCY_LABEL, YEAR_LABEL
from nianbao.forms import Form, form_for_year

KINDS = {"部门": "部门", "政府办公室": "政府办公室", "乡镇": "乡镇（街道）"}
"""Kinds of units, and how the prose calls them."""

MOST_NAMED = 3

_MANAGING = (
    "按季度清理各单位栏目，失效和重复的内容一律下架；规范性文件按有效、废止集中发布。",
    "统一各单位公开目录的栏目和编排，新制作的文件先定公开属性再编号。",
    "建立全区政策文件库，文件、解读和办事指南互相链接。",
)
_PLATFORMS = (
    "各单位的公开专栏集中在区政府门户网站，栏目名称和检索方式一致。",
    "撤并更新少的账号，办事大厅和乡镇（街道）设公开查阅点。",
    "门户网站适配手机和读屏软件，依申请公开可以在线提出、在线查询进度。",
)
_SUPERVISING = (
    "区政府办公室按月通报各单位情况，结果计入年度考核；社会评议总体良好；没有责任追究情形。",
    "逐份审核各单位的年度报告，有错的退回；年度考核和社会评议如期完成；未发生责任追究情形。",
    "对答复超期的单位逐一约谈，计入考核；社会评议通过网上问卷进行；没有责任追究情形。",
)
_PROBLEMS = (
    ("乡镇（街道）经办人员变动多，答复质量不齐。", "编印答复文书范本，疑难申请由区里会商。"),
    ("部分单位报送迟，口径不一。", "统一台账格式，平时登记，年底只核对。"),
    ("政策解读偏少，形式单一。", "重要文件必配图解和问答，同步审核、同步发布。"),
)


def government_workbooks(district: District) -> Iterator[Filled]:
    """Yield the workbook of each district's government, years within governments.

    The prose names agencies that are there, so that fewer of them make another one.
    """
    members = groupby(roster(district.agencies), key=lambda member: member.agency.parent)
    by_code = {code: tuple(found) for code, found in members}
    for government in governments(district.agencies):
        for year in district.years:
            yield _filled(government, by_code[government.code], year, district)


def _filled(government: Agency, members: Sequence[Member], year: int, district: District) -> Filled:
    form = form_for_year(year)
    if form is None:
        raise ValueError(year)
    basics = {
        AGENCY_LABEL: government.name,
        YEAR_LABEL: str(year),
        "网站": f"{government.name}门户网站",
        "网址": "www.example.gov.cn",
        "地址": f"{government.name.removesuffix('人民政府')}示例路1号",
        "邮政编码": "000000",
        "联系电话": "0000—0000000",
    }
    has_before = year - 1 in district.years
    turn = (year + district.seed) % len(_MANAGING)
    prose = tuple(_prose(form, members, turn, has_before=has_before))
    return Filled(government, year, WorkbookContent(form=form, basics=basics, prose=prose))


def _prose(form: Form, members: Sequence[Member], turn: int, *, has_before: bool) -> Iterator[Line]:
    titles = [section.title for section in form.sections]
    yield (
        INTRODUCTION,
        "",
        (
            "根据《中华人民共和国政府信息公开条例》，{{ 机关名称 }}编制本年度报告（示例）。"
            "报告由{{ 已汇总单位数 }}个单位的年度报告汇总而成，"
            "统计期为{{ 年度 }}年1月1日至12月31日，登载于{{ 网站 }}（{{ 网址 }}）。"
            "联系地址：{{ 地址 }}，邮政编码：{{ 邮政编码 }}，联系电话：{{ 联系电话 }}。"
        ),
    )
    passages = {
        "主动公开": _publishing(form),
        "依申请公开": _answering(members, has_before=has_before),
        "政府信息管理": _MANAGING[turn],
        "政府信息公开平台建设": _PLATFORMS[turn],
        "监督保障": _SUPERVISING[turn],
    }
    for ordinal, (topic, text) in zip("一二三四五", passages.items(), strict=True):
        yield titles[0], f"（{ordinal}）{topic}", text
    problem, remedy = _PROBLEMS[turn]
    mended = f"上年指出的问题已整改：{_PROBLEMS[turn - 1][1]}" if has_before else ""
    yield titles[4], "（一）存在的主要问题", problem
    yield titles[4], "（二）改进情况", remedy + mended
    yield titles[5], "", "本年度没有收取信息处理费，没有其他需要报告的事项。"


def _publishing(form: Form) -> str:
    has_valid = any(
        cell_ref(table.key, row.key, column.key) == "table2.documents.valid"
        for table in form.tables
        for _, row, column in table.cells()
    )
    documents = (
        "制发行政规范性文件{{ 行政规范性文件_制发 }}件，现行有效{{ 行政规范性文件_现行有效 }}件。"
        if has_valid
        else "新制作规范性文件{{ 规范性文件_新制作 }}件。"
    )
    return f"全区各单位{documents}各单位的机构职能、办事指南和年度报告在统一的专栏集中公开。"


def _answering(members: Sequence[Member], *, has_before: bool) -> str:
    kinds = {member.agency.kind for member in members}
    parts = "、".join(
        f"{word}{{{{ {kind}_新收申请 }}}}件" for kind, word in KINDS.items() if kind in kinds
    )
    most = sorted(members, key=lambda member: -member.office.applications)[:MOST_NAMED]
    named = "，".join(f"{m.agency.name}{{{{ {m.agency.name}_新收申请 }}}}件" for m in most)
    before = "（上年为{{ 上年_新收申请 }}件）" if has_before else ""
    return (
        f"全区新收政府信息公开申请{{{{ 新收申请 }}}}件{before}，其中{parts}；"
        f"新收较多的单位有：{named}。上年结转{{{{ 上年结转 }}}}件。"
        "办理结果总计{{ 办理结果总计 }}件，其中予以公开{{ 予以公开 }}件、"
        "部分公开{{ 部分公开 }}件、不予公开{{ 不予公开 }}件；结转下年度{{ 结转下年度 }}件，"
        "办结率{{ 申请办结率 }}%。"
    )
