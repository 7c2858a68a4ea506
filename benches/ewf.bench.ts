// How fast an E01 image is read from start to end on one core: `node benches/ewf.bench.ts`. Makes its own image of 256 MiB
// (half text that packs to a third, a quarter noise, a quarter zeros) in the system's folder for temporary files, reads it
// three times through the page cache, and writes benches/results/ewf.json. Beside it ewfexport, where it is installed.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { projectHome } from "#base/machine/node";
import { seededRandom } from "#base/values";
import { isRefusal } from "#examination/images";
import { writeEwf } from "#examination/images/node";
import { openMedium, verifyMedia } from "#examination/opening/node";

const MIB = 1024 * 1024;
const SIZE = 256 * MIB;
const ROUNDS = 3;
/** Compared with where it is installed; never needed. */
const ANCHOR = "ewfexport";

const work = mkdtempSync(join(tmpdir(), "phum-ewf-bench-"));
try {
  for (const level of [1, 0]) {
    const media = benchMedia();
    writeEwf(
      { stem: `level${level}`, media, segmentBytes: 1024 * MIB, chunkSectors: 64, level, badSectors: [] },
      (name, bytes) => writeFileSync(join(work, name), bytes),
    );
  }
  const packed = {
    read: await readRate("level1.E01"),
    verify: await verifyRate("level1.E01"),
    threads: commandRate("level1.E01"),
    ewfexport: exportRate("level1.E01"),
  };
  const stored = {
    read: await readRate("level0.E01"),
    verify: await verifyRate("level0.E01"),
    threads: commandRate("level0.E01"),
    ewfexport: exportRate("level0.E01"),
  };
  const machine = { cpu: cpus()[0]?.model ?? "", cores: cpus().length, load: loadavg()[0], node: process.version };
  const result = {
    unit: "MB/s of media, best of 3; read and verify on one core, threads on all",
    mediaBytes: SIZE,
    packed,
    stored,
    machine,
  };
  mkdirSync(join(projectHome, "benches/results"), { recursive: true });
  writeFileSync(join(projectHome, "benches/results/ewf.json"), `${JSON.stringify(result, null, 2)}\n`);
  console.log(JSON.stringify(result, null, 2));
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** Media without its bytes: each read makes them anew, alike. */
function benchMedia() {
  const random = seededRandom("ewf bench");
  const words = Array.from({ length: 3000 }, () =>
    String.fromCharCode(...Array.from({ length: 3 + random.below(8) }, () => 97 + random.below(26))),
  );
  const text = Buffer.alloc(4 * MIB);
  for (let at = 0; at < text.length; )
    at += text.write(`${words[Math.floor(random.fraction() ** 2 * 3000)]} `, at, "latin1");
  const noise = Uint8Array.from({ length: 2 * MIB }, () => random.below(256));
  return {
    sizeBytes: SIZE,
    readSync: (view: Uint8Array, offsetBytes: number) => {
      const within = offsetBytes % (8 * MIB);
      if (within < 4 * MIB) view.set(text.subarray(within, within + view.length));
      else if (within < 6 * MIB) view.set(noise.subarray(within - 4 * MIB, within - 4 * MIB + view.length));
      else view.fill(0);
      return view.length;
    },
  };
}

async function opened(name: string) {
  const medium = await openMedium(join(work, name));
  if (isRefusal(medium)) throw new Error(`bench: refused, ${medium.refused}`);
  return medium;
}

/** Reading and unpacking alone. */
async function readRate(name: string): Promise<number> {
  const medium = await opened(name);
  const view = new Uint8Array(MIB);
  const rates = Array.from({ length: ROUNDS }, () =>
    rate(() => {
      for (let at = 0; at < SIZE; at += MIB) medium.image.media.readSync(view, at);
    }),
  );
  medium.close();
  return Math.max(...rates);
}

/** As `phum verify`: MD5, SHA-1 and SHA-256 besides. */
async function verifyRate(name: string): Promise<number> {
  const medium = await opened(name);
  const rates = Array.from({ length: ROUNDS }, () =>
    rate(() => {
      const { outcome } = verifyMedia(medium.image);
      if (outcome !== "verified") throw new Error(`bench: ${outcome}`);
    }),
  );
  medium.close();
  return Math.max(...rates);
}

/** As `phum verify` really runs: limited children read and unpack, the command takes the digests. */
function commandRate(name: string): number {
  const rates = Array.from({ length: ROUNDS }, () =>
    rate(() => {
      const { status } = spawnSync(join(projectHome, "phum"), ["verify", join(work, name)], { stdio: "ignore" });
      if (status !== 0) throw new Error(`bench: phum verify ended with ${status}`);
    }),
  );
  return Math.max(...rates);
}

/** Null where ewfexport is not installed. */
function exportRate(name: string): number | null {
  if (spawnSync(ANCHOR, ["-V"]).error !== undefined) return null;
  const args = ["-q", "-u", "-f", "raw", "-t", "-", join(work, name)];
  const rates = Array.from({ length: ROUNDS }, () => rate(() => void spawnSync(ANCHOR, args, { stdio: "ignore" })));
  return Math.max(...rates);
}

function rate(work: () => void): number {
  const started = performance.now();
  work();
  return Math.round(SIZE / 1000 / (performance.now() - started));
}
