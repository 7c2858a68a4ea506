// Material from the list that stands in files of a folder and of an image: found, with its place; and what page one says of what was not seen.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { toHex, utf8 } from "#base/values";
import type { SignedReport } from "#examination/evidence";
import { verifyReport } from "#examination/evidence/node";
import { FatSample } from "#examination/filesystems/node";
import { zipOf } from "./pack-lab.node.ts";
import { blocksOf, type Lab, landscape, noise, openLab, reportIn, runFailing, runInLab } from "./triage-lab.node.ts";

const whole = noise("a listed file", 30_000);
const large = noise("a listed film", 90_112);
let lab: Lab;
let list: string;

before(async () => {
  lab = await openLab();
  process.env["XDG_STATE_HOME"] = lab.path("state");
  list = await lab.filter("inside", { blocks: blocksOf(large), files: [whole] });
});
after(() => lab.remove());

const hidden = {
  "docs/archive.zip": zipOf({ "d/whole.jpg": whole }),
  "docs/named.txt": gzipSync(zipOf({ "film.mp4": large })),
  "docs/locked.zip": zipOf({ secret: landscape(9000) }, { locked: true }),
  "docs/bomb.gz": gzipSync(gzipSync(Buffer.alloc(2 ** 30 + 2 ** 24))),
  "letter.txt": landscape(9000),
};

function folder(name: string): string {
  const path = lab.path(name);
  for (const [file, bytes] of Object.entries(hidden)) {
    mkdirSync(join(path, file, ".."), { recursive: true });
    writeFileSync(join(path, file), bytes);
  }
  return path;
}

const found = ({ findings }: SignedReport): unknown[] =>
  findings.map(({ place, kind, weight, standing }) => [place, kind, weight, standing]);
const notices = ({ notices: all }: SignedReport): unknown[] =>
  all.filter(({ code }) => code.startsWith("inside-")).map(({ code, values }) => [code, ...Object.values(values)]);

async function examined(source: string, out: string, options: Record<string, string | true> = {}) {
  const { code, out: printed } = await runInLab(lab, { source, filters: [list], out: lab.path(out), options });
  return { code, printed: printed.join("\n"), report: reportIn(lab.path(out)) };
}

test("examine of a folder finds listed files within files, and says what was locked and what ended by a limit", async () => {
  const { code, report } = await examined(folder("plain"), "plain-1");
  assert.equal(code, 20);
  assert.deepEqual(found(report), [
    ["plain/docs/archive.zip/d/whole.jpg", "whole-file", "red", undefined],
    ["plain/docs/named.txt/content/film.mp4", "blocks", "red", undefined],
  ]);
  assert.deepEqual(notices(report).slice(1), [
    ["inside-locked", 1, "plain/docs/locked.zip/secret"],
    ["inside-limits", 1, "plain/docs/bomb.gz"],
  ]);
  const page = readFileSync(join(lab.path("plain-1"), "report.html"), "utf8");
  assert.match(page, /Locked with a password and not looked into: 1/);
  const { outcome } = await verifyReport(lab.path("plain-1"), { trust: [lab.trust], nowMs: Date.now() });
  assert.equal(outcome, "verified");
});

test("examine of a folder that is quick goes by names, and finds what is named like an archive", async () => {
  const { report } = await examined(folder("quick"), "quick-1", { quick: true });
  assert.deepEqual(found(report), [["quick/docs/archive.zip/d/whole.jpg", "whole-file", "red", undefined]]);
});

/** A stick with an archive, and one that was deleted. */
function stick(): string {
  const sample = new FatSample({ kind: "fat16", clusters: 8000 });
  const ms = Date.UTC(2026, 10, 25);
  sample.addFile(sample.root, "A.ZIP", { content: zipOf({ "whole.jpg": whole }), ms });
  sample.remove(sample.addFile(sample.root, "GONE.ZIP", { content: zipOf({ "film.mp4": large }), ms }));
  sample.addFile(sample.root, "B.TXT", { content: utf8("nothing"), ms });
  const path = lab.path("stick.dd");
  writeFileSync(path, sample.image());
  return path;
}

test("examine of an image finds listed files within files, deleted ones too, and goes on after a crash", async () => {
  const source = stick();
  const { code, report } = await examined(source, "stick-1");
  assert.equal(code, 20);
  const places = found(report);
  assert.ok(report.findings.every(({ inside }) => inside === true));
  assert.deepEqual(places[0], ["stick.dd/fat16/A.ZIP/whole.jpg", "whole-file", "red", "allocated"]);
  assert.match(JSON.stringify(places[1]), /stick\.dd\/fat16\/.ONE\.ZIP\/film\.mp4","blocks","red","deleted"/);
  const fault = { how: "crash" as const, name: toHex(utf8("A.ZIP")) };
  await runFailing(lab, { source, filters: [list], out: lab.path("stick-2") }, { mediumFault: fault });
  const second = reportIn(lab.path("stick-2"));
  assert.equal(found(second).length, 1);
  assert.ok(notices(second).some((told) => JSON.stringify(told) === '["inside-reader",1]'));
});
