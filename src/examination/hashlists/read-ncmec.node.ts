import { giveRecord, type ListReader, type ListSink, type RawRecord, type ReaderMark } from "./list-record.ts";
import { utf8Text } from "./text-lines.node.ts";

/** An element or a text between two marks is at most so long. */
const PIECE_MOST = 1 << 16;
const DEPTH_MOST = 50;
const ENTRY = /^(?:image|video|deletedImage|deletedVideo)$/;

interface Reading {
  /** Names of the elements that are open, without prefixes. */
  path: string[];
  raw: RawRecord;
  entryAt: number;
  closed: boolean;
}

/**
 * Reads NCMEC's hash-sharing XML, version 2: images and videos with their digests, and tombstones of those taken back, in whatever
 * order they stand. No document type, entity or attribute is looked into; votes of members are not.
 *
 * @see hash-sharing API v2 as facebook/ThreatExchange reads it (exchanges/clients/ncmec)
 */
export function ncmecReader(sink: ListSink, from?: ReaderMark): ListReader {
  const state: Reading = (from?.state as Reading | undefined) ?? { path: [], raw: {}, entryAt: 0, closed: false };
  let rest = "";
  let atBytes = from?.offsetBytes ?? 0;
  const take = (text: string): void => {
    let from = 0;
    for (let open = text.indexOf("<"); open >= 0; open = text.indexOf("<", from)) {
      const comment = text.startsWith("<!--", open);
      const close = comment ? text.indexOf("-->", open) + 2 : text.indexOf(">", open);
      if (close < open) break;
      content(state, text.slice(from, open));
      if (!comment) mark(state, text.slice(open + 1, close), { sink, atBytes: atBytes + open });
      from = close + 1;
    }
    rest = text.slice(from);
    atBytes += from;
    if (rest.length > PIECE_MOST) throw new RangeError(`Cannot read the list: a piece at byte ${atBytes} has no end`);
  };
  return {
    mark: () => ({ offsetBytes: atBytes, state: structuredClone(state) }),
    push(bytes) {
      for (let at = 0; at < bytes.length; at += PIECE_MOST / 2) {
        const piece = bytes.subarray(at, at + PIECE_MOST / 2);
        take(rest + Buffer.from(piece.buffer, piece.byteOffset, piece.length).toString("latin1"));
      }
    },
    end() {
      if (!state.closed) throw new RangeError(`Cannot read the list: it is cut at byte ${atBytes + rest.length}`);
    },
  };
}

/** The text before a mark: one of an entry's own fields, or a fingerprint. */
function content({ path, raw }: Reading, text: string): void {
  const [name, parent] = [path.at(-1) ?? "", path.at(-2)];
  const value = text.trim();
  if (value === "" || parent === undefined) return;
  if (ENTRY.test(parent)) {
    if (name === "id") raw.id = utf8Text(value);
    if (name === "classification") raw.category = utf8Text(value);
  } else if (parent === "fingerprints") {
    if (name === "md5" || name === "sha1" || name === "sha256") raw[name] ??= value;
    if (name === "pdna") raw.photoDna ??= value;
  }
}

/** One mark, without its brackets. */
function mark(state: Reading, text: string, { sink, atBytes }: { sink: ListSink; atBytes: number }): void {
  if (/^[?!]/.test(text)) return;
  const name = /^\/?(?:[\w.-]+:)?([\w.-]+)/.exec(text)?.[1] ?? "";
  if (!text.startsWith("/")) {
    if (text.endsWith("/")) return;
    if (state.path.length >= DEPTH_MOST)
      throw new RangeError("Cannot read the list: its elements are nested too deeply");
    state.path.push(name);
    if (ENTRY.test(name)) [state.raw, state.entryAt] = [{}, atBytes];
    return;
  }
  if (state.path.pop() !== name) {
    throw new RangeError(`Cannot read the list: at byte ${atBytes} an element ends that was not open`);
  }
  if (state.path.length === 0) state.closed = true;
  if (!ENTRY.test(name)) return;
  const withdrawn = name.startsWith("deleted");
  giveRecord(sink, { ...state.raw, withdrawn }, { offsetBytes: state.entryAt });
}
