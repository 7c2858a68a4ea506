/** One cell of the tape, as an examination gives it. */
export interface TapeCell {
  /** 0 to 1. */
  read: number;
  found: boolean;
  unread: boolean;
}

/** A cell as it is drawn, in units of the drawing: 100 high, cells side by side. */
export interface DrawnCell {
  x: number;
  width: number;
  /** Ink from below. */
  readHeight: number;
  /** A bar over the whole height, in the colour of the verdict. */
  flag: boolean;
  hatch: boolean;
}

export interface DrawnTape {
  width: number;
  height: number;
  cells: DrawnCell[];
  /** Where flags stand, 0 to 1 from start to end; neighbours share one. */
  flags: number[];
  /** What the legend must explain. */
  shows: { found: boolean; unread: boolean };
}

const CELL = 13;
const GAP = 1;
const HEIGHT = 100;
/** The least ink of a cell that was read at all, so that it is seen. */
const LEAST = 6;

/** Turns cells into what is drawn. */
export function drawTape(cells: readonly TapeCell[]): DrawnTape {
  const drawn = cells.map(({ read, found, unread }, i) => ({
    x: i * CELL,
    width: CELL - GAP,
    readHeight: read > 0 ? Math.max(LEAST, Math.min(HEIGHT, read * HEIGHT)) : 0,
    flag: found,
    hatch: unread && !found,
  }));
  return {
    width: Math.max(CELL, cells.length * CELL),
    height: HEIGHT,
    cells: drawn,
    flags: flagPlaces(cells),
    shows: { found: cells.some(({ found }) => found), unread: cells.some(({ unread }) => unread) },
  };
}

function flagPlaces(cells: readonly TapeCell[]): number[] {
  const places: number[] = [];
  let from: number | null = null;
  for (let i = 0; i <= cells.length; i++) {
    const found = cells[i]?.found ?? false;
    if (found && from === null) from = i;
    if (!found && from !== null) {
      places.push((from + i) / 2 / cells.length);
      from = null;
    }
  }
  return places;
}
