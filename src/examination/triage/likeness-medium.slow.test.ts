// Comparing pictures in images by likeness: of file systems, deleted ones, compressed ones, of an image that holds files; and what becomes
// of it where its reader ends.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { concatBytes } from "#base/values";
import type { SignedReport } from "#examination/evidence";
import { verifyReport } from "#examination/evidence/node";
import { sampleNtfs } from "#examination/filesystems";
import { logicalImageOf } from "#examination/images/node";
import { pdqOf } from "#examination/likeness";
import type { PlantedFault } from "#examination/opening/node";
import { bmp, drawing, jpeg, mirrored, SIDE } from "./drawing-lab.node.ts";
import { fatVolume } from "./fat-lab.ts";
import { blocksOf, type Lab, landscape, noise, openLab, reportIn, runFailing, runInLab } from "./triage-lab.node.ts";

const known = drawing("known");
const hashOf = (pixels: Uint8Array): Uint8Array => pdqOf({ width: SIDE, height: SIDE, channels: 1, pixels }).hash;
let lab: Lab;
let list: string;
let stick: string;
let blocks: string;

before(async () => {
  lab = await openLab();
  process.env["XDG_STATE_HOME"] = lab.path("state");
  const benign = hashOf(drawing("harmless"));
  list = await lab.filter("list", {
    ...{ blocks: [noise("block", 4096)], known: concatBytes(hashOf(known), benign), benign },
  });
  const large = await jpeg(known, { side: 500, quality: 95 });
  blocks = await lab.filter("pieces", { blocks: blocksOf(large).slice(1, 2) });
  const files = [
    { name: "LARGER  JPG", cluster: 10, bytes: large },
    { name: "AGAIN   JPG", cluster: 100, bytes: await jpeg(known, { quality: 50 }) },
    { name: "CACHE   BIN", cluster: 110, bytes: bmp(mirrored(known)) },
    { name: "GONE    JPG", cluster: 200, bytes: await jpeg(known, { turn: 180 }), deleted: true as const },
    { name: "HARMLESSJPG", cluster: 210, bytes: await jpeg(drawing("harmless")) },
    { name: "OTHER   JPG", cluster: 220, bytes: await jpeg(drawing("other")) },
    { name: "OTHER2  JPG", cluster: 230, bytes: await jpeg(drawing("other"), { side: 200 }) },
    { name: "BROKEN  JPG", cluster: 240, bytes: concatBytes(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), noise("cut", 900)) },
    { name: "LETTER  TXT", cluster: 250, bytes: landscape(20_000) },
  ];
  stick = lab.image("stick.dd", fatVolume(files, landscape(1 << 20)));
});
after(() => lab.remove());

async function examined(source: string, out: string, { filters = [list], workers = "2" } = {}): Promise<SignedReport> {
  await runInLab(lab, { source, filters, out: lab.path(out), options: { seed: "one", workers } });
  return reportIn(lab.path(out));
}

const leads = ({ findings }: SignedReport): unknown[] =>
  findings.flatMap(({ place, kind, standing, certainty, weight, likeness }) =>
    kind === "likeness" ? [[place, standing, certainty, weight, likeness?.position]] : [],
  );

const WANTED = [
  ["stick.dd/fat16/AGAIN.JPG", "allocated", undefined, "amber", "none"],
  ["stick.dd/fat16/CACHE.BIN", "allocated", undefined, "amber", "mirror"],
  ["stick.dd/fat16/LARGER.JPG", "allocated", undefined, "amber", "none"],
  ["stick.dd/fat16/_ONE.JPG", "deleted", "contiguous-guess", "amber", "rotate180"],
];

const COUNTED = {
  ...{ filesTotal: 9, filesOpened: 9, compared: 7, undecoded: 1, ended: "all", series: 1, seriesFiles: 2 },
  undecodedFirst: [{ place: "stick.dd/fat16/BROKEN.JPG", why: "not-decoded" }],
  seriesFirst: [{ place: "stick.dd/fat16/OTHER.JPG", files: 2 }],
};

test("examine of a disk image: changed copies in its files are amber, deleted ones too; alike with 1 and 2 workers", async () => {
  const one = await examined(stick, "one", { workers: "1" });
  assert.deepEqual([one.verdict, one.reasons], ["amber", ["likeness"]]);
  assert.deepEqual(leads(one), WANTED);
  assert.deepEqual(one.likeness, COUNTED);
  const two = await examined(stick, "two");
  assert.deepEqual([two.findings, two.likeness], [one.findings, one.likeness]);
  assert.equal((await verifyReport(lab.path("one"), { trust: [lab.trust], nowMs: Date.now() })).outcome, "verified");
});

test("a listed piece in the bytes of a file that is like an entry makes that lead red, and no other", async () => {
  const report = await examined(stick, "pieces", { filters: [list, blocks] });
  assert.deepEqual([report.verdict, report.reasons], ["red", ["likeness-agreed"]]);
  const told = report.findings.map(({ place, kind, weight, likeness }) => [place, kind, weight, likeness?.agrees]);
  assert.deepEqual(
    told.filter(([, , weight, agrees]) => weight === "red" || agrees !== undefined),
    [["stick.dd/fat16/LARGER.JPG", "likeness", "red", "blocks"]],
  );
  assert.equal(told.filter(([, kind]) => kind === "blocks").length, 1);
});

test("examine of an NTFS image reads what the file system keeps compressed, and what is deleted", async () => {
  const files = [
    { record: 30, names: ["packed.bmp"], streams: [{ bytes: bmp(known), as: "compressed" as const }] },
    { record: 31, names: ["gone.jpg"], streams: [{ bytes: await jpeg(known, { turn: 270 }) }], freed: true },
    {
      record: 32,
      names: ["letter.txt"],
      streams: [{ bytes: landscape(9000) }, { name: "hidden", bytes: bmp(mirrored(known)) }],
    },
  ];
  const report = await examined(lab.image("win.dd", sampleNtfs({ files })), "win");
  assert.deepEqual(leads(report), [
    ["win.dd/ntfs/gone.jpg", "deleted", "proven", "amber", "rotate270"],
    ["win.dd/ntfs/letter.txt:hidden", "allocated", undefined, "amber", "mirror"],
    ["win.dd/ntfs/packed.bmp", "allocated", undefined, "amber", "none"],
  ]);
});

test("examine of an image that holds files and no disk compares them, and a whole file agrees", async () => {
  const again = await jpeg(known, { side: 400 });
  const source = lab.image(
    "phone.ad1",
    logicalImageOf({ "a.jpg": again, "b.txt": landscape(9000), "c.bin": bmp(known) }),
  );
  const whole = await lab.filter("whole", { blocks: [noise("whole", 4096)], files: [again] });
  const report = await examined(source, "phone", { filters: [list, whole] });
  assert.deepEqual(
    report.findings.map(({ place, kind, weight, likeness }) => [place, kind, weight, likeness?.agrees]),
    [
      ["phone.ad1/files/folder/a.jpg", "likeness", "red", "whole-file"],
      ["phone.ad1/files/folder/a.jpg", "whole-file", "red", undefined],
      ["phone.ad1/files/folder/c.bin", "likeness", "amber", undefined],
    ],
  );
});

for (const how of ["crash", "hang"] as const satisfies PlantedFault["how"][]) {
  test(`a ${how} of the reader at one file: all others are compared, and that one is told`, async () => {
    const out = lab.path(how);
    const mediumFault = { name: Buffer.from("CACHE.BIN").toString("hex"), how };
    const likenessLimits = { silentMs: how === "hang" ? 1500 : 20_000, objectMs: 60_000, totalMs: 120_000 };
    const asked = { source: stick, filters: [list], out, options: { seed: "one" } };
    await runFailing(lab, asked, { mediumFault, likenessLimits, mediumLimits: likenessLimits });
    const report = reportIn(out);
    assert.deepEqual(
      leads(report),
      WANTED.filter(([place]) => !String(place).includes("CACHE")),
    );
    assert.equal(report.likeness?.compared, 6);
  });
}
