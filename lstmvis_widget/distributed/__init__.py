"""States that are a Dask array: the only package that knows Dask."""
