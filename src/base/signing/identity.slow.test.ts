import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { Decrypter, Encrypter } from "age-encryption";
import { Fault } from "#base/faults";
import { canonicalBytes, canonicalText, fromHex, utf8 } from "#base/values";
import vectors from "#vectors/signing/identity.json" with { type: "json" };
import { verifySignature } from "./ed25519.node.ts";
import { newIdentity, newSigner, openIdentity, openSigner } from "./identity.node.ts";
import { readOfficerPublic } from "./officer-public.node.ts";
import { unlock } from "./unlocking.node.ts";

const PASSPHRASE = "ឃ្លាសម្ងាត់ for a test";
const CHEAP = { workFactor: 2 };
const officer = await newIdentity(PASSPHRASE, CHEAP);
const agency = await newSigner(PASSPHRASE, CHEAP);

test("openIdentity() gives the keys that newIdentity() made", async () => {
  const identity = await openIdentity(officer.file, PASSPHRASE);
  assert.deepEqual(identity.public, officer.public);
  const bytes = utf8("a report");
  assert.ok(verifySignature(officer.public.signPublic, bytes, identity.sign(bytes)));
  assert.match(identity.ageSecret, /^AGE-SECRET-KEY-1/);
});

test("openSigner() gives the keys that newSigner() made", async () => {
  const signer = await openSigner(agency.file, PASSPHRASE);
  assert.equal(signer.publicKey, agency.publicKey);
  assert.equal(signer.recipient, agency.recipient);
  assert.ok(verifySignature(agency.publicKey, utf8("x"), signer.sign(utf8("x"))));
});

test("openIdentity() and openSigner() of the vectors", async () => {
  const identity = await openIdentity(Buffer.from(vectors.officerKey, "base64"), vectors.passphrase);
  assert.equal(canonicalText(identity.public), vectors.officerPub);
  const signer = await openSigner(Buffer.from(vectors.agencyKey, "base64"), vectors.passphrase);
  assert.equal(signer.publicKey, vectors.agencyPublicKey);
});

test("newIdentity() makes other keys each time; nothing of them stands in the file", async () => {
  const other = await newIdentity(PASSPHRASE, CHEAP);
  assert.notEqual(other.public.recipient, officer.public.recipient);
  assert.notEqual(other.public.signPublic, officer.public.signPublic);
  assert.ok(!Buffer.from(officer.file).includes("phum"));
});

test("newIdentity() makes an age file that age-encryption opens: canonical JSON, both secrets", async () => {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(PASSPHRASE);
  const record = JSON.parse(await decrypter.decrypt(officer.file, "text"));
  assert.deepEqual(Object.keys(record), ["ageSecret", "format", "signSecret", "version"]);
  assert.equal(record.format, "phum-identity");
});

test("openIdentity() opens what age-encryption wrapped", async () => {
  const { ageSecret } = await openIdentity(officer.file, PASSPHRASE);
  const identity = await openIdentity(await wrapped({ ageSecret }), PASSPHRASE);
  assert.equal(identity.public.recipient, officer.public.recipient);
});

test("openIdentity() with a wrong passphrase is identity/passphrase", async () => {
  for (const wrong of ["", " ", PASSPHRASE.slice(1), `${PASSPHRASE} `]) {
    await assert.rejects(openIdentity(officer.file, wrong), isFault("identity/passphrase"));
  }
});

test("openIdentity() of an agency's key is identity/not-an-officer, openSigner() of an officer's identity/not-an-agency", async () => {
  await assert.rejects(openIdentity(agency.file, PASSPHRASE), isFault("identity/not-an-officer"));
  await assert.rejects(openSigner(officer.file, PASSPHRASE), isFault("identity/not-an-agency"));
});

for (const workText of ["19", "20", "63", "64", "255", "999"]) {
  test(`openIdentity() of a file that asks for 2^${workText} steps is refused before the first`, async () => {
    const hostile = Buffer.from(
      Buffer.from(officer.file).toString("latin1").replace(/ 2\n/, ` ${workText}\n`),
      "latin1",
    );
    await assert.rejects(openIdentity(hostile, PASSPHRASE), isFault("identity/work-factor"));
  });
}

for (const [name, changes, code] of [
  ["a later version", { version: 2 }, "identity/version"],
  ["another format", { format: "phum-other" }, "identity/damaged"],
  ["no version", { version: "1" }, "identity/damaged"],
  ["one field more", { more: "x" }, "identity/damaged"],
  ["a short signing secret", { signSecret: "ab" }, "identity/damaged"],
  ["an age secret that is none", { ageSecret: `AGE-SECRET-KEY-1${"Q".repeat(58)}` }, "identity/damaged"],
] as const) {
  test(`openIdentity() of a well wrapped record with ${name} is ${code}`, async () => {
    await assert.rejects(openIdentity(await wrapped(changes), PASSPHRASE), isFault(code));
  });
}

test("openIdentity() of no key file at all is identity/damaged", async () => {
  const files = [new Uint8Array(0), utf8("hello"), new Uint8Array(20_000), officer.file.subarray(0, -20)];
  for (const file of files) await assert.rejects(openIdentity(file, PASSPHRASE), isFault("identity/damaged"));
});

test("newIdentity() refuses an empty passphrase and a work factor it would not open again", async () => {
  await assert.rejects(newIdentity(""), RangeError);
  for (const workFactor of [0, 19, 1.5, Number.NaN]) await assert.rejects(newIdentity("x", { workFactor }), RangeError);
});

test("readOfficerPublic() reads what newIdentity() made, strictly", () => {
  const text = canonicalText(officer.public);
  assert.deepEqual(readOfficerPublic(utf8(text)), officer.public);
  assert.deepEqual(readOfficerPublic(utf8(`${text}\n`)), officer.public);
  for (const bad of ["", "{}", "[]", "null", ` ${text}`, `${text}\n\n`, text.replace("{", '{ "a":1,'), text.slice(1)]) {
    assert.throws(() => readOfficerPublic(utf8(bad)), isFault("identity/damaged"), bad);
  }
  const later = canonicalText({ ...officer.public, version: 2 });
  assert.throws(() => readOfficerPublic(utf8(later)), isFault("identity/version"));
});

test("readOfficerPublic() of another's recipient or key under an officer's proof is identity/damaged", async () => {
  const other = (await newIdentity(PASSPHRASE, CHEAP)).public;
  for (const mixed of [
    { ...officer.public, recipient: other.recipient },
    { ...officer.public, signPublic: other.signPublic },
    { ...officer.public, proof: other.proof },
  ]) {
    assert.throws(() => readOfficerPublic(canonicalBytes(mixed)), isFault("identity/damaged"));
  }
  assert.ok(fromHex(other.proof).length === 64);
});

test("unlock() at the full work factor takes at most 400 MB in the child", async () => {
  const request = { workFactor: 18, passphrase: utf8("x"), bytes: utf8("secret") };
  const made = await unlock({ ...request, verb: "wrap" });
  const tried = await unlock({ ...request, verb: "open", bytes: made.bytes });
  assert.equal(Buffer.from(tried.bytes).toString(), "secret");
  for (const { peakBytes } of [made, tried]) {
    assert.ok(peakBytes > 256 * 2 ** 20 && peakBytes <= 400e6, `${peakBytes} bytes`);
  }
});

test("openIdentity() shows neither passphrase nor secret in the child's arguments or environment, and leaves no child", {
  skip: process.platform !== "linux" && "needs /proc",
}, async () => {
  const costly = await newIdentity(PASSPHRASE, { workFactor: 16 });
  const opening = openIdentity(costly.file, PASSPHRASE);
  const seen = new Set<string>();
  let done = false;
  const settled = opening.finally(() => {
    done = true;
  });
  while (!done) {
    for (const child of children()) {
      const text = ["cmdline", "environ"].map((file) => attempt(`/proc/${child}/${file}`)).join("\n");
      if (text.includes("unlock.child")) seen.add(text);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await settled;
  assert.ok(seen.size > 0, "the child was seen");
  for (const text of seen) {
    assert.ok(!text.includes(PASSPHRASE) && !text.includes("SECRET"));
    assert.ok(text.includes("--permission"));
  }
  assert.ok(!children().some((child) => attempt(`/proc/${child}/cmdline`).includes("unlock.child")));
});

function children(): string[] {
  return readdirSync("/proc/self/task")
    .flatMap((task) => attempt(`/proc/self/task/${task}/children`).split(" "))
    .filter((pid) => pid !== "");
}

function attempt(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

async function wrapped(changes: Record<string, unknown>): Promise<Uint8Array> {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(PASSPHRASE);
  const record = JSON.parse(await decrypter.decrypt(officer.file, "text"));
  const encrypter = new Encrypter();
  encrypter.setPassphrase(PASSPHRASE);
  encrypter.setScryptWorkFactor(3);
  return encrypter.encrypt(canonicalText({ ...record, ...changes }));
}

function isFault(code: string): (error: unknown) => boolean {
  return (error) => error instanceof Fault && error.code === code;
}
