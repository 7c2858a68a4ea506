import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "#base/faults";
import { canonicalBytes, canonicalText, toHex, utf8 } from "#base/values";
import vectors from "#vectors/signing/identity.json" with { type: "json" };
import { type Enrolment, enrol, readCertificate, verifyCertificate } from "./certificate.node.ts";
import { newSeed, signingKey } from "./ed25519.node.ts";
import type { Signer } from "./identity.node.ts";
import { officerPublic } from "./officer-public.node.ts";
import { newSealKey } from "./sealed-file.node.ts";

const NOW = Date.parse("2026-11-25T08:00:00Z");
const officer = officerPublic((await newSealKey()).recipient, signingKey(newSeed()));
const agency = await madeUpAgency();
const asked: Enrolment = {
  officer,
  name: "សុខ ដារ៉ា",
  unit: "អង្គភាព ៣",
  validUntil: "2027-06-30",
  agency,
  nowMs: NOW,
};

test("enrol() makes a certificate that verifyCertificate() proves and readCertificate() reads back", () => {
  const certificate = enrol(asked);
  assert.deepEqual(verifyCertificate(certificate, NOW), { agencyKey: agency.publicKey, expired: false });
  assert.deepEqual(readCertificate(utf8(`${canonicalText(certificate)}\n`)), certificate);
  assert.equal(certificate.name, "សុខ ដារ៉ា");
  assert.equal(certificate.validUntil, "2027-06-30T23:59:59.000Z");
  assert.equal(certificate.issuedAt, "2026-11-25T08:00:00.000Z");
  assert.deepEqual(certificate.agencyKeys, [agency.publicKey]);
  assert.equal(certificate.agencyRecipient, agency.recipient);
  assert.equal(certificate.recipient, officer.recipient);
});

test("verifyCertificate() says from which second on it has expired", () => {
  const certificate = enrol(asked);
  const last = Date.parse("2027-06-30T23:59:59Z");
  assert.equal(verifyCertificate(certificate, last).expired, false);
  assert.equal(verifyCertificate(certificate, last + 1).expired, true);
});

test("verifyCertificate() of the vector", () => {
  const certificate = readCertificate(utf8(vectors.certificate));
  assert.deepEqual(verifyCertificate(certificate, NOW), { agencyKey: vectors.agencyPublicKey, expired: false });
  assert.equal(canonicalText(certificate), vectors.certificate);
});

test("enrol() pins further keys of the agency, each once", () => {
  const next = signingKey(newSeed()).publicKey;
  assert.deepEqual(enrol({ ...asked, agencyKeys: [next, agency.publicKey] }).agencyKeys, [agency.publicKey, next]);
  assert.throws(() => enrol({ ...asked, agencyKeys: ["no key"] }), isFault("certificate/damaged"));
});

test("verifyCertificate() of a changed field is never true", async () => {
  const certificate = enrol(asked);
  const other = await madeUpAgency();
  for (const [changes, code] of [
    [{ name: "សុខ ដារី" }, "certificate/tampered"],
    [{ unit: "អង្គភាព ៤" }, "certificate/tampered"],
    [{ validUntil: "2037-06-30T23:59:59.000Z" }, "certificate/tampered"],
    [{ recipient: other.recipient }, "certificate/tampered"],
    [{ agencyRecipient: other.recipient }, "certificate/tampered"],
    [{ signPublic: other.publicKey }, "certificate/tampered"],
    [{ agencyKeys: [agency.publicKey, other.publicKey] }, "certificate/tampered"],
    [{ signedBy: other.publicKey }, "certificate/damaged"],
    [{ signedBy: other.publicKey, agencyKeys: [other.publicKey] }, "certificate/tampered"],
    [{ agencyKeys: [] }, "certificate/damaged"],
    [{ agencyKeys: [agency.publicKey, agency.publicKey] }, "certificate/damaged"],
    [{ validUntil: "2027-06-31T00:00:00.000Z" }, "certificate/damaged"],
    [{ validUntil: "2027-06-30" }, "certificate/damaged"],
    [{ name: "" }, "certificate/damaged"],
    [{ name: "a\u202eb" }, "certificate/damaged"],
    [{ signature: certificate.signature.toUpperCase() }, "certificate/damaged"],
    [{ format: "phum-officer" }, "certificate/damaged"],
    [{ version: 2 }, "certificate/version"],
    [{ more: "x" }, "certificate/damaged"],
  ] as const) {
    const changed = JSON.parse(canonicalText({ ...certificate, ...changes }));
    assert.throws(() => verifyCertificate(changed, NOW), isFault(code), JSON.stringify(changes));
  }
});

test("verifyCertificate() of a certificate that an officer made for himself names his key, not the agency's", () => {
  const own = signingKey(newSeed());
  const { signature: _, ...claim } = enrol(asked);
  const forged = { ...claim, signedBy: own.publicKey, agencyKeys: [own.publicKey] };
  const certificate = { ...forged, signature: toHex(own.sign(canonicalBytes(forged))) };
  assert.equal(verifyCertificate(certificate, NOW).agencyKey, own.publicKey);
});

test("enrol() takes names in Khmer, Latin and with joiners, trimmed and in one form; refuses other marks", () => {
  assert.equal(enrol({ ...asked, name: "  Soḵ Dara " }).name, "Soḵ Dara".normalize("NFC"));
  assert.equal(enrol({ ...asked, name: "ស\u200bុខ" }).name, "ស\u200bុខ");
  assert.equal(enrol({ ...asked, name: "ក".repeat(200) }).name.length, 200);
  for (const name of ["", "  ", "a\nb", "a\u0000b", "a\u202eb", "\ud800", "ក".repeat(201), "a\u2028b"]) {
    assert.throws(() => enrol({ ...asked, name }), isFault("certificate/name"), JSON.stringify(name));
    assert.throws(() => enrol({ ...asked, unit: name }), isFault("certificate/name"));
  }
});

test("enrol() refuses a date that is none or not to come", () => {
  for (const validUntil of ["", "soon", "2027-02-30", "2026-11-24", "2026-11-25T08:00:00Z"]) {
    assert.throws(() => enrol({ ...asked, validUntil }), isFault("certificate/date"), validUntil);
  }
  assert.equal(enrol({ ...asked, validUntil: "2026-11-25" }).validUntil, "2026-11-25T23:59:59.000Z");
});

test("enrol() refuses an officer whose proof does not hold", () => {
  const signPublic = signingKey(newSeed()).publicKey;
  assert.throws(() => enrol({ ...asked, officer: { ...officer, signPublic } }), isFault("identity/damaged"));
});

test("readCertificate() of what is none is certificate/damaged", () => {
  const text = canonicalText(enrol(asked));
  for (const bad of ["", "{}", "null", "[1]", `${text} `, `\ufeff${text}`, text.replace(":", ": "), "[".repeat(9000)]) {
    assert.throws(() => readCertificate(utf8(bad)), isFault("certificate/damaged"), bad.slice(0, 40));
  }
  assert.throws(() => readCertificate(Uint8Array.of(0xff, 0xfe)), isFault("certificate/damaged"));
  assert.throws(() => readCertificate(new Uint8Array(20_000)), isFault("certificate/damaged"));
});

async function madeUpAgency(): Promise<Signer> {
  const { ageSecret, recipient } = await newSealKey();
  return { ...signingKey(newSeed()), recipient, ageSecret };
}

function isFault(code: string): (error: unknown) => boolean {
  return (error) => error instanceof Fault && error.code === code;
}
