// Foreign hash lists in an examination: files are read whole only where a list may know them, hits name list, release and digests.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { toHex } from "#base/values";
import { verifyReport } from "#examination/evidence/node";
import { buildFilter } from "#examination/filters/node";
import { importList } from "#examination/hashlists/node";
import { pdqOf } from "#examination/likeness";
import { bmp, drawing, SIDE } from "./drawing-lab.node.ts";
import { clusterByte, fatVolume, type LabFile } from "./fat-lab.ts";
import { type Lab, landscape, noise, openLab, reportIn, runFailing, runInLab } from "./triage-lab.node.ts";

let lab: Lab;
const FILES = Object.fromEntries(
  ["sized", "unsized", "md5", "good", "other", "tiny"].map((name) => [
    name,
    noise(name, name === "tiny" ? 600 : 70_000 + name.length),
  ]),
);
const bytesOf = (name: string): Uint8Array => FILES[name] ?? new Uint8Array(0);
const hex = (name: string, algorithm: string): string => createHash(algorithm).update(bytesOf(name)).digest("hex");

before(async () => {
  lab = await openLab();
  process.env["XDG_STATE_HOME"] = lab.path("state");
  mkdirSync(lab.path("folder"));
  for (const [name, bytes] of Object.entries(FILES)) writeFileSync(lab.path(`folder/${name}.bin`), bytes);
});
after(() => lab.remove());

/** A release of these rows of CSV (md5,sha1,sha256,size), and its path. */
async function release(
  name: string,
  lists: { role: "known-bad" | "known-good"; rows: string[] }[],
  fingerprints: string[] = [],
): Promise<string> {
  const nowMs = Date.now();
  const digests = [];
  for (const [i, { role, rows }] of lists.entries()) {
    const [list, path] = [lab.path(`${name}-${i}.csv`), lab.path(`${name}-${i}.phuml`)];
    writeFileSync(list, ["md5,sha1,sha256,size", ...rows].join("\n"));
    const about = { role, name: `${name} ${role}`, release: `r${i}`, agency: lab.agency, nowMs };
    await importList({ list, out: path, ...about, categories: { named: new Map(), others: "national" } });
    digests.push({ role, path });
  }
  const iso = (days: number): string => new Date(nowMs + days * 86_400_000).toISOString();
  const dates = { releasedAt: iso(-1), validUntil: iso(60), graceUntil: iso(90) };
  const out = lab.path(`${name}.phumf`);
  const about = { name, agency: "Lab", category: "baseline", release: "1", ...dates } as const;
  const likeness = { likeness: fingerprints, benign: [], withdraw: [], fingerprint: false };
  const asked = { inputs: [], about, agency: lab.agency, recipients: [lab.recipient], out, digests };
  await buildFilter({ ...asked, ...(fingerprints.length > 0 && { likeness }) });
  return out;
}

async function examined(source: string, filter: string, out: string): Promise<ReturnType<typeof reportIn>> {
  await runInLab(lab, { source, filters: [filter], out: lab.path(out), options: { seed: "one" } });
  const verified = await verifyReport(lab.path(out), { trust: [lab.trust], nowMs: Date.now() });
  assert.equal(verified.outcome, "verified");
  return reportIn(lab.path(out));
}

const found = ({ findings }: ReturnType<typeof reportIn>): unknown[] =>
  findings.map(({ place, set, release: edition, category, weight, matched }) => [
    ...[place.split("/").at(-1), set, edition, category, weight],
    `${matched?.algorithms.join("+")}${matched?.sizeEqual ? "+size" : ""}`,
  ]);

test("examine of a folder: a hit names list, release, category and digests; MD5 alone is amber and says so", async () => {
  const filter = await release("lists", [
    { role: "known-bad", rows: [`${hex("sized", "md5")},${hex("sized", "sha1")},,${bytesOf("sized").length}`] },
    { role: "known-bad", rows: [`${hex("unsized", "md5")},${hex("unsized", "sha1")},,`, `${hex("md5", "md5")},,,`] },
    { role: "known-good", rows: [`,,${hex("good", "sha256")},${bytesOf("good").length}`] },
  ]);
  const report = await examined(lab.path("folder"), filter, "all");
  assert.deepEqual(found(report), [
    ["md5.bin", "lists known-bad", "r1", "national", "amber", "md5"],
    ["sized.bin", "lists known-bad", "r0", "national", "red", "sha1+md5+size"],
    ["unsized.bin", "lists known-bad", "r1", "national", "red", "sha1+md5"],
  ]);
  assert.equal(report.verdict, "red");
  assert.ok(report.notices.some(({ code }) => code === "md5-only"));
});

test("examine of a folder: foreign lists are asked about files within files, too", async () => {
  mkdirSync(lab.path("packed"));
  for (const name of ["sized", "md5", "good"]) writeFileSync(lab.path(`packed/${name}.gz`), gzipSync(bytesOf(name)));
  const filter = await release("packed", [
    { role: "known-bad", rows: [`${hex("sized", "md5")},${hex("sized", "sha1")},,${bytesOf("sized").length}`] },
    { role: "known-bad", rows: [`${hex("md5", "md5")},,,`] },
    { role: "known-good", rows: [`,,${hex("good", "sha256")},${bytesOf("good").length}`] },
  ]);
  const report = await examined(lab.path("packed"), filter, "packed-1");
  assert.ok(report.findings.every(({ inside }) => inside === true));
  assert.deepEqual(
    found(report).map((row) => (row as unknown[]).slice(1)),
    [
      ["packed known-bad", "r1", "national", "amber", "md5"],
      ["packed known-bad", "r0", "national", "red", "sha1+md5+size"],
    ],
  );
});

test("examine of a folder where no listed size occurs reads no file for its digests", async () => {
  const filter = await release("others", [{ role: "known-bad", rows: [`${hex("sized", "md5")},,,12345`] }]);
  const report = await examined(lab.path("folder"), filter, "none");
  assert.deepEqual(found(report), []);
  assert.equal(report.verdict, "green");
});

test("examine of a folder: a file that is equal in MD5 and not in size, or in one digest and not in another, is no hit", async () => {
  const { length } = bytesOf("sized");
  const rows = [`${hex("sized", "md5")},${hex("other", "sha1")},,${length}`, `${hex("md5", "md5")},,,${length}`];
  const report = await examined(lab.path("folder"), await release("wrong", [{ role: "known-bad", rows }]), "wrong");
  assert.deepEqual(found(report), []);
});

test("examine of an image: files of its file system are compared whole, there and deleted; hits say where they stand", async () => {
  const files: LabFile[] = [
    { name: "SIZED   BIN", cluster: 100, bytes: bytesOf("sized") },
    { name: "GONE    BIN", cluster: 200, bytes: bytesOf("md5"), deleted: true },
    { name: "GOOD    BIN", cluster: 300, bytes: bytesOf("good") },
    { name: "OTHER   BIN", cluster: 400, bytes: bytesOf("other") },
  ];
  const image = lab.image("disk.dd", fatVolume(files, landscape(1 << 20)));
  const { length } = bytesOf("good");
  const filter = await release("image", [
    { role: "known-bad", rows: [`${hex("sized", "md5")},${hex("sized", "sha1")},,${bytesOf("sized").length}`] },
    {
      role: "known-bad",
      rows: [`,,${hex("md5", "sha256")},${bytesOf("md5").length}`, `,,${hex("tiny", "sha256")},${length}`],
    },
    { role: "known-good", rows: [`,,${hex("good", "sha256")},${length}`] },
  ]);
  const report = await examined(image, filter, "image");
  assert.deepEqual(found(report), [
    ["SIZED.BIN", "image known-bad", "r0", "national", "red", "sha1+md5+size"],
    ["_ONE.BIN", "image known-bad", "r1", "national", "red", "sha256+size"],
  ]);
  assert.deepEqual(
    report.findings.map(({ standing, certainty, offsetBytes, lengthBytes }) => [
      standing,
      certainty,
      offsetBytes,
      lengthBytes,
    ]),
    [
      ["allocated", undefined, clusterByte(100), bytesOf("sized").length],
      ["deleted", "contiguous-guess", clusterByte(200), bytesOf("md5").length],
    ],
  );
  assert.equal(report.verdict, "red");
  const { values } = report.notices.find(({ code }) => code === "files-compared") ?? {};
  assert.deepEqual(values, { count: 4, good: 1 });
});

test("examine of an image whose reader ends at one file: that file is told as not compared, the others are", async () => {
  const files: LabFile[] = [
    { name: "FIRST   BIN", cluster: 100, bytes: bytesOf("other") },
    { name: "SIZED   BIN", cluster: 200, bytes: bytesOf("sized") },
  ];
  const source = lab.image("hostile.dd", fatVolume(files, landscape(1 << 20)));
  const rows = ["sized", "other"].map((name) => `${hex(name, "md5")},,,${bytesOf(name).length}`);
  const filters = [await release("hostile", [{ role: "known-bad", rows }])];
  const mediumFault = { how: "crash", name: Buffer.from("FIRST.BIN").toString("hex") } as const;
  const asked = { source, filters, out: lab.path("hostile"), options: { seed: "one" } };
  await runFailing(lab, asked, { mediumFault });
  const report = reportIn(lab.path("hostile"));
  const names = report.findings.map(({ place }) => place.split("/").at(-1));
  assert.deepEqual(names, ["SIZED.BIN"]);
  assert.equal(report.verdict, "red");
});

test("examine of a folder: a picture on a known-good list alone is not compared by likeness, and page one says so", async () => {
  const known = drawing("known");
  const [copy, good] = [9, 5].map((more) => bmp(known.map((shade) => Math.min(255, shade + more))));
  mkdirSync(lab.path("photos"));
  writeFileSync(lab.path("photos/copy.bmp"), copy ?? "");
  writeFileSync(lab.path("photos/good.bmp"), good ?? "");
  const hash = toHex(pdqOf({ width: SIDE, height: SIDE, channels: 1, pixels: known }).hash);
  writeFileSync(lab.path("fingerprints"), hash);
  const sha256 = createHash("sha256")
    .update(good ?? "")
    .digest("hex");
  const lists = [{ role: "known-good" as const, rows: [`,,${sha256},${good?.length}`] }];
  const filter = await release("pictures", lists, [lab.path("fingerprints")]);
  const report = await examined(lab.path("photos"), filter, "likeness-out");
  const leads = report.findings.map(({ place, kind }) => [place.split("/").at(-1), kind]);
  assert.deepEqual(leads, [["copy.bmp", "likeness"]]);
  const { values } = report.notices.find(({ code }) => code === "known-good-passed") ?? {};
  assert.deepEqual(values, { count: 1 });
});
