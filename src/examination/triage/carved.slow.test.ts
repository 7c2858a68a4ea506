// Material from the list that no folder names: found in free space, behind a file's end, within a file of unknown kind, wherever it
// begins; and what page one says of how much was searched.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { concatBytes } from "#base/values";
import { FatSample } from "#examination/filesystems/node";
import { drawing, jpeg } from "./drawing-lab.node.ts";
import { type Lab, landscape, noise, openLab, reportIn, runInLab } from "./triage-lab.node.ts";

let lab: Lab;
let pictures: Uint8Array[];
before(async () => {
  lab = await openLab();
  process.env["XDG_STATE_HOME"] = lab.path("state");
  pictures = await Promise.all(
    ["free", "split", "offset", "other", "packed", "deleted"].map((seed) => jpeg(drawing(seed), { side: 700 })),
  );
});
after(() => lab.remove());

const CLUSTER = 4096;

/** One in free space, one there in two pieces, one within a file, one packed; one deleted that is named; and one that is on no list. */
function stick(): string {
  const sample = new FatSample({ kind: "fat16", clusters: 5000, clusterBytes: CLUSTER });
  const [free, split, offset, other, packed, deleted] = pictures;
  if (free === undefined || split === undefined || offset === undefined || other === undefined) throw new Error();
  if (packed === undefined || deleted === undefined) throw new Error();
  const content = concatBytes(noise("before", 1501), offset, noise("behind", 800));
  sample.addFile(sample.root, "CACHE.DAT", { content, ms: 0 });
  sample.addFile(sample.root, "LETTER.TXT", { content: landscape(9000), ms: 0 });
  sample.bytes.set(free, sample.at(1000));
  const cut = Math.floor(split.length / 2 / CLUSTER) * CLUSTER;
  sample.bytes.set(split.subarray(0, cut), sample.at(2000));
  sample.bytes.set(landscape(2 * CLUSTER), sample.at(2000) + cut);
  sample.bytes.set(split.subarray(cut), sample.at(2000) + cut + 2 * CLUSTER);
  sample.bytes.set(other, sample.at(3000));
  sample.bytes.set(gzipSync(packed), sample.at(3500));
  sample.remove(sample.addFile(sample.root, "GONE.TXT", { content: deleted, ms: 0 }));
  const path = lab.path("stick.dd");
  writeFileSync(path, sample.image());
  return path;
}

test("examine of an image finds whole listed files that no folder names, in pieces and at odd places, and says what it searched", async () => {
  const list = await lab.filter("carved", {
    blocks: [noise("a block", 4096)],
    files: pictures.filter((_, i) => i !== 3),
  });
  const { code } = await runInLab(lab, { source: stick(), filters: [list], out: lab.path("out") });
  const { findings, notices } = reportIn(lab.path("out"));
  assert.equal(code, 20);
  const whole = findings.filter(({ kind }) => kind === "whole-file").map(({ place, standing }) => [place, standing]);
  assert.equal(whole.length, 5);
  const named = whole.filter(([place]) => !String(place).includes("unallocated"));
  assert.deepEqual(named.map(([place, standing]) => [String(place).replace(/[^/]ONE/, "?ONE"), standing]).sort(), [
    ["stick.dd/fat16/?ONE.TXT", "deleted"],
    ["stick.dd/fat16/CACHE.DAT/carved@1501", "allocated"],
  ]);
  for (const [place, standing] of whole.filter((one) => !named.includes(one))) {
    assert.match(String(place), /^stick\.dd\/fat16\/unallocated@\d+(\/content)?$/);
    assert.equal(standing, "unallocated");
  }
  // A name that says something else is told, with the finding and by itself.
  const misnamed = findings.filter((finding) => finding.misnamed === true);
  assert.deepEqual(
    misnamed.map(({ place }) => String(place).slice(-7)),
    ["ONE.TXT"],
  );
  const differs = notices.find(({ code: own }) => own === "names-differ")?.values;
  assert.equal(differs?.["count"], 1);
  assert.match(String(differs?.["first"]), /ONE\.TXT$/);
  const told = notices.find(({ code: own }) => own === "carved-looked")?.values;
  assert.equal(told?.["found"], 6);
  assert.equal(told?.["searchedBytes"], told?.["totalBytes"]);
  assert.match(
    readFileSync(join(lab.path("out"), "report.html"), "utf8"),
    /no folder names .* were compared, too: 6\./,
  );
});
