"""HDF5 files that may hold anything: opened, checked, watched and grown."""
