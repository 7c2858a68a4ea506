// Comparing by likeness what stands in files of a folder, and in an image what stands in files, deleted ones too, or has no name: what is
// amber, what is red, what was too large; the report in all forms.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { concatBytes, toHex } from "#base/values";
import type { SignedReport } from "#examination/evidence";
import { verifyReport } from "#examination/evidence/node";
import { FatSample } from "#examination/filesystems/node";
import { pdqOf } from "#examination/likeness";
import { fingerprintFile, openFingerprints } from "#examination/likeness/node";
import { bmp, drawing, jpeg, mirrored, SIDE } from "./drawing-lab.node.ts";
import { filmOf, mailOf, pdfOf, zipOf } from "./pack-lab.node.ts";
import { blocksOf, type Lab, landscape, noise, openLab, reportIn, runInLab } from "./triage-lab.node.ts";

const known = drawing("known");
const hashOf = (pixels: Uint8Array): Uint8Array => pdqOf({ width: SIDE, height: SIDE, channels: 1, pixels }).hash;
let lab: Lab;
let list: string;
let film: Uint8Array;

before(async () => {
  lab = await openLab();
  process.env["XDG_STATE_HOME"] = lab.path("state");
  const benign = hashOf(drawing("harmless"));
  const frames = await Promise.all(["f1", "f2", "f3", "f4", "f5", "f6"].map((seed) => jpeg(drawing(seed))));
  film = filmOf(frames, { side: SIDE, frameMs: 500 });
  list = await lab.filter("list", {
    ...{ blocks: [noise("block", 4096)], known: concatBytes(hashOf(known), benign), benign },
    videos: [await framesOf(film)],
  });
});
after(() => lab.remove());

async function framesOf(bytes: Uint8Array) {
  writeFileSync(lab.path("film.avi"), bytes);
  const fingerprints = openFingerprints();
  const file = lab.path("film.avi");
  const { found } = await fingerprintFile({ file, path: file }, fingerprints, "exact");
  fingerprints.close();
  assert.ok("video" in found, JSON.stringify(found));
  return found.frames;
}

const leads = ({ findings }: SignedReport): [place: string, ...unknown[]][] =>
  findings.flatMap(({ place, kind, standing, weight, inside, likeness }) =>
    kind === "likeness" ? [[place, standing, weight, inside, likeness?.agrees]] : [],
  );

async function packed(): Promise<Record<string, Uint8Array>> {
  const again = await jpeg(known, { side: 300, quality: 60 });
  const huge = new Uint8Array(33 * 2 ** 20);
  huge.set(bmp(known));
  return {
    "photos.zip": zipOf({
      "d/again.jpg": again,
      "d/no picture.jpg": landscape(5000),
      "d/harmless.jpg": await jpeg(drawing("harmless")),
      "d/other.jpg": await jpeg(drawing("other")),
      "inner.zip": zipOf({ "deep.dat": await jpeg(known, { quality: 45 }) }),
    }),
    "same.jpg": again,
    "letter.docx": zipOf({
      "[Content_Types].xml": new TextEncoder().encode("<Types/>"),
      "word/media/image1.jpeg": await jpeg(known, { turn: 90 }),
    }),
    "scan.pdf": pdfOf(await jpeg(known, { side: 400 }), 400),
    "mail.eml": mailOf("picture.bin", bmp(mirrored(known))),
    "films.zip": zipOf({ "film.bin": film }),
    "large.zip": zipOf({ "large.bmp": huge }),
    "another.jpg": await jpeg(drawing("other"), { side: 300, quality: 60 }),
  };
}

test("examine of a folder compares what stands in archives, documents and mails by likeness; the report says so in all forms", async () => {
  const source = lab.path("chest");
  mkdirSync(source);
  for (const [name, bytes] of Object.entries(await packed())) writeFileSync(join(source, name), bytes);
  const out = lab.path("chest-out");
  const { code } = await runInLab(lab, { source, filters: [list], out, options: { workers: "2" } });
  const report = reportIn(out);
  assert.deepEqual([code, report.verdict, report.reasons], [30, "amber", ["likeness"]]);
  const found = leads(report);
  assert.deepEqual(
    found.map(([place]) => place),
    [
      "chest/films.zip/film.bin",
      "chest/letter.docx/word/media/image1.jpeg",
      "chest/mail.eml/picture.bin",
      "chest/photos.zip/d/again.jpg",
      "chest/photos.zip/inner.zip/deep.dat",
      "chest/same.jpg",
      "chest/scan.pdf/object-1-picture.jpg",
    ],
  );
  for (const [place, ...rest] of found)
    assert.deepEqual(rest, [undefined, "amber", place === "chest/same.jpg" ? undefined : true, undefined]);
  const { likeness } = report;
  // Beside those seven: a harmless one, a large one, and two of one series.
  assert.deepEqual([likeness?.compared, likeness?.undecoded, likeness?.ended], [10, 1, "all"]);
  assert.deepEqual(likeness?.undecodedFirst, [{ place: "chest/large.zip/large.bmp", why: "too-large" }]);
  assert.deepEqual(likeness?.seriesFirst, [{ place: "chest/another.jpg", files: 2 }]);
  assert.equal(report.notices.find(({ code: own }) => own === "likeness-inner")?.values["count"], 8);
  const page = readFileSync(join(out, "report.html"), "utf8");
  assert.match(page, /photos\.zip/);
  assert.match(page, /stand in other files or that no folder names: 8\./);
  assert.match(page, /large\.bmp/);
  assert.equal((await verifyReport(out, { trust: [lab.trust], nowMs: Date.now() })).outcome, "verified");
  const secrets = [hashOf(known), hashOf(drawing("other"))].map(toHex);
  for (const name of readdirSync(out)) {
    const bytes = readFileSync(join(out, name));
    assert.ok(
      secrets.every((hash) => !bytes.includes(hash)),
      name,
    );
  }
  assert.match(readFileSync(join(out, "journal.jsonl"), "utf8"), /"kind":"likeness"/);
});

test("a second proof makes red within files, too: the same inner file is on a list whole", async () => {
  const again = await jpeg(known, { side: 300, quality: 60 });
  const whole = await lab.filter("whole", { blocks: [noise("w", 4096)], files: [again] });
  const source = lab.path("chest-2");
  mkdirSync(source);
  writeFileSync(join(source, "a.zip"), zipOf({ "a.jpg": again, "b.jpg": await jpeg(known, { turn: 180 }) }));
  await runInLab(lab, { source, filters: [list, whole], out: lab.path("chest-2-out") });
  assert.deepEqual(leads(reportIn(lab.path("chest-2-out"))), [
    ["chest-2/a.zip/a.jpg", undefined, "red", true, "whole-file"],
    ["chest-2/a.zip/b.jpg", undefined, "amber", true, undefined],
  ]);
});

/** A stick: an archive, one that was deleted, a deleted picture that has its name, and files without one. */
async function stick(nameless: readonly Uint8Array[]): Promise<string> {
  const sample = new FatSample({ kind: "fat16", clusters: 5000, clusterBytes: 4096 });
  const ms = Date.UTC(2026, 10, 25);
  sample.addFile(sample.root, "A.ZIP", { content: zipOf({ "a.jpg": await jpeg(known, { side: 300 }) }), ms });
  const gone = zipOf({ "b.jpg": await jpeg(known, { turn: 90 }) });
  sample.remove(sample.addFile(sample.root, "B.ZIP", { content: gone, ms }));
  sample.remove(sample.addFile(sample.root, "NAMED.JPG", { content: await jpeg(known, { turn: 270 }), ms }));
  for (const [i, bytes] of nameless.entries()) sample.bytes.set(bytes, sample.at(1000 + 1000 * i));
  const path = lab.path("stick.dd");
  writeFileSync(path, sample.image());
  return path;
}

test("examine of an image compares what stands in files, deleted ones too, and what has no name; each once", async () => {
  const large = await jpeg(known, { side: 700, quality: 95 });
  const lost = zipOf({ "in/c.jpg": await jpeg(known, { side: 260 }) });
  const source = await stick([large, await jpeg(mirrored(known), { quality: 50 }), lost]);
  const pieces = await lab.filter("pieces", { blocks: blocksOf(large).slice(1, 2) });
  const out = lab.path("stick-out");
  await runInLab(lab, { source, filters: [list, pieces], out, options: { seed: "one" } });
  const report = reportIn(out);
  const found = leads(report);
  assert.deepEqual(
    found.filter(([place]) => !place.includes("unallocated")),
    [
      ["stick.dd/fat16/A.ZIP/a.jpg", "allocated", "amber", true, undefined],
      ["stick.dd/fat16/_.ZIP/b.jpg", "deleted", "amber", true, undefined],
      ["stick.dd/fat16/_AMED.JPG", "deleted", "amber", undefined, undefined],
    ],
  );
  const nameless = found.filter(([place]) => place.includes("unallocated"));
  assert.deepEqual(
    nameless.map(([, ...facts]) => facts),
    [
      ["unallocated", "amber", true, undefined],
      ["unallocated", "red", true, "blocks"],
      ["unallocated", "amber", true, undefined],
    ],
  );
  assert.match(nameless[0]?.[0] ?? "", /^stick\.dd\/fat16\/unallocated@\d+\/in\/c\.jpg$/);
  assert.match(nameless[1]?.[0] ?? "", /^stick\.dd\/fat16\/unallocated@\d+$/);
  assert.equal(report.likeness?.undecoded, 0);
  assert.equal((await verifyReport(out, { trust: [lab.trust], nowMs: Date.now() })).outcome, "verified");
});
