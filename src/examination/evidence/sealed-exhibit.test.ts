import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { hash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { Decrypter } from "age-encryption";
import { Fault } from "#base/faults";
import { newSealKey, sealFile } from "#base/signing/node";
import { concatBytes, seededRandom } from "#base/values";
import vector from "#vectors/evidence/sealed-exhibit.json" with { type: "json" };
import { openEvidence } from "./evidence.node.ts";
import type { EvidenceOptions } from "./evidence-options.node.ts";
import { MANIFEST } from "./exhibit-manifest.ts";
import { openExhibit, unpackExhibit } from "./open-exhibit.node.ts";
import {
  type SampleOfficer,
  sampleDraft,
  sampleFolder,
  sampleOfficer,
  sampleOptions,
  sampleRuns,
} from "./sample-examination.node.ts";
import { sealExhibit } from "./seal-exhibit.node.ts";
import { stickFolders } from "./stick-folders.node.ts";
import { readTarHeader, tarHeader, tarPadding } from "./tar-entry.ts";
import { verifyReport } from "./verify-report.node.ts";

const NOW = { nowMs: Date.parse("2026-11-23T00:00:00.000Z") };
const CASES = Number(process.env["PHUM_FUZZ_CASES"] ?? 10_000);
const SEED = process.env["PHUM_SEED"] ?? "sealed exhibit";
const LIMIT_MS = 10_000;
const HIDDEN = new Set(["lock"]);

let officer: SampleOfficer;
before(async () => {
  officer = await sampleOfficer();
});

async function finished(changes: Partial<EvidenceOptions> = {}): Promise<string> {
  const dir = sampleFolder();
  const evidence = await openEvidence(dir, sampleOptions(officer, changes));
  evidence.addRuns(sampleRuns(seededRandom("seal"), 40));
  evidence.checkpoint({ at: 1 });
  const files = [{ place: "sample/drawing.bmp", sizeBytes: 7, digests: { sha256: "ab".repeat(32) } }];
  await evidence.finish(sampleDraft("red"), { recipients: [officer.agency.recipient], files });
  evidence.close();
  return dir;
}

function fault(code: string): (error: unknown) => boolean {
  return (error) => error instanceof Fault && error.code === code;
}

test("sealExhibit() and openExhibit(): the agency gets every file bit for bit, and it verifies", async () => {
  const [dir, stick] = [await finished(), sampleFolder()];
  const { path, sealedBytes, digest, manifest } = await sealExhibit(dir, stick, NOW);
  assert.equal(path, join(stick, "2026-0142-4.phumx"));
  assert.equal(statSync(path).size, sealedBytes);
  assert.equal(hash("sha256", readFileSync(path), "hex"), digest);
  assert.deepEqual(readdirSync(stick), ["2026-0142-4.phumx"]);
  const out = join(sampleFolder(), "opened");
  assert.deepEqual(await openExhibit(path, officer.agency.ageSecret, out), manifest);
  const kept = readdirSync(dir).filter((name) => !HIDDEN.has(name) && !name.startsWith("state-"));
  assert.deepEqual(readdirSync(out).sort(), kept.sort());
  assert.ok(kept.includes("report.pdf") && kept.includes("annex.age") && kept.includes("runs.bin"));
  for (const name of kept) assert.deepEqual(readFileSync(join(out, name)), readFileSync(join(dir, name)), name);
  assert.equal(verifyReport(out, { trust: [], ...NOW }).outcome, "verified");
});

test("a sealed exhibit opens with age and tar alone", {
  skip: spawnSync("tar", ["--version"]).error !== undefined && "tar is not installed",
}, async () => {
  const [dir, stick] = [await finished(), sampleFolder()];
  const { path, manifest } = await sealExhibit(dir, stick, NOW);
  const age = new Decrypter();
  age.addIdentity(officer.agency.ageSecret);
  const out = sampleFolder();
  const told = spawnSync("tar", ["-xf", "-", "-C", out], { input: await age.decrypt(readFileSync(path)) });
  assert.equal(told.status, 0, String(told.stderr));
  assert.deepEqual(readdirSync(out).sort(), [MANIFEST, ...manifest.files.map(({ name }) => name)].sort());
  for (const { name, sha256 } of manifest.files)
    assert.equal(hash("sha256", readFileSync(join(out, name)), "hex"), sha256);
});

test("sealExhibit() writes over nothing and leaves nothing where it fails", async () => {
  const [dir, stick] = [await finished({ exhibit: "../a:b?\u202E ភូមិ" }), sampleFolder()];
  const first = await sealExhibit(dir, stick, NOW);
  const bytes = readFileSync(first.path);
  const second = await sealExhibit(dir, stick, NOW);
  assert.deepEqual(readdirSync(stick).sort(), ["__a_b___ភូមិ-2.phumx", "__a_b___ភូមិ.phumx"]);
  assert.deepEqual(readFileSync(first.path), bytes);
  assert.notEqual(second.digest, first.digest, "each is sealed with a key of its own");
  await assert.rejects(sealExhibit(dir, join(stick, "gone"), NOW), { name: "Fault" });
  writeFileSync(join(dir, "report.html"), "changed");
  await assert.rejects(sealExhibit(dir, stick, NOW), fault("report/tampered"));
  assert.equal(readdirSync(stick).length, 2);
});

test("sealExhibit() needs an agency, or a recipient that is named, and a finished report", async () => {
  const dir = sampleFolder();
  const { certificate: _, ...options } = sampleOptions(officer);
  const evidence = await openEvidence(dir, options);
  await assert.rejects(sealExhibit(dir, sampleFolder(), NOW), fault("report/missing"));
  await evidence.finish(sampleDraft("green"));
  evidence.close();
  await assert.rejects(sealExhibit(dir, sampleFolder(), NOW), fault("seal/no-agency"));
  const lab = await newSealKey();
  const { path } = await sealExhibit(dir, sampleFolder(), { ...NOW, recipients: [lab.recipient] });
  const out = join(sampleFolder(), "lab");
  await openExhibit(path, lab.ageSecret, out);
  assert.equal(verifyReport(out, { trust: [], ...NOW }).outcome, "not-vouched-for");
  await assert.rejects(
    openExhibit(path, officer.agency.ageSecret, join(sampleFolder(), "x")),
    fault("sealed/not-a-recipient"),
  );
  await assert.rejects(openExhibit(path, lab.ageSecret, out), fault("report/exists"));
});

test("tarHeader() and the whole plain file are what another program writes", () => {
  const { modified } = vector;
  const entries = [
    [MANIFEST, Buffer.from(vector.manifest)] as const,
    ...Object.entries(vector.files).map(([name, text]) => [name, Buffer.from(text, "base64")] as const),
  ];
  const parts = entries.flatMap(([name, bytes]) => [
    tarHeader({ name, sizeBytes: bytes.length, modified }),
    bytes,
    new Uint8Array(tarPadding(bytes.length)),
  ]);
  const plain = concatBytes(...parts, new Uint8Array(1024));
  assert.deepEqual(Buffer.from(plain), Buffer.from(vector.plain, "base64"));
  assert.equal(hash("sha256", plain, "hex"), vector.plainSha256);
  assert.deepEqual(readTarHeader(plain.subarray(0, 512)), {
    name: MANIFEST,
    sizeBytes: Buffer.byteLength(vector.manifest),
    modified,
  });
  assert.throws(() => tarHeader({ name: "ភូមិ", sizeBytes: 1, modified: 0 }), RangeError);
});

/** Seals plain bytes of any kind to a key. */
async function sealed(plain: Uint8Array, recipient: string): Promise<string> {
  const parts: Uint8Array[] = [];
  await sealFile([plain], [recipient], (bytes) => void parts.push(bytes));
  const path = join(sampleFolder(), "x.phumx");
  writeFileSync(path, concatBytes(...parts));
  return path;
}

test("openExhibit() of the vector, and of one with a higher version", async () => {
  const { ageSecret, recipient } = await newSealKey();
  const plain = Buffer.from(vector.plain, "base64");
  const out = join(sampleFolder(), "v");
  const manifest = await openExhibit(await sealed(plain, recipient), ageSecret, out);
  assert.equal(manifest.exhibit, "ភូមិ 2026-0142-4");
  for (const [name, text] of Object.entries(vector.files)) assert.equal(readFileSync(join(out, name), "base64"), text);
  const newer = Buffer.from(plain);
  newer.set(Buffer.from('"version":2'), newer.indexOf('"version":1'));
  await assert.rejects(
    openExhibit(await sealed(newer, recipient), ageSecret, join(sampleFolder(), "n")),
    fault("seal/version"),
  );
});

test("openExhibit() of hostile contents: a Fault, nothing outside the folder, no folder left", (t) => {
  t.diagnostic(`PHUM_SEED=${SEED}`);
  const random = seededRandom(SEED);
  const plain = Buffer.from(vector.plain, "base64");
  const odd = ["../../x.json", "/etc/x.json", "report.json\0", "", "a".repeat(200), '"', "1e999", "-1", "77777777777"];
  const home = sampleFolder();
  const ends: Record<string, number> = {};
  const started = performance.now();
  let cases = 0;
  for (; cases < CASES && performance.now() - started < LIMIT_MS; cases++) {
    let bytes = Buffer.from(plain);
    for (let changes = 1 + random.below(3); changes > 0; changes--) {
      const at = random.below(bytes.length);
      const kind = random.below(5);
      if (kind === 0) bytes[at] = random.below(256);
      else if (kind === 1) bytes = bytes.subarray(0, at);
      else if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at - (at % 512))]);
      else if (kind === 3)
        bytes.set(Buffer.from(odd[random.below(odd.length)] ?? "").subarray(0, bytes.length - at), at);
      else bytes = Buffer.concat([bytes, Buffer.alloc(random.below(2000))]);
      if (bytes.length === 0) bytes = Buffer.alloc(1);
    }
    const out = join(home, "out");
    const reader = {
      plainBytes: bytes.length,
      readInto: (to: Uint8Array, at: number) => to.set(bytes.subarray(at, at + to.length)),
    };
    try {
      unpackExhibit(reader, out);
      // The manifest's words about the report are bound by the report itself: what opens must have every file's true bytes.
      for (const [name, text] of Object.entries(vector.files)) {
        assert.equal(readFileSync(join(out, name), "base64"), text, "only true contents open");
      }
      ends["opened"] = (ends["opened"] ?? 0) + 1;
      rmSync(out, { recursive: true });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      ends[error.code] = (ends[error.code] ?? 0) + 1;
      assert.ok(!existsSync(out));
    }
  }
  t.diagnostic(`${cases} cases: ${JSON.stringify(ends)}`);
  assert.deepEqual(readdirSync(home), []);
  assert.ok((ends["seal/format"] ?? 0) > cases / 2);
});

test("openExhibit() of sealed bytes changed anywhere: a Fault", async () => {
  const { ageSecret, recipient } = await newSealKey();
  const path = await sealed(Buffer.from(vector.plain, "base64"), recipient);
  const bytes = readFileSync(path);
  const out = join(sampleFolder(), "out");
  for (let at = 0; at < bytes.length; at += 97) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    writeFileSync(path, changed);
    await assert.rejects(openExhibit(path, ageSecret, out), (error) => error instanceof Fault && !existsSync(out));
  }
  await assert.rejects(openExhibit(join(out, "none"), ageSecret, out), fault("report/unreadable"));
});

test("stickFolders() gives plugged-in, writable mounts of this user, and none of the system's own", () => {
  const sys = sampleFolder();
  mkdirSync(join(sys, "dev/block"), { recursive: true });
  const plug = (number: string, removable: string): void => {
    mkdirSync(join(sys, "dev/block", number));
    writeFileSync(join(sys, "dev/block", number, "removable"), `${removable}\n`);
  };
  for (const [number, removable] of [
    ["8:17", "1"],
    ["8:33", "1"],
    ["8:49", "1"],
    ["8:1", "0"],
    ["8:65", "1"],
  ] as const)
    plug(number, removable);
  const line = (point: string, number: string, { root = "/", options = "rw", superOptions = "rw" } = {}): string =>
    `36 35 ${number} ${root} ${point} ${options} shared:1 - vfat /dev/x ${superOptions}`;
  const table = [
    line("/", "8:1"),
    line("/boot/efi", "8:65"),
    line("/media/dara/PHUM\\040\\341\\236\\227", "8:17"),
    line("/media/again", "8:17"),
    line("/media/readonly", "8:33", { options: "ro,nosuid" }),
    line("/media/superreadonly", "8:33", { superOptions: "ro" }),
    line("/media/foreign", "8:49"),
    line("/media/inner", "8:1"),
    line("/media/bound", "8:33", { root: "/folder" }),
    "nonsense",
  ].join("\n");
  const numbers: Record<string, number> = {
    "/media/dara/PHUM ភ": 0x811,
    "/media/again": 0x811,
    "/media/inner": 0x801,
    "/media/bound": 0x821,
    "/": 0x801,
  };
  const found = stickFolders({
    mountInfo: () => table,
    sys,
    deviceOf: (folder) => numbers[folder],
    freeBytes: () => 8e9,
  });
  assert.deepEqual(found, [{ folder: "/media/dara/PHUM ភ", name: "PHUM ភ", freeBytes: 8e9 }]);
  assert.ok(Array.isArray(stickFolders()));
});
