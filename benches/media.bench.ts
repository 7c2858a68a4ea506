// How fast whole media are read, beside what others take for the same in the same run, where it is installed:
// `node benches/media.bench.ts [--files 400000] [--ewf-mib 1024] [--ntfs-mib 4096] [--rounds 1]`. Three media made here: an
// ext4 volume of many small files (mke2fs -d) listed beside fiwalk; an E01 read and digested from start to end beside ewfexport;
// an NTFS volume of large files (mkntfs, ntfscp) examined whole beside fiwalk with its digests. What is not installed is left out
// and said. The factor is theirs over ours: above 1 Phum is the faster. Writes benches/results/media.json.
import { spawnSync } from "node:child_process";
import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { projectHome } from "#base/machine/node";
import { writeEwf } from "#examination/images/node";
import { makeKit } from "./bench-kit.ts";

const MIB = 2 ** 20;
const FILES_A_FOLDER = 500;
const LARGE_MIB = 12;
const KEYS = 1e6;
/** Makers of media, and what Phum is compared with: used where they are installed, never needed. */
const TOOLS = { ext: "mke2fs", ntfs: "mkntfs", copy: "ntfscp", walk: "fiwalk", export: "ewfexport" };

const { values } = parseArgs({
  options: {
    files: { type: "string", default: "400000" },
    "ewf-mib": { type: "string", default: "1024" },
    "ntfs-mib": { type: "string", default: "4096" },
    rounds: { type: "string", default: "1" },
  },
});
const [files, ewfMib, ntfsMib] = [Number(values.files), Number(values["ewf-mib"]), Number(values["ntfs-mib"])];
const rounds = Number(values.rounds);

/** One comparison: seconds, best of the rounds; null: not installed. */
interface Row {
  what: string;
  phumSeconds: number;
  other: string;
  otherSeconds: number | null;
  factor: number | null;
}

const dir = mkdtempSync(join(tmpdir(), "phum-media-"));
const phum = join(projectHome, "phum");
const rows: Row[] = [];
try {
  listing();
  sequential();
  await whole();
  const machine = { cpu: cpus()[0]?.model ?? "", cores: cpus().length, load: loadavg()[0], node: process.version };
  const sizes = { files, ewfMib, ntfsMib, rounds };
  const text = JSON.stringify({ bench: "media", unit: "seconds, best of the rounds", machine, sizes, rows }, null, 2);
  mkdirSync(join(projectHome, "benches/results"), { recursive: true });
  writeFileSync(join(projectHome, "benches/results/media.json"), `${text}\n`);
} finally {
  rmSync(dir, { recursive: true, force: true });
}

/** Names, times, sizes and places of all files, without their contents. */
function listing(): void {
  const tree = join(dir, "tree");
  for (let i = 0; i < files; i++) {
    const folder = join(tree, `folder${Math.floor(i / FILES_A_FOLDER)}`);
    if (i % FILES_A_FOLDER === 0) mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `file number ${i}.txt`), `text of file ${i}\n`);
  }
  const image = join(dir, "many.img");
  const mib = Math.ceil(files / 150) + 64;
  const made = spawnSync(TOOLS.ext, ["-q", "-t", "ext4", "-N", String(files + 20_000), "-d", tree, image, `${mib}M`]);
  rmSync(tree, { recursive: true, force: true });
  if (made.status !== 0) {
    left("Listing", TOOLS.ext, made.stderr?.toString());
    return;
  }
  compare(`List of ${files} files of ext4 as DFXML`, {
    ours: [phum, "list", image, "--format", "dfxml", "--no-hash"],
    theirs: [TOOLS.walk, "-z", "-O", "-x", image],
  });
  compare(`List of ${files} files of ext4, deleted ones too, with digests`, {
    ours: [phum, "list", image, "--deleted", "--format", "dfxml"],
    theirs: [TOOLS.walk, "-x", image],
  });
  rmSync(image);
}

/** Reading, unpacking and digesting an E01. */
function sequential(): void {
  const sizeBytes = ewfMib * MIB;
  const pattern = patternOf(8 * MIB);
  const media = {
    sizeBytes,
    readSync: (view: Uint8Array, at: number) => {
      const within = at % pattern.length;
      view.set(pattern.subarray(within, within + view.length));
      return view.length;
    },
  };
  writeEwf(
    { stem: "disk", media, segmentBytes: 1024 * MIB, chunkSectors: 64, level: 1, badSectors: [] },
    (name, bytes) => writeFileSync(join(dir, name), bytes),
  );
  const first = join(dir, "disk.E01");
  compare(`E01 of ${ewfMib} MiB read to its end, with digests`, {
    ours: [phum, "verify", first],
    theirs: [TOOLS.export, "-q", "-u", "-f", "raw", "-t", "-", first],
  });
}

/** Half words, a quarter noise, a quarter zeros. */
function patternOf(bytes: number): Uint8Array {
  const pattern = Buffer.alloc(bytes);
  const words = ["river", "rice", "school", "market", "house", "garden", "bridge", "music", "monsoon", "temple"];
  let x = 1;
  const next = (): number => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x >>> 0;
  };
  for (let at = 0; at < bytes / 2; ) at += pattern.write(`${words[next() % 10]}${next() % 1000} `, at, "latin1");
  for (let at = bytes / 2; at < (bytes / 4) * 3; at += 4) pattern.writeUInt32LE(next(), at);
  return pattern;
}

/** All bytes of a volume held against a list, and named; beside a walk that digests every file. */
async function whole(): Promise<void> {
  const image = join(dir, "disk.dd");
  const fd = openSync(image, "w");
  ftruncateSync(fd, ntfsMib * MIB);
  closeSync(fd);
  const made = spawnSync(TOOLS.ntfs, ["-q", "-F", "-Q", image]);
  if (made.status !== 0) {
    left("Whole examination", TOOLS.ntfs, made.stderr?.toString());
    return;
  }
  const large = join(dir, "large.bin");
  for (let i = 0; (i + 1) * LARGE_MIB < ntfsMib * 0.9; i++) {
    const bytes = Buffer.from(patternOf(LARGE_MIB * MIB));
    for (let at = 0; at < bytes.length; at += 4096) bytes.writeUInt32LE(i, at);
    writeFileSync(large, bytes);
    const copied = spawnSync(TOOLS.copy, ["-f", "-q", image, large, `/large ${i}.bin`]);
    if (copied.status !== 0) {
      left("Whole examination", TOOLS.copy, copied.stderr?.toString());
      return;
    }
  }
  const trust = await makeKit(dir, KEYS);
  const officer = [
    "--trust",
    trust,
    "--identity",
    "officer.key",
    "--passphrase-file",
    "pass",
    "--basis",
    "Bench",
    "--exhibit",
    "bench",
  ];
  let round = 0;
  compare(`Whole examination of ${ntfsMib} MiB of NTFS`, {
    ours: () => [phum, "examine", image, "--filter", "bench.phumf", ...officer, "--out", join(dir, `E${round++}`)],
    theirs: [TOOLS.walk, "-x", image],
  });
}

type Words = readonly [string, ...string[]];

/** Runs both, alternating, and prints the row. Exit codes of ours up to 30 are verdicts. */
function compare(what: string, { ours, theirs }: { ours: Words | (() => readonly string[]); theirs: Words }): void {
  const took = { phum: Number.POSITIVE_INFINITY, other: Number.POSITIVE_INFINITY };
  const installed = spawnSync(theirs[0], ["-V"]).error === undefined;
  for (let round = 0; round < rounds; round++) {
    const [command = phum, ...words] = typeof ours === "function" ? ours() : ours;
    took.phum = Math.min(took.phum, secondsOf(command, words, 30));
    if (installed) took.other = Math.min(took.other, secondsOf(theirs[0], theirs.slice(1), 0));
  }
  const row: Row = {
    ...{ what, phumSeconds: rounded(took.phum), other: theirs.slice(0, -1).join(" ") },
    ...{ otherSeconds: installed ? rounded(took.other) : null },
    factor: installed ? rounded(took.other / took.phum) : null,
  };
  rows.push(row);
  console.log(
    `${what}: Phum ${row.phumSeconds} s, ${theirs[0]} ${row.otherSeconds ?? "not installed"} s, factor ${row.factor ?? "-"}`,
  );
}

function rounded(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}

function secondsOf(command: string, words: readonly string[], mostExit: number): number {
  const sink = openSync(join(dir, "sink"), "w");
  const startedMs = performance.now();
  const run = spawnSync(command, words, {
    cwd: dir,
    env: { ...process.env, XDG_STATE_HOME: dir },
    stdio: ["ignore", sink, "pipe"],
    maxBuffer: 2 ** 26,
  });
  const seconds = (performance.now() - startedMs) / 1000;
  closeSync(sink);
  if (run.status === null || run.status > mostExit) throw new Error(`${command}: ${run.status}\n${run.stderr}`);
  if (statSync(join(dir, "sink")).size === 0) throw new Error(`${command} wrote nothing`);
  return seconds;
}

function left(what: string, tool: string, why = ""): void {
  console.log(`${what}: left out, ${tool} did not make the medium. ${why.trim()}`);
}
