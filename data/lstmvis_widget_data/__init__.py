"""The sample data sets of lstmvis-widget, one HDF5 file each. `lstmvis_widget.datasets` loads and describes them."""
