import { all, listen } from "../../shared/dom";
import { hasModifier } from "../../shared/keys";
import { clamp } from "../../shared/numbers";

const CELL = "[data-cell]";
const STOP = `${CELL}[tabindex='0']`;

/**
 * Keys go from cell to cell of a grid, and Enter or Space does what a click does. The Tab key goes to the cell that was
 * used last. The first row, of heads, has no cell above the first column.
 */
export function walkCells(grid: HTMLElement): () => void {
  const rowsNow = () =>
    [...grid.children].map((row, i) => {
      const cells: (HTMLElement | null)[] = [...row.querySelectorAll<HTMLElement>(CELL)].filter(isShown);
      return i === 0 ? [null, ...cells] : cells;
    });
  return all(
    listen(grid, "focusin", (event) => {
      const cell = cellOf(event);
      for (const other of cell ? grid.querySelectorAll<HTMLElement>(STOP) : []) other.tabIndex = -1;
      if (cell) cell.tabIndex = 0;
    }),
    listen(grid, "click", (event) => cellOf(event)?.focus({ preventScroll: true })),
    listen(grid, "keydown", (event) => {
      const cell = cellOf(event);
      if (!cell || hasModifier(event)) return;
      if (event.key === "Enter" || event.key === " ") cell.click();
      else {
        const rows = rowsNow();
        const row = rows.findIndex((cells) => cells.includes(cell));
        const to = cellAfter(
          event.key,
          [row, rows[row]?.indexOf(cell) ?? 0],
          rows.map((cells) => cells.length),
        );
        if (!to) return;
        rows[to[0]]?.[to[1]]?.focus();
      }
      event.preventDefault();
    }),
  );
}

/** Make an element a cell that keys go to. */
export function asCell(element: HTMLElement): void {
  if (element.hasAttribute("data-cell")) return;
  element.setAttribute("data-cell", "");
  element.tabIndex = -1;
}

/** After cells have come and gone: the Tab key needs one. */
export function keepStop(grid: HTMLElement): void {
  if (grid.querySelector(STOP)) return;
  const first = grid.querySelector<HTMLElement>(`:scope > :not(:first-child) ${CELL}`);
  if (first) first.tabIndex = 0;
}

const cellOf = (event: Event) => (event.target as Element).closest<HTMLElement>(CELL);
const isShown = (cell: HTMLElement) => cell.offsetParent !== null;

/** The row and column that a key goes to, in rows of these lengths; null for any other key. */
export function cellAfter(
  key: string,
  [row, column]: readonly [number, number],
  lengths: readonly number[],
): [number, number] | null {
  const end = (lengths[row] ?? 1) - 1;
  const to = (r: number, c: number): [number, number] => {
    const reached = clamp(r, 0, lengths.length - 1);
    return [reached, clamp(c, reached === 0 ? 1 : 0, (lengths[reached] ?? 1) - 1)];
  };
  switch (key) {
    case "ArrowDown":
      return to(row + 1, column);
    case "ArrowUp":
      return to(row - 1, column);
    case "ArrowRight":
      return to(row, Math.min(column + 1, end));
    case "ArrowLeft":
      return to(row, column - 1);
    case "Home":
      return to(row, 0);
    case "End":
      return to(row, end);
    default:
      return null;
  }
}
