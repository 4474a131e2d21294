"""Makes the README a description that reads the same outside of the repository: its links become absolute."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

CODE = r"```.*?```|`[^`\n]*`"
LINK = r"""(?P<before>\]\(|(?:href|src|srcset)=")(?P<target>(?![a-z]+:|\#)[^)"\s]+)"""
PICTURES = {".png", ".svg"}


def absolute(text: str, repository: str, version: str) -> str:
    """The text with each relative link, outside of code, pointing to the repository as it was at that version."""

    def link(found: re.Match[str]) -> str:
        if found["target"] is None:
            return found[0]
        kind = "raw" if Path(found["target"]).suffix in PICTURES else "blob"
        return f"{found['before']}{repository}/{kind}/v{version}/{found['target']}"

    return re.sub(f"{CODE}|{LINK}", link, text, flags=re.DOTALL)


class AbsoluteLinks(MetadataHookInterface):
    """Sets ``readme``."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add the README to the metadata of the project."""
        text = (Path(self.root) / "README.md").read_text("utf-8")
        text = absolute(text, metadata["urls"]["Source"], metadata["version"])
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
