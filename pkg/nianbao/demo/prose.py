"""The words of a made-up filing: sheets 基本信息 and 正文, different by agency and year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random

from nianbao.demo.figures import YearFigures
from nianbao.demo.roster import Member
from nianbao.filing.blank import Line
from nianbao.filing.filing import cell_ref
from nianbao.filing.lists import INTRODUCTION
from nianbao.filing.workbook import AGENCY_LABEL, YEAR_LABEL

_PUBLISHING = (
    "内容以政策文件、办事指南和工作动态为主。",
    "重点公开民生政策、资金安排和办事结果。",
    "重要文件与解读材料同步起草、同步审核、同步发布。",
    "群众关注的事项随办随公开，过期内容及时标注。",
)
_MANAGING = (
    "建立从起草、审核、发布到归档的全流程管理，每季度清理一次失效信息。",
    "拟公开的信息先经科室自查，再由分管负责人审定，未经审查的一律不发布。",
    "公文起草时即确定公开属性，不公开的逐件说明理由。",
    "统一受理、登记和归档，规范性文件按有效、废止分类管理。",
)
_PLATFORMS = (
    "完善网站专栏，统一栏目名称，适配手机阅读。",
    "以政府网站为主要平台，定期核对栏目内容，及时更正失效信息。",
    "合并更新少、关注低的账号，把力量集中到主要平台。",
    "在办事大厅设公开查阅点，配备查询设备和工作人员。",
)
_SUPERVISING = (
    "公开工作纳入年度考核；社会评议通过网上问卷进行；没有发生责任追究情形。",
    "按季度通报公开情况，结果计入考核；邀请群众代表开展社会评议；未发生责任追究情形。",
    "全年组织业务培训，考核结果与评优挂钩；社会评议总体良好；没有责任追究情形。",
)
_PROBLEMS = (
    ("部分科室对哪些信息应当公开把握不准。", "编制公开事项目录，逐项明确责任科室和时限。"),
    ("政策解读形式单一，图解和问答偏少。", "重要文件配套图解和问答，与文件同步发布。"),
    ("个别栏目更新不够及时。", "指定专人每月核对栏目，更新情况按月通报。"),
    ("答复文书的说理不够充分。", "统一答复文书样式，重要答复先作合法性审查。"),
    ("经办人员变动较多，业务不够熟练。", "建立岗位交接清单，新到岗人员先培训后上岗。"),
    ("公开内容偏重工作动态，办事结果公开不足。", "把办事结果列入目录，随办随公开。"),
    ("线下公开渠道利用不够。", "在办事大厅和村居公开栏同步张贴重点信息。"),
)
_CHANNEL_WORDS = {
    "政府网站": "在政府网站公开信息",
    "微信公众号": "微信公众号发布",
    "官方微博": "官方微博发布",
    "公开栏": "公开栏张贴",
}


def basics(member: Member, year: int) -> dict[str, str]:
    """Give the lines of sheet 基本信息."""
    district = member.agency.name.removesuffix(member.office.name)
    return {
        AGENCY_LABEL: member.agency.name,
        YEAR_LABEL: str(year),
        "网站": f"{district}人民政府门户网站",
        "网址": "www.example.gov.cn",
        "地址": f"{district}示例路{member.number + 1}号",
        "邮政编码": "000000",
        "联系电话": f"0000—{member.number:07d}",
    }


def prose(
    member: Member, year: int, years: Mapping[int, YearFigures], rng: Random
) -> Iterator[Line]:
    """Yield the lines of sheet 正文.

    Parameters
    ----------
    years
        This year's figures, and last year's where its workbook stands beside this one.
    """
    figures = years[year]
    titles = [section.title for section in figures.form.sections]
    yield (
        INTRODUCTION,
        "",
        (
            "根据《中华人民共和国政府信息公开条例》，{{ 机关名称 }}编制本年度报告（示例）。"
            "统计期为{{ 年度 }}年1月1日至12月31日。报告登载于{{ 网站 }}（{{ 网址 }}）。"
            "联系地址：{{ 地址 }}，邮政编码：{{ 邮政编码 }}，联系电话：{{ 联系电话 }}。"
        ),
    )
    passages = {
        "主动公开": _publishing(figures) + rng.choice(_PUBLISHING),
        "依申请公开": _answering(figures, has_before=year - 1 in years),
        "政府信息管理": rng.choice(_MANAGING),
        "政府信息公开平台建设": rng.choice(_PLATFORMS),
        "监督保障": rng.choice(_SUPERVISING),
    }
    for ordinal, (topic, text) in zip("一二三四五", passages.items(), strict=True):
        yield titles[0], f"（{ordinal}）{topic}", text
    # One problem after the other, so that no two years are alike.
    now, before = ((member.number + year - back) % len(_PROBLEMS) for back in (0, 1))
    problem, remedy = _PROBLEMS[now]
    mended = f"上年指出的问题已整改：{_PROBLEMS[before][1]}" if year - 1 in years else ""
    yield titles[4], "（一）存在的主要问题", problem
    yield titles[4], "（二）改进情况", remedy + mended
    yield titles[5], "", "本年度没有收取信息处理费，没有其他需要报告的事项。"


def _publishing(figures: YearFigures) -> str:
    channels = [name for category, name, *_ in figures.facts if category == "发布渠道"]
    said = "，".join(f"{_CHANNEL_WORDS[name]}{{{{ {name} }}}}条" for name in channels)
    if cell_ref("table2", "documents", "valid") not in figures.values:
        return f"全年{said}。新制作规范性文件{{{{ 规范性文件_新制作 }}}}件。"
    return (
        f"全年{said}。制发行政规范性文件{{{{ 行政规范性文件_制发 }}}}件，"
        "现行有效{{ 行政规范性文件_现行有效 }}件。"
    )


def _answering(figures: YearFigures, *, has_before: bool) -> str:
    new, carried = (_total(figures, row) for row in "ab")
    if not new + carried:
        return "全年没有收到政府信息公开申请，也没有上年结转的申请。"
    told = "全年新收政府信息公开申请{{ 新收申请 }}件"
    if has_before:
        told += "，与上年相比{{ 新收申请|增减 }}"
    told += "，上年结转{{ 上年结转 }}件。办理结果总计{{ 办理结果总计 }}件，"
    told += "其中予以公开{{ 予以公开 }}件、部分公开{{ 部分公开 }}件、不予公开{{ 不予公开 }}件、"
    told += "无法提供{{ 无法提供 }}件；结转下年度{{ 结转下年度 }}件，"
    return told + "办结率{{ 申请办结率 }}%。"


def _total(figures: YearFigures, row: str) -> int:
    return int(figures.values[cell_ref("table3", row, "total")] or 0)
