"""A Dask array given as states: on a cluster where there is a client, else in this process."""

from __future__ import annotations

from typing import Any

from .client import active_client, checked_client
from .cluster_rows import ClusterRows
from .embedded import check_not_embedded
from .given import check
from .rows import DaskRows


def rows_of(array: Any, client: Any = None) -> DaskRows:
    """The rows of a Dask array, on the cluster of ``client``, by default of the client that is active.

    Raises
    ------
    TypeError, ValueError
        The array can't be states, or the client isn't one that can be worked through.
    OSError
        The client is closed.
    """
    check(array)
    client = active_client() if client is None else client
    if client is None:
        return DaskRows(array)
    check_not_embedded(array)
    return ClusterRows(array, checked_client(client))
