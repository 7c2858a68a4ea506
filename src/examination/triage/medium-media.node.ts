import { toHex } from "#base/values";
import {
  type ChildLimits,
  type Death,
  type EvidenceMedium,
  type PlantedFault,
  runReader,
} from "#examination/opening/node";
import type { MediaFile, MediaFiles, OpenMedia } from "./media-files.ts";
import {
  factsIn,
  isRow,
  type MediaFacts,
  type MediaKey,
  type MediaOrder,
  type MediaRow,
  type MediaSays,
} from "./media-message.ts";

/** As patient as with any reader of a medium, but with no end of all: its work ends when comparing does. */
const LIMITS: ChildLimits = { silentMs: 20_000, objectMs: 180_000, totalMs: Number.POSITIVE_INFINITY };
/** Files that are held by the reader at once. */
const HELD_MOST = 10_000;

/** A medium whose files are wanted. */
export interface MediaRequest {
  medium: EvidenceMedium;
  /** First link of every place. */
  name: Uint8Array;
  most: number;
  signal: AbortSignal;
  limits?: ChildLimits;
  fault?: PlantedFault;
  onDeath(death: Death, said: string): void;
}

interface Question {
  order: MediaOrder;
  /** null: it is not answered any more. */
  answer(says: MediaSays | null, bytes: Uint8Array): void;
}

/**
 * The files of the file systems of a medium, deleted ones among them, parsed in a child that is shut in. What ends the child is left out,
 * and everything else is given without it.
 */
export function mediumMedia(request: MediaRequest): MediaFiles {
  const reader = openReader(request);
  let [held, waiting]: [ReadonlySet<string>, readonly string[]] = [new Set(), []];
  const inUse = new Set<string>();
  const hold = (key: string): void => {
    inUse.add(key);
    if (held.has(key)) return;
    held = new Set([...inUse, ...waiting.slice(0, HELD_MOST)]);
    waiting = waiting.slice(HELD_MOST);
    void reader.ask({ order: "hold", keys: [...held].map(keyOf) });
  };
  return {
    list: () => reader.listed,
    ahead: (keys) => {
      waiting = keys;
    },
    open: async (key) => {
      hold(key);
      const { says } = await reader.ask({ order: "facts", key: keyOf(key) });
      const facts = says?.kind === "facts" ? factsIn(says.facts) : null;
      if (facts !== null) return { ...opened(reader, key, facts), close: () => void inUse.delete(key) };
      inUse.delete(key);
      return null;
    },
    get readsUnderWay() {
      return reader.underWay;
    },
    close: () => reader.close(),
  };
}

function opened(reader: Reader, key: string, { standing, sizeBytes, ranges }: MediaFacts): Omit<OpenMedia, "close"> {
  return {
    ...{ standing, sizeBytes, ranges },
    read: async (offsetBytes, lengthBytes) =>
      (await reader.ask({ order: "read", key: keyOf(key), offsetBytes, lengthBytes })).bytes,
  };
}

function keyOf(key: string): MediaKey {
  const [tree = 0, entry = 0, stream = 0] = key.split(".").map(Number);
  return [tree, entry, stream];
}

interface Reader {
  listed: ReturnType<MediaFiles["list"]>;
  ask(order: MediaOrder): Promise<{ says: MediaSays | null; bytes: Uint8Array }>;
  readonly underWay: number;
  close(): ReturnType<MediaFiles["close"]>;
}

/** Asks one reader after another, until one comes to its end: what was not answered is asked again. */
function openReader({ medium, name, most, signal, limits = LIMITS, fault, onDeath }: MediaRequest): Reader {
  const talk = new Talk(most);
  const run = runReader({
    ...{ entry: "src/examination/triage/medium.child.node.ts", medium, signal, limits, goesOn: false, onDeath },
    task: () => {
      talk.begin();
      return { verb: "media", name: toHex(name), most };
    },
    onStart: (give) => talk.started(give),
    onBytes: (piece) => talk.bytes(piece),
    onMessage: (message) => {
      if (SAYS.has(message.kind)) talk.hear(message as unknown as MediaSays);
      return null;
    },
    ...(fault === undefined ? {} : { fault }),
  }).finally(() => {
    talk.over();
    medium.close();
  });
  return {
    listed: talk.listed,
    ask: (order) => talk.ask(order),
    get underWay() {
      return talk.underWay;
    },
    close: async () => {
      talk.end();
      const { how, lost } = await run;
      return how === "given-up" || lost.some(({ what }) => what !== "contents" && what !== "entry");
    },
  };
}

/** The conversation, over as many readers as it takes. */
class Talk {
  readonly #most: number;
  #open: Question[] = [];
  #files: MediaFile[] = [];
  #pieces: Uint8Array[] = [];
  #pieceBytes = 0;
  #give: (what: object) => void = () => undefined;
  /** While a reader lists it takes no orders. */
  #ready = false;
  #ended = false;
  #over = false;
  /** The last order to hold that was answered: the next reader must hold it again. */
  #holds: MediaOrder | null = null;
  #again = false;
  #listed: (list: Awaited<Reader["listed"]>) => void = () => undefined;
  readonly listed: Reader["listed"] = new Promise((resolve) => {
    this.#listed = resolve;
  });

  constructor(most: number) {
    this.#most = most;
  }

  get underWay(): number {
    return this.#open.length;
  }

  /** A new reader begins. */
  begin(): void {
    [this.#files, this.#pieces, this.#pieceBytes, this.#ready, this.#again] = [[], [], 0, false, false];
  }

  started(give: (what: object) => void): void {
    this.#give = give;
  }

  bytes(piece: Uint8Array): void {
    const asked = this.#open[0]?.order;
    const most = asked?.order === "read" ? asked.lengthBytes : 0;
    if (this.#pieceBytes + piece.length > most) return; // more than was asked for
    this.#pieceBytes += piece.length;
    this.#pieces.push(piece.slice());
  }

  hear(says: MediaSays): void {
    if (says.kind === "media") {
      if (this.#files.length < this.#most) this.#files.push(...says.rows.filter(isRow).map(fileOf));
    } else if (says.kind === "media-end") this.#toOrders(Number.isSafeInteger(says.beyond) ? says.beyond : 0);
    else if (this.#again && says.kind === "held") this.#again = false;
    else this.#answer(says);
  }

  #toOrders(beyond: number): void {
    this.#ready = true;
    this.#listed({ files: this.#files, beyond, complete: true });
    // Whoever asked for the list has it: the next reader's own is dropped.
    this.#files = [];
    if (this.#holds !== null) this.#give(this.#holds);
    this.#again = this.#holds !== null;
    for (const question of this.#open) this.#give(question.order);
    if (this.#ended) this.end();
  }

  #answer(says: MediaSays): void {
    const question = this.#open.shift();
    if (question?.order.order === "hold") this.#holds = question.order;
    const bytes = Buffer.concat(this.#pieces);
    [this.#pieces, this.#pieceBytes] = [[], 0];
    question?.answer(says, bytes);
  }

  ask(order: MediaOrder): Promise<{ says: MediaSays | null; bytes: Uint8Array }> {
    if (this.#over) return Promise.resolve({ says: null, bytes: new Uint8Array(0) });
    return new Promise((resolve) => {
      this.#open.push({ order, answer: (says, bytes) => resolve({ says, bytes }) });
      if (this.#ready) this.#give(order);
    });
  }

  /** No more will be asked. */
  end(): void {
    const order: MediaOrder = { order: "end" };
    this.#ended = true;
    if (this.#ready) this.#give(order);
  }

  /** No reader is left. */
  over(): void {
    this.#over = true;
    this.#listed({ files: this.#files, beyond: 0, complete: false });
    for (const question of this.#open.splice(0)) question.answer(null, new Uint8Array(0));
  }
}

const SAYS: ReadonlySet<string> = new Set([
  "media",
  "media-end",
  "held",
  "facts",
  "given",
] satisfies MediaSays["kind"][]);

function fileOf([tree, entry, stream, sizeBytes, modifiedMs, folder, named]: MediaRow): MediaFile {
  return { key: `${tree}.${entry}.${stream}`, sizeBytes, modifiedMs, folder, named: named === 1 };
}
