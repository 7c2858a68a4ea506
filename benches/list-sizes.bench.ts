// Which files are read whole because their size is listed, and what a look at their first 4 KiB would spare: `node benches/list-sizes.bench.ts
// FOLDER…`. Every other file below the folders stands on a made-up list, the others are a device's; files that are the same byte for byte
// are one. Sizes of real files, nothing of their contents but digests. Writes benches/results/list-sizes.json.
import { createHash } from "node:crypto";
import { closeSync, lstatSync, mkdirSync, openSync, readdirSync, readSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectHome } from "#base/machine/node";
import { seededRandom } from "#base/values";

const BLOCK = 4096;
const folders = process.argv.slice(2);
if (folders.length === 0) folders.push("/usr");

interface Sized {
  sizeBytes: number;
  path: string;
}

function* filesIn(folder: string): Generator<Sized> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    try {
      if (entry.isDirectory()) yield* filesIn(path);
      else if (entry.isFile() && lstatSync(path).size > 0) yield { path, sizeBytes: lstatSync(path).size };
    } catch {
      // Not to be read by everybody: left out.
    }
  }
}

/** Size and first block; undefined: it cannot be read. */
function firstOf({ path, sizeBytes }: Sized): string | undefined {
  try {
    const fd = openSync(path, "r");
    const block = Buffer.alloc(BLOCK);
    const length = readSync(fd, block);
    closeSync(fd);
    return `${sizeBytes} ${createHash("sha256").update(block.subarray(0, length)).digest("hex")}`;
  } catch {
    return undefined;
  }
}

const random = seededRandom("list sizes");
const files = folders.flatMap((folder) => [...filesIn(folder)]);
for (let i = files.length - 1; i > 0; i--) {
  const other = random.below(i + 1);
  [files[i], files[other]] = [files[other] as Sized, files[i] as Sized];
}
const device = files.slice(0, files.length / 2);
const known = files.slice(files.length / 2);
const bytesOf = (some: Sized[]): number => some.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

const results = [1000, 10_000, 100_000, 1_000_000]
  .filter((count, i, all) => count <= known.length || (all[i - 1] ?? 0) < known.length)
  .map((count) => {
    const list = known.slice(0, count);
    const sizes = new Set(list.map(({ sizeBytes }) => sizeBytes));
    const read = device.filter(({ sizeBytes }) => sizes.has(sizeBytes));
    const wanted = new Set(read.map(({ sizeBytes }) => sizeBytes));
    const firsts = new Set(list.filter(({ sizeBytes }) => wanted.has(sizeBytes)).map(firstOf));
    const still = read.filter((file) => firsts.has(firstOf(file)));
    return {
      listed: list.length,
      sizes: sizes.size,
      filesReadShare: read.length / device.length,
      bytesReadShare: bytesOf(read) / bytesOf(device),
      meanReadBytes: Math.round(bytesOf(read) / Math.max(1, read.length)),
      filesBehindFirstBlockShare: still.length / device.length,
      bytesBehindFirstBlockShare: bytesOf(still) / bytesOf(device),
    };
  });
const about = { device: { files: device.length, bytes: bytesOf(device) }, results };
mkdirSync(join(projectHome, "benches/results"), { recursive: true });
writeFileSync(
  join(projectHome, "benches/results/list-sizes.json"),
  `${JSON.stringify({ bench: "list-sizes", ...about }, null, 2)}\n`,
);
console.log(JSON.stringify(about, null, 2));
