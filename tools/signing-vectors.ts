// Makes vectors/signing/identity.json and sealed.json afresh: keys, a certificate and sealed files as docs/formats/identity.md
// describes them. All of it is made up; the secrets stand beside what they open. Keys and salts are random: a new run gives
// other bytes of the same forms.
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { enrol, newIdentity, newSealKey, newSigner, openSigner, sealFile } from "#base/signing/node";
import { canonicalText, utf8 } from "#base/values";

const folder = resolve(import.meta.dirname, "../vectors/signing");
const source = "made by tools/signing-vectors.ts; synthetic";
const write = (name: string, vectors: unknown): void => {
  writeFileSync(`${folder}/${name}`, `${JSON.stringify({ source, ...Object(vectors) }, null, 2)}\n`);
  console.log(`signing-vectors: ${name}`);
};
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

const passphrase = "ផ្លូវ សមុទ្រ ដើមឈើ five random words";
const identity = await newIdentity(passphrase, { workFactor: 10 });
const signer = await newSigner(passphrase, { workFactor: 10 });
const certificate = enrol({
  officer: identity.public,
  name: "សុខ ដារ៉ា",
  unit: "អង្គភាពហ្វឹកហាត់",
  validUntil: "2030-12-31",
  agency: await openSigner(signer.file, passphrase),
  nowMs: Date.parse("2026-11-25T00:00:00Z"),
});
write("identity.json", {
  passphrase,
  officerKey: base64(identity.file),
  officerPub: canonicalText(identity.public),
  agencyKey: base64(signer.file),
  agencyPublicKey: signer.publicKey,
  certificate: canonicalText(certificate),
});

async function sealed(plain: Uint8Array, recipients: string[]): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  await sealFile([plain], recipients, (bytes) => void parts.push(bytes));
  return Buffer.concat(parts);
}

const mine = await newSealKey();
const other = await newSealKey();
const text = utf8("ឧបករណ៍នេះ មានតែរូបគំនូរ។ Only drawings are on this device. ".repeat(20));
const whole = await sealed(text, [mine.recipient]);
const changed = (at: number): Uint8Array => whole.map((byte, i) => (i === at ? byte ^ 1 : byte));
const ends = Buffer.from(whole).indexOf("\n---");
const cases = [
  { name: "nothing", sealed: await sealed(new Uint8Array(0), [mine.recipient]), plain: new Uint8Array(0) },
  { name: "one byte", sealed: await sealed(Uint8Array.of(7), [mine.recipient]), plain: Uint8Array.of(7) },
  { name: "a text", sealed: whole, plain: text },
  { name: "two recipients", sealed: await sealed(text, [other.recipient, mine.recipient]), plain: text },
  { name: "sealed to another", sealed: await sealed(text, [other.recipient]), fault: "sealed/not-a-recipient" },
  { name: "one bit of the recipient's stanza", sealed: changed(ends - 10), fault: "sealed/not-a-recipient" },
  { name: "one bit of the header's code", sealed: changed(ends + 10), fault: "sealed/tampered" },
  { name: "one bit of the nonce", sealed: changed(ends + 50), fault: "sealed/tampered" },
  { name: "one bit of the payload", sealed: changed(whole.length - 100), fault: "sealed/tampered" },
  { name: "last byte missing", sealed: whole.subarray(0, -1), fault: "sealed/tampered" },
  { name: "one byte too many", sealed: Buffer.concat([whole, Uint8Array.of(0)]), fault: "sealed/tampered" },
  { name: "payload missing", sealed: whole.subarray(0, ends + 60), fault: "sealed/truncated" },
  { name: "cut in the header", sealed: whole.subarray(0, ends - 5), fault: "sealed/truncated" },
  { name: "no file at all", sealed: new Uint8Array(0), fault: "sealed/format" },
  { name: "another format", sealed: utf8("-----BEGIN AGE ENCRYPTED FILE-----\n"), fault: "sealed/format" },
];
write("sealed.json", {
  ageSecret: mine.ageSecret,
  recipient: mine.recipient,
  cases: cases.map(({ name, sealed: bytes, plain, fault }) => ({
    name,
    sealed: base64(bytes),
    ...(plain === undefined ? { fault } : { plain: base64(plain) }),
  })),
});
