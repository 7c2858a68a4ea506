import type { Command, CommandRequest } from "#base/commandline";
import { Fault } from "#base/faults";
import { readPublicKey } from "#base/signing";
import { size } from "#base/words";
import { helpOf } from "./build-request.node.ts";
import { type VerifiedFilter, type VerifiedPart, verifyFilter } from "./filter-verify.node.ts";
import { aboutLines } from "./list-lines.ts";
import { sayFilters } from "./words.ts";

const POSITIONALS = { name: "FILTER", min: 1, max: 1 };
const SHOW_OPTIONS = { trust: { value: "KEY", multiple: true } } as const;
const VERIFY_OPTIONS = { trust: { value: "KEY", multiple: true, required: true } } as const;

/** `phum filter show`: what a filter says of itself; says whether a key of --trust signed it. Also past its dates. */
export const filterShow: Command = {
  path: ["filter", "show"],
  positionals: POSITIONALS,
  options: SHOW_OPTIONS,
  help: (language) => helpOf(language, "show", SHOW_OPTIONS),
  run: async (request) => {
    const { language, out } = request;
    const trust = request.texts("trust").map(readPublicKey);
    const path = request.path(request.positionals[0] ?? "");
    // Every list is shown, whatever its date: 0 lies before all of them.
    const { filter, trusted } = await verifiedOrNot(path, { trust, nowMs: 0 });
    showFilter(request, filter);
    out(sayFilters(language, "show.recipients", { count: filter.recipients.length }));
    for (const recipient of filter.recipients) out(`  ${recipient}`);
    out(sayFilters(language, "show.digest", { digest: filter.digest }));
    out(sayFilters(language, trusted ? "show.verified" : "show.untrusted"));
    return 0;
  },
};

/** `phum filter verify`: proves that a key of --trust signed every byte. A Fault where it did not, or past the last date. */
export const filterVerify: Command = {
  path: ["filter", "verify"],
  positionals: POSITIONALS,
  options: VERIFY_OPTIONS,
  help: (language) => helpOf(language, "verify", VERIFY_OPTIONS),
  run: async (request) => {
    const { language, out } = request;
    const trust = request.texts("trust").map(readPublicKey);
    const path = request.path(request.positionals[0] ?? "");
    const filter = await verifyFilter(path, { trust, nowMs: request.nowMs() });
    showFilter(request, filter);
    out(sayFilters(language, "show.digest", { digest: filter.digest }));
    out(sayFilters(language, "show.verified"));
    return 0;
  },
};

async function verifiedOrNot(
  path: string,
  options: { trust: string[]; nowMs: number },
): Promise<{ filter: VerifiedFilter; trusted: boolean }> {
  try {
    return { filter: await verifyFilter(path, options), trusted: true };
  } catch (error) {
    const signer = error instanceof Fault && error.code === "filter/untrusted" ? error.values["signer"] : undefined;
    if (options.trust.length > 0 || typeof signer !== "string") throw error;
    return { filter: await verifyFilter(path, { ...options, trust: [signer] }), trusted: false };
  }
}

function showFilter(request: CommandRequest, { bundle, parts }: VerifiedFilter): void {
  const { language, out } = request;
  if (bundle !== undefined) {
    out(sayFilters(language, "show.bundle", { name: bundle.name, agency: bundle.agency, parts: parts.length }));
    const { aligned, allPhases } = bundle.falseHitsPerTib;
    out(
      sayFilters(language, "out.false-hits", { aligned: aligned.toPrecision(2), allPhases: allPhases.toPrecision(2) }),
    );
  }
  for (const part of parts) showPart(request, part);
}

function showPart({ language, out, nowMs }: CommandRequest, { header, signedBy }: VerifiedPart): void {
  const { name, release, category, agency } = header;
  const day = (moment: string): string => moment.slice(0, 10);
  const [released, valid, grace] = [day(header.releasedAt), day(header.validUntil), day(header.graceUntil)];
  out(sayFilters(language, "show.name", { name, release, category }));
  if (header.practice) out(sayFilters(language, "show.practice"));
  out(sayFilters(language, "show.agency", { agency, signer: signedBy }));
  out(sayFilters(language, "show.dates", { released, valid, grace }));
  if (nowMs() > Date.parse(header.validUntil)) out(sayFilters(language, "show.expired"));
  const whole = header.digests.sha256;
  out(sayFilters(language, "show.contents", { keys: header.keys, cells: size(language, header.cellsBytes), whole }));
  if (header.likeness !== undefined) out(sayFilters(language, "show.likeness", header.likeness));
  if (header.lists !== undefined) {
    for (const line of aboutLines(language, header.lists)) out(line);
    for (const { name, release, role, category } of header.lists.groups) {
      out(`  ${sayFilters(language, "show.lists-group", { name, release, role: category ?? role })}`);
    }
  }
  const [listed, input] = [size(language, header.listedBytes), size(language, header.inputBytes)];
  out(sayFilters(language, "show.coverage", { listed, input }));
  out(sayFilters(language, "show.keys", { set: header.keyIds.set, release: header.keyIds.release }));
  const { aligned, allPhases } = header.falseHitsPerTib;
  out(sayFilters(language, "out.false-hits", { aligned: aligned.toPrecision(2), allPhases: allPhases.toPrecision(2) }));
}
