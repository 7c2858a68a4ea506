import type { Command } from "#base/commandline";
import { readPublicKey } from "#base/signing";
import { optionFault } from "./build-dates.ts";
import { agencyOf, helpOf, pathOf, SIGNING_OPTIONS } from "./build-request.node.ts";
import { writeBundle } from "./filter-file-bundle.node.ts";
import { isPlainText } from "./filter-header-check.ts";
import { sayFilters } from "./words.ts";

const NAME = "merge";
const OPTIONS = {
  name: { value: "NAME", required: true },
  agency: { value: "NAME", required: true },
  ...SIGNING_OPTIONS,
  trust: { value: "KEY", multiple: true },
  out: { value: "FILE", required: true },
} as const;

/** `phum filter merge`: several filters as one signed bundle; each stays sealed to its own recipients. Last line: the file's SHA-256. */
export const filterMerge: Command = {
  path: ["filter", NAME],
  positionals: { name: "FILTER", min: 1, max: 64 },
  options: OPTIONS,
  help: (language) => helpOf(language, NAME, OPTIONS),
  run: async (request) => {
    const { language, out } = request;
    const nowMs = request.nowMs();
    const about = {
      name: request.text("name") ?? "",
      agency: request.text("agency") ?? "",
      bundledAt: new Date(nowMs).toISOString(),
    };
    for (const option of ["name", "agency"] as const) {
      if (!isPlainText(about[option])) throw optionFault(NAME, option, about[option]);
    }
    const trusted = request.texts("trust").map(readPublicKey);
    const path = pathOf(request, "out") ?? "";
    const agency = await agencyOf(request);
    const bundle = await writeBundle(path, request.positionals.map(request.path), {
      about,
      agency,
      trust: [agency.publicKey, ...trusted],
      nowMs,
    });
    const passes = new Set(bundle.parts.map(({ keyIds }) => keyIds.set)).size;
    const { aligned, allPhases } = bundle.header.falseHitsPerTib;
    out(
      sayFilters(language, "out.false-hits", { aligned: aligned.toPrecision(2), allPhases: allPhases.toPrecision(2) }),
    );
    out(sayFilters(language, "out.merged", { parts: bundle.parts.length, passes, path }));
    out(bundle.digest);
    return 0;
  },
};
