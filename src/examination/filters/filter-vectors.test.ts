import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fromHex, toHex } from "#base/values";
import numbers from "#vectors/filter/numbers.json" with { type: "json" };
import sample from "#vectors/filter/sample.json" with { type: "json" };
import { digestTag, keyIds, shardSeed, sizeTag, vectorBlock } from "./filter-file-keys.node.ts";
import { DIGEST_ALGORITHMS } from "./filter-header.ts";
import { openFilter } from "./filter-open.node.ts";
import { unlockFilter } from "./filter-open-unlock.node.ts";
import { verifyFilter } from "./filter-verify.node.ts";
import { placeOf } from "./fuse-place.ts";

const folder = mkdtempSync(join(tmpdir(), "phum-vectors-"));
after(() => rmSync(folder, { recursive: true }));
const releaseKey = fromHex(numbers.releaseKey);
const number = (hex: string): bigint => BigInt(`0x${hex}`);

test(`placeOf() of ${numbers.places.length} places is as an independent implementation says`, () => {
  for (const { fingerprint, seed, length, span, positions, scan, check } of numbers.places) {
    assert.deepEqual(placeOf(number(fingerprint), { seed: number(seed), length, span }), { positions, scan, check });
  }
});

test("key ids, seeds, tags and test blocks are as an independent implementation says", () => {
  assert.deepEqual(keyIds({ setKey: fromHex(numbers.setKey), releaseKey }), numbers.keyIds);
  for (const { shard, attempt, seed } of numbers.shardSeeds) {
    assert.equal(shardSeed(releaseKey, shard, attempt), number(seed));
  }
  for (const { sizeBytes, tag } of numbers.sizeTags) assert.equal(sizeTag(releaseKey, sizeBytes), number(tag));
  for (const { algorithm, sizeBytes, digest, tag } of numbers.digestTags) {
    const known = DIGEST_ALGORITHMS.find((name) => name === algorithm);
    assert.ok(known);
    assert.equal(toHex(digestTag(releaseKey, { algorithm: known, sizeBytes }, fromHex(digest))), tag);
  }
  for (const { number: block, sha256 } of numbers.testBlocks) {
    assert.equal(createHash("sha256").update(vectorBlock(block)).digest("hex"), sha256);
  }
});

for (const kind of ["filter", "bundle"] as const) {
  test(`a ${kind} file of version 1 is read as when it was written`, async () => {
    const path = join(folder, `${kind}.phumf`);
    writeFileSync(path, Buffer.from(sample[kind], "base64"));
    const nowMs = Date.parse(sample.readAt);
    const { parts: verified } = await verifyFilter(path, { trust: [sample.trust], nowMs });
    assert.deepEqual(
      verified.map((part) => part.header),
      [sample.header],
    );
    const { ageSecret, recipient } = sample.officer;
    const unlock = await unlockFilter(path, { ageSecret, public: { recipient } });
    const { parts, close } = await openFilter(path, unlock, nowMs);
    const [part] = parts;
    assert.ok(part);
    for (const fingerprint of sample.fingerprints) {
      assert.ok(part.confirm(number(fingerprint)));
      assert.ok(!part.confirm(number(fingerprint) ^ 1n));
    }
    for (const { sizeBytes, sha256, md5 } of sample.files) {
      assert.ok(part.sizeListed(sizeBytes));
      assert.ok(part.digestListed("sha256", sizeBytes, fromHex(sha256)));
      assert.ok(part.digestListed("md5", sizeBytes, fromHex(md5)));
      assert.ok(!part.digestListed("sha1", sizeBytes, fromHex(sha256).subarray(0, 20)));
    }
    close();
  });
}
