"""What click says of a wrong command line, in our words."""

from __future__ import annotations

import click

from nianbao.errors import UsageError


def in_our_words(error: click.ClickException) -> UsageError:
    """Give the same error with what was typed, what is expected, and where help is."""
    said = _said(error)
    context = error.ctx if isinstance(error, click.UsageError) else None
    help_at = f"用法见 {context.command_path} -h" if context else ""
    said.hint = "；".join(filter(None, [said.hint, help_at]))
    return said


def usage_line(error: click.ClickException) -> str:
    """Give the line that says how the command is called; empty where that is not known."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    return context.get_usage() if context else ""


def _said(error: click.ClickException) -> UsageError:
    near = "、".join(getattr(error, "possibilities", None) or ())
    place = {"hint": f"最接近的是 {near}"} if near else {}
    message = error.format_message()
    match error:
        case click.NoSuchOption():
            what, place["found"] = "没有这个选项", error.option_name
        case click.BadOptionUsage():
            what, place["where"] = "选项后面缺少值，或多了值", error.option_name
        case click.MissingParameter():
            what, place["expected"] = "命令不完整", _name(error)
        case click.BadParameter():
            what, place["where"] = "给出的值不对", _name(error)
            place["found"] = error.message.partition(" is not ")[0].strip("'")
            place["expected"] = _expected(error.param)
        case _ if message.startswith("Got unexpected extra argument"):
            what, place["found"] = "多出了参数", message.partition("(")[2].rstrip(")")
            place["hint"] = "带空格的文件名要加引号"
        case _:
            what, place["found"] = "命令的写法不对", message
    return UsageError(what, **place)


def _name(error: click.BadParameter) -> str:
    if error.param is None:
        return ""
    return str(error.param.get_error_hint(error.ctx)).replace("'", "")


def _expected(parameter: click.Parameter | None) -> str:
    """Say what values a parameter takes; empty where that goes without saying."""
    kind = parameter.type if parameter else None
    match kind:
        case click.Choice():
            return "、".join(map(str, kind.choices))
        case click.IntRange() | click.FloatRange():
            number = "整数" if isinstance(kind, click.IntRange) else "数"
            least = f"{'大于' if kind.min_open else '不小于'} {kind.min}"
            return f"{least} 的{number}" if kind.min is not None else number
    return "整数" if kind is click.INT else ""
