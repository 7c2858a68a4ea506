// A kit for tests and benches: a made-up agency, officer and list, images of noise. Cheap keys, nothing real.
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { BLOCK_BYTES, fingerprintOf } from "#base/hashing";
import { deriveSetKeys, deriveSipKey } from "#base/hashing/node";
import {
  enrol,
  newIdentity,
  newSigner,
  openIdentity,
  openSigner,
  readCertificateFile,
  readKeyFile,
} from "#base/signing/node";
import { canonicalText, seededRandom } from "#base/values";
import { distinctFingerprints } from "#examination/filters";
import { writeFilter } from "#examination/filters/node";
import type { Lanes } from "./lanes.node.ts";
import type { LanesShift } from "./lanes-options.node.ts";
import type { LaneView } from "./lanes-view.ts";
import type { LanesMachine } from "./plugged.node.ts";

const PASSPHRASE = "a lab has no secrets";
const DAY_MS = 86_400_000;
/** Longer than any step of a test on a busy machine. */
const PATIENCE_MS = 90_000;

export interface LanesLab {
  dir: string;
  path(name: string): string;
  /** Bytes of the listed file. */
  listed: Uint8Array;
  /** A new shift. @param changes `exhibit`: its first number; not given: "LAB-1". */
  shift(changes?: Partial<Omit<LanesShift, "exhibit">> & { exhibit?: string }): LanesShift;
  /** Writes bytes without anything listed but what is planted, into the folder `sockets`. @returns the path. */
  plug(name: string, sizeBytes: number, planted?: Record<number, Uint8Array>): string;
  /** A computer without sockets of its own. */
  machine: LanesMachine;
  remove(): void;
}

/** Waits for a lane to be as it should; one that failed meanwhile says why. */
export async function until(
  lanes: Pick<Lanes, "view">,
  key: string,
  holds: (lane: LaneView) => boolean,
): Promise<LaneView> {
  let lane: LaneView | undefined;
  for (const fromMs = performance.now(); performance.now() - fromMs < PATIENCE_MS; ) {
    lane = lanes.view().lanes.find((one) => one.key === key);
    if (lane !== undefined && holds(lane)) return lane;
    if (lane !== undefined && lane.fault !== null) throw new Error(`The lane failed: ${JSON.stringify(lane.fault)}`);
    await setTimeout(20);
  }
  throw new Error(`The lane never was as it should: ${JSON.stringify(lane)}`);
}

/** Makes the kit in a temporary folder, or takes one that was made before, in another process. */
export async function lanesLab(made?: string): Promise<LanesLab> {
  const dir = made ?? mkdtempSync(join(tmpdir(), "phum-lanes-"));
  const path = (name: string): string => join(dir, name);
  const listed = noise("listed", 64 * BLOCK_BYTES);
  if (made === undefined) await makeKit(path, listed);
  const identity = await openIdentity(readKeyFile(path("officer.key")), PASSPHRASE);
  const certificate = readCertificateFile(path("officer.cert"));
  return {
    ...{ dir, path, listed },
    shift: ({ exhibit: first = "LAB-1", ...changes } = {}) => {
      let exhibit = first;
      return {
        ...{ id: "shift-1", practice: false, identity, certificate, trust: certificate.agencyKeys },
        ...{ basis: () => "Search warrant 1/2026; offence 04", exhibit: () => exhibit },
        exhibitsTaken: (next) => {
          exhibit = next;
        },
        ...{ lists: [path("list.phumf")], evidenceDir: path("evidence"), ...changes },
      };
    },
    plug: (name, sizeBytes, planted = {}) => {
      const bytes = landscape(sizeBytes);
      for (const [at, part] of Object.entries(planted)) bytes.set(part, Number(at));
      writeFileSync(path(`sockets/${name}`), bytes);
      return path(`sockets/${name}`);
    },
    machine: { tree: { sys: path("sys"), proc: path("proc") }, mayRead: () => true },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

async function makeKit(path: (name: string) => string, listed: Uint8Array): Promise<void> {
  const nowMs = Date.now();
  const agency = await openSigner((await newSigner(PASSPHRASE, { workFactor: 1 })).file, PASSPHRASE);
  const officer = await newIdentity(PASSPHRASE, { workFactor: 1 });
  const validUntil = new Date(nowMs + 90 * DAY_MS).toISOString();
  const certificate = enrol({ officer: officer.public, name: "Lab", unit: "Lab", validUntil, agency, nowMs });
  writeFileSync(path("officer.key"), officer.file);
  writeFileSync(path("officer.cert"), canonicalText(certificate));
  await writeFilter(path("list.phumf"), draft(listed, nowMs), { agency, recipients: [officer.public.recipient] });
  for (const folder of ["state", "evidence", "sockets"]) mkdirSync(path(folder));
}

function noise(seed: string, bytes: number): Uint8Array<ArrayBuffer> {
  const random = seededRandom(seed);
  return Uint8Array.from({ length: bytes }, () => random.below(256));
}

/** Bytes like a text: neither blank nor random, no part of them listed. */
function landscape(bytes: number): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(bytes);
  const first = Math.min(bytes, 1 << 20);
  all.set(noise("landscape", first).map((byte) => 32 + (byte & 31)));
  for (let at = first; at > 0 && at < bytes; at *= 2) all.copyWithin(at, 0, at);
  return all;
}

function draft(listed: Uint8Array, nowMs: number): Parameters<typeof writeFilter>[1] {
  const [setKey, releaseKey] = ["set", "release"].map((name) => createHash("sha256").update(name).digest());
  if (setKey === undefined || releaseKey === undefined) throw new RangeError("Cannot make a list: no keys");
  const keys = { ...deriveSetKeys(setKey), sipKey: deriveSipKey(releaseKey) };
  const blocks = Array.from({ length: listed.length / BLOCK_BYTES }, (_, i) =>
    listed.subarray(i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES),
  );
  const fingerprints = distinctFingerprints(BigUint64Array.from(blocks, (block) => fingerprintOf(block, keys)));
  const iso = (ms: number): string => new Date(ms).toISOString();
  return {
    about: {
      ...{ name: "Lab list", agency: "Lab", category: "baseline", release: "lab-1" },
      ...{ releasedAt: iso(nowMs - 3_600_000), validUntil: iso(nowMs + 60 * DAY_MS) },
      ...{ graceUntil: iso(nowMs + 90 * DAY_MS), listedBytes: listed.length, inputBytes: listed.length },
      statistics: { kept: fingerprints.length, dropped: {} },
    },
    keys: { setKey, releaseKey },
    shardKeys: [fingerprints.length],
    async *fingerprints() {
      yield fingerprints;
    },
    files: [],
  };
}
