"""Parts below each other in a column of a sheet."""

from __future__ import annotations

from .lazy_matplotlib import Axes
from .sheet import Sheet
from .texts import SIZE, SMALL

HEADING = 10.0
"""Height of a heading, in points."""


class Stack:
    """A column of a sheet that grows downwards from where the sheet has got to.

    Parameters
    ----------
    sheet : Sheet
    left, width : float
        Where the column lies, in points from the sheet's margin.
    """

    def __init__(self, sheet: Sheet, left: float, width: float) -> None:
        self.sheet, self.left, self.width = sheet, left, width
        self.down = 0.0

    def part(self, name: str, height: float, *, left: float = 0.0, width: float | None = None) -> Axes:
        """A part below the others of this column, ``left`` of its left edge."""
        axes = self.beside(name, height, left=left, width=width)
        self.down += height
        return axes

    def beside(self, name: str, height: float, *, left: float = 0.0, width: float | None = None) -> Axes:
        """A part that begins where the next one will: it takes no room of its own."""
        width = self.width - left if width is None else width
        return self.sheet.beside(name, height, left=self.left + left, width=width, down=self.down)

    def below(self, gap: float) -> None:
        """Leave a gap."""
        self.down += gap

    def heading(self, name: str, title: str, aside: str = "") -> None:
        """A title, and what stands beside it as far as it fits."""
        axes, writing, colors = self.part(name, HEADING), self.sheet.writing, self.sheet.colors
        title = writing.shortened_inside(title, self.width, SIZE)
        writing.write(axes, (0, HEADING / 2), title, color=colors.text, size=SIZE, weight="bold")
        begin = writing.width(title, SIZE, "bold") + SIZE * 0.6
        fitted = writing.fitted(aside, self.width - begin, SMALL, least=SMALL)
        if fitted.text:
            writing.write(axes, (begin, HEADING / 2), fitted.text, color=colors.second, size=SMALL)
        self.below(1.0)


def finish_row(sheet: Sheet, *stacks: Stack) -> None:
    """Have the sheet go on below these columns."""
    sheet.below(max((stack.down for stack in stacks), default=0.0))
