"""The `StateExplorer` widget."""
