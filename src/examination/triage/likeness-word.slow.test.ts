// From a report to the next release and back: an officer's word on a finding's entry, the list built with it, and what the next report says.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { CommandRequest } from "#base/commandline";
import { Fault } from "#base/faults";
import { toHex } from "#base/values";
import { buildFilter, likenessWord } from "#examination/filters/node";
import { pdqOf } from "#examination/likeness";
import { bmp, drawing, SIDE } from "./drawing-lab.node.ts";
import { type Lab, noise, openLab, reportIn, runInLab } from "./triage-lab.node.ts";

const known = drawing("known");
let lab: Lab;
before(async () => {
  lab = await openLab();
  process.env["XDG_STATE_HOME"] = lab.path("state");
});
after(() => lab.remove());

async function release(name: string, words?: { files: string[]; earlier: string[] }): Promise<string> {
  const out = lab.path(`${name}.phumf`);
  const nowMs = Date.now();
  const iso = (days: number): string => new Date(nowMs + days * 86_400_000).toISOString();
  await buildFilter({
    ...{ inputs: [], agency: lab.agency, recipients: [lab.recipient], out },
    about: {
      ...{ name: "Known", agency: "Lab", category: "national", release: name },
      ...{ releasedAt: iso(-1), validUntil: iso(60), graceUntil: iso(90) },
    },
    likeness: {
      ...{ likeness: [lab.path("list.txt")], benign: [], withdraw: [], fingerprint: false },
      ...(words && { words: { ...words, trust: [], decide: [] } }),
    },
  });
  return out;
}

async function examined(list: string, out: string) {
  const { code } = await runInLab(lab, { source: lab.path("in"), filters: [list], out: lab.path(out) });
  return { code, report: reportIn(lab.path(out)) };
}

async function word(said: string, reason: string, given: Record<string, string>): Promise<string[]> {
  const lines: string[] = [];
  const who = { identity: lab.identity, certificate: lab.certificate, "passphrase-file": lab.passphrase };
  const options: Record<string, string> = { ...who, reason, out: lab.path("words"), ...given };
  const request: CommandRequest = {
    ...{ positionals: [said], texts: (option) => [options[option] ?? []].flat(), text: (option) => options[option] },
    ...{ flag: () => false, path: (path) => path, language: "en", out: (line) => lines.push(line) },
    ...{ err: () => undefined, live: () => undefined, signal: new AbortController().signal, nowMs: () => Date.now() },
    passphrase: async (file) => readFileSync(file ?? "", "utf8").trim(),
  };
  assert.equal(await likenessWord.run(request), 0);
  return lines;
}

test("a finding's entry is confirmed: the next report says by how many; it is withdrawn: the next has nothing", async () => {
  mkdirSync(lab.path("in"));
  writeFileSync(join(lab.path("in"), "party.bmp"), bmp(known.map((shade) => Math.min(255, shade + 9))));
  writeFileSync(join(lab.path("in"), "other"), noise("other", 9000));
  const { hash } = pdqOf({ width: SIDE, height: SIDE, channels: 1, pixels: known });
  writeFileSync(lab.path("list.txt"), `${"0f".repeat(32)}\n${toHex(hash)}\n`);
  const first = await release("1");
  const { code, report } = await examined(first, "report-1");
  assert.equal(code, 30);
  const [finding] = report.findings;
  assert.deepEqual([finding?.likeness?.entry, finding?.likeness?.confirmedBy], [1, 0]);
  assert.match(readFileSync(join(lab.path("report-1"), "report.html"), "utf8"), /nobody has confirmed this entry/);

  const from = { report: lab.path("report-1"), finding: "1" };
  const [told] = await word("confirmed", "same-picture", from);
  assert.equal(told, "Lab (Lab): entry 1 of the list Known, release 1: confirmed; what was found is the same picture");
  const words = readFileSync(lab.path("words"), "utf8");
  assert.equal(JSON.parse(words).list, report.filter[0]?.digest);
  assert.ok(!words.includes(toHex(hash)) && !words.includes("party"));
  const second = await release("2", { files: [lab.path("words")], earlier: [first] });
  const again = await examined(second, "report-2");
  assert.equal(again.code, 30);
  assert.equal(again.report.findings[0]?.likeness?.confirmedBy, 1);
  assert.match(readFileSync(join(lab.path("report-2"), "report.html"), "utf8"), /officer has confirmed this entry/);

  await word("withdrawn", "benign", { report: lab.path("report-2"), finding: "1" });
  const third = await release("3", { files: [lab.path("words")], earlier: [first, second] });
  assert.deepEqual((await examined(third, "report-3")).report.findings, []);
});

test("likeness word refuses findings that are none, or no lead", async () => {
  const isFinding = (error: unknown) => error instanceof Fault && error.code === "filter/word-finding";
  for (const [report, finding] of [
    ["report-1", "0"],
    ["report-1", "2"],
    ["report-3", "1"],
  ] as const) {
    const out = lab.path("no words");
    await assert.rejects(word("confirmed", "same-picture", { report: lab.path(report), finding, out }), isFinding);
    assert.equal(existsSync(out), false);
  }
});
