import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommandRequest } from "#base/commandline";
import { fingerprintOf } from "#base/hashing";
import { deriveSetKeys, deriveSipKey } from "#base/hashing/node";
import { enrol, newIdentity, newSigner, openIdentity, openSigner, type Signer } from "#base/signing/node";
import { canonicalText, seededRandom } from "#base/values";
import type { Category, SignedReport } from "#examination/evidence";
import { distinctFingerprints, type ListedFile, shardCountFor } from "#examination/filters";
import { writeFilter } from "#examination/filters/node";
import { type LikenessEntries, laySet } from "#examination/likeness";
import { examination } from "./examination.node.ts";
import type { ExaminationSetup } from "./examination-setup.node.ts";
import { examine } from "./examine.command.ts";
import { startUp } from "./start-up.node.ts";

const BLOCK_BYTES = 4096;
/** Made in tests and practice alone: opens nothing but what the lab makes. */
const PASSPHRASE = "a lab has no secrets";

/** A made-up agency, officer and list, for tests and benches: cheap keys, nothing real. */
export interface Lab {
  dir: string;
  path(name: string): string;
  identity: string;
  certificate: string;
  passphrase: string;
  trust: string;
  /** The agency's key, and to whom its lists are sealed. */
  agency: Signer;
  recipient: string;
  /** Writes a file with parts planted in it. @returns its path. */
  image(name: string, bytes: Uint8Array, planted?: Record<number, Uint8Array>): string;
  /** Writes a list of these blocks (4096 bytes each) and whole files. @returns its path. */
  filter(name: string, content: LabFilter): Promise<string>;
  remove(): void;
}

interface LabFilter {
  blocks: Uint8Array[];
  files?: Uint8Array[];
  category?: Category;
  /** Keys of the set; lists with equal ones share the hash pass. */
  setSeed?: string;
  /** PDQ hashes of known pictures, 32 bytes each. */
  known?: Uint8Array;
  /** Of harmless ones that look alike. */
  benign?: Uint8Array;
  videos?: LikenessEntries["videos"];
  /** Of the set; default: 31. */
  distanceBits?: number;
}

/** Bytes that look like nothing, the same for the same seed. */
export function noise(seed: string, bytes: number): Uint8Array<ArrayBuffer> {
  const random = seededRandom(seed);
  const words = new Uint32Array(Math.ceil(bytes / 4));
  for (let i = 0; i < words.length; i++) words[i] = random.bits32();
  return new Uint8Array(words.buffer, 0, bytes);
}

/** Bytes like a text: neither blank nor random, no block of them listed. */
export function landscape(bytes: number): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(bytes);
  all.set(noise("landscape", Math.min(bytes, 1 << 20)).map((byte) => 32 + (byte & 31)));
  for (let at = 1 << 20; at < bytes; at *= 2) all.copyWithin(at, 0, at);
  return all;
}

/** The blocks of some bytes, from their start; a partial last one is left out. */
export function blocksOf(bytes: Uint8Array): Uint8Array[] {
  const count = Math.floor(bytes.length / BLOCK_BYTES);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES));
}

/** Makes a lab in a temporary folder. */
export async function openLab(): Promise<Lab> {
  const dir = mkdtempSync(join(tmpdir(), "phum-lab-"));
  const path = (name: string): string => join(dir, name);
  const nowMs = Date.now();
  const made = await newSigner(PASSPHRASE, { workFactor: 1 });
  const agency = await openSigner(made.file, PASSPHRASE);
  const officer = await newIdentity(PASSPHRASE, { workFactor: 1 });
  const validUntil = new Date(nowMs + 90 * 86_400_000).toISOString();
  const certificate = enrol({ officer: officer.public, name: "Lab", unit: "Lab", validUntil, agency, nowMs });
  writeFileSync(path("officer.key"), officer.file);
  writeFileSync(path("officer.cert"), canonicalText(certificate));
  writeFileSync(path("passphrase"), `${PASSPHRASE}\n`);
  mkdirSync(path("state"));
  await openIdentity(officer.file, PASSPHRASE);
  return {
    ...{ dir, path, identity: path("officer.key"), certificate: path("officer.cert"), passphrase: path("passphrase") },
    trust: agency.publicKey,
    ...{ agency, recipient: officer.public.recipient },
    image: (name, bytes, planted = {}) => {
      for (const [at, part] of Object.entries(planted)) bytes.set(part, Number(at));
      writeFileSync(path(name), bytes);
      return path(name);
    },
    filter: async (name, content) => {
      const out = path(`${name}.phumf`);
      await writeFilter(out, labDraft(name, content, nowMs), { agency, recipients: [officer.public.recipient] });
      return out;
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

function labDraft(name: string, content: LabFilter, nowMs: number): Parameters<typeof writeFilter>[1] {
  const { blocks, files = [], category = "baseline", setSeed = name } = content;
  const set = labSet(content);
  const setKey = createHash("sha256").update(`set ${setSeed}`).digest();
  const releaseKey = createHash("sha256").update(`release ${name}`).digest();
  const keys = { ...deriveSetKeys(setKey), sipKey: deriveSipKey(releaseKey) };
  const fingerprints = distinctFingerprints(BigUint64Array.from(blocks, (block) => fingerprintOf(block, keys)));
  if (shardCountFor(fingerprints.length) !== 1) throw new RangeError("Cannot make a lab's list: too many blocks");
  const iso = (ms: number): string => new Date(ms).toISOString();
  const listedBytes = blocks.length * BLOCK_BYTES;
  return {
    about: {
      ...{ name, agency: "Lab", category, release: "lab-1" },
      ...{ releasedAt: iso(nowMs - 3_600_000), validUntil: iso(nowMs + 60 * 86_400_000) },
      ...{ graceUntil: iso(nowMs + 90 * 86_400_000), listedBytes, inputBytes: listedBytes },
      statistics: { kept: fingerprints.length, dropped: {} },
      ...(set && { likeness: countsOf(set) }),
    },
    ...(set && { likeness: laySet(set) }),
    keys: { setKey, releaseKey },
    shardKeys: [fingerprints.length],
    async *fingerprints() {
      yield fingerprints;
    },
    files: files.map(
      (bytes): ListedFile => ({ sizeBytes: bytes.length, sha256: createHash("sha256").update(bytes).digest() }),
    ),
  };
}

/** undefined: it holds no fingerprints for likeness. */
function labSet({ known, benign, videos, distanceBits = 31 }: LabFilter): LikenessEntries | undefined {
  if (known === undefined && benign === undefined && videos === undefined) return undefined;
  const thresholds = { distanceBits, quality: 50 };
  const pictures = known ?? new Uint8Array();
  const knownQuality = new Uint8Array(pictures.length / 32).fill(255);
  const others = { benign: benign ?? new Uint8Array(), videos: videos ?? [], opaque: [] };
  return { thresholds, known: pictures, knownQuality, ...others };
}

function countsOf({
  known,
  benign,
  videos,
}: LikenessEntries): NonNullable<Parameters<typeof writeFilter>[1]["about"]["likeness"]> {
  const frames = videos.reduce((sum, video) => sum + video.length, 0);
  const pictures = { pictures: known.length / 32, benign: benign.length / 32 };
  return { ...pictures, videos: videos.length, frames, foreign: 0 };
}

/** What an examination in a lab is asked. */
export interface LabRequest {
  source: string;
  filters: string[];
  out: string;
  options?: Record<string, string | true>;
  signal?: AbortSignal;
  language?: "en" | "km";
}

/** The request that the command line would make, and what the command printed. */
export function labRequest(
  lab: Lab,
  { source, filters, out, options = {}, signal, language = "en" }: LabRequest,
): {
  request: CommandRequest;
  printed: { out: string[]; err: string[]; live: string[] };
} {
  const printed = { out: [] as string[], err: [] as string[], live: [] as string[] };
  const given: Record<string, string | true | string[]> = {
    ...{ filter: filters, identity: lab.identity, certificate: lab.certificate, "passphrase-file": lab.passphrase },
    ...{ exhibit: "LAB-1", out, ...options },
  };
  const texts = (option: string): string[] => [given[option] ?? []].flat().filter((value) => typeof value === "string");
  const request: CommandRequest = {
    positionals: [source],
    texts,
    text: (option) => texts(option)[0],
    flag: (option) => given[option] === true,
    path: (path) => path,
    language,
    out: (line) => printed.out.push(line),
    err: (line) => printed.err.push(line),
    live: (line) => printed.live.push(line),
    passphrase: async (file) => (file === undefined ? PASSPHRASE : readFileSync(file, "utf8").trim()),
    signal: signal ?? new AbortController().signal,
    nowMs: Date.now,
  };
  return { request, printed };
}

/** The report in a folder of evidence. */
export function reportIn(dir: string): SignedReport {
  return JSON.parse(readFileSync(join(dir, "report.json"), "utf8"));
}

/** Runs the command. @throws {Fault} As the command does. */
export async function runInLab(lab: Lab, asked: LabRequest): Promise<{ code: number; out: string[]; err: string[] }> {
  const { request, printed } = labRequest(lab, asked);
  return { code: await examine.run(request), out: printed.out, err: printed.err };
}

/** Examines a source that fails, with short patience. */
export async function runFailing(
  lab: Lab,
  asked: LabRequest,
  how: Partial<
    Pick<
      ExaminationSetup,
      "faults" | "stuckMs" | "retrySeconds" | "live" | "mediumFault" | "mediumLimits" | "likenessLimits"
    >
  >,
): Promise<void> {
  const { request } = labRequest(lab, asked);
  const setup: ExaminationSetup = { ...(await startUp(request)), live: () => undefined, ...how };
  try {
    await examination(setup);
  } finally {
    setup.evidence.close();
  }
}
