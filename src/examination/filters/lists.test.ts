import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { newSigner, openSigner, type Signer } from "#base/signing/node";
import { fromHex, seededRandom } from "#base/values";
import type { Category } from "#examination/evidence";
import { importList } from "#examination/hashlists/node";
import tags from "#vectors/lists/tags.json" with { type: "json" };
import { type BuildOptions, type Built, buildFilter } from "./build-filter.node.ts";
import { rekeyFilter } from "./build-rekey.node.ts";
import { sizeTag, sizeTags } from "./filter-file-keys.node.ts";
import { openFilter } from "./filter-open.node.ts";
import type { OpenPart } from "./filter-open-part.node.ts";
import { unlockFilter } from "./filter-open-unlock.node.ts";
import { sampleOfficer } from "./filter-sample.node.ts";
import { verifyFilter } from "./filter-verify.node.ts";
import { maskOf } from "./list-section.ts";
import { listTable } from "./list-table.ts";
import { type TaggedFile, tagBatch } from "./list-tags.node.ts";

const folder = mkdtempSync(join(tmpdir(), "phum-lists-"));
after(() => rmSync(folder, { recursive: true }));
const nowMs = Date.parse("2026-11-25T00:00:00Z");
const agency: Signer = await openSigner((await newSigner("lists", { workFactor: 2 })).file, "lists");
const officer = await sampleOfficer();
const DAYS = {
  releasedAt: "2026-11-18T00:00:00Z",
  validUntil: "2026-12-31T00:00:00Z",
  graceUntil: "2027-01-31T00:00:00Z",
};

interface MadeUp {
  sizeBytes: number;
  digests: Record<"md5" | "sha1" | "sha256", Uint8Array>;
}
function madeUp(number: number): MadeUp {
  const of = (algorithm: string): Uint8Array => createHash(algorithm).update(`file ${number}`).digest();
  return { sizeBytes: 1000 + number, digests: { md5: of("md5"), sha1: of("sha1"), sha256: of("sha256") } };
}
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

let stores = 0;
/** Imports rows of CSV into the store. @returns the sealed list's path. */
async function stored(
  role: "known-bad" | "known-good",
  rows: string[],
  category: Category = "baseline",
): Promise<string> {
  const [list, out] = [join(folder, `list ${++stores}`), join(folder, `list ${stores}.phuml`)];
  writeFileSync(list, ["md5,sha1,sha256,size,category", ...rows].join("\n"));
  const categories = {
    named: new Map<string, Category>(
      role === "known-bad"
        ? [
            ["*", category],
            ["B", "related"],
          ]
        : [],
    ),
    others: category,
  };
  await importList({ list, out, role, name: `List ${stores}`, release: "7", categories, agency, nowMs });
  return out;
}
const row = (number: number, fields: string, category = ""): string => {
  const { digests, sizeBytes } = madeUp(number);
  const has = (field: string, text: string): string => (fields.split(" ").includes(field) ? text : "");
  const texts = (["md5", "sha1", "sha256"] as const).map((name) => has(name, hex(digests[name])));
  return [...texts, has("size", String(sizeBytes)), category].join(",");
};

async function built(digests: BuildOptions["digests"], more: Partial<BuildOptions> = {}): Promise<Built> {
  const about = { name: "Hits", agency: "A", category: "baseline", release: "1", ...DAYS } as const;
  const out = join(folder, "built.phumf");
  return buildFilter({ inputs: [], about, agency, recipients: [officer.public.recipient], out, digests, ...more });
}
async function opened<T>(use: (part: OpenPart) => T, path = join(folder, "built.phumf")): Promise<T> {
  await verifyFilter(path, { trust: [agency.publicKey], nowMs });
  const filter = await openFilter(path, await unlockFilter(path, officer), nowMs);
  try {
    const [part] = filter.parts;
    assert.ok(part);
    return use(part);
  } finally {
    filter.close();
  }
}

/** The tag of one file: 14 hexadecimal digits. */
function tagOf(key: Uint8Array, mask: number, file: TaggedFile): string {
  const batch = tagBatch(key, mask, 4);
  batch.add(file);
  const [high = 0, low = 0] = batch.run();
  return high.toString(16).padStart(8, "0") + (low >>> 8).toString(16).padStart(6, "0");
}

test("tagBatch() is HMAC-SHA-256 over what the mask names", () => {
  const key = new Uint8Array(32).fill(7);
  const { digests, sizeBytes } = madeUp(1);
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(sizeBytes + 2 ** 33));
  const message = Buffer.concat([Buffer.from("list\0\x0b", "latin1"), size, digests.md5, digests.sha1]);
  const tag = createHmac("sha256", key).update(message).digest("hex");
  assert.equal(tagOf(key, 11, { digests, sizeBytes: sizeBytes + 2 ** 33 }), tag.slice(0, 14));
});

test("tagBatch() agrees with an independent implementation", () => {
  const digests = Object.fromEntries(Object.entries(tags.digests).map(([name, digest]) => [name, fromHex(digest)]));
  for (const { mask, sizeBytes, tag: expected } of tags.cases) {
    assert.equal(tagOf(fromHex(tags.releaseKey), mask, { digests, sizeBytes }), expected);
  }
  assert.equal(tags.cases.length, 16);
});

test("tagBatch() refuses a mask that is none, a file without its digest, and more than it holds", () => {
  const key = new Uint8Array(32);
  const { digests, sizeBytes } = madeUp(1);
  assert.throws(() => tagBatch(key, 16, 4), /current mask is 16/);
  assert.throws(
    () => tagOf(key, 3, { digests: { md5: digests.md5 }, sizeBytes }),
    /digest is missing, current mask is 3/,
  );
  assert.throws(() => tagOf(key, 1, { digests: { md5: digests.sha1 }, sizeBytes }), /digest is missing/);
  const batch = tagBatch(key, 1, 4);
  for (let i = 0; i < 4; i++) batch.add({ digests, sizeBytes });
  assert.throws(() => batch.add({ digests, sizeBytes }), /full/);
});

test("sizeTags() are sizeTag() of each", () => {
  const key = new Uint8Array(32).fill(9);
  const sizes = BigUint64Array.from({ length: 2050 }, (_, i) => BigInt(i) ** 4n);
  assert.deepEqual(
    sizeTags(key, sizes),
    sizes.map((size) => sizeTag(key, Number(size))),
  );
});

test("maskOf() takes all that is said, but nothing weaker beside SHA-256", () => {
  assert.equal(maskOf({ md5: 1, sha1: 1, sha256: 1 }, 5), 12);
  assert.equal(maskOf({ md5: 1, sha1: 1 }, 5), 11);
  assert.equal(maskOf({ md5: 1 }, undefined), 1);
  assert.equal(maskOf({}, 5), 8);
});

for (const count of [0, 1, 7, 8, 1000, 50_000]) {
  test(`listTable() of ${count} entries finds each, with all its groups, and no other`, () => {
    const random = seededRandom(`table ${count}`);
    const tags = Array.from({ length: count }, () => (BigInt(random.bits32()) << 24n) | BigInt(random.below(2 ** 24)));
    const entries = tags.flatMap((tag, i) =>
      i % 10 === 0 ? [(tag << 8n) | 3n, (tag << 8n) | 200n] : [(tag << 8n) | 255n],
    );
    const table = listTable(new Uint8Array(BigUint64Array.from(entries).sort().buffer));
    assert.equal(table.entries, entries.length);
    // What stands in the lower 8 bits of a tag's second word means nothing.
    const asked = tags.flatMap((tag) => [Number(tag >> 24n), Number((tag << 8n) & 0xffffffffn) + random.below(256)]);
    const strangers = Array.from({ length: 2000 }, () => random.bits32());
    const found = tags.map((): number[] => []);
    table.findEach(Uint32Array.from(asked), count, (index, group) => found[index]?.push(group));
    assert.deepEqual(
      found,
      tags.map((_, i) => (i % 10 === 0 ? [3, 200] : [255])),
    );
    table.findEach(Uint32Array.from(strangers), 1000, () => assert.fail("a stranger was found"));
  });
}

test("listTable() refuses entries that do not ascend", () => {
  assert.throws(() => listTable(new Uint8Array(BigUint64Array.of(5n << 40n, 4n << 40n).buffer)), RangeError);
  assert.throws(() => listTable(new Uint8Array(BigUint64Array.of(5n << 40n, 5n << 40n).buffer)), RangeError);
});

test("buildFilter() of sealed lists: a hit names list, release, category, and all that is equal", async () => {
  const rows = [
    row(1, "md5 sha1 size"),
    row(2, "md5", "B"),
    row(3, "sha256 md5 size"),
    row(4, "md5 size"),
    row(4, "md5 size"),
  ];
  const path = await stored("known-bad", rows);
  const other = await stored("known-bad", [row(1, "sha1")], "national");
  const { written, lists } = await built([
    { role: "known-bad", path },
    { role: "known-bad", path: other },
  ]);
  assert.equal(lists?.about.knownBad.entries, 5);
  assert.equal(lists?.about.knownBad.sizes, 3);
  assert.deepEqual(written.header.lists?.knownBad.masks, [1, 2, 9, 11, 12]);
  await opened(({ lists: open, header }) => {
    assert.ok(open);
    assert.deepEqual(open.algorithms, ["sha256", "sha1", "md5"]);
    const found = (number: number): unknown[] =>
      open.find(madeUp(number)).map(({ group, algorithms, sizeEqual }) => {
        const { name = "", category = null } = header.lists?.groups[group] ?? {};
        return [name, category, algorithms.join("+"), sizeEqual];
      });
    const [first, second] = [`List ${stores - 1}`, `List ${stores}`];
    assert.deepEqual(
      found(1).sort(),
      [
        [first, "baseline", "sha1+md5", true],
        [second, "national", "sha1", false],
      ].sort(),
    );
    assert.deepEqual(found(2), [[first, "related", "md5", false]]);
    assert.deepEqual(found(3), [[first, "baseline", "sha256", true]]);
    assert.deepEqual(found(4), [[first, "baseline", "md5", true]]);
    assert.deepEqual(found(5), []);
  });
});

test("find() of a file whose MD5 is listed with another size or SHA-1: no hit", async () => {
  const path = await stored("known-bad", [row(1, "md5 sha1 size")]);
  await built([{ role: "known-bad", path }]);
  await opened(({ lists }) => {
    const { digests, sizeBytes } = madeUp(1);
    assert.equal(lists?.find({ digests, sizeBytes }).length, 1);
    assert.deepEqual(lists?.find({ digests, sizeBytes: sizeBytes + 1 }), []);
    assert.deepEqual(lists?.find({ digests: { ...digests, sha1: madeUp(2).digests.sha1 }, sizeBytes }), []);
    assert.deepEqual(lists?.find({ digests: { md5: digests.md5 }, sizeBytes }), []);
    const asked = Array.from({ length: 3000 }, (_, i) => (i % 3 === 0 ? { digests, sizeBytes } : madeUp(5 + i)));
    const hits: number[] = [];
    lists?.findEach(asked, (index) => hits.push(index));
    assert.deepEqual(
      hits,
      asked.flatMap((_, i) => (i % 3 === 0 ? [i] : [])),
    );
  });
});

test("sizeListed() is a prefilter only where every entry has a size", async () => {
  const sized = await stored("known-bad", [row(1, "md5 size")]);
  const good = await stored("known-good", [row(9, "sha256 size")]);
  await built([
    { role: "known-bad", path: sized },
    { role: "known-good", path: good },
  ]);
  await opened(({ lists }) => {
    assert.deepEqual(
      [1001, 1009, 5].map((size) => lists?.sizeListed("known-bad", size)),
      [true, false, false],
    );
    assert.deepEqual(
      [1001, 1009, 5].map((size) => lists?.sizeListed("known-good", size)),
      [false, true, false],
    );
  });
  const unsized = await stored("known-bad", [row(1, "md5 size"), row(2, "sha1")]);
  await built([{ role: "known-bad", path: unsized }]);
  await opened(({ lists }) => assert.equal(lists?.sizeListed("known-bad", 5), true));
});

test("buildFilter() refuses a list in the role it was not imported for, and leaves no file", async () => {
  const good = await stored("known-good", [row(1, "sha256 size")]);
  rmSync(join(folder, "built.phumf"), { force: true });
  await assert.rejects(built([{ role: "known-bad", path: good }]), { code: "filter/list-role" });
  rmSync(join(folder, "built.phumf.work"), { recursive: true, force: true });
  assert.ok(!readdirSync(folder).includes("built.phumf"));
});

test("buildFilter() refuses lists of both roles that overlap; a few shared files are no longer passed over", async () => {
  const numbers = Array.from({ length: 2000 }, (_, i) => i);
  const bad = await stored(
    "known-bad",
    numbers.slice(0, 1000).map((n) => row(n, "md5 sha1 size")),
  );
  const same = await stored(
    "known-good",
    numbers.slice(500).map((n) => row(n, "sha1 sha256 size")),
  );
  const wish = (good: string): BuildOptions["digests"] => [
    { role: "known-bad", path: bad },
    { role: "known-good", path: good },
  ];
  await assert.rejects(built(wish(same)), { code: "filter/lists-overlap" });
  rmSync(join(folder, "built.phumf.work"), { recursive: true, force: true });
  const few = await stored(
    "known-good",
    numbers.slice(995).map((n) => row(n, "sha1 sha256 size")),
  );
  const { lists } = await built(wish(few));
  assert.deepEqual([lists?.disputed, lists?.about.knownGood.entries], [5, 1000]);
  await opened(({ lists: open, header }) => {
    const roles = (n: number): unknown[] =>
      open?.find(madeUp(n)).map(({ group }) => header.lists?.groups[group]?.role) ?? [];
    assert.deepEqual([roles(997), roles(1500), roles(3)], [["known-bad"], ["known-good"], ["known-bad"]]);
  });
});

test("buildFilter() keeps practice lists and real ones apart", async () => {
  const path = await stored("known-bad", [row(1, "md5 size")], "practice");
  await assert.rejects(built([{ role: "known-bad", path }]), { code: "filter/list-practice" });
  rmSync(join(folder, "built.phumf.work"), { recursive: true, force: true });
});

test("rekeyFilter() asks for the lists again, and makes other tags of them", async () => {
  const path = await stored("known-bad", [row(1, "md5 size")]);
  const keepHashes = join(folder, "kept");
  const digests = [{ role: "known-bad" as const, path }];
  await built(digests, { keepHashes });
  const release = { release: "2", ...DAYS };
  const out = join(folder, "again.phumf");
  const again = { kept: keepHashes, release, agency, recipients: [officer.public.recipient], out };
  await assert.rejects(rekeyFilter(again), { code: "filter/lists-needed" });
  rmSync(`${out}.work`, { recursive: true, force: true });
  await rekeyFilter({ ...again, digests });
  await opened(({ lists }) => assert.equal(lists?.find(madeUp(1)).length, 1), out);
});

test("buildFilter() of sealed lists alone lists no block and no file of its own", async () => {
  const path = await stored("known-bad", [row(1, "md5 size")]);
  const { written } = await built([{ role: "known-bad", path }]);
  assert.equal(written.header.keys, 0);
  await opened(({ likeness, algorithms }) => assert.deepEqual([likeness, algorithms], [null, []]));
});
