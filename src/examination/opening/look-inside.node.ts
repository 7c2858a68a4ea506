import { fromHex, toHex } from "#base/values";
import type { InnerFacts, InnerProblem } from "#examination/containers";
import type { FileEntry } from "#examination/filesystems";
import type { EvidenceMedium } from "./evidence-medium.node.ts";
import type {
  DisguisedMessage,
  InnerEndMessage,
  InnerMessage,
  InnerProblemMessage,
  InsideFile,
  LookedMessage,
} from "./inside-message.ts";
import { type ChildLimits, type ChildMessage, startLimited } from "./limited-child.node.ts";
import { type ReaderOutcome, runReader } from "./run-reader.node.ts";
import type { PlantedFault } from "./walk-guard.node.ts";
import type { Death, DeathCause, WalkPosition } from "./walk-state.ts";

/** As patient as with any reader; a file's own budget ends before. No end of all: whoever asks has a signal. */
const LIMITS: ChildLimits = { silentMs: 20_000, objectMs: 180_000, totalMs: Number.POSITIVE_INFINITY };

/** A file that stands in another. */
export interface InnerPlace extends Partial<Pick<FileEntry, "state" | "certainty">> {
  /** Names, from the medium or the folder on. */
  chain: Uint8Array[];
}

/** Takes what is in files, one outermost file after another. What is taken stands only when `looked` is told: before, it may come again. */
export interface InnerTaker {
  begin(file: InnerPlace): void;
  /** To be done with at return, or copied. */
  piece(bytes: Uint8Array): void;
  end(facts: InnerFacts): void;
  problem(what: InnerProblem, file: InnerPlace): void;
  /** The outermost file, or one in it, is a picture or film and its name says something else. */
  disguised?(file: InnerPlace): void;
  /** The outermost file is done. @param inner Files found in it. */
  looked(inner: number): void;
  /** What came since the last outermost file is taken back. */
  takenBack(): void;
}

/** How files are looked into. */
export interface InsideWork {
  taker: InnerTaker;
  signal: AbortSignal;
  /** What is kept before the child may go on; undefined: it may. */
  passed?(): Promise<void> | undefined;
  limits?: ChildLimits;
  fault?: PlantedFault;
  onDeath?(death: Pick<Death, "why"> & { place: string }, said: string): void;
}

/**
 * Looks into the files of a medium, deleted ones among them, in a child that is shut in. What ends it is left out and told.
 *
 * @param name First link of every place.
 * @param all Also files that are not named like those that hold files.
 */
export async function lookInsideMedium(
  medium: EvidenceMedium,
  { name, all }: { name: Uint8Array; all: boolean },
  work: InsideWork,
): Promise<ReaderOutcome> {
  const { taker, signal, passed, limits = LIMITS, fault, onDeath } = work;
  return runReader({
    ...{ entry: "src/examination/opening/inside-medium.child.node.ts", medium, signal, limits, goesOn: true },
    task: () => ({ name: toHex(name), all }),
    ...(fault === undefined ? {} : { fault }),
    onBytes: (piece) => {
      taker.piece(piece);
      return passed?.();
    },
    onMessage: (message) => hear(taker, message),
    onDeath: (death, said) => {
      taker.takenBack();
      onDeath?.({ why: death.why, place: death.step.place }, said);
    },
  });
}

/** @returns What stands when a message was taken. */
function hear(taker: InnerTaker, message: ChildMessage): WalkPosition | null {
  const told = message as unknown;
  if (message.kind === "inner") taker.begin(placeOf(told as InnerMessage));
  else if (message.kind === "inner-end") taker.end(told as InnerEndMessage);
  else if (message.kind === "inner-problem") {
    const problem = told as InnerProblemMessage;
    taker.problem(problem.what, placeOf(problem));
  } else if (message.kind === "disguised") taker.disguised?.(placeOf(told as DisguisedMessage));
  else if (message.kind === "looked") {
    const { inner, reached } = told as LookedMessage;
    taker.looked(inner);
    return reached;
  }
  return null;
}

function placeOf({ chain, state, certainty }: InnerMessage | InnerProblemMessage | DisguisedMessage): InnerPlace {
  return {
    chain: chain.map((name) => fromHex(name)),
    ...(state === undefined ? {} : { state }),
    ...(certainty === undefined ? {} : { certainty }),
  };
}

/** An open file of a folder. */
export interface HandedFile {
  fd: number;
  sizeBytes: number;
  chain: readonly Uint8Array[];
}

/**
 * Looks into files that are open, several hundred at most, as lookInsideMedium does.
 *
 * @returns Files that ended their reader; what is in them is not known.
 */
export async function lookInsideFiles(
  files: readonly HandedFile[],
  work: InsideWork,
): Promise<{ how: "done" | "stopped"; lost: { file: number; why: DeathCause }[] }> {
  const { taker, signal, passed, limits = LIMITS, onDeath } = work;
  const told: InsideFile[] = files.map(({ chain, sizeBytes }) => ({
    chain: chain.map((name) => toHex(name)),
    sizeBytes,
  }));
  const lost: { file: number; why: DeathCause }[] = [];
  for (let from = 0; from < files.length; ) {
    let at = from;
    const child = startLimited({
      ...{ entry: "src/examination/opening/inside-files.child.node.ts", request: { files: told, from } },
      ...{ fds: files.map(({ fd }) => fd), limits, signal },
      onJson: (message) => {
        if (message.kind === "at") at = Number(message["index"]);
        else hear(taker, message);
      },
      onBytes: (piece) => {
        taker.piece(piece);
        return passed?.();
      },
    });
    const { why, said } = await child.ended;
    if (why === "done") break;
    taker.takenBack();
    if (why === "stopped") return { how: "stopped", lost };
    onDeath?.({ why, place: "" }, said);
    lost.push({ file: at, why });
    from = at + 1;
  }
  return { how: "done", lost };
}
