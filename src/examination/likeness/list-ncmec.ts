import { type ListedFingerprint, pdqEntry, pdqOf, photoDnaEntry, photoDnaOf } from "./listed-fingerprint.ts";

/** An element or a text between two marks is at most so long. */
const PIECE_MOST = 1 << 16;
/** An entry has at most so many fingerprints that are kept. */
const ENTRIES_MOST = 100;

/**
 * Reads NCMEC's hash-sharing XML, version 2: images and videos with their fingerprints, and tombstones of those taken back. No
 * document type, entity or attribute is looked into.
 *
 * @see hash-sharing API v2 as facebook/ThreatExchange reads it (exchanges/clients/ncmec)
 */
export function ncmecReader(reject: (atBytes: number) => void): {
  push(bytes: Uint8Array): ListedFingerprint[];
  end(): ListedFingerprint[];
} {
  const state: Reading = { path: [], id: "", found: [], closed: false };
  let rest = "";
  let atBytes = 0;
  // Names and hashes are ASCII; other letters are passed over, so a byte is a letter here.
  const letters = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  const take = (text: string): ListedFingerprint[] => {
    const out: ListedFingerprint[] = [];
    let from = 0;
    for (let open = text.indexOf("<"); open >= 0; open = text.indexOf("<", from)) {
      const close = text.indexOf(">", open);
      if (close < 0) break;
      content(state, text.slice(from, open));
      const entries = tag(state, text.slice(open + 1, close));
      if (entries === null) reject(atBytes + open);
      else out.push(...entries);
      from = close + 1;
    }
    rest = text.slice(from);
    atBytes += from;
    if (rest.length > PIECE_MOST) throw new RangeError(`Cannot read the list: a piece at byte ${atBytes} has no end`);
    return out;
  };
  return {
    push(bytes) {
      const out: ListedFingerprint[] = [];
      for (let at = 0; at < bytes.length; at += PIECE_MOST / 2) {
        out.push(...take(rest + letters(bytes.subarray(at, at + PIECE_MOST / 2))));
      }
      return out;
    },
    end() {
      if (!state.closed) throw new RangeError(`Cannot read the list: it is cut at byte ${atBytes + rest.length}`);
      return [];
    },
  };
}

interface Reading {
  /** Names of the elements that are open, without prefixes. */
  path: string[];
  id: string;
  found: ListedFingerprint[];
  closed: boolean;
}

const ENTRY = /^(image|video|deletedImage|deletedVideo)$/;

/** The text before a mark: an entry's own id, or a fingerprint. */
function content(state: Reading, text: string): void {
  const [name, parent] = [state.path.at(-1), state.path.at(-2)];
  const value = text.trim();
  if (value === "" || parent === undefined) return;
  if (name === "id" && ENTRY.test(parent)) state.id = value.slice(0, 200);
  if (parent !== "fingerprints" || state.found.length >= ENTRIES_MOST) return;
  const pdq = name === "pdq" ? pdqOf(value) : null;
  const photoDna = name === "pdna" ? photoDnaOf(value) : null;
  if (pdq !== null) state.found.push(pdqEntry(pdq, {}));
  if (photoDna !== null) state.found.push(photoDnaEntry(photoDna, {}));
}

/** One mark, without its brackets. @returns what an entry held that ends here; null: it held nothing that is read. */
function tag(state: Reading, mark: string): ListedFingerprint[] | null {
  if (/^[?!]/.test(mark)) return [];
  const name = /^\/?(?:[\w.-]+:)?([\w.-]+)/.exec(mark)?.[1] ?? "";
  if (!mark.startsWith("/")) {
    if (mark.endsWith("/")) return [];
    if (state.path.length >= 50) throw new RangeError("Cannot read the list: its elements are nested too deeply");
    state.path.push(name);
    if (ENTRY.test(name)) [state.id, state.found] = ["", []];
    return [];
  }
  if (state.path.pop() !== name)
    throw new RangeError(`Cannot read the list: ${name.slice(0, 50)} ends and was not open`);
  if (state.path.length === 0) state.closed = true;
  if (!ENTRY.test(name)) return [];
  const { id, found } = state;
  if (name.startsWith("deleted"))
    return [{ kind: "pdq", hash: null, opaque: null, quality: null, id, standing: "withdrawn" }];
  return found.length === 0 ? null : found.map((entry) => ({ ...entry, id }));
}
