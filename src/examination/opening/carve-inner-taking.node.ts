import { concatBytes, fromHex } from "#base/values";
import type { InnerProblem } from "#examination/containers";
import type { AreaKind } from "./carve-message.node.ts";
import { chainText } from "./entry-place.ts";
import type { ExtractFile, ExtractFolder } from "./extract-files.node.ts";
import type { InnerEndMessage, InnerMessage, InnerProblemMessage } from "./inside-message.ts";

/** A file in one that was found by its structure. */
export interface CarvedInnerRecord {
  place: string;
  placeBytes?: string;
  /** Below the folder, where copies are made. */
  file?: string;
  what: AreaKind;
  type: InnerEndMessage["type"];
  /** Its name says something else. */
  misnamed: boolean;
  sizeBytes: number;
  sha256: string;
}

interface InnerTakingWishes {
  /** Where copies go; null: none are made. */
  folder: ExtractFolder | null;
  /** Whether such a file is told: it was not before. */
  isNew(sha256: string): boolean;
  tell(record: CarvedInnerRecord): void;
  /** Does something when everything before it is done. */
  later(work: () => void): void;
}

/** Takes what stands in files that were found by their structure: only what came whole is told, and copied. */
export interface InnerTaking {
  begin(told: InnerMessage, what: AreaKind): void;
  /** @returns Whether these bytes were those of a file in another. */
  piece(bytes: Uint8Array): boolean;
  end(told: InnerEndMessage): void;
  problem(told: InnerProblemMessage): void;
  broken(): void;
  readonly told: number;
  /** Why something was not looked into, and how often. */
  readonly problems: ReadonlyMap<InnerProblem, number>;
}

/** Longer files are written before their end came. */
const HELD_MOST_BYTES = 2 ** 24;

interface Open {
  chain: Uint8Array[];
  what: AreaKind;
  held: Uint8Array[];
  heldBytes: number;
  file: ExtractFile | null;
}

/** @param wishes Begins with nothing heard. */
export function innerTaking({ folder, isNew, tell, later }: InnerTakingWishes): InnerTaking {
  const problems = new Map<InnerProblem, number>();
  let open: Open | null = null;
  let told = 0;
  const give = (own: Open, to: ExtractFolder): ExtractFile => {
    own.file ??= to.begin(own.chain.slice(1));
    own.file.piece(concatBytes(...own.held));
    [own.held, own.heldBytes] = [[], 0];
    return own.file;
  };
  return {
    problems,
    get told() {
      return told;
    },
    begin({ chain }, what) {
      open = { chain: chain.map((name) => fromHex(name)), what, held: [], heldBytes: 0, file: null };
    },
    piece(bytes) {
      const own = open;
      if (own === null) return false;
      if (folder === null) return true;
      own.held.push(bytes.slice());
      own.heldBytes += bytes.length;
      if (own.heldBytes > HELD_MOST_BYTES) give(own, folder);
      return true;
    },
    end({ type, misnamed, sizeBytes, sha256, complete }) {
      const own = open;
      open = null;
      if (own === null) return;
      later(() => {
        if (!complete || sha256 === null || sizeBytes === 0 || !isNew(sha256)) {
          own.file?.end();
          return;
        }
        told++;
        const { place, placeBytes } = chainText(own.chain);
        const bytes = placeBytes === undefined ? {} : { placeBytes };
        const record = { place, ...bytes, what: own.what, type, misnamed, sizeBytes, sha256 };
        if (folder === null) {
          tell(record);
          return;
        }
        const file = give(own, folder);
        const written = { ...record, file: file.file };
        folder.record({ ...written, digests: file.end() });
        tell(written);
      });
    },
    problem({ what }) {
      problems.set(what, (problems.get(what) ?? 0) + 1);
    },
    broken() {
      const own = open;
      open = null;
      later(() => void own?.file?.end());
    },
  };
}
