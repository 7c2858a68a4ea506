import { join } from "node:path";
import type { Command, CommandRequest } from "#base/commandline";
import { readPublicKey } from "#base/signing";
import { toHex } from "#base/values";
import { confirmedText } from "#examination/evidence";
import { kitLog, kitStateDir } from "#examination/evidence/node";
import { type OpenFilter, openFilter } from "#examination/filters/node";
import {
  askedOfPicture,
  LIKENESS,
  type LikenessJudge,
  likenessJudge,
  type Match,
  type NamedSet,
  sayLikeness,
  type VideoLead,
} from "#examination/likeness";
import {
  buildNearestIndex,
  type FileFingerprint,
  fileFaultText,
  fingerprintFile,
  inOrder,
  openFingerprints,
  readIndexedSet,
} from "#examination/likeness/node";
import { triageFault } from "./faults.ts";
import { readyFilters } from "./prepare-examination.node.ts";
import { certificateOf, identityOf } from "./start-up.node.ts";
import { sayTriage } from "./words.ts";

/** At least one file is like something listed: a lead, as amber. */
const LEAD = 30;
/** Not one of the files could be looked at. */
const NONE = 65;
/** Files under way in the children at once. */
const AHEAD = 4;

/** `phum likeness search SET FILE...`: which entries of a list each file is like. The opening is logged; no entry is printed. */
export const likenessSearch: Command = {
  path: ["likeness", "search"],
  positionals: { name: "SET FILE", min: 2, max: Number.POSITIVE_INFINITY },
  options: {
    identity: { value: "I", required: true },
    "passphrase-file": { value: "P" },
    trust: { value: "K", multiple: true },
    certificate: { value: "C" },
    json: {},
  },
  help: (language) => ({
    summary: sayTriage(language, "help.search"),
    options: {
      identity: sayTriage(language, "help.examine.identity"),
      "passphrase-file": sayTriage(language, "help.examine.passphrase-file"),
      trust: sayTriage(language, "help.examine.trust"),
      certificate: sayTriage(language, "help.examine.certificate"),
      json: sayTriage(language, "help.search.json"),
    },
  }),
  run: async (request) => {
    const judge = await judgeOf(request);
    const { positionals, signal, language } = request;
    const fingerprints = openFingerprints({ robust: judge.asksParts && "query" });
    const files = positionals.slice(1).map((file) => ({ file, path: request.path(file), signal }));
    const tally = { done: 0, worked: 0, leads: 0 };
    try {
      for await (const result of inOrder(files, AHEAD, (file) => fingerprintFile(file, fingerprints, "exact"))) {
        if (signal.aborted) break;
        const leads = leadsOf(judge, result);
        if (leads !== null) tally.worked++;
        if (leads !== null && leads.length > 0) tally.leads++;
        if (request.flag("json")) request.out(JSON.stringify(recordOf(result, leads)));
        else tell(request, result, leads);
        request.live(sayTriage(language, "search.live", { done: ++tally.done, all: files.length }));
      }
    } finally {
      fingerprints.close();
    }
    for (const { set, release, entry } of judge.quarantined()) {
      request.err(sayTriage(language, "search.quarantined", { set, release, entry, most: LIKENESS.unrelatedMost }));
    }
    return tally.leads > 0 ? LEAD : tally.worked > 0 ? 0 : NONE;
  },
};

/** Proves and opens the list, writes the opening down, and reads its fingerprints. */
async function judgeOf(request: CommandRequest): Promise<LikenessJudge> {
  const identity = await identityOf(request);
  const certificate = certificateOf(request, identity);
  const trust = [...request.texts("trust").map(readPublicKey), ...(certificate?.agencyKeys ?? [])];
  const nowMs = request.nowMs();
  const path = request.path(request.positionals[0] ?? "");
  const [ready] = await readyFilters([path], { trust, identity, nowMs });
  if (ready === undefined) throw new RangeError("Cannot search: there is no list");
  const filter = await openFilter(path, ready.unlock, nowMs);
  try {
    const { digest, signedBy } = ready.verified;
    const opening = { purpose: "likeness-search", officer: identity.public.signPublic, lists: [{ digest, signedBy }] };
    kitLog(join(kitStateDir(process.env), "openings.jsonl")).append(new Date(nowMs).toISOString(), opening);
    const sets = likenessSets(filter);
    if (sets.length === 0) {
      throw triageFault("triage/no-likeness", `${path} has no fingerprints for likeness`, { values: { path } });
    }
    return likenessJudge(sets, buildNearestIndex);
  } finally {
    filter.close();
  }
}

function likenessSets({ parts }: OpenFilter): NamedSet[] {
  return parts.flatMap(({ header: { name, release }, likeness }) =>
    likeness === null ? [] : [{ name, release, ...readIndexedSet(likeness) }],
  );
}

/** @returns null where the file could not be looked at. */
function leadsOf(judge: LikenessJudge, { found }: FileFingerprint): (Match | VideoLead)[] | null {
  if ("fault" in found) return null;
  if ("video" in found) return judge.video(found.frames);
  return judge.picture(askedOfPicture(found), found.quality);
}

function recordOf({ file, found }: FileFingerprint, leads: (Match | VideoLead)[] | null): Record<string, unknown> {
  if ("fault" in found) return { file, fault: found.fault.code };
  const about = "video" in found ? { frames: found.frames.length } : { pdq: toHex(found.hash), quality: found.quality };
  // An entry's own fingerprint stays inside: of it a picture can be rebuilt in part.
  const matches = (leads ?? []).map((lead) => {
    if ("spans" in lead) return lead;
    const { hash: _hash, ...match } = lead;
    return match;
  });
  return { file, ...about, matches };
}

function tell(request: CommandRequest, { file, found }: FileFingerprint, leads: (Match | VideoLead)[] | null): void {
  const { language } = request;
  if ("fault" in found) {
    request.err(`${file}: ${fileFaultText(language, found.fault)}`);
    return;
  }
  if (leads?.length === 0) {
    const weak = !("video" in found) && found.quality < LIKENESS.quality;
    request.out(`${file}: ${sayTriage(language, weak ? "search.weak" : "search.none")}`);
    return;
  }
  request.out(`${file}: ${sayTriage(language, "search.lead")}`);
  for (const lead of leads ?? []) {
    const { set, release, entry } = lead;
    if ("spans" in lead) {
      const percent = Math.floor(lead.knownPercent);
      const fromS = ((lead.spans[0]?.fromMs ?? 0) / 1000).toFixed(1);
      request.out(`  ${sayTriage(language, "search.video", { set, release, entry, percent, from: fromS })}`);
    } else {
      const { distanceBits: distance, quality } = lead;
      const turned = sayLikeness(language, `transform.${lead.transform}`);
      request.out(`  ${sayTriage(language, "search.picture", { set, release, entry, distance, quality, turned })}`);
    }
    request.out(`    ${confirmedText(language, lead.confirmedBy)}`);
  }
}
