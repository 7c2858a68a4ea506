import type { Command } from "#base/commandline";
import { toHex } from "#base/values";
import { PICTURE_LIMITS } from "#examination/pictures";
import { fileFaultText, fileRecord, fingerprintFile, inOrder, partHashes } from "./file-fingerprint.node.ts";
import { openFingerprints } from "./fingerprints.node.ts";
import { LIKENESS } from "./thresholds.ts";
import { sceneStarts } from "./video-likeness.ts";
import { writeVpdq } from "./vpdq-file.ts";
import { sayLikeness } from "./words.ts";

/** Not one of the files could be fingerprinted. */
const NONE = 65;
const AHEAD = 2 * PICTURE_LIMITS.children;

/** `phum likeness hash FILE...`: the fingerprint of each picture, or why it has none; the run goes on. */
export const likenessHash: Command = {
  path: ["likeness", "hash"],
  positionals: { name: "FILE", min: 1, max: Number.POSITIVE_INFINITY },
  options: { json: {}, fast: {}, turned: {}, robust: {} },
  help: (language) => ({
    summary: sayLikeness(language, "help.hash"),
    options: {
      json: sayLikeness(language, "help.json"),
      fast: sayLikeness(language, "help.fast"),
      turned: sayLikeness(language, "help.turned"),
      robust: sayLikeness(language, "help.robust"),
    },
  }),
  run: async (request) => {
    const { language, positionals } = request;
    const fingerprints = openFingerprints({ robust: request.flag("robust") && "both" });
    const way = request.flag("fast") ? "fast" : "exact";
    const files = positionals.map((file) => ({ file, path: request.path(file) }));
    let [done, worked] = [0, 0];
    try {
      for await (const result of inOrder(files, AHEAD, (file) => fingerprintFile(file, fingerprints, way))) {
        const { file, found } = result;
        if (!("fault" in found)) worked++;
        if (request.flag("json")) request.out(JSON.stringify(fileRecord(result, request.flag("turned"))));
        else if ("fault" in found) request.err(`${file}: ${fileFaultText(language, found.fault)}`);
        else if ("video" in found) {
          const scenes = sceneStarts(found.frames);
          request.out(
            sayLikeness(language, "hash.video", { file, frames: found.frames.length, scenes: scenes.length }),
          );
          for (const line of writeVpdq(scenes).trimEnd().split("\n")) request.out(`  ${line}`);
        } else {
          const weak = found.quality < LIKENESS.quality ? `  ${sayLikeness(language, "hash.weak")}` : "";
          request.out(`${toHex(found.hash)}  ${String(found.quality).padStart(3)}  ${file}${weak}`);
          if (found.parts !== undefined) for (const line of namedLines(partHashes(found.parts))) request.out(line);
          if (request.flag("turned")) for (const line of turnedLines(fileRecord(result, true))) request.out(line);
        }
        request.live(sayLikeness(language, "hash.live", { done: ++done, all: files.length }));
        if (request.signal.aborted) break;
      }
    } finally {
      fingerprints.close();
    }
    return worked > 0 ? 0 : NONE;
  },
};

function turnedLines({ turned }: Record<string, unknown>): string[] {
  return namedLines(turned ?? {});
}

function namedLines(hashes: object): string[] {
  return Object.entries(hashes).map(([name, hash]) => `${hash}       ${name}`);
}
