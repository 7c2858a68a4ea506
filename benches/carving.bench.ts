// How fast free space is searched for pictures and films, and what is found, beside what other carvers find in the same bytes:
// `node benches/carving.bench.ts [MIB]`. Makes its own image (default 512 MiB: noise, text, zeros, and among them drawings and
// films in one piece, at odd places, in two pieces, cut off, and near misses) in the system's folder for temporary files, and
// writes benches/results/carving.json. photorec, scalpel and foremost are compared where they are installed; never needed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  globSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { projectHome } from "#base/machine/node";
import { type SeededRandom, seededRandom } from "#base/values";
import { carve } from "#examination/carving";
import { aviSample, carvedFiles, filmSample, openHeaderFinder } from "#examination/carving/node";
import { openPictures } from "#examination/pictures/node";
import type { ByteSource } from "#examination/sources";

const MIB = 2 ** 20;
const SIZE = Number(process.argv[2] ?? 512) * MIB;
const CLUSTER = 4096;
const ROUNDS = 3;
type Way = "whole" | "odd" | "pieced" | "cut";

/** What its own example says of these kinds. */
const SCALPEL = String.raw`
gif y 5000000 \x47\x49\x46\x38\x37\x61 \x00\x3b
gif y 5000000 \x47\x49\x46\x38\x39\x61 \x00\x3b
jpg y 200000000 \xff\xd8\xff\xe0\x00\x10 \xff\xd9
jpg y 200000000 \xff\xd8\xff\xdb \xff\xd9
png y 20000000 \x50\x4e\x47? \xff\xfc\xfd\xfe
avi y 50000000 RIFF????AVI
mov y 10000000 ????moov
`;

const work = mkdtempSync(join(tmpdir(), "phum-carving-bench-"));
try {
  const path = join(work, "free.dd");
  const truth = await writeImage(path);
  const fd = openSync(path, "r");
  const source: ByteSource = {
    sizeBytes: SIZE,
    readSync: (view, at) => readSync(fd, view, 0, view.length, at),
  };
  const result = {
    unit: "MB/s of what is searched, by processor time (decoded: by the clock, with its children), best of 3, page cache",
    imageBytes: SIZE,
    planted: counted(truth),
    finder: { anyByte: finderRate(1), everySector: finderRate(512) },
    structure: { anyByte: structureRate(source, 1), everySector: structureRate(source, 512) },
    decoded: await decodedRate(source, truth),
    peers: peersOver(path, truth),
    machine: { cpu: cpus()[0]?.model ?? "", cores: cpus().length, load: loadavg()[0], node: process.version },
  };
  mkdirSync(join(projectHome, "benches/results"), { recursive: true });
  writeFileSync(join(projectHome, "benches/results/carving.json"), `${JSON.stringify(result, null, 2)}\n`);
  console.log(JSON.stringify(result, null, 2));
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** Digests of what was planted whole, by how it stands there; of what is cut there is none. */
type Truth = Map<string, { way: Way; format: string }>;

function counted(truth: Truth): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { way } of truth.values()) counts[way] = (counts[way] ?? 0) + 1;
  return counts;
}

async function writeImage(path: string): Promise<Truth> {
  const random = seededRandom("carving bench");
  const image = Buffer.alloc(SIZE);
  fill(image, random);
  const truth: Truth = new Map();
  // An eighth of the image is pictures and films.
  for (let at = CLUSTER, number = 0; at < SIZE - 8 * MIB; number++) {
    const { format, bytes } = await media(number, random);
    const way: Way = (["whole", "whole", "whole", "odd", "pieced", "cut"] as const)[random.below(6)] ?? "whole";
    const odd = way === "odd" ? 1 + random.below(CLUSTER - 1) : 0;
    const half = Math.max(CLUSTER, Math.floor(bytes.length / 2 / CLUSTER) * CLUSTER);
    image.set(way === "whole" || way === "odd" ? bytes : bytes.subarray(0, half), at + odd);
    const gap = (1 + random.below(20)) * CLUSTER;
    if (way === "pieced") image.set(bytes.subarray(half), at + half + gap);
    truth.set(createHash("sha256").update(bytes).digest("hex"), { way, format });
    const step = bytes.length * 8 + gap;
    at += Math.ceil(step / CLUSTER) * CLUSTER;
  }
  writeFileSync(path, image);
  return truth;
}

/** Stretches of 1 MiB: noise, text, zeros, and noise with beginnings that are none. */
function fill(image: Buffer, random: SeededRandom): void {
  const words = new Uint32Array(image.buffer, image.byteOffset, image.length / 4);
  const text = Buffer.from("A line of text as it stands in any file, left, loft, GIF and RIFF. ".repeat(16_000));
  for (let at = 0; at < image.length; at += MIB) {
    const kind = (at / MIB) % 4;
    if (kind === 0) text.copy(image, at, 0, MIB);
    if (kind === 1 || kind === 2) for (let i = at / 4; i < (at + MIB) / 4; i++) words[i] = random.bits32();
    if (kind !== 2) continue;
    for (const head of [
      "\xff\xd8\xff\xe0\0\x10JFIF\0",
      "\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
      "GIF89a",
      "RIFF\0\0\x01\0WEBPVP8 ",
    ])
      image.write(head, at + random.below(250) * CLUSTER, "latin1");
  }
}

async function media(number: number, random: SeededRandom): Promise<{ format: string; bytes: Uint8Array }> {
  const formats = ["jpeg", "jpeg", "jpeg", "png", "gif", "webp", "mp4", "mov", "avi"] as const;
  const format = formats[number % formats.length] ?? "jpeg";
  const seed = `media ${number}`;
  if (format === "mp4") return { format, bytes: filmSample({ seed, samples: 100 + random.below(200) }) };
  if (format === "mov") return { format, bytes: filmSample({ seed, brand: "qt  ", tables: "first" }) };
  if (format === "avi") return { format, bytes: aviSample(seed, 100) };
  const [width, height] = [320 + random.below(1000), 240 + random.below(700)];
  const pixels = Buffer.alloc(width * height * 3);
  const wave = 20 + random.below(80);
  for (let at = 0; at < pixels.length; at++) {
    const value = 128 + 90 * Math.sin(at / 3 / wave) * Math.cos(at / 3 / width / wave);
    pixels[at] = (value + (random.bits32() & 7)) & 255;
  }
  const drawing = sharp(pixels, { raw: { width, height, channels: 3 } });
  if (format === "jpeg") return { format, bytes: await drawing.jpeg({ quality: 60 + random.below(38) }).toBuffer() };
  if (format === "gif") return { format, bytes: await drawing.resize(200).gif().toBuffer() };
  if (format === "png") return { format, bytes: await drawing.resize(300).png().toBuffer() };
  return { format, bytes: await drawing.webp().toBuffer() };
}

/** Processor time of this process, so that a busy machine does not count. */
function best(run: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

function rate(bytes: number, ms: number): number {
  return Math.round(bytes / 1000 / ms);
}

/** Over noise, without reading. */
function finderRate(everyBytes: number): number {
  const finder = openHeaderFinder();
  const random = seededRandom("finder");
  for (let i = 0; i < finder.window.length; i++) finder.window[i] = random.below(256);
  return rate(
    256 * MIB,
    best(() => void Array.from({ length: 256 }, () => finder.find(0, MIB, everyBytes))),
  );
}

function structureRate(source: ByteSource, everyBytes: 1 | 512): number {
  const finder = openHeaderFinder();
  return rate(
    SIZE,
    best(() => void [...carve(source, { finder, everyBytes, grainBytes: CLUSTER })].length),
  );
}

async function decodedRate(source: ByteSource, truth: Truth) {
  const pictures = openPictures();
  const started = performance.now();
  const files: { sha256: string; how: string }[] = [];
  const all = [{ startByte: 0, lengthBytes: source.sizeBytes }];
  const wishes = { finder: openHeaderFinder(), pictures, grainBytes: CLUSTER };
  for await (const { sha256, how } of carvedFiles(source, all, wishes)) files.push({ sha256, how });
  const ms = performance.now() - started;
  pictures.close();
  const sums = files.map(({ sha256 }) => sha256);
  return {
    rate: rate(SIZE, ms),
    ...compared(sums, truth),
    beginnings: files.filter(({ how }) => how === "beginning").length,
  };
}

/** How many of what was planted came out byte for byte, by how it stood there, and how many files came out that are none of it. */
function compared(sums: readonly string[], truth: Truth) {
  const exact: Truth = new Map();
  for (const sum of sums) {
    const planted = truth.get(sum);
    if (planted !== undefined) exact.set(sum, planted);
  }
  const lost: Record<string, number> = {};
  for (const [sum, { way, format }] of truth) {
    const name = `${way} ${format}`;
    if (way !== "cut" && !exact.has(sum)) lost[name] = (lost[name] ?? 0) + 1;
  }
  return { exact: counted(exact), otherFiles: sums.length - exact.size, lost };
}

function peersOver(path: string, truth: Truth) {
  const types = "jpg,enable,png,enable,gif,enable,riff,enable,mov,enable";
  const config = join(work, "scalpel.conf");
  writeFileSync(config, SCALPEL);
  const commands: Record<string, string[]> = {
    photorec: ["/d", join(work, "photorec"), "/cmd", path, `partition_none,fileopt,everything,disable,${types},search`],
    scalpel: ["-c", config, "-o", join(work, "scalpel"), path],
    foremost: ["-t", "jpeg,png,gif,avi,mov,mp4", "-o", join(work, "foremost"), "-i", path],
  };
  return Object.fromEntries(
    Object.entries(commands).map(([name, words]) => {
      // The shell says what its child took.
      const script = '"$@" >/dev/null 2>&1 </dev/null; times';
      const run = spawnSync("bash", ["-c", script, "_", name, ...words], { cwd: work, encoding: "utf8" });
      const ms = childMs(run.stdout);
      const files = globSync(`${name}*/**/*.*`, { cwd: work }).filter((file) => !/\.(txt|xml)$/.test(file));
      const paths = files.map((file) => join(work, file)).filter((file) => statSync(file).isFile());
      const sums = paths.map((file) => createHash("sha256").update(readFileSync(file)).digest("hex"));
      if (paths.length === 0) return [name, "not installed, or nothing found"];
      return [name, { rate: rate(SIZE, ms), ...compared(sums, truth) }];
    }),
  );
}

/** User and system time of a shell's children: the second line of "times", minutes and seconds. */
function childMs(said: string): number {
  const parts = [...(said.trim().split("\n").at(-1) ?? "").matchAll(/(\d+)m([\d.]+)s/g)];
  return parts.reduce((sum, [, minutes, seconds]) => sum + (Number(minutes) * 60 + Number(seconds)) * 1000, 0);
}
