"""``nianbao COMMAND``: finds the command, and turns what goes wrong into words and exit codes."""

from __future__ import annotations

import codecs
import importlib
import logging
import os
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from nianbao import __version__
from nianbao.errors import NianbaoError, UsageError, nearest, refusal
from nianbao.reasons import is_from_outside
from nianbao.terminal import complain, guarded, note

INTERRUPTED, BUG, USAGE = 130, 70, 2

# name: what the list of commands says of it; its function has the name in its own module
COMMANDS = {
    "run": "生成批次中需要更新的年报",
    "rollup": "汇总本级政府的年报",
    "check": "只列核查问题，不生成文件",
    "notices": "写退改通知单，报催报表",
    "verify": "重做年报，与已有的逐字节比较",
    "audit": "读已发布的年报，列核查问题",
    "import": "把已发布的年报读成填报表",
    "compare": "各机关、各年度的年报放在一页上比较",
    "explain": "说明一个数从哪里来、影响什么",
    "collect": "收取各机关报来的文件，逐版留存",
    "register": "看机关名册，与电子表格互相转换",
    "new": "写空白填报表，带上年数",
    "init": "新建一个项目文件夹",
    "demo": "新建一个带虚构的区（示例）的项目文件夹",
}


class LazyGroup(click.Group):
    """Imports a command when it is asked for, so that help answers at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - signature of click
        """Give the names, in the order of work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - signature of click
        """Give a command by its name."""
        if cmd_name not in COMMANDS:
            near = nearest(cmd_name, COMMANDS)
            hint = f"最接近的是 {near}" if near else f"可用的是 {'、'.join(COMMANDS)}"
            raise UsageError("没有这个命令", found=cmd_name, hint=hint)
        module = importlib.import_module(f"nianbao.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - signature of click
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


HELP = """政府信息公开工作年度报告：从填报表到 HTML 和 PDF。

\b
例：nianbao run params/xixia-2020.yaml
"""


@click.group(cls=LazyGroup, help=HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="nianbao", message="%(prog)s %(version)s")
def nianbao() -> None:
    """Find the command."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give the exit code; never a traceback without ``--debug``."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in given
    with guarded(), _heeding_stops():
        return _run(given, debug=debug)


def _run(given: list[str], *, debug: bool) -> int:
    if debug:
        logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    try:
        _require_current_folder()
        _require_names(given)
        _provide_home()
        result = nianbao.main(given, standalone_mode=False)
        return result if isinstance(result, int) else 0
    except (KeyboardInterrupt, click.Abort):
        return _interrupted()
    except click.exceptions.NoArgsIsHelpError as error:
        note(error.format_message())
        return USAGE
    except click.ClickException as error:
        from nianbao.cli.usage import in_our_words, usage_line

        note(usage_line(error))
        _tell(str(in_our_words(error)), debug=debug)
        return USAGE
    except NianbaoError as error:
        return _refused(error, debug=debug)
    except Exception as error:  # noqa: BLE001 - the last border
        return _failed(error, debug=debug)


def _refused(error: NianbaoError, *, debug: bool) -> int:
    _tell(str(error), debug=debug)
    return error.exit_code


def _interrupted() -> int:
    note("已中断；完成的年报都在，未完成的没有留下")
    return INTERRUPTED


def _failed(error: Exception, *, debug: bool) -> int:
    """Give the exit code for what nobody raised on purpose."""
    if _is_from_an_interrupt(error):
        return _interrupted()
    if isinstance(error, UnicodeEncodeError) and not _has_utf8():
        return _refused(_unnameable(), debug=debug)
    if is_from_outside(error):
        _tell(str(refusal(error)), debug=debug)
        return USAGE
    _tell(f"nianbao 内部错误（程序缺陷）：{type(error).__name__}\n{_log_place()}", debug=debug)
    return BUG


def _is_from_an_interrupt(error: BaseException | None) -> bool:
    """Tell whether a second stop broke into what the first had begun to tidy up."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__context__
    return False


@contextmanager
def _heeding_stops() -> Iterator[None]:
    """Let a stop from outside end like one by hand: kernels are killed, folders cleaned."""
    if threading.current_thread() is not threading.main_thread():  # no other may
        yield
        return
    stops = [signal.SIGTERM]
    if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        stops.append(signal.SIGHUP)  # the terminal was closed, and nobody said nohup
    handlers = {n: signal.signal(n, lambda *_: signal.raise_signal(signal.SIGINT)) for n in stops}
    # Ignored in the background of a script, where a stop must be heeded as well.
    handlers[signal.SIGINT] = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:  # for who called `main` from a program of his own
        for number, handler in handlers.items():
            if handler is not None:
                signal.signal(number, handler)


def _require_current_folder() -> None:
    try:
        Path.cwd()
    except FileNotFoundError:
        raise UsageError("当前文件夹已经不在了", hint="先用 cd 换到别的文件夹") from None


def _require_names(given: list[str]) -> None:
    """Make sure that what was typed could be read, which an ASCII system does not with Chinese."""
    if not _has_utf8() and any("\udc80" <= char <= "\udcff" for text in given for char in text):
        raise _unnameable()


def _has_utf8() -> bool:
    return codecs.lookup(sys.getfilesystemencoding()).name == "utf-8"


def _unnameable() -> UsageError:
    return UsageError(
        "系统的字符编码容不下中文的文件名或参数",
        found=sys.getfilesystemencoding(),
        hint="设环境变量 PYTHONUTF8=1，再运行一次",
    )


def _provide_home() -> None:
    """Name a home where the system knows none, which Jupyter asks for; nothing is kept there."""
    try:
        Path.home()
    except RuntimeError:
        os.environ["HOME"] = os.devnull


def _tell(message: str, *, debug: bool) -> None:
    complain(message)
    if debug:
        traceback.print_exc()


def _log_place() -> str:
    """Keep the traceback in a file, and name it; where the disk is full, say how to see it."""
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="nianbao-bug-", suffix=".log", encoding="utf-8", delete=False
        ) as log:
            traceback.print_exc(file=log)
    except OSError:
        return "  提示：加上 --debug 再运行一次，把显示的内容发给维护者"
    return f"  位置：{Path(log.name)}\n  提示：把这个文件发给维护者"
