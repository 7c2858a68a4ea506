import type { CommandRequest } from "#base/commandline";
import { equalBytes } from "#base/values";
import type { UnreadRange } from "./digests.ts";
import { chainText } from "./entry-place.ts";
import { type ExtractFile, type ExtractFolder, extractFolder } from "./extract-files.node.ts";
import { openingFault } from "./faults.ts";
import type { InnerTaker } from "./look-inside.node.ts";
import { PARTLY_EXIT } from "./lost-lines.ts";
import { lookInsidePlainFiles, lostPlainLines, type PlainFiles } from "./plain-files.node.ts";
import { sayOpening } from "./words.ts";

/**
 * Copies what stands at a place within files that stand on no medium, or below it.
 *
 * @throws {Fault} opening/place-unknown; opening/out-*.
 */
export async function extractPlain(
  request: CommandRequest,
  files: PlainFiles,
  { names, place }: { names: readonly Uint8Array[]; place: string },
): Promise<number> {
  const { language, signal, out, err } = request;
  let [copied, partly] = [0, 0];
  let folder: ExtractFolder | undefined;
  let open: { file: ExtractFile; chain: readonly Uint8Array[] } | null = null;
  const isWanted = (chain: readonly Uint8Array[]): boolean =>
    chain.length >= names.length && names.every((name, i) => equalBytes(chain[i] ?? new Uint8Array(0), name));
  const end = (complete: boolean): void => {
    if (open === null) return;
    const { file, chain } = open;
    open = null;
    const { sizeBytes } = file;
    const digests = file.end();
    const unread: UnreadRange[] = complete ? [] : [{ startByte: sizeBytes, lengthBytes: 1 }];
    folder?.record({ ...chainText(chain), file: file.file, sizeBytes, digests, unread });
    out(`${digests.sha256 ?? ""}  ${file.file}`);
    copied++;
    if (!complete) partly++;
  };
  const taker: InnerTaker = {
    begin({ chain }) {
      if (!isWanted(chain)) return;
      folder ??= extractFolder(request.path(request.text("out") ?? ""));
      open = { file: folder.begin(chain.slice(1)), chain };
    },
    piece: (bytes) => open?.file.piece(bytes),
    end: ({ complete }) => end(complete),
    problem: () => undefined,
    looked: () => undefined,
    takenBack: () => end(false),
  };
  try {
    const { how, lost } = await lookInsidePlainFiles(files, { taker, signal });
    if (copied === 0 && lost.length === 0 && how === "done") {
      throw openingFault("opening/place-unknown", `Nothing has the place ${place}`, { values: { place } });
    }
    err(sayOpening(language, "extract.done", { files: copied, place }));
    if (partly > 0) err(sayOpening(language, "extract.partly", { files: partly }));
    for (const line of lostPlainLines(lost, language)) err(line);
    return partly > 0 || lost.length > 0 || how !== "done" ? PARTLY_EXIT : 0;
  } finally {
    folder?.close();
  }
}
