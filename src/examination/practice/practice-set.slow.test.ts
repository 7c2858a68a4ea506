import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Fault } from "#base/faults";
import { KEYS_BYTES, openHashKernel, placeKeys } from "#base/hashing/node";
import { openIdentity, readCertificateFile, verifyCertificate } from "#base/signing/node";
import { openFilter, openLookup, unlockFilter, verifyFilter } from "#examination/filters/node";
import type { PracticeTruth } from "./practice-record.ts";
import { makePractice } from "./practice-set.node.ts";

const root = mkdtempSync(join(tmpdir(), "phum-practice-"));
after(() => rmSync(root, { recursive: true, force: true }));
const folder = join(root, "set");
const nowMs = Date.UTC(2026, 10, 25, 9);
const steps: string[] = [];
const set = await makePractice(folder, { nowMs, seed: "slow test", onStep: (step) => void steps.push(step) });
const truth = JSON.parse(readFileSync(set.files.truth, "utf8")) as PracticeTruth;
const image = readFileSync(set.files.device);

test("makePractice() makes an officer, an agency and a list that believe each other", async () => {
  assert.equal(set.made, "new");
  assert.deepEqual([...new Set(steps)], ["known", "device", "keys", "list"]);
  const identity = await identityOf();
  const certificate = readCertificateFile(set.files.certificate);
  assert.equal(certificate.signPublic, identity.public.signPublic);
  assert.deepEqual(verifyCertificate(certificate, nowMs), { agencyKey: set.trust, expired: false });
  const { parts } = await verifyFilter(set.files.filter, { trust: [set.trust], nowMs });
  assert.equal(parts[0]?.header.category, "practice");
  assert.equal(parts[0]?.header.practice, true);
});

test("makePractice() plants what its list finds: every file that is there, at its own place, and nothing else", async () => {
  const hits = await scan();
  assert.ok(hits.length > 1000);
  const extents = truth.planted.flatMap((planted) => planted.extents.map((extent) => ({ ...extent, planted })));
  const perFile = new Map<string, number>();
  for (const at of hits) {
    const extent = extents.find(({ offsetBytes, lengthBytes }) => at >= offsetBytes && at < offsetBytes + lengthBytes);
    assert.ok(extent !== undefined, `a hit at ${at} belongs to no planted file`);
    assert.equal((at - extent.offsetBytes + extent.fileOffsetBytes) % 4096, 0);
    perFile.set(extent.planted.known, (perFile.get(extent.planted.known) ?? 0) + 1);
  }
  for (const { known, standing } of truth.planted) {
    if (standing === "absent") assert.equal(perFile.get(known), undefined);
    else if (!known.startsWith("small")) assert.ok((perFile.get(known) ?? 0) >= 3, `${known}, ${standing}`);
  }
});

test("makePractice() tells the truth about image and files; too small files are listed whole", async () => {
  assert.equal(createHash("sha256").update(image).digest("hex"), truth.image.sha256);
  const filter = await openFilter(set.files.filter, await unlockFilter(set.files.filter, await identityOf()), nowMs);
  const [part] = filter.parts;
  for (const { name, sizeBytes, sha256 } of truth.known) {
    const content = readFileSync(join(set.files.known, name));
    assert.equal(content.length, sizeBytes);
    assert.equal(createHash("sha256").update(content).digest("hex"), sha256);
    if (name.startsWith("small")) assert.ok(part?.digestListed("sha256", sizeBytes, Buffer.from(sha256, "hex")), name);
  }
  filter.close();
});

test("makePractice() uses a complete set again, and makes one again that is cut, old, of another seed or of the future", async () => {
  const again = (options: { seed?: string; nowMs?: number }) => makePractice(folder, { nowMs, ...options });
  const filterBefore = readFileSync(set.files.filter);
  assert.equal((await again({})).made, "reused");
  assert.equal((await again({ seed: "slow test" })).made, "reused");
  assert.ok(readFileSync(set.files.filter).equals(filterBefore));
  mkdirSync(join(folder, "exhibits"));
  truncateSync(set.files.device, 1000);
  assert.equal((await again({ seed: "slow test" })).made, "again");
  assert.equal(statSync(set.files.device).size, image.length);
  assert.ok(readFileSync(set.files.device).equals(image));
  assert.ok(statSync(join(folder, "exhibits")).isDirectory());
  assert.equal((await again({ nowMs: nowMs + 370 * 86_400_000 })).made, "again");
  assert.equal((await again({})).made, "again");
});

test("makePractice() refuses a folder with other files, and a file in its place", async () => {
  const other = join(root, "other");
  mkdirSync(other);
  writeFileSync(join(other, "letter.txt"), "mine");
  await assert.rejects(makePractice(other, { nowMs }), (e) => e instanceof Fault && e.code === "practice/not-empty");
  const file = join(other, "letter.txt");
  await assert.rejects(makePractice(file, { nowMs }), (e) => e instanceof Fault && e.code === "practice/not-a-folder");
  assert.equal(readFileSync(file, "utf8"), "mine");
});

function identityOf() {
  return openIdentity(readFileSync(set.files.identity), readFileSync(set.files.passphrase, "utf8").trimEnd());
}

/** Offsets of all confirmed blocks of the image, at all eight phases. */
async function scan(): Promise<number[]> {
  const filter = await openFilter(set.files.filter, await unlockFilter(set.files.filter, await identityOf()), nowMs);
  const [part] = filter.parts;
  assert.ok(part !== undefined);
  const chunk = 4096; // sectors
  const [dataAt, hashes] = [1 << 20, 4 << 20];
  const flags = hashes + 16 * (chunk + 7);
  const [fingerprints, starts, hitsAt] = [5 << 20, 6 << 20, 7 << 20];
  const setAt = 8 << 20;
  const pages = Math.ceil((setAt + part.scanBytes) / 65536);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const [kernel, lookup] = [openHashKernel(memory), openLookup(memory)];
  const at = { keys: 65536, sip: 65536 + KEYS_BYTES, hashes, flags, fingerprints, starts };
  placeKeys(memory, part.keys, at);
  part.loadScanPlane(memory, setAt);
  const found: number[] = [];
  for (let from = 0; from < image.length / 512; from += chunk) {
    const content = image.subarray(from * 512, (from + chunk + 7) * 512);
    new Uint8Array(memory.buffer, dataAt, content.length).set(content);
    const sectors = content.length / 512;
    kernel.sectors(dataAt, sectors, at);
    const count = kernel.fingerprints(hashes, { count: Math.max(0, Math.min(chunk, sectors - 7)), step: 1 }, at);
    const hits = new Uint32Array(memory.buffer, hitsAt, lookup.lookup(fingerprints, count, setAt, hitsAt));
    for (const hit of hits) {
      const fingerprint = new DataView(memory.buffer).getBigUint64(fingerprints + 8 * hit, true);
      const start = new DataView(memory.buffer).getUint32(starts + 4 * hit, true);
      if (part.confirm(fingerprint)) found.push((from + start) * 512);
    }
  }
  filter.close();
  return found;
}
