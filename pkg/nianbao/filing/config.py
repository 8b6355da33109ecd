"""YAML files that people write: read safely, strictly, with the line in every message."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from yaml.composer import Composer
from yaml.constructor import SafeConstructor
from yaml.cyaml import CParser  # type: ignore[attr-defined]
from yaml.reader import Reader
from yaml.resolver import Resolver

from nianbao.characters import code_point, code_points, hidden_characters
from nianbao.errors import LISTED_AT_MOST, ConfigError, nearest
from nianbao.filing.yaml_reasons import yaml_reason

LARGEST_BYTES = 4_000_000
WORKBOOK_MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")  # zip, OLE
LONGEST_MARK = max(map(len, WORKBOOK_MARKS))

YAML_HINT = "冒号、逗号、方括号和引号用半角，冒号后空一格；缩进用空格，不用制表符"

_MAPPING = "“键: 值”的形式，一行一项"
# what pydantic says in English, by its type of error
_EXPECTED = {
    "int_type": "整数，不加引号",
    "int_parsing": "整数，不加引号",
    "bool_type": "true 或 false",
    "string_type": "文字",
    "tuple_type": "放在方括号里的几项，例如 [甲, 乙]",
    "too_short": "至少一项",
    "literal_error": "{expected}",
    "model_type": _MAPPING,
    "dict_type": _MAPPING,
    "invalid_key": "键是文字",
    "greater_than_equal": "不小于 {ge}",
    "less_than_equal": "不大于 {le}",
}

# where what is wrong began before the place at which it came out: a quote that nobody closed
_BEGUN_BEFORE = ("while scanning a simple key", "while scanning a quoted scalar")

Model = TypeVar("Model", bound=BaseModel)


# what YAML 1.1 tells apart by itself; a tag that somebody writes out can ask for nothing else
_CORE = "tag:yaml.org,2002:"
_PLAIN_TAGS = {_CORE + kind for kind in ("null", "bool", "int", "float", "str", "seq", "map")}


class _StrictLoader(Composer, CParser, SafeConstructor, Resolver):
    """YAML with unique plain keys, no aliases, no tags, visible text, and dates left as text.

    libyaml takes the text apart, some ten times as fast as Python would: each kernel reads the
    register.
    """

    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)
        Composer.__init__(self)
        SafeConstructor.__init__(self)
        Resolver.__init__(self)

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise _refusal("不支持引用（*）", self.peek_event())
        node = super().compose_node(parent, index)
        if node is not None and node.tag not in _PLAIN_TAGS:
            raise _refusal(f"不支持标签 {node.tag.removeprefix(_CORE)}", node)
        if isinstance(node, yaml.ScalarNode):
            hidden = hidden_in(node.value)
            if hidden:
                raise _refusal(f"看不见的字符 {hidden}", node)
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - signature of PyYAML
        seen: set[object] = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise _refusal("键只能是文字或数字", key_node)
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise _refusal(f"同一个键出现两次：{key}", key_node)
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def _refusal(problem: str, found: yaml.Node | yaml.Event | None) -> yaml.MarkedYAMLError:
    mark = None if found is None else found.start_mark
    return yaml.constructor.ConstructorError(problem=problem, problem_mark=mark)  # type: ignore[arg-type]


_StrictLoader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] != _CORE + "timestamp"]
    for first, pairs in Resolver.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True, slots=True)
class Config(Generic[Model]):
    """A YAML file as it is declared, which knows its lines.

    Attributes
    ----------
    name
        As messages name the file.
    digest
        SHA-256 of its bytes, in hexadecimal.
    """

    declared: Model
    name: str
    digest: str
    _root: yaml.Node | None

    def where(self, *location: int | str) -> str:
        """Name the line of the innermost part of a location, keys and positions, that is there."""
        return f"{self.name} 第 {_line(self._root, location)} 行"


def load_config(path: Path, model: type[Model], *, shown: str = "") -> Config[Model]:
    """Read a YAML file into its declaration.

    Parameters
    ----------
    path
        The file, UTF-8.
    model
        The pydantic declaration; it forbids unknown keys.
    shown
        How messages name the file.

    Raises
    ------
    ConfigError
        Missing, too large, no UTF-8, no YAML, a key twice, or not as declared: with the line, and
        all that does not fit at once.
    """
    name = shown or path.name
    content = file_bytes(path, name)
    data, root = _parse(_text(content, name), name)
    digest = hashlib.sha256(content).hexdigest()
    try:
        return Config(model.model_validate(data), name, digest, root)
    except ValidationError as error:
        details = sorted(causes(error), key=lambda detail: _line(root, detail["loc"]))
        places = [(f"{name} 第 {_line(root, detail['loc'])} 行", detail) for detail in details]
        raise all_at_once([as_config_error(e, model, where) for where, e in places]) from None


def all_at_once(errors: Sequence[ConfigError]) -> ConfigError:
    """Give one error that tells several, at least one; of many, the first ten."""
    if len(errors) == 1:
        return errors[0]
    told = [f"{n}. {error}" for n, error in enumerate(errors[:LISTED_AT_MOST], 1)]
    rest = [f"还有 {len(errors) - len(told)} 处"] if len(errors) > len(told) else []
    return ConfigError("\n".join([f"有 {len(errors)} 处要改正", *told, *rest]))


def hidden_in(text: str) -> str:
    """Name the characters of a text that nobody sees, as ``U+200B``; empty for none."""
    return code_points(hidden_characters(text))


def is_workbook(path: Path) -> bool:
    """Tell whether a file begins as a workbook does, whatever its name: xlsx, ods or xls."""
    try:
        if not path.is_file():  # a pipe would be waited for
            return False
        with path.open("rb") as stream:
            return stream.read(LONGEST_MARK).startswith(WORKBOOK_MARKS)
    except (OSError, ValueError):  # told by who reads it
        return False


def file_bytes(path: Path, name: str) -> bytes:
    """Read a file of bearable size that people write.

    Parameters
    ----------
    name
        How messages name the file.

    Raises
    ------
    ConfigError
        It is missing, no plain file, or too large.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # a pipe would be waited for
            found = "是文件夹" if path.is_dir() else "不是普通文件"
            raise ConfigError("配置文件打不开", where=name, found=found, hint="检查文件名和文件夹")
        if status.st_size > LARGEST_BYTES:
            raise ConfigError("配置文件过大", where=name, expected=f"不超过 {LARGEST_BYTES} 字节")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise ConfigError(
            "配置文件打不开",
            where=name,
            found=error if isinstance(error, OSError) else "文件名里有空字符",
            hint="检查文件名和文件夹",
        ) from None


def _text(content: bytes, name: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(
            "配置文件不是 UTF-8 文本", where=name, hint="用文本编辑器另存，编码选 UTF-8"
        ) from None
    odd = Reader.NON_PRINTABLE.search(text)
    if odd:
        line = text.count("\n", 0, odd.start()) + 1
        raise _not_yaml(f"{name} 第 {line} 行", f"看不见的字符 {code_point(odd[0])}")
    return text


def _parse(text: str, name: str) -> tuple[Any, yaml.Node | None]:
    loader = _StrictLoader(text)
    try:
        root = loader.get_single_node()
        data = loader.construct_document(root) if root is not None else None
    except yaml.YAMLError as error:
        has_begun_before = getattr(error, "context", None) in _BEGUN_BEFORE
        mark = getattr(error, "context_mark" if has_begun_before else "problem_mark", None)
        where = f"{name} 第 {mark.line + 1} 行第 {mark.column + 1} 列" if mark else name
        raise _not_yaml(where, yaml_reason(getattr(error, "problem", ""))) from None
    except RecursionError:
        raise _not_yaml(name, "嵌套过深") from None
    except ValueError:  # such as a number of thousands of digits
        raise _not_yaml(name, "有读不成的数") from None
    finally:
        loader.dispose()
    return data, root


def _not_yaml(where: str, found: object) -> ConfigError:
    return ConfigError("配置文件不是正确的 YAML", where=where, found=found, hint=YAML_HINT)


def causes(error: ValidationError) -> list[ErrorDetails]:
    """Give what is wrong, without what only follows: a list is too short for its wrong items."""
    details = error.errors(include_url=False)
    inner = {detail["loc"][:n] for detail in details for n in range(len(detail["loc"]))}
    return [detail for detail in details if detail["loc"] not in inner]


def as_config_error(error: ErrorDetails, model: type[BaseModel], where: str) -> ConfigError:
    """Give the error that tells what does not fit a declaration.

    Parameters
    ----------
    where
        The place: file and line, or file, sheet and cell.
    """
    location = error["loc"]
    key = ".".join(map(str, location))
    if error["type"] == "extra_forbidden":
        unknown = str(location[-1])  # a key of this name may be known in another place
        close = nearest(unknown, [name for name in _known_keys(model) if name != unknown])
        hint = f"最接近的是 {close}" if close else "删去这一项"
        return ConfigError("不认识的项", where=where, found=key, hint=hint)
    if error["type"] == "missing":
        return ConfigError("缺少必需的项", where=where, expected=key)
    found = f"{key} = {error['input']!r}" if key else repr(error["input"])
    return ConfigError("项的值不对", where=where, found=found, expected=_expected(error))


def _expected(error: ErrorDetails) -> str:
    words = _EXPECTED.get(error["type"])
    if words is None:  # our own declarations speak Chinese
        return "" if error["msg"].isascii() else error["msg"]
    limits = {
        key: str(value).replace(" or ", " 或 ") for key, value in error.get("ctx", {}).items()
    }
    return words.format_map(limits)


def _known_keys(model: type[BaseModel]) -> list[str]:
    """Give the keys of a declaration and of the declarations inside it."""
    keys: list[str] = []
    for field_name, info in model.model_fields.items():
        keys.append(field_name)
        for inner in getattr(info.annotation, "__args__", ()):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                keys += _known_keys(inner)
    return keys


def _line(node: yaml.Node | None, location: tuple[int | str, ...]) -> int:
    """Find the line, from one, of the innermost part of `location` that the file has."""
    if node is None:
        return 1
    line = node.start_mark.line + 1
    for part in location:
        child = _child(node, part)
        if child is None:
            break
        line, node = child
    return line


def _child(node: yaml.Node, part: int | str) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part].start_mark.line + 1, node.value[part]
    return None
