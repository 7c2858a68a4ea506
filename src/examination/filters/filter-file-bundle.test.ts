import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { writeBundle } from "./filter-file-bundle.node.ts";
import { addRecipients } from "./filter-file-recipients.node.ts";
import { openFilter } from "./filter-open.node.ts";
import { unlockFilter } from "./filter-open-unlock.node.ts";
import { SAMPLE_NOW_MS, sampleAgency, sampleFilter, sampleOfficer } from "./filter-sample.node.ts";
import { verifyFilter } from "./filter-verify.node.ts";

const folder = mkdtempSync(join(tmpdir(), "phum-bundle-"));
after(() => rmSync(folder, { recursive: true }));
const nowMs = SAMPLE_NOW_MS;
const national = await sampleFilter(folder, { name: "national", keys: 300, about: { category: "national" } });
const related = await sampleFilter(folder, {
  name: "related",
  keys: 200,
  about: { category: "related", name: "Second" },
});
const about = { name: "Both lists", agency: "Sample agency", bundledAt: "2026-11-20T00:00:00Z" };
const agency = sampleAgency();
const trust = [national, related].map((sample) => sample.agency.publicKey);

test("addRecipients() lets a further officer open, and leaves header and payload as they were", async () => {
  const out = join(folder, "more.phumf");
  const officer = await sampleOfficer();
  const given = { recipients: [officer.public.recipient], identity: national.officer, agency: national.agency, nowMs };
  await assert.rejects(unlockFilter(national.path, officer), { code: "filter/not-a-recipient" });
  const { digest } = await addRecipients(national.path, out, given);
  const verified = await verifyFilter(out, { trust, nowMs });
  assert.equal(verified.digest, digest);
  assert.deepEqual(verified.recipients, [national.officer.public.recipient, officer.public.recipient]);
  assert.deepEqual(await unlockFilter(out, officer), await unlockFilter(out, national.officer));
  const [before, now] = [readFileSync(national.path), readFileSync(out)];
  const signed = 32 + before.readUInt32LE(16) + Number(before.readBigUInt64LE(24));
  assert.ok(before.subarray(0, signed).equals(now.subarray(0, signed)));
  await assert.rejects(addRecipients(national.path, out, { ...given, agency }), { code: "filter/untrusted" });
  await assert.rejects(addRecipients(national.path, out, { ...given, identity: officer }), {
    code: "filter/not-a-recipient",
  });
});

test("slots of one filter do not pass for those of another", async () => {
  const [a, b] = [readFileSync(national.path), readFileSync(join(folder, "more.phumf"))];
  const signed = 32 + a.readUInt32LE(16) + Number(a.readBigUInt64LE(24));
  const mixed = Buffer.concat([b.subarray(0, b.length - 64), a.subarray(a.length - 64)]);
  writeFileSync(join(folder, "mixed.phumf"), mixed);
  assert.ok(signed < a.length);
  await assert.rejects(verifyFilter(join(folder, "mixed.phumf"), { trust, nowMs }), { code: "filter/tampered" });
});

test("writeBundle() keeps each part's header, signer and keys; false hits add", async () => {
  const out = join(folder, "both.phumf");
  const officer = await sampleOfficer();
  const both = await sampleOfficer();
  for (const part of [national, related]) {
    const given = { recipients: [both.public.recipient], identity: part.officer, agency: part.agency, nowMs };
    await addRecipients(part.path, part.path, given);
  }
  const seal = { identity: both, recipients: [officer.public.recipient] };
  const written = await writeBundle(out, [national.path, related.path], { about, agency, trust, nowMs, seal });
  const verified = await verifyFilter(out, { trust: [agency.publicKey], nowMs });
  assert.equal(verified.digest, written.digest);
  assert.deepEqual(
    verified.parts.map((part) => part.header),
    [national.written.header, related.written.header],
  );
  assert.deepEqual(
    verified.parts.map((part) => part.signedBy),
    trust,
  );
  const sum = national.written.header.falseHitsPerTib.allPhases + related.written.header.falseHitsPerTib.allPhases;
  assert.equal(verified.bundle?.falseHitsPerTib.allPhases, sum);

  // The bundle's own recipient, and one of both parts; never one of a single part.
  for (const identity of [officer, both]) {
    const { parts, close } = await openFilter(out, await unlockFilter(out, identity), nowMs);
    assert.deepEqual(
      parts.map((part) => part.header.name),
      ["Sample list", "Second"],
    );
    assert.equal(parts[0]?.setKeyId, parts[1]?.setKeyId);
    assert.ok([...national.fingerprints].every((fingerprint) => parts[0]?.confirm(fingerprint)));
    assert.ok([...related.fingerprints].every((fingerprint) => parts[1]?.confirm(fingerprint)));
    close();
  }
  await assert.rejects(unlockFilter(out, national.officer), { code: "filter/not-a-recipient" });
  await assert.rejects(openFilter(out, { parts: (await unlockFilter(out, both)).parts.reverse() }, nowMs), {
    code: "filter/wrong-key",
  });

  const again = join(folder, "again.phumf");
  const third = await sampleFilter(folder, { name: "third" });
  const wider = [agency.publicKey, third.agency.publicKey];
  const nested = await writeBundle(again, [out, third.path], { about, agency, trust: wider, nowMs });
  assert.equal(nested.parts.length, 3);
});

test("every part of a bundle is proved: a flipped byte anywhere is found", async () => {
  const out = join(folder, "both.phumf");
  const whole = readFileSync(out);
  const damaged = join(folder, "flipped.phumf");
  for (let at = 0; at < whole.length; at += 7) {
    const bytes = Buffer.from(whole);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(damaged, bytes);
    await assert.rejects(verifyFilter(damaged, { trust: [agency.publicKey], nowMs }), /./, `byte ${at}`);
  }
});

test("a bundle that vouches for a damaged part is refused", async () => {
  const bad = join(folder, "bad-part.phumf");
  const bytes = readFileSync(national.path);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  writeFileSync(bad, bytes);
  const given = { about, agency, trust, nowMs };
  await assert.rejects(writeBundle(join(folder, "x.phumf"), [bad], given), { code: "filter/tampered" });
  await assert.rejects(writeBundle(join(folder, "x.phumf"), [], given), RangeError);
  await assert.rejects(writeBundle(join(folder, "x.phumf"), [national.path], { ...given, trust: [] }), {
    code: "filter/untrusted",
  });
});
