"""The command line: ``python -m lstmvis_widget COMMAND``."""
