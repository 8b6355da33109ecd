"""What libyaml and PyYAML say of a text that is no YAML, in Chinese."""

from __future__ import annotations

# By the beginning of what they say; the first that fits counts.
_REASONS = {
    "mapping values are not allowed": "这里多了一个冒号；文字里有冒号时，整段加引号",
    "mapping keys are not allowed": "这里不能写键",
    "block sequence entries are not allowed": "这里不能用“- ”列项，检查缩进",
    "could not find expected ':'": "键的后面缺冒号，或冒号后没有空格",
    "did not find expected ',' or ']'": "方括号没有合上，或缺少逗号",
    "did not find expected ',' or '}'": "花括号没有合上，或缺少逗号",
    "did not find expected '-' indicator": "列项没有对齐，或缺少“- ”",
    "did not find expected key": "这一行没有对齐，或缺少键",
    "did not find expected node content": "这里缺少内容",
    "did not find expected <document start>": "内容已经结束，后面多出了东西",
    "did not find expected <stream-start>": "文件开头不对",
    "did not find expected comment or line break": "这一行后面多出了东西",
    "did not find expected whitespace or line break": "这里缺空格或换行",
    "did not find expected whitespace": "这里缺空格",
    "did not find expected alphabetic or numeric character": "“&”“*”“!”后面缺名称；是文字就加引号",
    "did not find expected hexdecimal number": "双引号里的“\\”写法不对；是文字就改用单引号",
    "did not find URI escaped octet": "标签写得不对；是文字就加引号",
    "did not find expected tag URI": "标签写得不对；是文字就加引号",
    "did not find expected '!'": "标签写得不对；是文字就加引号",
    "did not find the expected '>'": "标签写得不对；是文字就加引号",
    "did not find expected version number": "以 % 开头的行写得不对；是文字就加引号",
    "did not find expected digit": "以 % 开头的行写得不对；是文字就加引号",
    "could not find expected directive name": "以 % 开头的行写得不对；是文字就加引号",
    "found unknown directive name": "以 % 开头的行写得不对；是文字就加引号",
    "found unexpected non-alphabetical character": "以 % 开头的行写得不对；是文字就加引号",
    "found extremely long version number": "以 % 开头的行写得不对；是文字就加引号",
    "found duplicate %": "以 % 开头的行写了两次",
    "duplicate %": "以 % 开头的行写了两次",
    "found incompatible YAML document": "YAML 的版本不对，删去以 % 开头的行",
    "found undefined tag handle": "不支持标签；以 ! 开头的文字加引号",
    "found a tab character": "缩进用了制表符，改用空格",
    "found an indentation indicator equal to 0": "“|”“>”后面的数不能是 0",
    "found character that cannot start any token": "这个字符不能用在开头；是文字就加引号",
    "found unexpected ':'": "这里多了一个冒号；文字里有冒号时，整段加引号",
    "found unexpected document indicator": "引号没有合上，就到了“---”或“...”",
    "found unexpected end of stream": "引号没有合上，文件就完了",
    "found unknown escape character": "双引号里的“\\”写法不对；是文字就改用单引号",
    "found invalid Unicode character escape code": "双引号里的“\\”写法不对；是文字就改用单引号",
    "found undefined alias": "不支持引用（*）",
    "found duplicate anchor": "不支持引用（*）",
    "expected a single document": "文件里有“---”隔开的几份内容，只能有一份",
    "but found another document": "文件里有“---”隔开的几份内容，只能有一份",
    "control characters are not allowed": "有看不见的控制字符",
    "special characters are not allowed": "有看不见的控制字符",
    "invalid Unicode character": "有不成立的字符",
    "input is too long": "文件太长",
    "exceeded maximum": "嵌套过深",
    "expected": "值的形式不对",
}


def yaml_reason(problem: str | None) -> str:
    """Give in Chinese what is wrong; of what is not known, only that it is.

    Parameters
    ----------
    problem
        As the library has it, or as our own loader says it in Chinese.
    """
    said = problem or ""
    if said and not said.isascii():
        return said
    known = (reason for start, reason in _REASONS.items() if said.startswith(start))
    return next(known, "写法不对")
