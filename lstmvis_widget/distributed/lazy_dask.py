"""Dask, imported when it is first used: it is an extra, and the package is imported without it."""

from __future__ import annotations

from typing import Any

from lstmvis_widget.work.extras import import_extra


class _Lazy:
    """A module that is imported when one of its names is asked for."""

    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        return getattr(import_extra(self._module, "distributed", "working on a Dask array"), name)


dask: Any = _Lazy("dask")
da: Any = _Lazy("dask.array")
base: Any = _Lazy("dask.base")
blockwise: Any = _Lazy("dask.blockwise")
cloudpickle: Any = _Lazy("cloudpickle")
core: Any = _Lazy("dask.core")
distributed: Any = _Lazy("distributed")
highlevelgraph: Any = _Lazy("dask.highlevelgraph")
layers: Any = _Lazy("dask.layers")
optimization: Any = _Lazy("dask.optimization")
utils: Any = _Lazy("dask.utils")

Array = Any
"""A `dask.array.Array`."""
