import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { seededRandom } from "#base/values";
import type { Finding } from "#examination/evidence";
import { importList } from "#examination/hashlists/node";
import { LAB_NOW_MS, labAgency, labFinding, labReport } from "./exchange-lab.node.ts";
import type { AnnexFile, ExchangeModel } from "./exchange-model.ts";
import { checkExport, exportReport } from "./export-file.node.ts";
import { EXPORT_FORMATS, type ExportFormat, exported } from "./export-formats.node.ts";

const folder = mkdtempSync(join(tmpdir(), "phum-exchange-"));
after(() => rmSync(folder, { recursive: true }));
const digest = (algorithm: string, text: string): string => createHash(algorithm).update(text).digest("hex");
const annexFile = (place: string, sizeBytes: number, algorithms = ["md5", "sha1", "sha256"]): AnnexFile => ({
  place,
  sizeBytes,
  digests: Object.fromEntries(algorithms.map((name) => [name, digest(name, place)])),
});

const NASTY = '=cmd|"a", <b> & \u2028 ៖ \u0001\ue000]]>\r\n\t\'';
const FINDINGS: Finding[] = [
  labFinding(),
  labFinding({ place: NASTY, lengthBytes: 4097, category: "related", weight: "amber" }),
  labFinding({ place: "stick/film.mp4", kind: "blocks", offsetBytes: 2 ** 40, phase: 3, blocks: 5, distinctBlocks: 4 }),
  labFinding({ place: "stick/p1/ntfs/gone.jpg", kind: "blocks", phase: 0, standing: "deleted", certainty: "proven" }),
];
const ANNEX = [
  annexFile("stick/pictures/drawing.bmp", 5000),
  annexFile(NASTY, 4097),
  annexFile("stick/film.mp4", 2 ** 41, ["sha256"]),
];
const dir = join(folder, "evidence");
const agency = await labReport(dir, { findings: FINDINGS, annex: ANNEX });

async function exportTo(
  format: ExportFormat,
  categories: [string, number][] = [],
): Promise<{ out: string; text: string; losses: unknown }> {
  const out = join(folder, `${format}-${categories.length}.out`);
  for (const path of [out, `${out}.sig.json`]) rmSync(path, { force: true });
  const options = { dir, out, format, categories: new Map(categories), agency, nowMs: LAB_NOW_MS + 60_000 };
  const { losses } = await exportReport(options);
  return { out, text: readFileSync(out, "utf8"), losses };
}

for (const format of ["dfxml", "case"] as const) {
  test(`exportReport() as ${format} loses nothing`, async () => assert.deepEqual((await exportTo(format)).losses, []));
}

test("exportReport() as vics loses findings whose file has no MD5, and says so", async () => {
  const { losses, text } = await exportTo("vics", [["national", 2]]);
  assert.deepEqual(losses, [{ field: "findings", count: 2 }]);
  const [oneCase] = JSON.parse(text).value;
  assert.equal(oneCase.CaseNumber, "2026-0142-4");
  assert.equal(oneCase.TotalMediaFiles, 2);
  const [first, second] = oneCase.Media;
  assert.deepEqual([first.Category, second.Category], [2, 0]);
  assert.deepEqual([first.MD5, first.MediaSize], [digest("md5", "stick/pictures/drawing.bmp"), 5000]);
  assert.deepEqual([first.MediaFiles[0].FilePath, first.MediaFiles[0].FileName], ["stick/pictures", "drawing.bmp"]);
  assert.equal(first.AlternativeHashes[0].HashValue, digest("sha256", "stick/pictures/drawing.bmp"));
});

test("exportReport() as csv keeps every finding; of the report only what names it", async () => {
  const { losses, text } = await exportTo("csv");
  assert.ok(Array.isArray(losses) && losses.length > 5);
  for (const { field } of losses) assert.match(field, /^report\./);
  assert.ok(!losses.some(({ field }) => field === "report.exhibit" || field === "report.reportDigest"));
  assert.equal(text.split("\r\n")[0]?.split(",").length, 17);
  assert.doesNotMatch(text, /(?:^|,)"?=cmd/m);
});

test("an export as vics is a list that can be imported: same digests, sizes and categories", async () => {
  const { out } = await exportTo("vics", [["national", 2]]);
  const store = join(folder, "back.phuml");
  const categories = {
    named: new Map([
      ["2", "national" as const],
      ["0", "related" as const],
    ]),
  };
  const about = { list: out, out: store, role: "known-bad", name: "Back", release: "1" } as const;
  const { header } = await importList({ ...about, categories, agency, nowMs: LAB_NOW_MS });
  assert.deepEqual([header.records, header.rejected, header.groups.length], [2, {}, 2]);
});

test("exportReport() without the annex's key: a Fault, nothing written", async () => {
  const out = join(folder, "foreign.out");
  const options = {
    dir,
    out,
    format: "csv",
    categories: new Map(),
    agency: await labAgency(),
    nowMs: LAB_NOW_MS,
  } as const;
  await assert.rejects(exportReport(options), { code: "exchange/annex" });
});

test("exportReport() never writes over a file", async () => {
  const { out } = await exportTo("csv");
  const options = { dir, out, format: "csv", categories: new Map(), agency, nowMs: LAB_NOW_MS } as const;
  await assert.rejects(exportReport(options), { code: "exchange/exists" });
});

test("checkExport() proves file and signature; a changed byte of either is a Fault", async () => {
  const { out } = await exportTo("case");
  assert.equal(checkExport(out, [agency.publicKey]).exportFormat, "case");
  assert.throws(() => checkExport(out, ["0".repeat(64)]), { code: "exchange/untrusted" });
  assert.throws(() => checkExport(`${out}.none`, []), { code: "exchange/missing" });
  for (const path of [out, `${out}.sig.json`]) {
    const bytes = readFileSync(path);
    const step = Math.max(1, Math.floor(bytes.length / 60));
    for (let at = 0; at < bytes.length; at += step) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(path, changed);
      assert.throws(() => checkExport(out, []), { code: "exchange/tampered" }, `${path} byte ${at}`);
    }
    writeFileSync(path, bytes);
  }
});

test("a practice report says so in every format", async () => {
  const practiceDir = join(folder, "practice");
  const finding = labFinding({ category: "practice" });
  const key = await labReport(practiceDir, { findings: [finding], annex: ANNEX.slice(0, 1), practice: true });
  for (const format of EXPORT_FORMATS) {
    const out = join(folder, `practice.${format}`);
    const options = { dir: practiceDir, out, format, categories: new Map(), agency: key, nowMs: LAB_NOW_MS } as const;
    assert.equal((await exportReport(options)).practice, true);
    assert.match(readFileSync(out, "utf8"), /practice/i);
  }
});

test("exported() of random texts in every field loses nothing that it does not tell", () => {
  const random = seededRandom("exchange");
  const letters = [
    '"',
    "<",
    ">",
    "&",
    ",",
    "\r",
    "\n",
    "\t",
    "'",
    "=",
    "\u0000",
    "\ue000",
    "\uffff",
    "ក",
    "😀",
    "a",
    "/",
    "\\",
    " ",
  ];
  const text = (): string =>
    Array.from({ length: random.below(12) }, () => letters[random.below(letters.length)]).join("");
  for (let round = 0; round < 500; round++) {
    const findings = Array.from({ length: random.below(4) }, () => ({
      ...labFinding({ place: text(), set: text() || "x", release: text() || "x" }),
      ...(random.below(2) === 0
        ? {}
        : {
            file: annexFile(text(), random.below(1e9)) && {
              sizeBytes: random.below(1e9),
              digests: annexFile(text(), 0).digests,
            },
          }),
      ...(random.below(3) === 0 ? { extra: { deep: [text(), null, 1.5] } } : {}),
    }));
    const model = {
      about: { exhibit: text(), reportDigest: "d", odd: { a: [text()] } },
      findings,
    } as unknown as ExchangeModel;
    for (const format of ["dfxml", "case"] as const) {
      assert.deepEqual(exported(model, format, new Map()).losses, [], `round ${round} ${format}`);
    }
    const csv = exported(model, "csv", new Map()).losses;
    assert.deepEqual(
      csv.map(({ field }) => field).filter((field) => field !== "report.odd"),
      findings.length === 0 ? ["report.exhibit", "report.reportDigest"] : [],
    );
    const vics = exported(model, "vics", new Map()).losses;
    const without = findings.filter(({ file }) => file === undefined).length;
    assert.deepEqual(vics, without === 0 ? [] : [{ field: "findings", count: without }]);
  }
});
