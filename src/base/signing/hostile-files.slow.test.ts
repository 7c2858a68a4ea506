// Mutated key files, public halves, certificates and sealed files: always a Fault or the untouched answer, never a crash,
// never another answer. Key files are tried without the child (its frames carry any bytes; a few go through it elsewhere).
import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "#base/faults";
import { canonicalText, concatBytes, equalBytes, type SeededRandom, seededRandom, toHex, utf8 } from "#base/values";
import { enrol, readCertificate, verifyCertificate } from "./certificate.node.ts";
import { newSeed, signingKey } from "./ed25519.node.ts";
import { secretsIn } from "./identity.node.ts";
import { officerPublic, readOfficerPublic } from "./officer-public.node.ts";
import { unwrapWithPassphrase, wrapInPassphrase } from "./passphrase-box.node.ts";
import { readRecord } from "./record-text.ts";
import { newSealKey, openSealed, sealFile } from "./sealed-file.node.ts";

const CASES = 10_000;
const LIMIT_MS = 45_000;
const MAX_WORK = 4;
const seed = process.env["PHUM_SEED"] ?? String(Math.floor(Math.random() * 2 ** 32));
const seal = await newSealKey();
const seed32 = newSeed();
const key = signingKey(seed32);
const officer = officerPublic(seal.recipient, key);
const passphrase = utf8("a passphrase");
const NOW = Date.parse("2026-11-25T00:00:00Z");

/** One kind of file: its right bytes, and what a reader answers; the answer to the untouched bytes is the only right one. */
interface Kind {
  name: string;
  bytes: Uint8Array;
  read(bytes: Uint8Array): string | Promise<string>;
}

const record = { format: "phum-identity", version: 1, ageSecret: seal.ageSecret, signSecret: toHex(seed32) };
const certificate = enrol({
  officer,
  name: "សុខ ដារ៉ា",
  unit: "អង្គភាព ៣",
  validUntil: "2027-06-30",
  agency: { ...key, ...seal },
  nowMs: NOW,
});
const parts: Uint8Array[] = [];
await sealFile([new Uint8Array(70_000).map((_, i) => i)], [seal.recipient], (bytes) => void parts.push(bytes));

const kinds: Kind[] = [
  {
    name: "key file",
    bytes: await wrapInPassphrase(utf8(canonicalText(record)), passphrase, 1),
    read: async (bytes) => {
      const result = await unwrapWithPassphrase(bytes, passphrase, MAX_WORK);
      const opened = result.outcome === "opened" ? readRecord(result.plain) : undefined;
      if (opened === undefined) throw new Fault("identity/damaged", result.outcome);
      return JSON.stringify(secretsIn(opened, "phum-identity"));
    },
  },
  {
    name: "opened key record",
    bytes: utf8(canonicalText(record)),
    read: (bytes) => {
      const opened = readRecord(bytes);
      if (opened === undefined) throw new Fault("identity/damaged", "");
      const { ageSecret, signSecret } = secretsIn(opened, "phum-identity");
      // Its bytes are authenticated where they stand; here only its form is asked.
      assert.ok(ageSecret.length === 74 && signSecret.length === 32);
      return "a record";
    },
  },
  {
    name: "public half",
    bytes: utf8(`${canonicalText(officer)}\n`),
    read: (bytes) => canonicalText(readOfficerPublic(bytes)),
  },
  {
    name: "certificate",
    bytes: utf8(`${canonicalText(certificate)}\n`),
    read: (bytes) => {
      const read = readCertificate(bytes);
      return `${canonicalText(read)} ${JSON.stringify(verifyCertificate(read, NOW))}`;
    },
  },
  {
    name: "sealed file",
    bytes: concatBytes(...parts),
    read: async (bytes) => {
      const reader = await openSealed((at, length) => bytes.subarray(at, at + length), bytes.length, seal.ageSecret);
      const plain = new Uint8Array(reader.plainBytes);
      reader.readInto(plain, 0);
      return toHex(plain);
    },
  },
];

for (const { name, bytes, read } of kinds) {
  test(`a mutated ${name} is a Fault or the untouched answer (seed ${seed})`, async (context) => {
    const random = seededRandom(`${seed} ${name}`);
    const right = await read(bytes);
    const endsAt = performance.now() + LIMIT_MS / kinds.length;
    let faults = 0;
    let same = 0;
    for (let i = 0; i < CASES / kinds.length && performance.now() < endsAt; i++) {
      const mutated = mutate(bytes, random);
      if (equalBytes(mutated, bytes)) continue;
      try {
        assert.equal(await read(mutated), right, `case ${i}`);
        same++;
      } catch (error) {
        if (!(error instanceof Fault)) throw new Error(`case ${i}: ${toHex(mutated).slice(0, 4000)}`, { cause: error });
        faults++;
      }
    }
    context.diagnostic(`${name}: ${faults} Faults, ${same} times the untouched answer`);
    assert.ok(faults > 1000);
  });
}

/** Flips, overwrites, removes, repeats, inserts or cuts, mostly near the start, where the forms are. */
function mutate(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  let result = bytes.slice();
  for (let times = 1 + random.below(3); times > 0; times--) {
    const limit = random.below(3) === 0 ? result.length : Math.min(result.length, 600);
    const at = random.below(limit + 1);
    const length = random.below(20);
    const [head, tail] = [result.subarray(0, at), result.subarray(at)];
    const kind = random.below(7);
    if (kind === 0) result[at] = (result[at] ?? 0) ^ (1 << random.below(8));
    else if (kind === 1) result[at] = random.below(256);
    else if (kind === 2) result = concatBytes(head, tail.subarray(length));
    else if (kind === 3) result = concatBytes(head, tail.subarray(0, length), tail);
    else if (kind === 4)
      result = concatBytes(
        head,
        Uint8Array.from({ length }, () => random.below(256)),
        tail,
      );
    else if (kind === 5) result = concatBytes(head, utf8(SNIPPETS[random.below(SNIPPETS.length)] ?? ""), tail);
    else result = head.slice();
  }
  return result;
}

const SNIPPETS = [
  "-> scrypt AAAAAAAAAAAAAAAAAAAAAA 30\n",
  "-> X25519 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
  "-> \n",
  "--- ",
  "\n",
  "\n---",
  "9",
  " 4",
  '"version":2,',
  '{"',
  "null",
  "[[[[",
  '"__proto__":{},',
  "\\ud800",
  "\u202e",
];
