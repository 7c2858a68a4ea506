// Makes vectors/filter/sample.json: one small filter file and one bundle of it, with the secrets that open them, so that a file
// written today is read by every later version: `node tools/filter-vectors.ts`. All of it is synthetic. Run it only for a new
// version of the format; vectors/filter/numbers.json comes from an independent implementation and is not made here.
import { generateKeyPairSync, sign } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectHome } from "#base/machine/node";
import { newSealKey } from "#base/signing/node";
import { seededRandom, toHex } from "#base/values";
import { distinctFingerprints } from "#examination/filters";
import { writeBundle, writeFilter } from "#examination/filters/node";

const folder = mkdtempSync(join(tmpdir(), "phum-vectors-"));
const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const agency = {
  publicKey: toHex(publicKey.export({ format: "der", type: "spki" }).subarray(12)),
  sign: (bytes: Uint8Array) => Uint8Array.from(sign(null, bytes, privateKey)),
};
const { ageSecret, recipient } = await newSealKey();
const random = seededRandom("filter vectors");
const words = Uint32Array.from({ length: 100 }, () => random.bits32());
const fingerprints = distinctFingerprints(new BigUint64Array(words.buffer));
const files = [{ sizeBytes: 5000, sha256: new Uint8Array(32).fill(1), md5: new Uint8Array(16).fill(1) }];
const paths = { filter: join(folder, "f.phumf"), bundle: join(folder, "b.phumf") };
const { header } = await writeFilter(
  paths.filter,
  {
    about: {
      name: "Vector list",
      agency: "Sample agency",
      category: "practice",
      release: "1",
      releasedAt: "2026-11-18T00:00:00Z",
      validUntil: "2026-12-31T00:00:00Z",
      graceUntil: "2027-01-31T00:00:00Z",
      listedBytes: 4096 * fingerprints.length,
      inputBytes: 4096 * fingerprints.length,
      statistics: { kept: fingerprints.length, dropped: {} },
    },
    keys: { setKey: Uint8Array.from({ length: 32 }, (_, i) => i), releaseKey: new Uint8Array(32).fill(7) },
    shardKeys: [fingerprints.length],
    async *fingerprints() {
      yield fingerprints;
    },
    files,
  },
  { agency, recipients: [recipient] },
);
const about = { name: "Vector bundle", agency: "Sample agency", bundledAt: "2026-11-20T00:00:00Z" };
const nowMs = Date.parse("2026-11-25T00:00:00Z");
await writeBundle(paths.bundle, [paths.filter], { about, agency, trust: [agency.publicKey], nowMs });
const vectors = {
  source: "made by tools/filter-vectors.ts; synthetic",
  licence: "Apache-2.0",
  readAt: "2026-11-25T00:00:00Z",
  trust: agency.publicKey,
  officer: { ageSecret, recipient },
  header,
  fingerprints: Array.from(fingerprints, (fingerprint) => fingerprint.toString(16).padStart(16, "0")),
  files: files.map(({ sizeBytes, sha256, md5 }) => ({ sizeBytes, sha256: toHex(sha256), md5: toHex(md5) })),
  filter: readFileSync(paths.filter).toString("base64"),
  bundle: readFileSync(paths.bundle).toString("base64"),
};
writeFileSync(join(projectHome, "vectors/filter/sample.json"), `${JSON.stringify(vectors, null, 1)}\n`);
rmSync(folder, { recursive: true });
console.log("filter-vectors: vectors/filter/sample.json");
