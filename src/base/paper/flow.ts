import type { Block } from "./block.ts";

/** A block in a flow over pages. It is never cut in two. */
export interface FlowPart {
  block: Block;
  /** Room above it, where it does not begin a page. */
  gapPt?: number;
  /** Stays on the page of the part that follows. */
  holdsNext?: boolean;
  /** Stands again on top of a page that begins with this part: the head of its table. */
  head?: Block;
  newPage?: boolean;
}

/** A block with its place on a page. */
export interface Placed {
  block: Block;
  yPt: number;
}

/** Lays parts on pages of so many points of height. A part taller than a page has a page of its own and runs over it. */
export function flow(parts: readonly FlowPart[], heightPt: number): Placed[][] {
  const pages: Placed[][] = [];
  let page: Placed[] = [];
  let yPt = 0;
  const turn = (): void => {
    if (page.length > 0) pages.push(page);
    page = [];
    yPt = 0;
  };
  const place = (block: Block): void => {
    page.push({ block, yPt });
    yPt += block.heightPt;
  };
  for (const [i, { block, gapPt = 0, head, newPage = false }] of parts.entries()) {
    const gap = page.length === 0 ? 0 : gapPt;
    if (newPage || (page.length > 0 && yPt + gap + heldHeight(parts, i) > heightPt)) turn();
    else yPt += gap;
    if (page.length === 0 && head !== undefined) place(head);
    place(block);
  }
  turn();
  return pages;
}

/** Height of a part with all that it holds. */
function heldHeight(parts: readonly FlowPart[], from: number): number {
  let height = 0;
  for (let i = from; i < parts.length; i++) {
    const { block, gapPt = 0, holdsNext = false } = parts[i] ?? { block: { heightPt: 0 } };
    height += block.heightPt + (i === from ? 0 : gapPt);
    if (!holdsNext) break;
  }
  return height;
}
