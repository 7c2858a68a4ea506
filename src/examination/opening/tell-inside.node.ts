import { toHex } from "#base/values";
import type { InsideVisitor } from "#examination/containers/node";
import type { FileEntry } from "#examination/filesystems";
import type { ChildVoice } from "./child-says.node.ts";
import type { DisguisedMessage, InnerEndMessage, InnerMessage, InnerProblemMessage } from "./inside-message.ts";

const CERTAINTIES: readonly FileEntry["certainty"][] = ["proven", "contiguous-guess", "best-fit", "partly-overwritten"];

/** How a file stands that was deleted in an image within a file. */
export function deletedWithin(deleted: string | undefined): Partial<Pick<FileEntry, "state" | "certainty">> {
  if (deleted === undefined) return {};
  return { state: "deleted", certainty: CERTAINTIES.find((one) => one === deleted) ?? "contiguous-guess" };
}

const PIECE_BYTES = 256 * 1024;

/** Tells whoever started this child what is in a file, with all bytes; its clock stands still while nobody listens. */
export function tellingVisitor(
  voice: ChildVoice,
  standing: Partial<Pick<FileEntry, "state" | "certainty">>,
): InsideVisitor & { readonly inner: number; nowMs(): number } {
  let inner = 0;
  const hex = (chain: readonly Uint8Array[]): string[] => chain.map((name) => toHex(name));
  return {
    get inner() {
      return inner;
    },
    nowMs: () => performance.now() - voice.saidMs,
    beat: () => voice.beat(),
    file({ chain, deleted }) {
      inner++;
      const begin: InnerMessage = { kind: "inner", chain: hex(chain), ...standing, ...deletedWithin(deleted) };
      voice.json(begin);
      return {
        piece: (bytes) => {
          for (let at = 0; at < bytes.length; at += PIECE_BYTES) voice.bytes(bytes.subarray(at, at + PIECE_BYTES));
        },
        end: (facts) => {
          const end: InnerEndMessage = { kind: "inner-end", ...facts };
          voice.json(end);
        },
      };
    },
    disguised({ chain, deleted }) {
      const message: DisguisedMessage = {
        ...{ kind: "disguised", chain: hex(chain) },
        ...{ ...standing, ...deletedWithin(deleted) },
      };
      voice.json(message);
    },
    problem(what, chain) {
      const message: InnerProblemMessage = { kind: "inner-problem", what, chain: hex(chain), ...standing };
      voice.json(message);
    },
  };
}
