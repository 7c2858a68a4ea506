import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { CommandRequest } from "#base/commandline";
import { Fault } from "#base/faults";
import { newIdentity, newSigner, openSigner } from "#base/signing/node";
import { toHex } from "#base/values";
import { buildFilter } from "#examination/filters/node";
import { pdqOf } from "#examination/likeness";
import { bmp, drawing, mirrored, SIDE } from "./drawing-lab.node.ts";
import { likenessSearch } from "./search-likeness.command.ts";

const NOW_MS = Date.parse("2026-11-25T00:00:00Z");

interface Lab {
  at(name: string): string;
  run(files: string[], trust: string): Promise<{ code: number; out: string[] }>;
  publicKey: string;
  hash: string;
}

async function lab(t: TestContext): Promise<Lab> {
  const folder = mkdtempSync(join(tmpdir(), "phum-search-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const at = (name: string): string => join(folder, name);
  const signer = await newSigner("trial", { workFactor: 1 });
  const officer = await newIdentity("trial", { workFactor: 1 });
  const known = drawing("known");
  const hash = toHex(pdqOf({ width: SIDE, height: SIDE, channels: 1, pixels: known }).hash);
  writeFileSync(at("officer.key"), officer.file);
  writeFileSync(at("pass"), "trial");
  writeFileSync(at("list"), hash);
  writeFileSync(at("mirrored.bmp"), bmp(mirrored(known)));
  writeFileSync(at("brighter.bmp"), bmp(known.map((shade) => Math.min(255, shade + 9))));
  writeFileSync(at("other.bmp"), bmp(drawing("other")));
  writeFileSync(at("letter.txt"), "no picture");
  const about = { name: "Trial", agency: "Agency", category: "practice", release: "7" } as const;
  const dates = { releasedAt: "2026-11-24T00:00:00.000Z", validUntil: "2026-12-25T00:00:00.000Z" };
  await buildFilter({
    ...{ inputs: [], about: { ...about, ...dates, graceUntil: "2027-01-25T00:00:00.000Z" } },
    ...{ agency: await openSigner(signer.file, "trial"), recipients: [officer.public.recipient], out: at("s.phumf") },
    likeness: { likeness: [at("list")], benign: [], withdraw: [], fingerprint: false },
  });
  const before = process.env["XDG_STATE_HOME"];
  process.env["XDG_STATE_HOME"] = at("state");
  t.after(() => {
    if (before === undefined) delete process.env["XDG_STATE_HOME"];
    else process.env["XDG_STATE_HOME"] = before;
  });
  return { at, hash, publicKey: signer.publicKey, run: (files, trust) => run(at, files, trust) };
}

async function run(at: Lab["at"], files: string[], trust: string): Promise<{ code: number; out: string[] }> {
  const out: string[] = [];
  const given: Record<string, string> = { identity: at("officer.key"), "passphrase-file": at("pass"), trust };
  const request: CommandRequest = {
    positionals: [at("s.phumf"), ...files.map(at)],
    texts: (option) => [given[option] ?? []].flat(),
    text: (option) => given[option],
    flag: (option) => option === "json",
    path: (path) => path,
    language: "en",
    out: (line) => out.push(line),
    err: () => undefined,
    live: () => undefined,
    passphrase: async (file) => readFileSync(file ?? "", "utf8"),
    signal: new AbortController().signal,
    nowMs: () => NOW_MS,
  };
  return { code: await likenessSearch.run(request), out };
}

test("likeness search tells what is like an entry, how, and logs the opening", async (t) => {
  const { at, run: search, publicKey, hash } = await lab(t);
  const { code, out } = await search(["mirrored.bmp", "brighter.bmp", "other.bmp", "letter.txt"], publicKey);
  assert.equal(code, 30);
  const [mirror, brighter, other, letter] = out.map((line) => JSON.parse(line));
  assert.equal(mirror.matches.length, 1);
  const { transform, distanceBits, set, release, entry, part } = mirror.matches[0];
  assert.deepEqual([transform, set, release, entry, part], ["mirror", "Trial", "7", 0, "whole"]);
  assert.ok(distanceBits <= 31);
  assert.ok(brighter.matches[0].distanceBits <= 10);
  assert.deepEqual(other.matches, []);
  assert.equal(letter.fault, "unknown");
  assert.ok(!out[0]?.includes(hash), "the entry's own fingerprint is not printed");
  const log = readFileSync(join(at("state"), "phum", "openings.jsonl"), "utf8");
  assert.match(log, /likeness-search/);
  assert.equal((await search(["other.bmp"], publicKey)).code, 0);
  assert.equal((await search(["letter.txt"], publicKey)).code, 65);
});

test("likeness search refuses a list that nobody vouches for, before it is opened", async (t) => {
  const { run: search } = await lab(t);
  await assert.rejects(
    search(["other.bmp"], "ab".repeat(32)),
    (error) => error instanceof Fault && error.code === "filter/untrusted",
  );
});
