import type { Command } from "#base/commandline";
import { size } from "#base/words";
import { optionFault } from "./build-dates.ts";
import { rekeyFilter } from "./build-rekey.node.ts";
import { agencyOf, helpOf, pathOf, RELEASE_OPTIONS, releaseOptionsOf, SIGNING_OPTIONS } from "./build-request.node.ts";
import { isPlainText } from "./filter-header-check.ts";
import { digestsOf } from "./list-request.ts";
import { sayFilters } from "./words.ts";

const NAME = "rekey";
const OPTIONS = {
  recipient: { value: "RECIPIENT", required: true, multiple: true },
  ...SIGNING_OPTIONS,
  out: { value: "FILE", required: true },
  digests: { value: "ROLE=FILE", multiple: true },
  ...RELEASE_OPTIONS,
} as const;

/** `phum filter rekey`: a new release from kept hashes, without the originals. Last line: the file's SHA-256. */
export const filterRekey: Command = {
  path: ["filter", NAME],
  positionals: { name: "KEPT", min: 1, max: 1 },
  options: OPTIONS,
  help: (language) => helpOf(language, NAME, OPTIONS),
  run: async (request) => {
    const { language, out } = request;
    const release = releaseOptionsOf(request, NAME);
    if (!isPlainText(release.release)) throw optionFault(NAME, "release", release.release);
    const path = pathOf(request, "out") ?? "";
    const written = await rekeyFilter({
      kept: request.path(request.positionals[0] ?? ""),
      release,
      agency: await agencyOf(request),
      recipients: request.texts("recipient"),
      out: path,
      digests: digestsOf(request, NAME),
      onProgress: (done, total) =>
        request.live(
          sayFilters(language, "stage.choosing", { percent: Math.floor((100 * done) / Math.max(1, total)) }),
        ),
    });
    out(sayFilters(language, "out.written", { path, size: size(language, written.sizeBytes) }));
    out(written.digest);
    return 0;
  },
};
