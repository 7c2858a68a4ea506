import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fingerprintOf } from "#base/hashing";
import { deriveSetKeys, deriveSipKey } from "#base/hashing/node";
import { writeFilter } from "./filter-file-write.node.ts";
import { openFilter } from "./filter-open.node.ts";
import { unlockFilter } from "./filter-open-unlock.node.ts";
import {
  SAMPLE_NOW_MS,
  sampleAgency,
  sampleDraft,
  sampleFilter,
  sampleFingerprints,
  sampleKey,
  sampleOfficer,
} from "./filter-sample.node.ts";
import { verifyFilter } from "./filter-verify.node.ts";
import { openLookup } from "./fuse-kernel.node.ts";

const folder = mkdtempSync(join(tmpdir(), "phum-filter-"));
after(() => rmSync(folder, { recursive: true }));
const DAY_MS = 86_400_000;

function code(expected: string): (error: unknown) => boolean {
  return (error) => {
    assert.equal((error as { code?: string }).code, expected, String(error));
    return true;
  };
}

function pages(bytes: number): number {
  return Math.ceil(bytes / 65536);
}

for (const keys of [0, 1, 2, 3, 10, 5000]) {
  test(`a filter of ${keys} fingerprints is written, verified, unlocked, opened and looked up in`, async () => {
    const sample = await sampleFilter(folder, { name: `round ${keys}`, keys });
    const trust = [sample.agency.publicKey];
    const verified = await verifyFilter(sample.path, { trust, nowMs: SAMPLE_NOW_MS });
    assert.equal(verified.digest, createHash("sha256").update(readFileSync(sample.path)).digest("hex"));
    assert.equal(verified.digest, sample.written.digest);
    assert.equal(verified.sizeBytes, sample.written.sizeBytes);
    assert.deepEqual(verified.parts[0]?.header, sample.written.header);
    assert.deepEqual(verified.recipients, [sample.officer.public.recipient]);
    assert.equal(verified.expired, false);

    const unlock = JSON.parse(JSON.stringify(await unlockFilter(sample.path, sample.officer)));
    const { parts, close } = await openFilter(sample.path, unlock, SAMPLE_NOW_MS);
    const [part] = parts;
    assert.ok(part);
    const at = 65536;
    const memory = new WebAssembly.Memory({ initial: 2 + pages(part.scanBytes + 65536), maximum: 65536, shared: true });
    part.loadScanPlane(memory, at);
    const strangers = sampleFingerprints("strangers", 500);
    const batch = [...sample.fingerprints.subarray(0, 500), ...strangers];
    const batchAt = at + part.scanBytes;
    new BigUint64Array(memory.buffer, batchAt, batch.length).set(batch);
    const hits = openLookup(memory).lookup(batchAt, batch.length, at, batchAt + 8 * batch.length);
    assert.equal(hits, Math.min(keys, 500));
    for (const fingerprint of batch.slice(0, hits)) assert.ok(part.confirm(fingerprint));
    for (const fingerprint of strangers) assert.equal(part.confirm(fingerprint), false);
    close();
  });
}

test("openFilter() gives the keys that fingerprint as the builder did", async () => {
  const sample = await sampleFilter(folder, { name: "keys" });
  const { parts, close } = await openFilter(
    sample.path,
    await unlockFilter(sample.path, sample.officer),
    SAMPLE_NOW_MS,
  );
  const block = Uint8Array.from({ length: 4096 }, (_, i) => (i * 7) % 251);
  const keys = { ...deriveSetKeys(sampleKey("set")), sipKey: deriveSipKey(sampleKey("release")) };
  assert.ok(parts[0]);
  assert.equal(fingerprintOf(block, parts[0].keys), fingerprintOf(block, keys));
  close();
});

test("sizeListed() and digestListed() know listed files by algorithm, size and digest together", async () => {
  const sample = await sampleFilter(folder, { name: "files" });
  const { parts, close } = await openFilter(
    sample.path,
    await unlockFilter(sample.path, sample.officer),
    SAMPLE_NOW_MS,
  );
  const [part] = parts;
  assert.ok(part);
  assert.deepEqual(part.algorithms, ["sha256", "sha1", "md5"]);
  assert.deepEqual(part.header.digests, { sha256: 3, sha1: 1, md5: 2 });
  assert.equal(part.header.sizes, 2);
  assert.deepEqual([5000, 2 ** 40, 5001, 0].map(part.sizeListed), [true, true, false, false]);
  const digest = (byte: number, length: number): Uint8Array => new Uint8Array(length).fill(byte);
  assert.equal(part.digestListed("sha256", 5000, digest(1, 32)), true);
  assert.equal(part.digestListed("sha256", 5000, digest(2, 32)), true);
  assert.equal(part.digestListed("sha256", 5000, digest(3, 32)), false);
  assert.equal(part.digestListed("sha256", 2 ** 40, digest(3, 32)), true);
  assert.equal(part.digestListed("sha1", 5000, digest(1, 20)), true);
  assert.equal(part.digestListed("md5", 5000, digest(1, 16)), true);
  assert.equal(part.digestListed("md5", 5001, digest(1, 16)), false);
  close();
});

test("nothing of keys, digests or fingerprints stands readable in the file", async () => {
  const sample = await sampleFilter(folder, { name: "readable" });
  const bytes = readFileSync(sample.path);
  const fingerprint = Buffer.alloc(8);
  fingerprint.writeBigUInt64LE(sample.fingerprints[7] ?? 0n);
  const secrets = [sampleKey("set"), sampleKey("release"), Buffer.alloc(16, 1), Buffer.alloc(16, 3), fingerprint];
  for (const secret of secrets) assert.equal(bytes.indexOf(secret), -1);
});

test("verifyFilter() trusts only the keys it is given", async () => {
  const sample = await sampleFilter(folder, { name: "trust" });
  for (const trust of [[], [sampleAgency().publicKey], ["00".repeat(32)]]) {
    await assert.rejects(verifyFilter(sample.path, { trust, nowMs: SAMPLE_NOW_MS }), code("filter/untrusted"));
  }
});

test("unlockFilter() and openFilter() refuse a stranger and a wrong key", async () => {
  const sample = await sampleFilter(folder, { name: "stranger" });
  const stranger = await sampleOfficer();
  await assert.rejects(unlockFilter(sample.path, stranger), code("filter/not-a-recipient"));
  const impostor = { ageSecret: stranger.ageSecret, public: sample.officer.public };
  await assert.rejects(unlockFilter(sample.path, impostor), code("filter/tampered"));
  for (const parts of [[], [{ releaseSecret: "" }], [{ releaseSecret: stranger.ageSecret }]]) {
    await assert.rejects(openFilter(sample.path, { parts }, SAMPLE_NOW_MS), code("filter/wrong-key"));
  }
});

test("a filter past validUntil is expired, past graceUntil it is refused", async () => {
  const about = {
    releasedAt: "2026-11-01T00:00:00Z",
    validUntil: "2026-11-10T00:00:00Z",
    graceUntil: "2026-11-20T00:00:00Z",
  };
  const sample = await sampleFilter(folder, { name: "dates", about });
  const trust = [sample.agency.publicKey];
  const unlock = await unlockFilter(sample.path, sample.officer);
  const [valid, grace] = [Date.parse(about.validUntil), Date.parse(about.graceUntil)];
  for (const [nowMs, expired] of [
    [valid - DAY_MS, false],
    [valid, false],
    [valid + 1, true],
    [grace, true],
  ] as const) {
    assert.equal((await verifyFilter(sample.path, { trust, nowMs })).expired, expired);
    (await openFilter(sample.path, unlock, nowMs)).close();
  }
  for (const nowMs of [grace + 1, Number.NaN]) {
    await assert.rejects(verifyFilter(sample.path, { trust, nowMs }), code("filter/expired"));
    await assert.rejects(openFilter(sample.path, unlock, nowMs), code("filter/expired"));
  }
});

test("verifyFilter() names what is not there, cannot be read or is no filter", async () => {
  const given = { trust: [], nowMs: SAMPLE_NOW_MS };
  await assert.rejects(verifyFilter(join(folder, "none"), given), code("filter/missing"));
  await assert.rejects(verifyFilter(folder, given), code("filter/unreadable"));
  await assert.rejects(verifyFilter("/dev/null", given), code("filter/unreadable"));
  await assert.rejects(verifyFilter(import.meta.filename, given), code("filter/not-a-filter"));
});

test("writeFilter() refuses what would make a filter that no one opens, and leaves nothing behind", async () => {
  const out = join(folder, "refused.phumf");
  const [agency, officer] = [sampleAgency(), await sampleOfficer()];
  const options = { agency, recipients: [officer.public.recipient] };
  const keys = sampleFingerprints("refused", 10);
  const draft = sampleDraft(keys);
  const wrong = [
    { ...draft, about: { ...draft.about, name: "a\u202eb" } },
    { ...draft, about: { ...draft.about, validUntil: "2026-01-01T00:00:00Z" } },
    { ...draft, about: { ...draft.about, category: "other" as "baseline" } },
    { ...draft, shardKeys: [5, 5] },
    { ...draft, shardKeys: [11] },
    { ...draft, files: [{ sizeBytes: 1, sha1: new Uint8Array(19) }] },
    { ...draft, keys: { ...draft.keys, setKey: new Uint8Array(31) } },
  ];
  for (const given of wrong) await assert.rejects(writeFilter(out, given, options), RangeError);
  await assert.rejects(writeFilter(out, draft, { agency, recipients: [] }), RangeError);
  const many = { ...draft, shardKeys: new Array(64).fill(12_000_000) };
  await assert.rejects(writeFilter(out, many, options), (error: { code: string; values: Record<string, number> }) => {
    assert.equal(error.code, "filter/too-large");
    assert.deepEqual(error.values, { keys: 768_000_000, largest: 715_000_000 });
    return true;
  });
  await assert.rejects(writeFilter(join(folder, "no/such/folder"), draft, options), code("filter/unwritable"));
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.includes("refused") || name.includes(".part")),
    [],
  );
});

test("the header says theory's false hits and PRACTICE by category alone", async () => {
  const practice = await sampleFilter(folder, { name: "practice", about: { category: "practice" } });
  assert.equal(practice.written.header.practice, true);
  assert.ok(practice.written.header.falseHitsPerTib.allPhases > 7e-6);
  assert.equal((await sampleFilter(folder, { name: "baseline" })).written.header.practice, false);
});

test("a filter carries perceptual fingerprints as they are, and one without says so", async () => {
  const officer = await sampleOfficer();
  const bytes = Uint8Array.from({ length: 70_001 }, (_, i) => (i * 31) % 251);
  const draft = sampleDraft(sampleFingerprints("likeness", 10));
  const likeness = { lengthBytes: bytes.length, pieces: () => [bytes.subarray(0, 5), bytes.subarray(5)] };
  for (const [name, given] of [
    ["with", { likeness }],
    ["without", {}],
  ] as const) {
    const path = join(folder, `likeness ${name}.phumf`);
    await writeFilter(path, { ...draft, ...given }, { agency: sampleAgency(), recipients: [officer.public.recipient] });
    const { parts, close } = await openFilter(path, await unlockFilter(path, officer), SAMPLE_NOW_MS);
    const read = parts[0]?.likeness ?? null;
    if (name === "without") assert.equal(read, null);
    else {
      const back = new Uint8Array(read?.lengthBytes ?? 0);
      read?.readInto(back, 0);
      assert.deepEqual(back, bytes);
      assert.throws(() => read?.readInto(new Uint8Array(2), bytes.length - 1), RangeError);
    }
    close();
  }
  const short = { ...draft, likeness: { ...likeness, lengthBytes: 5 } };
  const out = join(folder, "likeness short.phumf");
  await assert.rejects(
    writeFilter(out, short, { agency: sampleAgency(), recipients: [officer.public.recipient] }),
    RangeError,
  );
});
