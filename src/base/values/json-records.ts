/** Which records are wanted of a JSON text, and how long one may be. */
export interface RecordWish {
  /** Names of the arrays whose elements are records; "" is an array, or values one after another, at the root. */
  arrays: ReadonlySet<string>;
  /** A longer record is passed over and counted. */
  recordBytesMost: number;
  /** Deeper texts are refused. */
  depthMost: number;
}

/** A record's own text, or why a piece of the text is none. */
export type JsonRecord =
  | { kind: "record"; array: string; text: string; offsetBytes: number }
  | { kind: "too-long"; array: string; offsetBytes: number }
  | { kind: "refused"; why: "depth" | "syntax" | "cut"; offsetBytes: number };

/** Reads JSON piece by piece. */
export interface JsonRecordReader {
  /** Takes the next bytes of the text; gives the records that end in them. Nothing more comes after a refusal. */
  push(bytes: Uint8Array): JsonRecord[];
  /** Must be called at the end: a text that stops early is told as "cut". */
  end(): JsonRecord[];
  /** Strings beside the records in the object at the root, by name; at most 100 of 1,000 bytes. */
  readonly facts: ReadonlyMap<string, string>;
  /** From where another reader can go on; undefined within a string outside of records, and after a refusal. */
  mark(): JsonMark | undefined;
}

/** A place between records, and what a reader has to know there: JSON itself. */
export interface JsonMark {
  /** The next byte to push. */
  offsetBytes: number;
  stack: number[];
  names: string[];
  name: string;
  fact: string | null;
  facts: [string, string][];
}

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OBJECT, OBJECT_END, ARRAY, ARRAY_END] = [0x7b, 0x7d, 0x5b, 0x5d];
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const FACT_MOST = 1000;

/**
 * Cuts a JSON text of any length into the records that stand in its arrays, in bounded memory. The records are not parsed here: each
 * is handed on as text, so that one that is broken costs only itself. A byte order mark is passed over.
 *
 * @param from Where an earlier reader stopped; the first byte pushed is the one at its offset.
 */
export function jsonRecordReader(wish: RecordWish, from: JsonMark = START): JsonRecordReader {
  const { offsetBytes: atBytes, name, fact } = from;
  const state: State = {
    ...{ wish, atBytes, name, fact, stack: [...from.stack], names: [...from.names], facts: new Map(from.facts) },
    ...{ inString: false, escaped: false, refused: false, string: null },
    ...{ held: [], heldBytes: 0, recordAt: -1, recordDepth: -1, tooLong: false },
  };
  return {
    facts: state.facts,
    mark: () => markOf(state),
    push: (bytes) => (state.refused ? [] : take(state, bytes)),
    end: () => {
      if (state.refused) return [];
      state.refused = true;
      const cut = state.stack.length > 0 || state.inString;
      return cut ? [{ kind: "refused", why: "cut", offsetBytes: state.atBytes }] : [];
    },
  };
}

const START: JsonMark = { offsetBytes: 0, stack: [], names: [], name: "", fact: null, facts: [] };

/** A record that is open is read again from its beginning. */
function markOf(state: State): JsonMark | undefined {
  const { stack, names, name, fact, recordDepth, recordAt, atBytes } = state;
  const facts = [...state.facts];
  if (state.refused) return undefined;
  if (recordDepth >= 0) {
    const outside = { stack: stack.slice(0, recordDepth), names: names.slice(0, recordDepth) };
    return { offsetBytes: recordAt, ...outside, name: "", fact: null, facts };
  }
  return state.inString ? undefined : { offsetBytes: atBytes, stack: [...stack], names: [...names], name, fact, facts };
}

interface State {
  wish: RecordWish;
  /** Of the first byte that was not yet taken. */
  atBytes: number;
  /** OBJECT or ARRAY for each level that is open, and under which name it stands. */
  stack: number[];
  names: string[];
  /** The last name read in the object that is open. */
  name: string;
  inString: boolean;
  escaped: boolean;
  refused: boolean;
  /** Pieces of the record that is open, from earlier pushes. */
  held: Uint8Array[];
  heldBytes: number;
  recordAt: number;
  /** Levels open outside of the record; -1: none is open. */
  recordDepth: number;
  tooLong: boolean;
  /** Bytes of the string that is open, outside of records; null: not kept. */
  string: number[] | null;
  /** The last string that was closed outside of records: a name, where a colon follows. */
  fact: string | null;
  facts: Map<string, string>;
}

function take(state: State, bytes: Uint8Array): JsonRecord[] {
  const out: JsonRecord[] = [];
  let from = 0;
  let at = 0;
  while (state.atBytes + at < 3 && at < bytes.length && bytes[at] === BYTE_ORDER_MARK[state.atBytes + at]) at++;
  for (; at < bytes.length && !state.refused; at++) {
    const byte = bytes[at] ?? 0;
    if (state.inString) {
      inString(state, byte);
      continue;
    }
    if (byte <= 0x20) continue;
    if (state.recordDepth < 0 && beginsRecord(state, byte)) {
      from = at;
      state.recordAt = state.atBytes + at;
      state.recordDepth = state.stack.length;
    }
    const problem = structure(state, byte);
    if (problem !== null) {
      state.refused = true;
      out.push({ kind: "refused", why: problem, offsetBytes: state.atBytes + at });
    } else if (state.recordDepth >= 0 && state.stack.length === state.recordDepth) {
      out.push(closed(state, bytes.subarray(from, at + 1)));
    }
  }
  if (state.recordDepth >= 0) hold(state, bytes.subarray(from));
  state.atBytes += bytes.length;
  return out;
}

function inString(state: State, byte: number): void {
  if (state.escaped) state.escaped = false;
  else if (byte === BACKSLASH) state.escaped = true;
  else if (byte === QUOTE) {
    state.inString = false;
    if (state.string !== null) state.fact = textOf(state.string);
    if (state.string !== null && state.stack.length === 1 && state.stack[0] === OBJECT && state.name !== "")
      noteFact(state);
    state.string = null;
    return;
  }
  if (state.string !== null && state.string.length < FACT_MOST) state.string.push(byte);
}

function noteFact(state: State): void {
  if (state.fact !== null && state.facts.size < 100) state.facts.set(state.name, state.fact);
  state.fact = null;
  state.name = "";
}

function textOf(bytes: number[]): string {
  return new TextDecoder("utf-8").decode(Uint8Array.from(bytes));
}

/** An object in an array that is wanted, or at the root where roots are wanted. */
function beginsRecord({ stack, names, wish }: State, byte: number): boolean {
  if (byte !== OBJECT) return false;
  if (stack.length === 0) return wish.arrays.has("");
  return stack.at(-1) === ARRAY && wish.arrays.has(names.at(-1) ?? "");
}

/** Takes one byte outside of strings. @returns why the text is refused, or null. */
function structure(state: State, byte: number): "depth" | "syntax" | null {
  const { stack, names, wish } = state;
  if (byte === QUOTE) {
    state.inString = true;
    state.string = state.recordDepth < 0 ? [] : null;
    return stack.length === 0 ? "syntax" : null;
  }
  if (byte === COLON && state.recordDepth < 0) {
    state.name = state.fact ?? "";
    state.fact = null;
  }
  if (byte === COMMA) state.name = "";
  if (byte === OBJECT || byte === ARRAY) {
    if (stack.length >= wish.depthMost) return "depth";
    names.push(stack.at(-1) === OBJECT && state.recordDepth < 0 ? state.name : "");
    stack.push(byte);
    state.name = "";
    return null;
  }
  if (byte === OBJECT_END || byte === ARRAY_END) {
    names.pop();
    return stack.pop() === (byte === OBJECT_END ? OBJECT : ARRAY) ? null : "syntax";
  }
  return stack.length === 0 ? "syntax" : null;
}

function hold(state: State, bytes: Uint8Array): void {
  if (state.heldBytes + bytes.length > state.wish.recordBytesMost) state.tooLong = true;
  if (!state.tooLong) state.held.push(bytes.slice());
  state.heldBytes += bytes.length;
}

function closed(state: State, last: Uint8Array): JsonRecord {
  const array = state.names[state.recordDepth - 1] ?? "";
  const offsetBytes = state.recordAt;
  const tooLong = state.tooLong || state.heldBytes + last.length > state.wish.recordBytesMost;
  const pieces = [...state.held, last];
  state.held = [];
  state.heldBytes = 0;
  state.recordDepth = -1;
  state.tooLong = false;
  if (tooLong) return { kind: "too-long", array, offsetBytes };
  return { kind: "record", array, text: joined(pieces), offsetBytes };
}

function joined(pieces: Uint8Array[]): string {
  const [first = new Uint8Array(0)] = pieces;
  if (pieces.length === 1) return new TextDecoder("utf-8").decode(first);
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return new TextDecoder("utf-8").decode(bytes);
}
