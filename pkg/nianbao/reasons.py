"""Why the system refused, in Chinese: the one table of it."""

from __future__ import annotations

import errno
import os
import shutil
import socket

_REASONS = {
    "EACCES": "没有权限",
    "EPERM": "没有权限",
    "ENOENT": "没有这个文件",
    "EEXIST": "已有同名的文件或文件夹",
    "EISDIR": "是文件夹",
    "ENOTDIR": "上级不是文件夹",
    "ENOTEMPTY": "文件夹不是空的",
    "EXDEV": "在另一个磁盘上",
    "ENAMETOOLONG": "文件名太长",
    "EILSEQ": "文件名里有磁盘记不下的字",
    "ELOOP": "链接绕成了圈",
    "EMLINK": "链接太多",
    "ENOSPC": "磁盘已满",
    "EDQUOT": "超过了磁盘配额",
    "EFBIG": "文件太大，超过了系统的上限",
    "EOVERFLOW": "文件太大，超过了系统的上限",
    "EROFS": "磁盘是只读的",
    "EIO": "磁盘读写出错",
    "ESTALE": "网络盘上的文件已经失效",
    "EBUSY": "正被别的程序占用",
    "ETXTBSY": "正被别的程序占用",
    "EDEADLK": "正被别的程序锁住",
    "ENOLCK": "磁盘不能加锁",
    "ENODEV": "没有这个设备",
    "ENXIO": "没有这个设备",
    "EMFILE": "打开的文件太多，超过了系统的上限",
    "ENFILE": "打开的文件太多，超过了系统的上限",
    "ENOMEM": "内存不足",
    "EAGAIN": "进程太多或资源不足，系统暂时不给",
    "EINVAL": "系统不接受",
    "EBADF": "文件已经关闭",
    "EINTR": "被中断",
    "ENOSYS": "系统没有这个功能",
    "EOPNOTSUPP": "系统没有这个功能",
    "ENOEXEC": "不是能运行的程序",
    "EPIPE": "对方已经关闭",
    "ECONNREFUSED": "连接被拒绝",
    "ECONNRESET": "连接被对方断开",
    "ECONNABORTED": "连接断开",
    "EHOSTUNREACH": "连不到这台机器",
    "ENETUNREACH": "网络不通",
    "ETIMEDOUT": "超时",
    "EADDRINUSE": "地址已被占用",
    "EADDRNOTAVAIL": "没有这个地址",
    "ENETDOWN": "网络不通",
    "EHOSTDOWN": "连不到这台机器",
    "ENOTCONN": "没有连接",
}
_BY_CODE = {getattr(errno, name): said for name, said in _REASONS.items() if hasattr(errno, name)}

# What a program cannot help: these are no bugs, wherever they arise.
_NO_BUGS = (
    "EACCES", "EPERM", "ENOSPC", "EDQUOT", "EFBIG", "EROFS", "EIO", "ESTALE", "ENAMETOOLONG",
    "ELOOP", "EMFILE", "ENFILE", "ENOMEM", "EAGAIN", "EBUSY", "ETXTBSY", "ENOLCK", "ENODEV",
    "ENXIO", "ENOSYS",
)  # fmt: skip
_OUTSIDE = {getattr(errno, name, None) for name in _NO_BUGS} - {None}
_SYSTEM_FOLDERS = ("/proc", "/sys", "/dev")
_NO_ROOM = ("failed to map segment", "cannot allocate memory")  # of a library for the program


def system_reason(error: BaseException) -> str:
    """Give why the system refused, in Chinese; of what is in no table, its code."""
    if _is_for_want_of_memory(error):
        return _REASONS["ENOMEM"]
    if isinstance(error, socket.gaierror):
        return "找不到这台机器"
    if isinstance(error, TimeoutError):
        return _REASONS["ETIMEDOUT"]
    code = _code(error)
    return _BY_CODE.get(code) or f"系统错误 {errno.errorcode.get(code, type(error).__name__)}"


def _code(error: BaseException) -> int:
    """Give the number of an error of the system; 0 for any other."""
    if isinstance(error, shutil.Error):  # of several files, whose reasons are left as words
        told = str(error)
        return next((code for code in _BY_CODE if os.strerror(code) in told), 0)
    return error.errno or 0 if isinstance(error, OSError) else 0


def is_from_outside(error: BaseException) -> bool:
    """Tell whether an error is the system's, such as a full disk, and not a bug of the program."""
    if _is_for_want_of_memory(error):
        return True
    if not isinstance(error, OSError):
        return False
    return _code(error) in _OUTSIDE or str(error.filename or "").startswith(_SYSTEM_FOLDERS)


def _is_for_want_of_memory(error: BaseException) -> bool:
    if isinstance(error, ImportError):
        return any(words in str(error).lower() for words in _NO_ROOM)
    return isinstance(error, MemoryError)
