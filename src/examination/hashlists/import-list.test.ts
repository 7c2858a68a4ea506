import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { newSigner, openSigner } from "#base/signing/node";
import { toHex } from "#base/values";
import type { Category } from "#examination/evidence";
import records from "#vectors/lists/records.json" with { type: "json" };
import { type ImportOptions, importList } from "./import-list.node.ts";
import { encaseList, madeUpFile, sampleLists } from "./list-lab.node.ts";
import { ALL_OTHERS } from "./record-tally.node.ts";
import { openHashList } from "./store-read.node.ts";
import { packRecord, type StoredRecord, unpackRecord } from "./stored-record.node.ts";

const folder = mkdtempSync(join(tmpdir(), "phum-lists-"));
after(() => rmSync(folder, { recursive: true }));
const agency = await newAgency();
const other = await newAgency();

async function newAgency(): Promise<ImportOptions["agency"]> {
  const { file } = await newSigner("lists", { workFactor: 2 });
  return openSigner(file, "lists");
}

type Named = [string, Category | "known-good" | null][];
const options = (list: Uint8Array | string, more: Partial<ImportOptions> = {}): ImportOptions => {
  const path = join(folder, "list");
  writeFileSync(path, list);
  rmSync(join(folder, "out.phuml"), { force: true });
  const categories = { named: new Map<string, Category>([[ALL_OTHERS, "baseline"]]) };
  const about = { role: "known-bad", name: "Partner", release: "2026-11", categories } as const;
  return { ...about, list: path, out: join(folder, "out.phuml"), agency, nowMs: 0, ...more };
};
const named = (...pairs: Named): ImportOptions["categories"] => ({ named: new Map(pairs) });
async function recordsOf(path: string): Promise<StoredRecord[]> {
  const list = await openHashList(path, agency);
  const records: StoredRecord[] = [];
  list.read((record) =>
    records.push({
      ...record,
      digests: Object.fromEntries(Object.entries(record.digests).map(([name, digest]) => [name, digest.slice()])),
    }),
  );
  list.close();
  return records;
}

for (const [name, list] of Object.entries(sampleLists())) {
  test(`importList() of ${name}: the store gives back what the list held`, async () => {
    const role = name === "nsrl-text" ? "known-good" : "known-bad";
    const categories = role === "known-bad" ? named([ALL_OTHERS, "baseline"]) : named();
    const { header, again } = await importList(options(list, { role, categories }));
    assert.deepEqual([header.records, again], [3, false]);
    const records = await recordsOf(join(folder, "out.phuml"));
    for (const [i, { digests, sizeBytes }] of records.entries()) {
      const file = madeUpFile(i + 1);
      for (const [algorithm, digest] of Object.entries(digests)) {
        assert.equal(toHex(digest), file[algorithm as "md5"]);
      }
      assert.ok(sizeBytes === undefined || sizeBytes === file.sizeBytes);
    }
    assert.equal(records.length, 3);
  });
}

test("packRecord() and unpackRecord() agree with an independent implementation", () => {
  for (const { bytes, group, record } of records.cases) {
    const packed = Buffer.alloc(1000);
    const full = { category: "", series: "", id: "", standing: "active", ...record } as const;
    const end = packRecord(packed, 0, { record: full, group });
    assert.equal(packed.toString("hex", 0, end), bytes);
    const back = unpackRecord(Buffer.from(bytes, "hex"), 0);
    assert.equal(back?.next, bytes.length / 2);
    assert.deepEqual([back?.record.series, back?.record.id, back?.record.group], [full.series, full.id, group]);
    for (const end of [1, 3, 10, bytes.length / 2 - 1]) {
      assert.equal(unpackRecord(Buffer.from(bytes, "hex").subarray(0, end), 0), undefined);
    }
  }
});

test("importList() keeps PhotoDNA, series and ids opaque, and large sizes", async () => {
  const { md5 } = madeUpFile(1);
  const photoDna = "a1".repeat(144);
  const row = { MediaID: 7, Category: 1, MD5: md5, MediaSize: 2 ** 40 + 5, PhotoDNA: photoDna, Series: "ស៊េរី" };
  const list = JSON.stringify({ "odata.metadata": "x/1.3.xml#Media", value: [row] });
  await importList(options(list, { categories: named(["1", "national"]) }));
  const [record] = await recordsOf(join(folder, "out.phuml"));
  assert.deepEqual(
    [record?.photoDna, record?.series, record?.id, record?.sizeBytes],
    [photoDna, "ស៊េរី", "7", 2 ** 40 + 5],
  );
});

test("importList() asks for the meaning of every category, and leaves out what is named so", async () => {
  const { "vics-cases": list = new Uint8Array(0) } = sampleLists();
  const unmapped = importList(options(list, { categories: named(["1", "baseline"]) }));
  await assert.rejects(unmapped, {
    code: "hashlist/unmapped",
    values: { categories: "«0» (1), «3» (1)", path: join(folder, "list") },
  });
  assert.deepEqual(readdirSync(folder), ["list"]);
  const mapping = named(["1", "baseline"], ["0", null], ["3", "national"]);
  const { header } = await importList(options(list, { categories: mapping }));
  assert.deepEqual(header.groups, [
    { category: "baseline", listCategory: "1" },
    { category: "national", listCategory: "3" },
  ]);
  assert.deepEqual([header.records, header.leftOut], [2, 1]);
});

test("importList() leaves nothing of a list that stops early", async () => {
  const { "vics-cases": list = new Uint8Array(0) } = sampleLists();
  const cut = Buffer.concat([list.subarray(0, list.length - 60)]);
  await assert.rejects(importList(options(cut)), { code: "hashlist/broken" });
  assert.deepEqual(readdirSync(folder), ["list"]);
});

test("importList() asked again says that the list stands there; another one does not take its place", async () => {
  const list = Array.from({ length: 50_000 }, (_, i) => madeUpFile(i).md5).join("\n");
  const about = { categories: { named: new Map(), others: "baseline" } } as const;
  const asked = options(list, about);
  assert.equal((await importList(asked)).header.records, 50_000);
  assert.equal((await importList(asked)).again, true);
  await assert.rejects(importList({ ...asked, release: "another" }), { code: "hashlist/store-exists" });
});

test("importList() refuses the other role where a format has its own", async () => {
  const { icse = "", "nsrl-text": nsrl = "", "vics-media": vics = "" } = sampleLists();
  await assert.rejects(importList(options(icse, { role: "known-good" })), { code: "hashlist/role" });
  await assert.rejects(importList(options(nsrl)), { code: "hashlist/role" });
  await assert.rejects(importList(options(vics, { role: "known-good", categories: named() })), {
    code: "hashlist/role",
  });
  const good = await importList(options(vics, { role: "known-good", categories: named(["3", "known-good"]) }));
  assert.deepEqual([good.header.records, good.header.leftOut], [1, 2]);
});

test("openHashList() passes over what a list takes back, by id or by digest", async () => {
  const [a, b] = [madeUpFile(1), madeUpFile(2)];
  const list = `md5,id,status\n${a.md5},,active\n${b.md5},x,\n${a.md5.toUpperCase()},,withdrawn\n,x,deleted\n`;
  const about = { categories: { named: new Map(), others: "related" } } as const;
  const { header } = await importList(options(list, about));
  assert.deepEqual([header.records, header.withdrawn.length], [2, 2]);
  assert.deepEqual(await recordsOf(join(folder, "out.phuml")), []);
});

test("openHashList() of another agency, or of a file with a changed byte: a Fault", async () => {
  const { encase = "" } = sampleLists();
  await importList(options(encase));
  const path = join(folder, "out.phuml");
  await assert.rejects(openHashList(path, other), { code: "hashlist/store-foreign" });
  const bytes = readFileSync(path);
  for (let at = 0; at < bytes.length; at += 37) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    writeFileSync(path, changed);
    await assert.rejects(recordsOf(path), /^Fault/, `byte ${at}`);
  }
});

test("importList() reads NSRL's database in a child: table, size, rows without digests", async () => {
  const path = join(folder, "rds.db");
  const database = new DatabaseSync(path);
  database.exec("CREATE TABLE METADATA (SHA256 TEXT, sha1 TEXT, md5 TEXT, file_name TEXT, file_size INTEGER)");
  database.exec("CREATE VIEW FILE AS SELECT * FROM METADATA");
  const insert = database.prepare("INSERT INTO METADATA VALUES (?, ?, ?, ?, ?)");
  database.exec("BEGIN");
  for (let n = 0; n < 12_000; n++) {
    const { sha256, sha1, md5, sizeBytes } = madeUpFile(n);
    insert.run(sha256.toUpperCase(), n === 5 ? "no digest" : sha1.toUpperCase(), md5.toUpperCase(), "f", sizeBytes);
  }
  insert.run(null, "no digest", null, "f", 5);
  insert.run(null, null, null, "f", 5);
  database.exec("COMMIT");
  database.close();
  const about = { ...options(""), list: path, role: "known-good", categories: named() } as const;
  const { header } = await importList(about);
  assert.deepEqual([header.listFormat, header.records], ["nsrl-sqlite", 12_000]);
  assert.deepEqual([header.rejected, header.dropped], [{ "bad-digest": 1, "no-digest": 1 }, { "bad-digest": 1 }]);
  const records = await recordsOf(about.out);
  assert.equal(toHex(records[11_999]?.digests.sha256 ?? new Uint8Array(0)), madeUpFile(11_999).sha256);
  assert.equal(records[7]?.sizeBytes, 1007);
  assert.ok(!existsSync(`${path}-journal`));
});

test("importList() of a database that is broken, or holds no digests: a Fault, nothing written", async () => {
  const path = join(folder, "none.db");
  const database = new DatabaseSync(path);
  database.exec("CREATE TABLE a (b TEXT)");
  database.close();
  const about = { ...options(""), list: path, role: "known-good", categories: named() } as const;
  await assert.rejects(importList(about), { code: "hashlist/child" });
  const bytes = readFileSync(path);
  bytes.fill(0xff, 100, 4000);
  writeFileSync(path, bytes);
  await assert.rejects(importList(about), { code: "hashlist/child" });
  assert.ok(!existsSync(about.out));
});

test("importList() of a format that is none, of nothing, of UTF-16: each its own Fault", async () => {
  await assert.rejects(importList(options("some prose")), { code: "hashlist/unknown-format" });
  await assert.rejects(importList(options("")), { code: "hashlist/empty" });
  await assert.rejects(importList(options(Buffer.from("\ufeffabc", "utf16le"))), { code: "hashlist/encoding" });
  await assert.rejects(importList(options(encaseList([]))), { code: "hashlist/empty" });
  await assert.rejects(importList({ ...options("x"), list: join(folder, "nowhere") }), { code: "hashlist/missing" });
});
