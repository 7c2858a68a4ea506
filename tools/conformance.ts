// npm run conformance: reads every image of a manifest as an officer's program would, lays what it finds beside the truth
// (digests, other tools' lists, what the images' authors publish), and writes docs/conformance.md. Fails where a medium
// has another digest than the truth's, a must-fail image is not refused, a published digest is not found, or a difference
// in allocated names is not decided. `--testdata DIR` or PHUM_TESTDATA names the folder above devices/;
// `--no-write` leaves the document as it is.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { isRefusal } from "#examination/images";
import { type Medium, openMedium, verifyMedia } from "#examination/opening/node";
import { compareNames } from "./conformance-compare.ts";
import { decide, nameAndSize } from "./conformance-decisions.ts";
import { besideKept, fiwalkNames, installedFiwalk } from "./conformance-fiwalk.ts";
import { mediaOf, readManifest, type TestMedium } from "./conformance-media.ts";
import { conformanceText, type Result } from "./conformance-text.ts";
import { type ListedName, ownNames, truthNames } from "./conformance-truth.ts";

const home = resolve(import.meta.dirname, "..");
const given = process.argv.indexOf("--testdata");
const testdata = given > 0 ? process.argv[given + 1] : process.env["PHUM_TESTDATA"];
const folder = join(testdata ?? resolve(home, "../shared/testdata"), "devices");
const work = mkdtempSync(join(tmpdir(), "phum-conformance-"));
const fiwalk = installedFiwalk();
const results: Result[] = [];
try {
  for (const line of readManifest(folder)) {
    for (const medium of mediaOf(line, { folder, work })) {
      const result = await conformanceOf(medium);
      results.push(result);
      console.log(
        `${result.failures.length === 0 ? "ok  " : "FAIL"} ${result.name}${result.failures.map((why) => `\n     ${why}`).join("")}`,
      );
    }
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
if (results.length === 0) throw new Error(`conformance: no image was read in ${folder}`);
const write = !process.argv.includes("--no-write");
if (write) writeFileSync(join(home, "docs/conformance.md"), conformanceText(results, fiwalk));
const failed = results.filter(({ failures }) => failures.length > 0);
console.log(
  `conformance: ${results.length} media read, ${failed.length} with failures${write ? "; docs/conformance.md is written" : ""}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

async function conformanceOf(test: TestMedium): Promise<Result> {
  const { name, line, truth } = test;
  const base: Result = {
    name,
    format: line.format,
    has: line.has,
    failures: [],
    refused: null,
    negative: line.negative ?? null,
  };
  if (!test.intact) base.failures.push("the file is not the one of the manifest");
  const medium = await openMedium(test.path);
  if (isRefusal(medium)) {
    const named = Object.values(medium.values).join(" ");
    if (line.negative === undefined) base.failures.push(`refused: ${medium.refused} ${named}`);
    return { ...base, refused: `${medium.refused} ${named}`.trim() };
  }
  try {
    const verification = verifyMedia(medium.image);
    const computed = verification.digests.find(({ algorithm }) => algorithm === "md5")?.computed ?? "";
    const logical = medium.image.entries !== undefined;
    const expected = logical ? null : (truth?.media_md5 ?? null);
    if (expected !== null && computed !== expected)
      base.failures.push(`media MD5 is ${computed}, the truth's is ${expected}`);
    if (verification.outcome === "mismatch") base.failures.push("a stored digest does not agree");
    const names = ownNames(medium);
    const systems = medium.volumes.flatMap((volume) =>
      volume.trees.map(({ kind }) => ({ kind, startByte: volume.startByte })),
    );
    const told = systems.map(({ kind, startByte }) => `${kind} at ${startByte}`);
    return {
      ...base,
      sizeBytes: medium.image.media.sizeBytes,
      md5: { computed, expected },
      verification,
      problems: medium.image.problems.length,
      systems: {
        ours: told,
        theirs: (truth?.filesystems ?? []).map(({ fs, offset_sectors }) => `${fs} at ${offset_sectors * 512}`),
      },
      ...published(test, { names, failures: base.failures }),
      ...(logical ? { stored: storedDigests(medium, names) } : {}),
      ...compared(test, { medium, names, failures: base.failures }),
    };
  } finally {
    medium.close();
  }
}

interface Found {
  names: ListedName[];
  failures: string[];
}

/** Names and contents beside the truth's list. */
function compared(
  test: TestMedium,
  { medium, names, failures }: Found & { medium: Medium },
): Pick<Result, "comparison" | "decided" | "fiwalk"> {
  const kept = test.truth?.dfxml === undefined ? null : truthNames(join(folder, test.truth.dfxml));
  const fresh = fiwalk === null ? null : fiwalkNames(test.path);
  const beside = fiwalk === null ? {} : { fiwalk: besideKept(fresh, kept) };
  const theirs = kept ?? fresh;
  if (theirs === null) return beside;
  const comparison = compareNames(names, theirs);
  const readable = new Set(medium.volumes.filter(({ trees }) => trees.length > 0).map(({ startByte }) => startByte));
  const decided = decide(comparison.differences, {
    published: new Set(publishedDigests(test)),
    unread: ({ theirs }) => theirs !== null && !readable.has(theirs.volumeByte),
    own: new Set(names.flatMap(({ md5 }) => (md5 === null ? [] : [md5]))),
    deleted: new Set(names.filter(({ allocated }) => !allocated).map(nameAndSize)),
    present: new Set(names.filter(({ allocated }) => allocated).map(({ path }) => path)),
    behindEnd: new Set(
      comparison.differences
        .filter(({ what, ours }) => what === "state" && ours?.allocated === false && ours.system.startsWith("fat"))
        .map(({ path }) => path),
    ),
  });
  const open = decided.filter(
    ({ right, ours, theirs }) => right === "open" && (ours?.allocated === true || theirs?.allocated === true),
  );
  if (open.length > 0)
    failures.push(`${open.length} differences in allocated names are not decided: ${open[0]?.what} ${open[0]?.path}`);
  return { ...beside, comparison, decided };
}

/** Digests the image's author publishes for what is to be found; those of members inside archives are not files here. */
function published(test: TestMedium, { names, failures }: Found): Pick<Result, "published"> {
  const wanted = publishedFiles(test);
  if (wanted.length === 0) return {};
  const own = new Set(names.map(({ md5 }) => md5));
  const lost = wanted.filter(({ md5 }) => !own.has(md5));
  if (lost.length > 0) failures.push(`published contents not found: ${lost.map(({ path }) => path).join(", ")}`);
  return { published: { found: wanted.length - lost.length, wanted: wanted.length } };
}

function publishedFiles({ line }: TestMedium): { path: string; md5: string }[] {
  const groups = ["recover_md5", "jpeg_md5", "container_md5", "must_not_be_jpeg", "hidden_md5"];
  return groups
    .flatMap((group) => Object.entries((line.published_expectations?.[group] ?? {}) as Record<string, string>))
    .filter(([path]) => !path.includes("!"))
    .map(([path, md5]) => ({ path, md5 }));
}

function publishedDigests(test: TestMedium): string[] {
  return publishedFiles(test).map(({ md5 }) => md5);
}

/** Files of a logical image beside the digests stored with them. */
function storedDigests(medium: Medium, names: readonly ListedName[]): { alike: number; of: number } {
  const own = new Set(names.map(({ md5 }) => md5));
  const stored = [...(medium.image.entries?.() ?? [])].flatMap(({ hashes }) =>
    hashes.filter(({ algorithm }) => algorithm === "md5").map(({ digest }) => digest),
  );
  return { alike: stored.filter((digest) => own.has(digest)).length, of: stored.length };
}
