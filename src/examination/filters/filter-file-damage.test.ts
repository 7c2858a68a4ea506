import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Fault } from "#base/faults";
import { canonicalBytes } from "#base/values";
import { filtersAnswers } from "./faults.ts";
import { startFile } from "./filter-file-output.node.ts";
import { openFilter } from "./filter-open.node.ts";
import { unlockFilter } from "./filter-open-unlock.node.ts";
import { SAMPLE_NOW_MS, sampleFilter } from "./filter-sample.node.ts";
import { verifyFilter } from "./filter-verify.node.ts";

const folder = mkdtempSync(join(tmpdir(), "phum-damage-"));
after(() => rmSync(folder, { recursive: true }));
const sample = await sampleFilter(folder, { keys: 10 });
const whole = readFileSync(sample.path);
const trust = [sample.agency.publicKey];
const damaged = join(folder, "damaged.phumf");

async function codeOfVerify(bytes: Uint8Array): Promise<string> {
  writeFileSync(damaged, bytes);
  try {
    await verifyFilter(damaged, { trust, nowMs: SAMPLE_NOW_MS });
    return "verified";
  } catch (error) {
    assert.ok(error instanceof Fault, `${error}`);
    assert.ok(Object.hasOwn(filtersAnswers, error.code), error.code);
    return error.code;
  }
}

test("verifyFilter() finds every flipped byte", async () => {
  const codes = new Map<string, number>();
  for (let at = 0; at < whole.length; at++) {
    const bytes = Buffer.from(whole);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
    const code = await codeOfVerify(bytes);
    assert.notEqual(code, "verified", `byte ${at}`);
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  assert.ok((codes.get("filter/tampered") ?? 0) > whole.length * 0.9, JSON.stringify([...codes]));
});

test("verifyFilter() finds every truncation and every byte too many", async () => {
  assert.equal(await codeOfVerify(whole), "verified");
  assert.equal(await codeOfVerify(whole.subarray(0, 0)), "filter/not-a-filter");
  for (let length = 8; length < whole.length; length += 3) {
    assert.equal(await codeOfVerify(whole.subarray(0, length)), "filter/truncated", `${length}`);
  }
  assert.equal(await codeOfVerify(Buffer.concat([whole, Buffer.alloc(1)])), "filter/tampered");
});

test("unknown versions and categories are named, also where the signature stands", async () => {
  const other = Buffer.from(whole);
  other.writeUInt32LE(2, 8);
  assert.equal(await codeOfVerify(other), "filter/version");
  const { header } = sample.written;
  const cases = [
    [{ ...header, version: 2 }, "filter/version"],
    [{ ...header, format: "phum-other" }, "filter/version"],
    [{ ...header, fingerprint: "phum-block/2" }, "filter/version"],
    [{ ...header, category: "foreign" }, "filter/category"],
    [{ ...header, extra: 1 }, "filter/tampered"],
    [{ ...header, keys: -1 }, "filter/tampered"],
    [{ ...header, practice: true }, "filter/tampered"],
    [{ ...header, name: "\u001b[2J" }, "filter/tampered"],
    [{ ...header, graceUntil: "2026-02-01T00:00:00Z" }, "filter/tampered"],
    [{ ...header, graceUntil: "9999" }, "filter/tampered"],
  ] as const;
  for (const [changed, code] of cases) {
    const file = startFile(damaged, { kind: "filter", header: canonicalBytes(changed), bodyBytes: 1 });
    file.append(new Uint8Array(1));
    file.finish([], sample.agency);
    await assert.rejects(verifyFilter(damaged, { trust, nowMs: SAMPLE_NOW_MS }), { code });
    await assert.rejects(openFilter(damaged, { parts: [] }, SAMPLE_NOW_MS), { code });
  }
});

test("a header exchanged for another signed one does not open the payload", async () => {
  const unlock = await unlockFilter(sample.path, sample.officer);
  const header = canonicalBytes({ ...sample.written.header, graceUntil: "2099-01-01T00:00:00Z" });
  const headerBytes = whole.readUInt32LE(16);
  const body = whole.subarray(32 + headerBytes, 32 + headerBytes + Number(whole.readBigUInt64LE(24)));
  const file = startFile(damaged, { kind: "filter", header, bodyBytes: body.length });
  file.append(body);
  file.finish([], sample.agency);
  await assert.rejects(openFilter(damaged, unlock, SAMPLE_NOW_MS), { code: "filter/tampered" });
});
