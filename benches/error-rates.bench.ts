// How often a list colours files it has nothing to do with: `node benches/error-rates.bench.ts [FOLDER...]`, about ten minutes.
// The folders given are read besides Debian's own: copies of lawful material, packages unpacked by hand.
// A list is built from one half of all files found on this machine (each content once, editions of a file in one half),
// once with the rules that drop what says nothing, once without; the other half and edited siblings are scanned with both, at all
// eight phases. Writes benches/results/error-rates.json and docs/operate/error-rates.md. Installs and unpacks nothing. Ends with 1
// where a stranger is red.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { projectHome } from "#base/machine/node";
import { newSigner, openSigner } from "#base/signing/node";
import { buildFilter, type OpenFilter, openFilter, unlockFilter } from "#examination/filters/node";
import { type CorpusFile, corpus, type Kind, readPieces } from "./error-rates-corpus.ts";
import { families } from "./error-rates-families.ts";
import { MAKER_FORMATS, makerFile } from "./error-rates-makers.ts";
import { type Tally, writePage } from "./error-rates-page.ts";
import { type FileResult, type FileScanner, fileScanner } from "./error-rates-scan.ts";
import { siblings } from "./error-rates-siblings.ts";

const FOLDERS = ["/usr", "/opt", "/boot", "/var/lib", "/var/cache", homedir(), join(projectHome, "node_modules")];
const LEFT_OUT = [".npm", ".cache", ".local"].map((name) => join(homedir(), name));
const NOW = {
  releasedAt: "2026-11-25T00:00:00Z",
  validUntil: "2027-11-25T00:00:00Z",
  graceUntil: "2027-11-25T00:00:00Z",
};
const KEYS = { setKey: new Uint8Array(32).fill(1), releaseKey: new Uint8Array(32).fill(2) };
/** Siblings made at most of each sort. */
const SIBLINGS = 20_000;
const SORTS = [
  "a listed file's packaging, other content",
  "an unlisted file, bytes inserted, its end cut off",
  "another file of a listed file's maker (made)",
] as const;
/** Of each made maker so many files are listed (two: no rule counts them) and so many scanned. */
const MAKERS = { each: 20, listed: 2, scanned: 20 };

const startedMs = performance.now();
const given = process.argv.slice(2);
const kin = families();
const found = corpus([...FOLDERS, ...given], LEFT_OUT, kin.add);
const heads = kin.heads(found.map(({ path }) => path));
const isListed = Array.from(heads, (head) => Number.parseInt(found[head]?.content.slice(-1) ?? "0", 16) % 2 === 0);
const present = found.map(({ path }) => existsSync(path));
const listed = found.filter((_, file) => isListed[file] && present[file]);
const strangers = found.filter((_, file) => !isListed[file] && present[file]);
const members = new Map<number, number>();
for (const head of heads) members.set(head, (members.get(head) ?? 0) + 1);
const editions = [...members.values()].filter((count) => count > 1).reduce((sum, count) => sum + count, 0);
say(
  `${found.length} files, ${editions} of them editions of others; ${listed.length} listed, ${strangers.length} to scan`,
);

const work = mkdtempSync(join(tmpdir(), "phum-bench-"));
const made = MAKER_FORMATS.flatMap((format) => Array.from({ length: MAKERS.each }, (_, maker) => ({ format, maker })));
const madeListed = made.flatMap(({ format, maker }) =>
  Array.from({ length: MAKERS.listed }, (_, number) => {
    const path = join(work, `made-${maker}-${number}.${format}`);
    writeFileSync(path, makerFile(format, maker, number));
    return path;
  }),
);
const [withRules, without] = [await build(true), await build(false)];
const scanner = await fileScanner([...withRules.filter.parts, ...without.filter.parts]);
const coloured: { file: CorpusFile; results: FileResult[] }[] = [];
const tallies = new Map<string, Tally>();
for (const file of strangers) {
  scanner.begin(file.sizeBytes);
  if (!readPieces(file.path, scanner.add)) continue;
  count(file.kind, file, scanner.end());
}
say(`strangers scanned: ${coloured.filter(({ results: [a] }) => a?.colour === "red").length} red with the rules`);
for (const [sort, files, change] of [
  [SORTS[0], listed, siblings.otherContent] as const,
  [SORTS[1], strangers, siblings.editedCopy] as const,
]) {
  let changed = 0;
  for (const file of files) {
    const bytes = changed < SIBLINGS ? change(file) : undefined;
    if (bytes === undefined) continue;
    changed++;
    countSibling(sort, file, bytes);
  }
  say(`${changed} siblings scanned: ${sort}`);
}
for (const { format, maker } of made) {
  for (let number = MAKERS.listed; number < MAKERS.listed + MAKERS.scanned; number++) {
    const bytes = makerFile(format, maker, number);
    const path = `made-${maker}-${number}.${format}`;
    countSibling(SORTS[2], { path, kind: "picture", sizeBytes: bytes.length, content: path }, bytes);
  }
}
const explained = explain(scanner);
const seconds = Math.round((performance.now() - startedMs) / 1000);
const red = coloured.filter(({ results: [first] }) => first?.colour === "red").length;
const results = {
  bench: "error-rates",
  foldersGiven: given.length,
  files: { found: found.length, editions, listed: listed.length, scanned: strangers.length },
  bytes: { listed: bytesOf(listed), scanned: bytesOf(strangers) },
  kinds: Object.fromEntries(tallies),
  withRules: withRules.built,
  without: without.built,
  explained,
  seconds,
};
mkdirSync(join(projectHome, "benches/results"), { recursive: true });
writeFileSync(join(projectHome, "benches/results/error-rates.json"), `${JSON.stringify(results, null, 2)}\n`);
writePage(join(projectHome, "docs/operate/error-rates.md"), results);
for (const { filter } of [withRules, without]) filter.close();
rmSync(work, { recursive: true });
say(`${red} red, ${explained.length} explained`);
process.exitCode = red === 0 ? 0 : 1;

function say(line: string): void {
  console.log(`${Math.round((performance.now() - startedMs) / 1000)} s: ${line}`);
}

function bytesOf(files: readonly CorpusFile[]): number {
  return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

async function build(
  rules: boolean,
): Promise<{ filter: OpenFilter; built: { keys: number; whole: number; dropped: object } }> {
  const signer = await newSigner("bench", { workFactor: 1 });
  const agency = await openSigner(signer.file, "bench");
  const out = join(work, `rules-${rules}.phumf`);
  const about = { name: "Error rates", agency: "Bench", category: "national" as const, release: "1", ...NOW };
  const inputs = [...listed.map(({ path }) => path), ...madeListed];
  const { written, whole, dropped } = await buildFilter({
    inputs,
    out,
    about,
    agency,
    recipients: [],
    keys: KEYS,
    rules,
  });
  const opener = { ageSecret: agency.ageSecret, public: { recipient: agency.recipient } };
  const filter = await openFilter(out, await unlockFilter(out, opener), Date.parse(NOW.releasedAt));
  say(`built ${rules ? "with" : "without"} the rules: ${written.header.keys} blocks, ${whole} whole files`);
  return { filter, built: { keys: written.header.keys, whole, dropped } };
}

function count(group: Kind | string, file: CorpusFile, results: FileResult[]): void {
  const none = { files: 0, red: 0, amber: 0, redWithout: 0, amberWithout: 0 };
  const tally = tallies.get(group) ?? none;
  const [first, second] = results;
  tallies.set(group, {
    files: tally.files + 1,
    red: tally.red + Number(first?.colour === "red"),
    amber: tally.amber + Number(first?.colour === "amber"),
    redWithout: tally.redWithout + Number(second?.colour === "red"),
    amberWithout: tally.amberWithout + Number(second?.colour === "amber"),
  });
  if (first?.colour !== "none") coloured.push({ file, results });
}

function countSibling(sort: string, file: CorpusFile, bytes: Uint8Array): void {
  scanner.begin(bytes.length);
  scanner.add(bytes);
  count(`sibling: ${sort}`, file, scanner.end());
}

/** For each coloured file, which listed file it shares blocks with, and how many. */
function explain({ aligned }: FileScanner): Record<string, string | number>[] {
  const wanted = new Set(
    coloured.flatMap(({ results: [first] }) => first?.hits.map(({ fingerprint }) => fingerprint) ?? []),
  );
  const places = new Map<bigint, number[]>();
  if (wanted.size > 0) {
    for (const [number, { path }] of listed.entries()) {
      readPieces(path, (bytes) => {
        for (const fingerprint of aligned(bytes).fingerprints) {
          if (wanted.has(fingerprint)) places.set(fingerprint, [...(places.get(fingerprint) ?? []), number]);
        }
      });
    }
  }
  return coloured.map(({ file, results: [first] }) => {
    const shared = new Map<number, number>();
    for (const { fingerprint } of first?.hits ?? []) {
      for (const number of new Set(places.get(fingerprint))) shared.set(number, (shared.get(number) ?? 0) + 1);
    }
    const [[number = -1, blocks = 0] = []] = [...shared].sort((a, b) => b[1] - a[1]);
    const other = listed[number];
    return {
      colour: first?.colour ?? "none",
      kind: file.kind,
      file: basename(file.path),
      blocks: Math.floor(file.sizeBytes / 4096),
      hits: first?.hits.length ?? 0,
      wholeFile: Number(first?.findings.some(({ kind }) => kind === "whole-file") ?? false),
      listedFile: basename(other?.path ?? ""),
      listedBlocks: Math.floor((other?.sizeBytes ?? 0) / 4096),
      shared: blocks,
      listedFiles: shared.size,
    };
  });
}
