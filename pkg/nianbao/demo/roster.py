"""Who there is in the made-up district: departments and towns, each with its size."""

from __future__ import annotations

from dataclasses import dataclass

from nianbao.filing.register import Agency

AGENCIES_AT_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Office:
    """An agency of one district, and what a usual year brings it.

    Attributes
    ----------
    code, name
        Without the district's.
    applications
        New applications, 件 a year.
    permits, penalties, enforcement
        Decisions, 件 a year.
    fees
        Income from fees, 万元 a year.
    documents
        行政规范性文件 issued, 件 a year.
    published
        Items on the web site, 条 a year.
    hotline
        Hotline cases, 件 a year.
    """

    code: str
    name: str
    applications: int
    permits: int
    penalties: int
    enforcement: int
    fees: int
    documents: int
    published: int
    hotline: int
    is_town: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """An office of a certain district: number from zero, entry in the register."""

    number: int
    office: Office
    agency: Agency


_DEPARTMENTS = tuple(
    Office(*line)
    for line in (
        # code, name, applications, permits, penalties, enforcement, fees, documents, published,
        # hotline
        ("zfb", "人民政府办公室", 60, 0, 0, 0, 0, 6, 900, 300),
        ("jyj", "教育局", 18, 160, 4, 0, 125, 3, 320, 180),
        ("cgj", "城市管理局", 140, 900, 2600, 120, 310, 2, 260, 2400),
        ("zrzyj", "自然资源局", 190, 620, 45, 8, 900, 2, 280, 420),
        ("zjj", "住房和城乡建设局", 150, 480, 60, 5, 640, 3, 300, 900),
        ("scjgj", "市场监督管理局", 85, 5200, 700, 60, 18, 2, 410, 1500),
        ("mzj", "民政局", 16, 70, 2, 0, 0, 2, 240, 160),
        ("sfj", "司法局", 14, 25, 3, 0, 6, 1, 210, 60),
        ("czj", "财政局", 22, 30, 1, 0, 0, 3, 380, 40),
        ("rsj", "人力资源和社会保障局", 40, 210, 18, 2, 12, 3, 350, 620),
        ("sthjj", "生态环境分局", 46, 120, 65, 22, 40, 1, 300, 380),
        ("jtj", "交通运输局", 30, 640, 210, 35, 22, 2, 240, 340),
        ("slj", "水利局", 12, 60, 9, 3, 55, 1, 160, 70),
        ("nyj", "农业农村局", 48, 150, 26, 4, 8, 2, 290, 210),
        ("swj", "商务局", 6, 35, 3, 0, 0, 1, 180, 50),
        ("wlj", "文化和旅游局", 9, 90, 14, 1, 0, 1, 330, 90),
        ("wjw", "卫生健康局", 28, 800, 85, 6, 15, 2, 360, 280),
        ("yjj", "应急管理局", 11, 130, 52, 7, 0, 2, 250, 80),
        ("sjj", "审计局", 5, 0, 1, 0, 0, 1, 120, 10),
        ("tjj", "统计局", 4, 0, 2, 0, 0, 1, 140, 8),
        ("fgj", "发展和改革局", 20, 240, 1, 0, 0, 3, 310, 60),
        ("kjj", "科学技术局", 3, 2, 0, 0, 0, 1, 150, 10),
        ("gxj", "工业和信息化局", 8, 18, 1, 0, 0, 1, 190, 40),
        ("gaj", "公安分局", 75, 9000, 3800, 260, 210, 1, 300, 700),
        ("ybj", "医疗保障局", 10, 6, 20, 0, 0, 1, 200, 150),
        ("tyj", "体育局", 3, 12, 1, 0, 0, 1, 110, 20),
        ("lyj", "林业局", 9, 85, 17, 2, 30, 1, 150, 40),
        ("xfj", "信访局", 7, 1, 0, 0, 0, 1, 90, 35),
        ("jrj", "金融工作局", 4, 3, 1, 0, 0, 1, 80, 25),
        ("spj", "行政审批局", 12, 3100, 0, 0, 0, 1, 270, 120),
        ("tyjrj", "退役军人事务局", 8, 3, 0, 0, 0, 1, 130, 45),
        ("fpj", "乡村振兴局", 6, 1, 0, 0, 0, 1, 140, 20),
        ("zsj", "征收管理办公室", 90, 0, 4, 2, 0, 1, 170, 110),
        ("gzj", "国有资产管理局", 5, 2, 0, 0, 0, 1, 90, 5),
        ("daj", "档案局", 6, 2, 0, 0, 0, 1, 100, 5),
        ("mzzj", "民族宗教事务局", 2, 9, 0, 0, 0, 1, 80, 5),
        ("qxj", "气象局", 2, 26, 2, 0, 0, 1, 220, 6),
        ("dzj", "地震局", 1, 3, 0, 0, 0, 1, 70, 2),
        ("zfgjj", "住房公积金管理中心", 3, 5, 0, 0, 0, 1, 90, 60),
        ("kfq", "经济开发区管理委员会", 26, 70, 3, 0, 0, 2, 240, 80),
    )
)
_TOWNS = tuple(
    Office(code, name, applications, 0, penalties, 0, 0, 0, published, hotline, is_town=True)
    for code, name, applications, penalties, published, hotline in (
        ("jia-jd", "甲字街道办事处", 14, 6, 180, 320),
        ("yi-jd", "乙字街道办事处", 9, 3, 150, 260),
        ("bing-jd", "丙字街道办事处", 22, 9, 210, 410),
        ("ding-jd", "丁字街道办事处", 6, 0, 130, 190),
        ("wu-jd", "戊字街道办事处", 11, 2, 160, 230),
        ("ji-jd", "己字街道办事处", 4, 0, 110, 120),
        ("geng-jd", "庚字街道办事处", 17, 5, 190, 300),
        ("xin-jd", "辛字街道办事处", 5, 1, 120, 140),
        ("zi-zhen", "子字镇人民政府", 8, 4, 140, 110),
        ("chou-zhen", "丑字镇人民政府", 3, 0, 90, 60),
        ("yin-zhen", "寅字镇人民政府", 12, 7, 170, 150),
        ("mao-zhen", "卯字镇人民政府", 2, 0, 80, 45),
        ("chen-zhen", "辰字镇人民政府", 5, 2, 100, 70),
        ("si-zhen", "巳字镇人民政府", 1, 0, 70, 30),
        ("wu-zhen", "午字镇人民政府", 7, 3, 120, 90),
        ("wei-zhen", "未字镇人民政府", 2, 1, 85, 40),
        ("shen-xiang", "申字乡人民政府", 1, 0, 60, 20),
        ("you-xiang", "酉字乡人民政府", 0, 0, 45, 12),
        ("xu-xiang", "戌字乡人民政府", 1, 1, 55, 18),
        ("hai-xiang", "亥字乡人民政府", 0, 0, 40, 9),
    )
)
# Two departments, then a town: a small district has both.
_OFFICES = tuple(
    office
    for index, town in enumerate(_TOWNS)
    for office in (*_DEPARTMENTS[2 * index : 2 * index + 2], town)
)
_OFFICE_OF_THE_GOVERNMENT = "zfb"
_GOVERNMENT = "qzf"


def roster(count: int) -> tuple[Member, ...]:
    """Give the first so many agencies; each is the same however many there are.

    After sixty a second district begins (示例第2区), and so on.

    Parameters
    ----------
    count
        From 1 to `AGENCIES_AT_MOST`.
    """
    return tuple(_member(number) for number in range(count))


def governments(count: int) -> tuple[Agency, ...]:
    """Give the government of each district that the first so many agencies are in."""
    return tuple(_government(number) for number in range((count - 1) // len(_OFFICES) + 1))


def _government(district: int) -> Agency:
    return Agency(
        code=f"{_prefix(district)}{_GOVERNMENT}",
        name=f"{_place(district)}人民政府",
        kind="政府",
        level="县",
        is_sample=True,
    )


def _member(number: int) -> Member:
    district, position = divmod(number, len(_OFFICES))
    office = _OFFICES[position]
    kind, level = ("乡镇", "乡") if office.is_town else ("部门", "县")
    if office.code == _OFFICE_OF_THE_GOVERNMENT:
        kind = "政府办公室"
    entry = {"kind": kind, "level": level, "is_sample": True, "parent": _government(district).code}
    agency = Agency.model_validate(
        {"code": _prefix(district) + office.code, "name": _place(district) + office.name, **entry}
    )
    return Member(number, office, agency)


def _place(district: int) -> str:
    return f"示例第{district + 1}区" if district else "示例区"


def _prefix(district: int) -> str:
    return f"q{district + 1}-" if district else ""
