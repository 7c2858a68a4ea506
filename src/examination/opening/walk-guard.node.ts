import { toHex } from "#base/values";
import type { FileEntry } from "#examination/filesystems";
import { type ByteSource, ReadError } from "#examination/sources";
import { chainText, entryChain, treeChain } from "./entry-place.ts";
import type { TreePlace } from "./medium.ts";
import type { FoundEntry, WalkWishes } from "./walk-medium.ts";
import { isBefore, type WalkPosition, type WalkState, type WalkStep } from "./walk-state.ts";

const READS_KEPT = 16;
const BEAT_ENTRIES = 64;
/** So many entries behind the place where a reader ended without a word are walked with every step told. */
const CAREFUL_ENTRIES = 100_000;

/** A reader of foreign bytes that fails, for tests: at the entry of a name (hexadecimal), or reading a byte of the medium. */
export interface PlantedFault {
  how: "crash" | "throw" | "hang" | "memory";
  name?: string;
  atByte?: number;
}

/** Tells whoever started this reader what it is at. */
export interface GuardTell {
  at(step: WalkStep): void;
  read(startByte: number, lengthBytes: number): void;
  /** Now and then. */
  beat(): void;
}

/** One entry of a guarded walk, and its place in it. */
export interface GuardedEntry extends FoundEntry {
  position: WalkPosition;
  /** Its contents must not be touched. */
  closed: boolean;
  /** It stands before the position from which results are wanted. */
  given: boolean;
}

/** Watches over a walk: knows its place at any moment, and leaves out what ended readers before. */
export interface WalkGuard {
  step(): WalkStep;
  /** Of the medium, since the last entry. */
  reads(): [startByte: number, lengthBytes: number][];
  /** Whether every step is told now: then results are, too. */
  isCareful(): boolean;
  /** The medium, with bytes that count as unreadable. */
  watch(media: ByteSource): ByteSource;
  /** Whether a volume is opened. */
  mayOpen(links: readonly string[], place: string): boolean;
  /** All entries of a medium as walkMedium gives them, but those that are left out. */
  walk(trees: Iterable<TreePlace>, wishes: WalkWishes): Generator<GuardedEntry>;
  /** Those of one tree; trees are counted over all volumes. */
  walkTree(place: TreePlace, tree: number, wishes: WalkWishes): Generator<GuardedEntry>;
  /** Whether a tree ends before its end. */
  isCut(tree: number): boolean;
  /** Back to an entry of the walk, told at once: what ends the reader from here on is its contents' doing. */
  turnTo(found: GuardedEntry): void;
  /** Something else than an entry is read for now: what ends the reader is told with its place. The next walk has its own again. */
  about(place: () => string): void;
}

/** Opens the guard of one walk. */
export function walkGuard(state: WalkState, tell: GuardTell, fault?: PlantedFault): WalkGuard {
  return new Guard(state, tell, fault);
}

class Guard implements WalkGuard {
  readonly #state: WalkState;
  readonly #tell: GuardTell;
  readonly #fault: PlantedFault | undefined;
  #stage: WalkStep["stage"] = "open";
  #tree = 0;
  #entries = 0;
  #volume = "";
  #place: () => string = () => "";
  #reads: [number, number][] = [];
  /** Of the entry that is read for. */
  #unread: [number, number][] = [];

  constructor(state: WalkState, tell: GuardTell, fault: PlantedFault | undefined) {
    this.#state = state;
    this.#tell = tell;
    this.#fault = fault;
  }

  step(): WalkStep {
    return {
      ...{ stage: this.#stage, tree: this.#tree, entries: this.#entries },
      ...{ volume: this.#volume, place: this.#place() },
    };
  }

  reads(): [number, number][] {
    return this.#reads;
  }

  isCareful(): boolean {
    const { carefulFrom } = this.#state;
    if (carefulFrom === null) return false;
    if (this.#tree !== carefulFrom.tree) return this.#tree > carefulFrom.tree;
    return this.#entries >= carefulFrom.entries && this.#entries < carefulFrom.entries + CAREFUL_ENTRIES;
  }

  watch({ sizeBytes, readSync }: ByteSource): ByteSource {
    return {
      sizeBytes,
      readSync: (view, at) => {
        this.#tell.beat();
        this.#note(at, view.length);
        const offsetBytes = this.#firstBad(at, view.length);
        if (offsetBytes === null) return readSync(view, at);
        const goodBytes = offsetBytes > at ? readSync(view.subarray(0, offsetBytes - at), at) : 0;
        throw new ReadError("input-error", "READER", { offsetBytes, goodBytes });
      },
    };
  }

  mayOpen(links: readonly string[], place: string): boolean {
    const volume = links.join("/");
    if (this.#state.volumes.includes(volume)) return false;
    [this.#stage, this.#volume, this.#place] = ["volume", volume, () => place];
    if (this.isCareful()) this.#tell.at(this.step());
    return true;
  }

  *walk(trees: Iterable<TreePlace>, wishes: WalkWishes): Generator<GuardedEntry> {
    let tree = 0;
    for (const place of trees) yield* this.walkTree(place, tree++, wishes);
  }

  isCut(tree: number): boolean {
    return this.#state.cut.some((at) => at.tree === tree);
  }

  *walkTree(place: TreePlace, tree: number, { deleted, orphans }: WalkWishes): Generator<GuardedEntry> {
    const { cut, from } = this.#state;
    const end = cut.find((at) => at.tree === tree)?.entries ?? Number.POSITIVE_INFINITY;
    const walk = place.tree.entries({ orphans: deleted && (orphans ?? true) })[Symbol.iterator]();
    let last: FileEntry | null = null;
    this.#place = () => chainText(last === null ? treeChain(place) : entryChain(place, last, null)).place;
    for (let number = 0; number < end; number++) {
      const position = { tree, entries: number };
      this.#enter("reading", position);
      const next = walk.next();
      if (next.done === true) break;
      last = next.value;
      this.#enter("entry", position);
      const level = this.#levelAt(position);
      if (level === 2 || (!deleted && last.state !== "allocated")) continue;
      const given = isBefore(position, from);
      if (level === 0 && !given) this.#strikeAt(last);
      yield { ...place, entry: last, position, closed: level === 1, given };
    }
    this.#unread = [];
  }

  turnTo(found: GuardedEntry): void {
    const { position, entry } = found;
    [this.#stage, this.#tree, this.#entries] = ["entry", position.tree, position.entries];
    this.#place = () => chainText(entryChain(found, entry, null)).place;
    this.#reads = [];
    this.#tell.at(this.step());
  }

  about(place: () => string): void {
    this.#place = place;
  }

  #enter(stage: "reading" | "entry", { tree, entries }: WalkPosition): void {
    [this.#stage, this.#tree, this.#entries] = [stage, tree, entries];
    if (stage === "reading") {
      if (this.#reads.length > 0) this.#reads = [];
      const { unread } = this.#state;
      const here = unread.filter((at) => at.tree === tree && at.entries <= entries);
      if (unread.length > 0) this.#unread = here.flatMap(({ ranges }) => ranges);
    }
    if (this.isCareful()) this.#tell.at(this.step());
    else if (entries % BEAT_ENTRIES === 0) this.#tell.beat();
  }

  #note(at: number, lengthBytes: number): void {
    if (this.#reads.length >= 2 * READS_KEPT) this.#reads = this.#reads.slice(-READS_KEPT);
    this.#reads.push([at, lengthBytes]);
    if (this.#stage !== "reading") return;
    if (this.isCareful()) this.#tell.read(at, lengthBytes);
    const byte = this.#fault?.atByte;
    if (byte === undefined || byte < at || byte >= at + lengthBytes) return;
    if (this.#firstBad(byte, 1) === null) this.#strike();
  }

  /** The first byte of a read that counts as unreadable; null where none does. */
  #firstBad(at: number, lengthBytes: number): number | null {
    const hit = this.#unread.filter(([start, length]) => at < start + length && at + lengthBytes > start);
    return hit.length === 0 ? null : Math.max(at, Math.min(...hit.map(([start]) => start)));
  }

  #levelAt({ tree, entries }: WalkPosition): 0 | 1 | 2 {
    return this.#state.entries.find((at) => at.tree === tree && at.entries === entries)?.level ?? 0;
  }

  #strikeAt({ path }: FileEntry): void {
    if (this.#fault?.name === undefined) return;
    if (toHex(path.at(-1) ?? new Uint8Array(0)) === this.#fault.name) this.#strike();
  }

  #strike(): void {
    const how = this.#fault?.how;
    const held: Uint8Array[] = [];
    if (how === "crash") process.abort();
    if (how === "throw") throw new TypeError("planted");
    for (;;) {
      if (how !== "memory") continue;
      held.push(new Uint8Array(1 << 20).fill(held.length));
      this.#tell.beat();
    }
  }
}
