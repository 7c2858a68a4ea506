// How a walk through a medium's entries goes on where something in it ends its reader: what a child is told to leave out.

/** How far a walk is: trees are counted over all volumes, entries from 0 in each tree. */
export interface WalkPosition {
  tree: number;
  entries: number;
}

/** What a walk leaves out, and from where its results are wanted. */
export interface WalkState {
  /** Entries before it were given. */
  from: WalkPosition;
  /** From here on every step is told before it is done; null: nothing ended a reader without a word. */
  carefulFrom: WalkPosition | null;
  /** Volumes that are not opened, by their links "p2". */
  volumes: string[];
  /** Entries whose contents (1), or that themselves (2), are not touched. */
  entries: (WalkPosition & { level: 1 | 2 })[];
  /** From a position on, in its tree, bytes of the medium that count as unreadable. */
  unread: (WalkPosition & { ranges: [startByte: number, lengthBytes: number][] })[];
  /** Where a tree ends before its end. */
  cut: WalkPosition[];
}

/** What the reader was at when it ended. */
export interface WalkStep extends WalkPosition {
  /** open: the container or the table of volumes. volume: one of them. reading: for the next entry. entry: with this one. */
  stage: "open" | "volume" | "reading" | "entry";
  /** Place of the volume, of the entry, or of the last entry before. */
  place: string;
  /** Links of the volume. */
  volume: string;
}

export type DeathCause = "ended" | "silent" | "too-long" | "memory";

/** The end of a reader before its work was done. */
export interface Death {
  step: WalkStep;
  why: DeathCause;
  /** Whether the step is the very one, or only the last one that was told. */
  exact: boolean;
  /** What was read of the medium since the last entry, the last one last. */
  reads: [startByte: number, lengthBytes: number][];
}

/** Something that was left out, for whoever reads the result. */
export interface LostObject {
  /** contents: the entry itself is told. rest: everything behind it in its file system. all: the medium. */
  what: "volume" | "entry" | "contents" | "part" | "rest" | "all";
  place: string;
  why: DeathCause;
  /** part: bytes that were passed over. */
  lengthBytes: number;
}

const READS_TRIES = 4;
/** A tree that ends more readers than this is cut off. */
const DEATHS_A_TREE = 16;

/** A walk from its start, with nothing left out. */
export function newWalk(): WalkState {
  return { from: { tree: 0, entries: 0 }, carefulFrom: null, volumes: [], entries: [], unread: [], cut: [] };
}

/** Whether a position lies before another. */
export function isBefore(a: WalkPosition, b: WalkPosition): boolean {
  return a.tree < b.tree || (a.tree === b.tree && a.entries < b.entries);
}

/**
 * What the next reader leaves out, by what the last one was at when it ended: first nothing but with every step told, then the
 * entry's contents, the entry, the bytes read last (1, 2, 4, 8 reads), the rest of the tree, or the volume.
 *
 * @returns Null where nothing smaller than the medium can be left out.
 */
export function afterDeath(state: WalkState, death: Death): { state: WalkState; lost: LostObject | null } | null {
  const { step, why, exact } = death;
  const { tree, entries, place, stage } = step;
  if (!exact) return { state: { ...state, carefulFrom: { tree, entries } }, lost: null };
  const lost = (what: LostObject["what"], lengthBytes = 0): LostObject => ({ what, place, why, lengthBytes });
  const calm = { ...state, carefulFrom: null };
  if (stage === "open" || (stage === "volume" && state.volumes.includes(step.volume))) return null;
  if (stage === "volume") {
    return { state: { ...calm, volumes: [...state.volumes, step.volume] }, lost: lost("volume") };
  }
  const here = (at: WalkPosition): boolean => at.tree === tree && at.entries === entries;
  const inTree = [...state.entries, ...state.unread].filter((at) => at.tree === tree).length;
  if (state.cut.some((at) => at.tree === tree)) return null;
  const rest = { state: { ...calm, cut: [...state.cut, { tree, entries }] }, lost: lost("rest") };
  if (inTree >= DEATHS_A_TREE) return rest;
  if (stage === "entry") {
    const before = state.entries.find(here);
    if (before?.level === 2) return rest;
    const level = before === undefined ? 1 : 2;
    const others = state.entries.filter((at) => !here(at));
    return {
      state: { ...calm, entries: [...others, { tree, entries, level }] },
      lost: lost(level === 1 ? "contents" : "entry"),
    };
  }
  const tries = state.unread.filter(here).length;
  const ranges = death.reads.slice(-(2 ** tries));
  if (tries >= READS_TRIES || ranges.length === 0) return rest;
  const lengthBytes = ranges.reduce((sum, [, length]) => sum + length, 0);
  return {
    state: { ...calm, unread: [...state.unread, { tree, entries, ranges }] },
    lost: lost("part", lengthBytes),
  };
}

/** One sentence for each place: what was left out there in the end. */
export function joinedLosses(losses: readonly LostObject[]): LostObject[] {
  const last = new Map<string, LostObject>();
  for (const loss of losses) {
    const name = `${loss.place} ${loss.what === "contents" || loss.what === "entry" ? "entry" : loss.what}`;
    last.set(name, loss);
  }
  return [...last.values()];
}
