// The fears: archives, documents and databases as other programs write them end elsewhere than ours do. Each stands among noise; its size must
// come out to the byte.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { concatBytes, seededRandom } from "#base/values";
import { memorySource } from "#examination/sources";
import rar from "#vectors/archives/rar.json" with { type: "json" };
import type { Candidate } from "./candidate.ts";
import { carve } from "./carve.ts";
import { openHeaderFinder } from "./header-finder.node.ts";
import { openInflater } from "./open-inflater.node.ts";

const work = mkdtempSync(join(tmpdir(), "phum-carve-foreign-"));
after(() => rmSync(work, { recursive: true, force: true }));
const [finder, inflate] = [openHeaderFinder(), openInflater()];

function noise(seed: string, length: number): Uint8Array {
  const random = seededRandom(seed);
  return Uint8Array.from({ length }, () => random.below(256));
}

function carved(bytes: Uint8Array): Candidate[] {
  const steps = [...carve(memorySource(bytes), { finder, inflate, grainBytes: 4096 })];
  return steps.flatMap((step) => (step.kind === "candidate" ? [step.candidate] : []));
}

/** What is found where a file stands among noise, of its format. */
function among(bytes: Uint8Array, format: string): Candidate | undefined {
  const found = carved(concatBytes(noise("before", 4096), bytes, noise("behind", 20_000)));
  return found.find((one) => one.format === format && one.pieces[0]?.startByte === 4096);
}

for (const { name, bytes: text, problems } of rar.cases) {
  const bytes = Buffer.from(text, "base64");
  test(`carve() of ${name} comes to its end, or says that there is only a beginning`, () => {
    const found = among(bytes, "rar");
    assert.ok(found !== undefined);
    if (problems.length === 0) assert.equal(found.sizeBytes, bytes.length);
    else assert.ok(found.how === "beginning" || found.sizeBytes === bytes.length);
  });
}

writeFileSync(join(work, "words.txt"), "benign words, again and again. ".repeat(60_000));
writeFileSync(join(work, "noise.bin"), noise("noise", 2_500_000));
writeFileSync(join(work, "small.txt"), "small");

/** By the program: how it writes a file, and of what format that is. */
const WRITERS: Record<string, { format: string; file: string; script: string }> = {
  zip: { format: "zip", file: "a.zip", script: "zip -q a.zip words.txt noise.bin small.txt" },
  "zip, streamed": { format: "zip", file: "b.zip", script: "cat words.txt | zip -q b.zip - && zip -q b.zip noise.bin" },
  "7z": { format: "7z", file: "a.7z", script: "7z a -bso0 a.7z words.txt noise.bin small.txt" },
  "7z, names locked": { format: "7z", file: "b.7z", script: "7z a -bso0 -psecret -mhe=on b.7z words.txt" },
  gzip: { format: "gzip", file: "a.gz", script: "gzip -c noise.bin > a.gz && gzip -c small.txt >> a.gz" },
  bzip2: { format: "bzip2", file: "a.bz2", script: "bzip2 -kc noise.bin > a.bz2 && bzip2 -kc words.txt >> a.bz2" },
  xz: { format: "xz", file: "a.xz", script: "xz --block-size=200000 -kc noise.bin > a.xz && xz -kc words.txt >> a.xz" },
  zstd: {
    format: "zstd",
    file: "a.zst",
    script: "zstd -qc noise.bin > a.zst && zstd -qc --no-check words.txt >> a.zst",
  },
  tar: { format: "tar", file: "a.tar", script: "tar -cf a.tar words.txt noise.bin small.txt" },
  bsdtar: { format: "tar", file: "b.tar", script: "bsdtar --format=pax -cf b.tar words.txt noise.bin" },
  gcab: { format: "cab", file: "a.cab", script: "gcab -c a.cab words.txt noise.bin" },
  sqlite3: {
    format: "sqlite",
    file: "a.db",
    script: "sqlite3 a.db 'create table t (b blob); insert into t values (zeroblob(300000)), (randomblob(70000));'",
  },
  qpdf: {
    format: "pdf",
    file: "a.pdf",
    script: "qpdf --empty e.pdf && qpdf --add-attachment noise.bin -- e.pdf a.pdf",
  },
};

for (const [name, { format, file, script }] of Object.entries(WRITERS)) {
  const program = /\b(zip|7z|gzip|bzip2|xz|zstd|tar|bsdtar|gcab|sqlite3|qpdf)\b/.exec(script)?.[1] ?? "";
  const isThere = spawnSync("which", [program]).status === 0;
  test(`carve() of what ${name} writes comes to its end`, {
    skip: isThere ? false : `${program} is not installed`,
  }, () => {
    const run = spawnSync("sh", ["-c", script], { cwd: work, encoding: "utf8" });
    assert.equal(run.status, 0, run.stderr);
    const bytes = readFileSync(join(work, file));
    const found = among(bytes, format);
    assert.equal(found?.how, "whole");
    assert.equal(found?.sizeBytes, statSync(join(work, file)).size);
  });
}
