"""YAML files that people write: read safely, strictly, with the line in every message."""

from __future__ import annotations

import stat
from collections.abc import Hashable
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from nianbao.errors import ConfigError, is_hidden, nearest, system_reason

LARGEST_BYTES = 4_000_000

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
    "greater_than_equal": "不小于 {ge}",
    "less_than_equal": "不大于 {le}",
}

Model = TypeVar("Model", bound=BaseModel)


# what YAML 1.1 tells apart by itself; a tag that somebody writes out can ask for nothing else
_CORE = "tag:yaml.org,2002:"
_PLAIN_TAGS = {_CORE + kind for kind in ("null", "bool", "int", "float", "str", "seq", "map")}


class _StrictLoader(yaml.SafeLoader):
    """YAML with unique plain keys, no aliases, no tags, visible text, and dates left as text."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise _refusal("不支持引用（*）", self.peek_event())  # type: ignore[no-untyped-call]
        node = super().compose_node(parent, index)
        if node is not None and node.tag not in _PLAIN_TAGS:
            raise _refusal(f"不支持标签 {node.tag.removeprefix(_CORE)}", node)
        if isinstance(node, yaml.ScalarNode):
            hidden = next((c for c in node.value if is_hidden(c) and c not in "\n\t"), None)
            if hidden:
                raise _refusal(f"看不见的字符 U+{ord(hidden):04X}", node)
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


def _refusal(problem: str, found: yaml.Node | yaml.Event) -> yaml.MarkedYAMLError:
    return yaml.constructor.ConstructorError(problem=problem, problem_mark=found.start_mark)  # type: ignore[arg-type]


_StrictLoader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] != _CORE + "timestamp"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load_config(path: Path, model: type[Model], *, shown: str = "") -> Model:
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
        Missing, too large, no UTF-8, no YAML, a key twice, or not as declared; with the line.
    """
    name = shown or path.name
    data, root = _parse(path, name)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise _as_config_error(error, root, model, name) from None


def _parse(path: Path, name: str) -> tuple[Any, yaml.Node | None]:
    text = _text(path, name)
    try:
        loader = _StrictLoader(text)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        found = f"看不见的字符 U+{ord(text[error.position]):04X}"
        raise _not_yaml(f"{name} 第 {line} 行", found) from None
    try:
        root = loader.get_single_node()
        data = loader.construct_document(root) if root is not None else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{name} 第 {mark.line + 1} 行" if mark else name
        raise _not_yaml(where, getattr(error, "problem", "") or "格式错误") from None
    except RecursionError:
        raise _not_yaml(name, "嵌套过深") from None
    except ValueError as error:
        raise _not_yaml(name, error) from None
    finally:
        loader.dispose()
    return data, root


def _text(path: Path, name: str) -> str:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # a pipe would be waited for
            found = "是文件夹" if path.is_dir() else "不是普通文件"
            raise ConfigError("配置文件打不开", where=name, found=found, hint="检查文件名和文件夹")
        if status.st_size > LARGEST_BYTES:
            raise ConfigError("配置文件过大", where=name, expected=f"不超过 {LARGEST_BYTES} 字节")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(
            "配置文件打不开", where=name, found=system_reason(error), hint="检查文件名和文件夹"
        ) from None
    except UnicodeDecodeError:
        raise ConfigError(
            "配置文件不是 UTF-8 文本", where=name, hint="用文本编辑器另存，编码选 UTF-8"
        ) from None


def _not_yaml(where: str, found: object) -> ConfigError:
    return ConfigError("配置文件不是正确的 YAML", where=where, found=found, hint=YAML_HINT)


def _as_config_error(
    error: ValidationError, root: yaml.Node | None, model: type[BaseModel], name: str
) -> ConfigError:
    first = error.errors(include_url=False)[0]
    location = first["loc"]
    where = f"{name} 第 {_line(root, location)} 行"
    key = ".".join(map(str, location))
    if first["type"] == "extra_forbidden":
        unknown = str(location[-1])  # a key of this name may be known in another place
        close = nearest(unknown, [name for name in _known_keys(model) if name != unknown])
        hint = f"最接近的是 {close}" if close else "删去这一项"
        return ConfigError("不认识的项", where=where, found=key, hint=hint)
    if first["type"] == "missing":
        return ConfigError("缺少必需的项", where=where, expected=key)
    found = f"{key} = {first['input']!r}" if key else repr(first["input"])
    return ConfigError("项的值不对", where=where, found=found, expected=_expected(first))


def _expected(error: ErrorDetails) -> str:
    words = _EXPECTED.get(error["type"])
    if words is None:  # our own declarations speak Chinese
        return error["msg"]
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
