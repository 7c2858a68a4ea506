import type { Command, CommandRequest } from "#base/commandline";
import { fromHex, toHex } from "#base/values";
import { refusalText } from "#examination/images";
import { placeNames } from "#examination/sources";
import type { UnreadRange } from "./digests.ts";
import { chainText } from "./entry-place.ts";
import { type EvidenceMedium, evidenceMedium } from "./evidence-medium.node.ts";
import { type ExtractFile, type ExtractFolder, extractFolder } from "./extract-files.node.ts";
import { extractPlain } from "./extract-plain.node.ts";
import { openingFault } from "./faults.ts";
import type { ChildMessage } from "./limited-child.node.ts";
import { REFUSED_EXIT } from "./list.command.ts";
import { lostLines, PARTLY_EXIT } from "./lost-lines.ts";
import { plainFiles } from "./plain-files.node.ts";
import type {
  ChoiceMessage,
  ExtractTask,
  RefusedMessage,
  StreamEndMessage,
  StreamMessage,
  ZerosMessage,
} from "./reader-message.node.ts";
import { runReader } from "./run-reader.node.ts";
import type { PlantedFault } from "./walk-guard.node.ts";
import type { WalkPosition } from "./walk-state.ts";
import { sayOpening } from "./words.ts";

/** `phum extract SOURCE PLACE --out DIR [--deleted] [--id N]`: copies a file, or all below a folder, out of a medium. */
export const extract: Command = {
  path: ["extract"],
  positionals: { name: "SOURCE PLACE", min: 2, max: 2 },
  options: { out: { value: "DIR", required: true }, deleted: {}, id: { value: "N" } },
  help: (language) => ({
    summary: sayOpening(language, "help.extract"),
    options: {
      out: sayOpening(language, "help.extract.out"),
      deleted: sayOpening(language, "help.extract.deleted"),
      id: sayOpening(language, "help.extract.id"),
    },
  }),
  run: (request) => extractMedium(request),
};

/** As the command; a planted fault for tests alone. */
export async function extractMedium(request: CommandRequest, fault?: PlantedFault): Promise<number> {
  const [source = "", place = ""] = request.positionals;
  const names = namesOf(place);
  const id = idOf(request.text("id"));
  const path = request.path(source);
  const extracted = async (packed: boolean): Promise<number | null> => {
    const files = await plainFiles(path, { packed, below: names });
    return files === null ? null : extractPlain(request, files, { names, place });
  };
  const plain = await extracted(false);
  if (plain !== null) return plain;
  const medium = await evidenceMedium(path);
  const deleted = request.flag("deleted");
  const task = { verb: "extract" as const, names: names.map((name) => toHex(name)), id, deleted };
  const taking = new Taking(request, place);
  try {
    return await takeAll(request, { medium, task, taking, fault, packed: () => extracted(true) });
  } finally {
    taking.close();
    medium.close();
  }
}

interface TakeAll {
  medium: EvidenceMedium;
  task: Omit<ExtractTask, "choice">;
  taking: Taking;
  fault: PlantedFault | undefined;
  /** As of files that stand on no medium; null: it is none of them. */
  packed(): Promise<number | null>;
}

async function takeAll(request: CommandRequest, { medium, task, taking, fault, packed }: TakeAll): Promise<number> {
  const { language, signal, err } = request;
  const { how, lost } = await runReader({
    ...{ medium, signal, goesOn: true, ...(fault === undefined ? {} : { fault }) },
    task: () => ({ ...task, choice: taking.choice }),
    onBytes: (piece) => taking.piece(piece),
    onMessage: (message) => taking.hear(message),
    onDeath: () => taking.broken(),
  });
  if (taking.failure !== undefined) throw taking.failure;
  taking.broken();
  if (taking.refused !== undefined) {
    const code = taking.refused.refusal.refused === "packed" ? await packed() : null;
    if (code !== null) return code;
    err(refusalText(language, taking.refused.refusal));
    return REFUSED_EXIT;
  }
  const { files, partly, place } = taking;
  // A file was looked into, and nothing in it has the place.
  const what = taking.choice?.what;
  if (files === 0 && (what === "inside" || what === "carved") && how === "done") {
    throw openingFault("opening/place-unknown", `Nothing has the place ${place}`, { values: { place } });
  }
  err(sayOpening(language, "extract.done", { files, place }));
  if (partly > 0) err(sayOpening(language, "extract.partly", { files: partly }));
  for (const line of lostLines(lost, language)) err(line);
  return partly > 0 || lost.length > 0 || how !== "done" ? PARTLY_EXIT : 0;
}

/** Writes what a reader tells; it alone can. */
class Taking {
  readonly place: string;
  readonly #request: CommandRequest;
  choice: ExtractTask["choice"] = null;
  refused: RefusedMessage | undefined;
  /** Something that stands against all of it; the reader is not asked any more. */
  failure: unknown;
  files = 0;
  partly = 0;
  #folder: ExtractFolder | undefined;
  #open: { file: ExtractFile; told: StreamMessage } | undefined;

  constructor(request: CommandRequest, place: string) {
    this.#request = request;
    this.place = place;
  }

  hear(message: ChildMessage): WalkPosition | null {
    try {
      return this.#take(message);
    } catch (error) {
      this.failure ??= error;
      throw error;
    }
  }

  piece(bytes: Uint8Array): void {
    try {
      this.#open?.file.piece(bytes);
    } catch (error) {
      this.failure ??= error;
      throw error;
    }
  }

  /** The reader ended within a stream: the rest of it is not there. */
  broken(): void {
    const open = this.#open;
    if (open === undefined || this.failure !== undefined) return;
    const { sizeBytes } = open.file;
    const missing = Math.max(1, open.told.sizeBytes - sizeBytes);
    this.#end([{ startByte: sizeBytes, lengthBytes: missing }]);
  }

  close(): void {
    this.#folder?.close();
  }

  #take(message: ChildMessage): WalkPosition | null {
    const told = message as unknown;
    if (message.kind === "refused") this.refused = told as RefusedMessage;
    else if (message.kind === "choice") this.#choose(told as ChoiceMessage);
    else if (message.kind === "stream") this.#begin(told as StreamMessage);
    else if (message.kind === "zeros") this.#open?.file.zeros((told as ZerosMessage).lengthBytes);
    else if (message.kind === "stream-end") {
      const { unread, reached } = told as StreamEndMessage;
      this.#end(unread);
      return reached;
    }
    return null;
  }

  /** @throws {Fault} opening/place-unknown; opening/place-ambiguous where several entries have it; opening/out-*. */
  #choose({ choice, ids }: ChoiceMessage): void {
    const { place } = this;
    const values = { place, ids: ids.join(", ") };
    if (ids.length > 1) {
      throw openingFault("opening/place-ambiguous", `Several entries have the place ${place}`, { values });
    }
    if (choice === null) throw openingFault("opening/place-unknown", `Nothing has the place ${place}`, { values });
    this.choice = choice;
    this.#folder ??= extractFolder(this.#request.path(this.#request.text("out") ?? ""));
  }

  #begin(told: StreamMessage): void {
    const chain = told.chain.slice(1).map((name) => fromHex(name));
    const file = this.#folder?.begin(chain);
    if (file !== undefined) this.#open = { file, told };
  }

  #end(unread: UnreadRange[]): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    const { chain, entry, sizeBytes } = open.told;
    const { file } = open.file;
    const digests = open.file.end();
    const place = chainText(chain.map((name) => fromHex(name)));
    const { id, state, certainty, times } = entry;
    this.#folder?.record({ ...place, file, id, state, certainty, sizeBytes, times, digests, unread });
    this.#request.out(`${digests.sha256 ?? ""}  ${file}`);
    this.files++;
    if (unread.length > 0) this.partly++;
  }
}

function namesOf(place: string): Uint8Array[] {
  try {
    return placeNames(place.replace(/\/$/, ""));
  } catch (cause) {
    throw openingFault("opening/place-form", `Cannot read the place ${place}`, { values: { place }, cause });
  }
}

function idOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^\d{1,15}$/.test(text))
    throw openingFault("opening/number", `Cannot use --id ${text}`, { values: { id: text } });
  return Number(text);
}
