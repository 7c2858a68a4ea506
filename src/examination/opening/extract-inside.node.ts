import { concatBytes, equalBytes, toHex } from "#base/values";
import type { InnerFacts } from "#examination/containers";
import type { InnerSink, InsideVisitor } from "#examination/containers/node";
import type { ChildVoice } from "./child-says.node.ts";
import { lookInsideEntry } from "./look-inside-entry.node.ts";
import type { StreamEndMessage, StreamMessage } from "./reader-message.node.ts";
import { tellPiece } from "./tell-piece.node.ts";
import type { GuardedEntry } from "./walk-guard.node.ts";

/** Files of unknown length are told when they have come, as long as they are no longer than this. */
const HELD_MOST_BYTES = 2 ** 26;

/** What is taken out of a file. */
interface TakingInside {
  /** The whole place: the file's own chain and names within it. */
  names: readonly Uint8Array[];
  /** Of the entry's streams. */
  stream: number;
  voice: ChildVoice;
}

/** Tells the bytes of what stands in a file at a place, or below it. */
export function tellInside(found: GuardedEntry, { names, stream, voice }: TakingInside): void {
  const { entry, position } = found;
  lookInsideEntry(found, entry.streams.slice(stream, stream + 1), insideSink(entry, { names, voice }));
  const { tree, entries } = position;
  voice.json({ kind: "stream-end", unread: [], reached: { tree, entries: entries + 1 } } satisfies StreamEndMessage);
}

/** Enters what leads to a place, and tells what stands there or below it. */
export function insideSink(
  entry: StreamMessage["entry"],
  { names, voice }: Pick<TakingInside, "names" | "voice">,
): InsideVisitor {
  const isOnWay = (chain: readonly Uint8Array[]): boolean =>
    names.every((name, i) => chain[i] === undefined || equalBytes(chain[i], name));
  return {
    beat: () => voice.beat(),
    enters: isOnWay,
    file: ({ chain, sizeBytes }) =>
      chain.length >= names.length && isOnWay(chain) ? tellingSink(entry, { chain, sizeBytes, voice }) : null,
    problem: () => undefined,
  };
}

function tellingSink(
  { id, state, certainty, times }: StreamMessage["entry"],
  { chain, sizeBytes, voice }: { chain: readonly Uint8Array[]; sizeBytes: number | null; voice: ChildVoice },
): InnerSink {
  let held: Uint8Array[] | null = sizeBytes === null ? [] : null;
  let heldBytes = 0;
  const begin = (told: number): void => {
    const entry = { id, state, certainty, times };
    const start: StreamMessage = {
      ...{ kind: "stream", chain: chain.map((name) => toHex(name)), entry },
      ...{ sizeBytes: told, givenBytes: told },
    };
    voice.json(start);
  };
  const giveHeld = (): void => {
    begin(heldBytes);
    if (held !== null && heldBytes > 0) tellPiece(concatBytes(...held), voice);
    held = null;
  };
  if (sizeBytes !== null) begin(sizeBytes);
  return {
    piece(bytes) {
      if (held === null) {
        tellPiece(bytes, voice);
        return;
      }
      held.push(bytes.slice());
      heldBytes += bytes.length;
      if (heldBytes > HELD_MOST_BYTES) giveHeld();
    },
    end(facts: InnerFacts) {
      if (held !== null) giveHeld();
      // What did not come is missing at the end.
      const unread = facts.complete
        ? []
        : [{ startByte: facts.sizeBytes, lengthBytes: Math.max(1, (sizeBytes ?? 0) - facts.sizeBytes) }];
      voice.json({ kind: "stream-end", unread, reached: null } satisfies StreamEndMessage);
    },
  };
}
