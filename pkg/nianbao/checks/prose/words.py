"""The words by which prose says what it counts: patterns for what stands before a number."""

from __future__ import annotations

import re

_CASES = "件次宗起份例"
COUNTED = frozenset({*_CASES, "件次"})
"""Units in which applications and cases are counted."""

_FILL = (
    r"(?:案件|信息申请|申请|件数|数量|总数|总量|总计|共计|合计|累计|分别|答复|办理|的|数|件|共|计|为"
    r"|是|有|达|了|约|作|:|：|\s|\x00|“|”)*$"
)
EXPLICIT = (
    r"(?:信息|政务)(?:依申请)?公开(?:政府信息)?的?(?:案件)?申请|公开(?:政府)?信息的?申请|公开申请"
    r"|依申请公开|依申请(?=\d|共|\s|$)"
)
_NOUN = rf"(?:(?:{EXPLICIT})(?:申请)?|申请)(?:案件|事项|件)?"
_SHORT_NOUN = "(?:了|各类|有效|新|共|公众|群众|公民|网上|书面|的|、){0,4}申请(?:案件|事项|件)?"
_LONG_OR_SHORT = (
    rf"(?:[^\d，。；]{{0,40}}?(?:{EXPLICIT})(?:申请)?(?:案件|事项|件)?|{_SHORT_NOUN}){_FILL}"
)
_RECEIVED = "收到|受理|接收|接到|新收|新增|收件"
_HANDLED = "收办|办理|处理|收到和办理"
_OUTCOMES = {
    "g+p": "予以公开(?:及|和|、|与|或)部分公开",
    "g": "(?<!不)予以公开",
    "p": "部分公开",
    "d": "不予公开",
    "u": "无法提供",
    "n": "不予处理",
    "o": "其他处理",
}
_REASONS = {
    "d1": "(?:属于?|涉及?)?国家秘密",
    "d2": "(?:其他)?法律[、和]?行政法规禁止公开",
    "d3": '危及[“”"]?三安全一稳定[“”"]?',
    "d4": "(?:保护|损害|侵害|涉及)第三方合法权益",
    "d5": "(?:属于)?(?:三类)?内部事务信息",
    "d6": "(?:属于)?(?:四类)?过程性信息",
    "d7": "(?:属于)?行政执法案卷(?:信息)?",
    "d8": "(?:属于)?行政查询事项",
    "u1": "(?:本机关|本单位|本局)不掌握(?:相关)?(?:政府)?信息",
    "u2": "没有现成信息需要?另行制作",
    "u3": "补正后(?:申请内容)?仍不明确",
    "n1": "信访举报投诉类(?:申请)?",
    "n2": "(?<!反复)重复申请",
    "n3": "要求提供公开出版物",
    "n4": "无正当理由大量反复申请",
    "n5": "确认或重新出具已获取信息",
    "o1": "无正当理由逾期不补正",
    "o2": "未按收费通知要求缴纳费用",
}
REASONS = frozenset(_REASONS)
REASON = re.compile("|".join(_REASONS.values()))
SAID_WITH_GROUP = {"n": "不予处理"}
"""Reasons that elsewhere are said of what was received: they count where the outcome is named."""
_OUTCOME = "(?:而?(?:不予公开|无法提供|不予处理|其他处理))?(?:的)?"
_LAST_YEAR = "上一?年度?|去年|往年"
_NEXT_YEAR = "下一?年度?|次年|明年"
_BEFORE = {
    **{key: f"(?<![、和及与或]){word}{_OUTCOME}{_FILL}" for key, word in _REASONS.items()},
    "carried-in": rf"(?:{_LAST_YEAR})(?:度)?(?:未办结)?(?:结转|转入|转来|遗留)[^\d，。；]{{0,12}}$",
    "carried-on": rf"(?:结转|转|顺延)(?:至|到|入)?(?:{_NEXT_YEAR})[^\d，。；]{{0,10}}$",
    **{topic: word + _FILL for topic, word in _OUTCOMES.items()},
    "handled": rf"(?:{_HANDLED}){_LONG_OR_SHORT}",
    "received": rf"(?:{_RECEIVED}){_LONG_OR_SHORT}"
    rf"|(?:{EXPLICIT})(?:申请)?[^\d，。；]{{0,8}}?(?:{_RECEIVED}){_FILL}|新收申请{_FILL}",
    "closed": r"(?<!公开)(?<!同意)(?<!不予)(?:办结|答复|办复|办理完毕|办理结果总计)了?"
    rf"(?:{_NOUN})?{_FILL}",
}
BEFORE = {topic: re.compile(pattern) for topic, pattern in _BEFORE.items()}
"""What is said of applications, by topic; the first that fits is taken."""

APPLICANTS = {
    key: re.compile(rf"(?:{word})(?:提出)?的?(?:申请)?人?{_FILL}")
    for key, word in {
        "natural": "自然人",
        "legal-persons": "法人(?:或者?|和|及|、)其他组织",
        "business": "商业企业|(?<!事)企业",
        "research": "科研机构",
        "welfare": "社会公益组织",
        "legal": "法律服务机构",
    }.items()
}

_AFTER = {
    **{
        key: rf"(?:申请)?(?:因|系|为)?{word}{_OUTCOME}(?=[，。；,;]|、\d|$)"
        for key, word in _REASONS.items()
    },
    "carried-on": r"(?:申请)?(?:按照?[^，。；\d]{0,10})?(?:顺延|结转|转)(?:至|到|入)?"
    rf"(?:{_NEXT_YEAR})",
    **{topic: rf"(?:申请)?{word}(?=[，。；、,;]|$)" for topic, word in _OUTCOMES.items()},
    "closed": r"(?:政府信息)?(?:公开)?申请(?:均|全部)?已(?:全部|经)?(?:办结|答复|办理完毕)",
}
AFTER = {topic: re.compile(r"\s*" + pattern) for topic, pattern in _AFTER.items()}

_LINK = "(?:、|和|及|与|或)"
_SUITS = "行政诉讼|诉讼|行政应诉"
CASES = {
    key: re.compile(pattern + r"(?:案件?|申请|数量|情况)*" + _FILL)
    for key, pattern in {
        "cases": rf"复议(?:案件?)?{_LINK}(?:{_SUITS})",
        "review": "复议",
        "suits": _SUITS,
    }.items()
}
RESULTS = {
    key: re.compile(word + r"(?:原?行政行为|决定)?" + _FILL)
    for key, word in {
        "upheld": "维持",
        "corrected": "纠正",
        "other": "其他结果",
        "pending": "(?:尚未|未)审结",
    }.items()
}

_WHOSE = "的?(?:[省市州县区]政府(?:及办公室|办公室|办)?)?(?:行政)?规范性文件"
DOCUMENTS = {
    key: re.compile(pattern + _FILL)
    for key, pattern in {
        "valid": rf"(?:现行|继续)有效(?:{_WHOSE})?",
        "repealed": rf"(?:废止|失效)(?:或宣布失效)?(?:{_WHOSE})?",
        "made": "(?:制发|制定|印发|新制作|出台)(?:印发|发布|了|的|并|公开|、){0,3}"
        rf"(?:{_WHOSE})?",
    }.items()
}
REGULATORY = re.compile("规范性文件")
DOCUMENT_UNITS = frozenset("件份个部篇")

SAID_OF_APPLICATIONS = re.compile(EXPLICIT + "|依申请")
OTHER_MATTERS = re.compile(
    "热线|12345|信访(?!举报投诉)|建议|提案|(?<!复)议案|留言|投诉(?!类)|咨询|来信|来电|工单|诉求|许可|市长信箱|舆情"
)
"""What is received and answered, too, but is no application."""

PART_OF_A_YEAR = re.compile(r"半年|季度|\d月|月份|截[至止]|每|平均|日均|历年|以来|五年|近年")
PART = re.compile(
    "其中|通过|平台|渠道|窗口|系统|网站|按时|按期|法定期限|逾期|超期|提前|延期|网上|线上|网络|信函|邮寄|当面|当场|现场|电子邮件|传真"
    "|重复|涉及|同一|疑难|复杂"
)
WHOLE = re.compile("共|各类|全部|总")
SUBORDINATE = re.compile("下属|所属|各部门|各单位|各乡镇|各县|各区|[局委办镇乡厅]$|街道$")
OFFICE = re.compile("代表|本级|办公[室厅]|[省市州县区旗]政府(?:共|全年)?$|管委会$")
KINDS_OF_DOCUMENTS = re.compile("公文|公开属性|属性认定|主动公开[^，。；\\d]{0,6}\\d")
"""Where 不予公开 is said of documents that were written, not of applications."""
OTHER_PROCEDURES = re.compile("复议|诉讼|仲裁|调解|听证|赔偿|救助")
OF_GOVERNMENT_ITSELF = re.compile("政府(?:及办公室|办公室|办)?(?:的|制发的)?(?:行政)?规范性文件")
CHANGE = re.compile("(?:增加|增长|减少|下降|提高|上升|多|少|回落|降低|超出|高出)了?(?:为|到)?$")
LAST_YEAR = re.compile(_LAST_YEAR)
INCLUDING_CARRIED = re.compile(
    rf"(?:含|包括|包含|加上)[^，。；]{{0,4}}(?:{_LAST_YEAR})(?:度)?[^，。；]{{0,4}}结转"
)

SHARE = re.compile(r"[，,、（(\s]*(?:占比?|比例|占比例)[^，。；\d]{0,14}$")
CLOSING_RATE = re.compile(r"(?<![时期内限案])办结率[为达到是\s]*$")
_THAN_BEFORE = (
    rf"[，,（(\s]*(?:同比|(?:较|比|与)(?:{_LAST_YEAR}|(?P<year>20\d\d) *年度?)(?:同期)?(?:相比)?)"
)
_UP_OR_DOWN = "(?P<up>增长|增加|上升|提高)|(?P<down>下降|减少|降低|回落)"
_CHANGED = rf"(?:{_UP_OR_DOWN})了?[约为]?\s*$"
GROWTH = re.compile(rf"{_THAN_BEFORE}[^，。；\d]{{0,4}}?{_CHANGED}")
"""Between a number and by how much it is more or less than last year's."""
GROWTH_AGAIN = re.compile(rf"(?:{_THAN_BEFORE}[^，。；\d]{{0,4}}?|[，,、（(\s]*){_CHANGED}")
"""After another change: 比上年增加15件，增长12%."""
DIRECTION = re.compile(
    rf"{_THAN_BEFORE}(?:有所|略有|稍有|明显|显著|大幅度?|小幅|总体)?"
    rf"(?:{_UP_OR_DOWN}|(?P<same>持平|相同|一致))(?=[，。；、,;）)\s]|$)"
)
"""Behind a number: that it is more or less than last year's, without by how much."""

_END = r"(?=[，。；、,;）)\s]|$|的?情况|案件|情形|事项)"
NONE_RECEIVED = re.compile(
    rf"(?:没有|未曾?)(?:收到|接到|受理)[^，。；\d]{{0,16}}?(?:{EXPLICIT})(?:申请)?{_END}"
    rf"|(?<![有从])无(?:政府)?(?:信息公开申请|依申请公开申请){_END}"
)
_FULL_END = r"(?:的?(?:案件|情况|情形|事项|问题|发生))*(?=[，。；,;）)]|$)"
NO_CASES = re.compile(
    r"(?:没有|未曾?|(?<![有从])无)(?:发生|产生|收到|出现|涉及|引发|引起)?"
    r"(?P<about>[^，。；\d]{0,20}?)(?P<review>(?:行政)?复议(?:案件|申请)?)?(?:、|和|及|与|或|，)?"
    rf"(?P<suits>(?:行政)?诉讼)?{_FULL_END}"
)
ALL_UPHELD = re.compile("均(?:获|被|为|予以|得到)?(?:维持|结果维持)|零败诉|零纠错")
ALL_DECIDED = re.compile("均已(?:审结|结案|办结)")
ABOUT_CASES = re.compile("信息公开|依申请公开|政务公开")
BY_ANOTHER = re.compile("备案|审理|代理|应诉|承办|办理")
RECEIVING = re.compile(f"{_RECEIVED}|{_HANDLED}|办结|答复|办复")
LEAD_WITHOUT_NOUN = re.compile(_FILL)
