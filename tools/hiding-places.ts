// Hiding places: pictures and films of every kind, plain, packed, packed twice, there, deleted, without a name, in pieces, behind
// ends. Makes one medium of them, lets the commands look, and prints which were found, which not, and why:
// `node tools/hiding-places.ts [EVERY]` (only every so many of them). Everything in it is made up: waves and noise.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import sharp from "sharp";
import { projectHome } from "#base/machine/node";
import { seededRandom } from "#base/values";
import { aviSample, filmSample } from "#examination/carving/node";
import { FatSample, isoSample } from "#examination/filesystems/node";

const MEDIA = [
  "jpg",
  "progressive.jpg",
  "png",
  "gif",
  "webp",
  "avif",
  "tif",
  "bmp",
  "mp4",
  "mov",
  "3gp",
  "avi",
] as const;
type Kind = (typeof MEDIA)[number];

/** One file's bytes, of a kind and a seed. */
async function media(kind: Kind, seed: string, width = 60): Promise<Buffer> {
  const samples = width / 10;
  if (kind === "avi") return Buffer.from(aviSample(seed, samples));
  if (kind === "mp4") return Buffer.from(filmSample({ seed, samples }));
  if (kind === "mov") return Buffer.from(filmSample({ seed, samples, brand: "qt  ", tables: "first" }));
  if (kind === "3gp") return Buffer.from(filmSample({ seed, samples, brand: "3gp5" }));
  const random = seededRandom(seed);
  const height = (width * 3) / 4;
  const pixels = Buffer.from(Array.from({ length: width * height * 3 }, (_, i) => ((i >> 3) + random.below(60)) & 255));
  if (kind === "bmp") return bmp(pixels, { width, height });
  const drawing = sharp(pixels, { raw: { width, height, channels: 3 } });
  if (kind === "jpg") return drawing.jpeg().toBuffer();
  if (kind === "progressive.jpg") return drawing.jpeg({ progressive: true }).toBuffer();
  const format = kind === "tif" ? "tiff" : kind;
  return drawing.toFormat(format).toBuffer();
}

function bmp(pixels: Buffer, { width, height }: { width: number; height: number }): Buffer {
  const head = Buffer.alloc(54);
  head.write("BM", "latin1");
  const fields = [
    [54 + pixels.length, 2],
    [54, 10],
    [40, 14],
    [width, 18],
    [height, 22],
  ] as const;
  for (const [value, at] of fields) head.writeUInt32LE(value, at);
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(24, 28);
  return Buffer.concat([head, pixels]);
}

type Pack = (name: string, bytes: Buffer) => { name: string; bytes: Buffer };

function zipOf(name: string, bytes: Buffer, isPacked: boolean): Buffer {
  const body = isPacked ? deflateRawSync(bytes) : bytes;
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(isPacked ? 8 : 0, 4);
  fields.writeUInt32LE(crc32(bytes), 10);
  fields.writeUInt32LE(body.length, 14);
  fields.writeUInt32LE(bytes.length, 18);
  fields.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from("PK\x03\x04"), fields, Buffer.from(name), body]);
  const central = Buffer.concat([Buffer.from("PK\x01\x02\x14\0"), fields, Buffer.alloc(14), Buffer.from(name)]);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}

function tarOf(name: string, bytes: Buffer): Buffer {
  const head = Buffer.alloc(512);
  head.write(name, 0);
  head.write("0000644\0", 100);
  head.write(`${bytes.length.toString(8).padStart(11, "0")}\0`, 124);
  head.write("00000000000\0        0", 136);
  head.write("ustar\0", 257);
  head.write("00", 263);
  head.write(
    `${head
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, "0")}\0 `,
    148,
  );
  return Buffer.concat([head, bytes, Buffer.alloc(1024 + ((512 - (bytes.length % 512)) % 512))]);
}

function mailOf(name: string, bytes: Buffer): Buffer {
  const body = bytes.toString("base64").replace(/.{76}/g, "$&\r\n");
  const part = `Content-Type: application/octet-stream; name="${name}"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="${name}"\r\n\r\n${body}`;
  const head =
    'From: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="edge"\r\n';
  return Buffer.from(`${head}\r\n--edge\r\n${part}\r\n--edge--\r\n`);
}

const ONCE: Record<string, Pack> = {
  zip: (name, bytes) => ({ name: "a.zip", bytes: zipOf(name, bytes, true) }),
  "stored zip": (name, bytes) => ({ name: "a.zip", bytes: zipOf(name, bytes, false) }),
  gzip: (name, bytes) => ({ name: `${name}.gz`, bytes: gzipSync(bytes) }),
  tar: (name, bytes) => ({ name: "a.tar", bytes: tarOf(name, bytes) }),
  docx: (name, bytes) => ({ name: "a.docx", bytes: zipOf(`word/media/${name}`, bytes, true) }),
  mail: (name, bytes) => ({ name: "a.eml", bytes: mailOf(name, bytes) }),
  disc: (_, bytes) => ({ name: "a.iso", bytes: isoSample([{ name: "M;1", bytes }]) }),
};
const twice = (outer: string, inner: string): Pack => {
  return (name, bytes) => {
    const first = ONCE[inner]?.(name, bytes) ?? { name, bytes };
    return ONCE[outer]?.(first.name, first.bytes) ?? first;
  };
};
const PACKS: Record<string, Pack> = {
  plain: (name, bytes) => ({ name, bytes }),
  ...ONCE,
  "zip in zip": twice("zip", "zip"),
  "tar in gzip": twice("gzip", "tar"),
  "zip in tar": twice("tar", "zip"),
  "gzip in zip": twice("zip", "gzip"),
  "docx in mail": twice("mail", "docx"),
  "mail in zip": twice("zip", "mail"),
  "stored zip in tar": twice("tar", "stored zip"),
  "disc in zip": twice("zip", "disc"),
  "zip on a disc": twice("disc", "zip"),
};
const STATES = ["there", "deleted", "without a name"] as const;
/** Of plain ones besides. */
const PLAIN_STATES = ["at an odd byte of a file", "in two pieces without a name", "behind the end of a file"] as const;
type State = (typeof STATES)[number] | (typeof PLAIN_STATES)[number];

/** Where something hides, and whether it is expected to be found. */
export interface HidingPlace {
  what: string;
  sha256: string;
  /** Why it cannot be found; null: it must be. */
  cannot: string | null;
}

const CLUSTER = 16_384;
const MS = Date.UTC(2026, 10, 25);

/** Why a place is beyond what is looked into; null: it is not. */
function cannotOf(kind: Kind, state: State): string | null {
  if (state === "in two pieces without a name" && !["jpg", "png"].includes(kind))
    return "nothing in its structure proves where the second piece is";
  return null;
}

/** A medium of hiding places, every so many of them. */
export async function hidingMedium(every = 1): Promise<{ bytes: Uint8Array; places: HidingPlace[] }> {
  const sample = new FatSample({ kind: "fat16", clusters: 9000, clusterBytes: CLUSTER });
  const places: HidingPlace[] = [];
  let [number, free] = [0, 6000];
  for (const kind of MEDIA) {
    const folder = sample.addDirectory(sample.root, kind.toUpperCase().replace(".", "-"), MS);
    for (const [pack, packed] of Object.entries(PACKS)) {
      for (const state of pack === "plain" ? [...STATES, ...PLAIN_STATES] : STATES) {
        if (number++ % every !== 0) continue;
        const what = `${kind}, ${pack}, ${state}`;
        const plain = await media(kind, what, state === "in two pieces without a name" ? 400 : 60);
        const { name, bytes } = packed(`m.${kind}`, plain);
        free = hide(sample, { folder, state, bytes, free, name: `${number}-${name}` });
        const sha256 = createHash("sha256").update(plain).digest("hex");
        places.push({ what, sha256, cannot: cannotOf(kind, state) });
      }
    }
  }
  return { bytes: sample.image(), places };
}

interface Hidden {
  folder: FatSample["root"];
  state: State;
  bytes: Buffer;
  /** The next free cluster behind all files. */
  free: number;
  name: string;
}

/** Puts bytes into a place of the volume. @returns the next free cluster behind all files. */
function hide(sample: FatSample, { folder, state, bytes, free, name }: Hidden): number {
  const ms = MS;
  const [at, count] = [sample.at(free), Math.ceil(bytes.length / CLUSTER)];
  if (state === "there" || state === "deleted") {
    const item = sample.addFile(folder, name, { content: bytes, ms });
    if (state === "deleted") sample.remove(item);
    return free;
  }
  if (state === "at an odd byte of a file") {
    sample.addFile(folder, `${name}.dat`, { content: Buffer.concat([Buffer.alloc(1001, 1), bytes]), ms });
    return free;
  }
  if (state === "behind the end of a file") {
    // A file whose clusters were longer once: what it held stands behind its end.
    const item = sample.addFile(folder, `${name}.txt`, { content: Buffer.from("a line"), ms });
    const [first = 0] = item.clusters;
    sample.bytes.set(bytes.subarray(0, CLUSTER - 64), sample.at(first) + 64);
    return free;
  }
  if (state !== "without a name" && bytes.length < 2 * CLUSTER)
    throw new RangeError(`Cannot cut ${name}: it is too small`);
  const cut = state === "without a name" ? bytes.length : Math.floor(bytes.length / 2 / CLUSTER) * CLUSTER;
  sample.bytes.set(bytes.subarray(0, cut), at);
  sample.bytes.set(bytes.subarray(cut), at + cut + 2 * CLUSTER);
  return free + count + 3;
}

/** What the commands give of an image: all digests in their lists. */
export function digestsOf(image: string): Set<string> {
  const digests = new Set<string>();
  for (const words of [
    ["list", image, "--deleted", "--inside", "--hash", "--format", "json"],
    ["carve", image, "--format", "json"],
  ]) {
    const run = spawnSync(join(projectHome, "phum"), words, { encoding: "utf8", maxBuffer: 2 ** 28 });
    for (const [digest] of run.stdout.matchAll(/\b[0-9a-f]{64}\b/g)) digests.add(digest);
  }
  return digests;
}

if (import.meta.main) {
  const work = mkdtempSync(join(tmpdir(), "phum-hiding-"));
  try {
    const { bytes, places } = await hidingMedium(Number(process.argv[2] ?? 1));
    const image = join(work, "places.dd");
    writeFileSync(image, bytes);
    const digests = digestsOf(image);
    const missed = places.filter(({ sha256 }) => !digests.has(sha256));
    for (const { what, cannot } of missed) console.log(`not found: ${what}: ${cannot ?? "IT SHOULD BE"}`);
    console.log(`${places.length} hiding places, ${places.length - missed.length} found`);
    process.exitCode = missed.every(({ cannot }) => cannot !== null) ? 0 : 1;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
