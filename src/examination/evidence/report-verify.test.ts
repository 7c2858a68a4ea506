import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import type { CommandRequest } from "#base/commandline";
import { Fault } from "#base/faults";
import type { Language } from "#base/words";
import { openEvidence } from "./evidence.node.ts";
import { reportVerify } from "./report-verify.command.ts";
import {
  type SampleOfficer,
  sampleDraft,
  sampleFolder,
  sampleOfficer,
  sampleOptions,
} from "./sample-examination.node.ts";

let officer: SampleOfficer;
before(async () => {
  officer = await sampleOfficer();
});

async function run(
  dir: string,
  trust: string[],
  language: Language = "en",
): Promise<{ exit: number; lines: string[] }> {
  const lines: string[] = [];
  const request: CommandRequest = {
    positionals: [dir],
    text: () => undefined,
    texts: () => trust,
    flag: () => false,
    path: (given) => given,
    language,
    out: (line) => lines.push(line),
    err: () => assert.fail("nothing belongs on standard error"),
    live: () => undefined,
    passphrase: () => assert.fail("a verification needs no passphrase"),
    signal: new AbortController().signal,
    nowMs: () => Date.parse("2027-01-01T00:00:00Z"),
  };
  return { exit: await reportVerify.run(request), lines };
}

async function examine(vouched: boolean): Promise<{ dir: string; words: string[] }> {
  const dir = sampleFolder();
  const { certificate, ...bare } = sampleOptions(officer);
  const evidence = await openEvidence(dir, vouched && certificate ? { ...bare, certificate } : bare);
  evidence.checkpoint({});
  const { words } = await evidence.finish(sampleDraft("amber"));
  evidence.close();
  return { dir, words };
}

test("report verify of a vouched report: 0, signer, agency key, the eight words, in both languages", async () => {
  const { dir, words } = await examine(true);
  const { publicKey } = officer.agency;
  for (const language of ["en", "km"] as const) {
    const { exit, lines } = await run(dir, [publicKey.toUpperCase()], language);
    assert.equal(exit, 0);
    const text = lines.join("\n");
    for (const shown of [publicKey, words.join(" "), officer.identity.public.signPublic, "Sok Dara", "2026-0142-4"]) {
      assert.ok(text.includes(shown), shown);
    }
  }
  const compared = await run(dir, []);
  assert.ok(
    !sentences(compared.lines).includes("genuine"),
    "without a key of the reader's own nothing is called genuine",
  );
  assert.ok(compared.lines.some((line) => line.includes("--trust")));
});

test("report verify without a certificate: 10, and no word of «genuine»", async () => {
  const { exit, lines } = await run((await examine(false)).dir, [officer.agency.publicKey]);
  assert.equal(exit, 10);
  assert.match(lines[0] ?? "", /no agency vouches/);
  assert.ok(!sentences(lines).includes("genuine"));
});

test("report verify of an interrupted examination: 11", async () => {
  const { dir } = await examine(true);
  rmSync(join(dir, "report.json"));
  const { exit, lines } = await run(dir, []);
  assert.equal(exit, 11);
  assert.match(lines[0] ?? "", /interrupted/);
});

test("report verify of an empty folder, and with a key that is none: Faults", async () => {
  const code = (wanted: string) => (error: unknown) => error instanceof Fault && error.code === wanted;
  await assert.rejects(run(sampleFolder(), []), code("report/missing"));
  await assert.rejects(run(sampleFolder(), ["abc"]), code("signature/key"));
});

/** What is said, without the eight words: they come from the digest, and "genuine" is one of the 2,048. */
function sentences(lines: string[]): string {
  return lines.filter((line) => !line.startsWith("Eight words")).join();
}
