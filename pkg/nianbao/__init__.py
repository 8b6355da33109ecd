"""nianbao (年报): the yearly report on open government information, from spreadsheet to print.

The layers, each importing only from those to its right::

    cli → batch → render, running → report → checks → filing → forms → project → errors

See ``docs/explanation/architecture.md``.
"""

__version__ = "0.1.0"
