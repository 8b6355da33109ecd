"""How a notebook runs: its parameters, its kernel, its canonical form.

Import from the modules themselves: `execute` and `engine` bring papermill along, `parameters` is
light.
"""
