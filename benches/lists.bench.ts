// How fast foreign hash lists are imported and asked, with hashdeep in the same run where it is installed: `node benches/lists.bench.ts`.
// PHUM_LISTS_VICS_MB (200), PHUM_LISTS_RDS_ROWS (1,000,000) and PHUM_LISTS_ENTRIES (10,000,000) make it larger: 5000, 5000000 and
// 100000000 are full size; PHUM_LISTS_STAGES (make-vics,vics) measures only some anew. Everything is made up: digests of numbers. Writes benches/results/lists.json.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type HmacBatch, hmacBatch, hmacTwin } from "#base/hashing/node";
import { kernelBytes, projectHome } from "#base/machine/node";
import { newSigner, openSigner, type Signer } from "#base/signing/node";
import { fromHex } from "#base/values";
import type { Category } from "#examination/evidence";
import { listTable } from "#examination/filters";
import { buildFilter, openFilter, unlockFilter, verifyFilter } from "#examination/filters/node";
import { importList } from "#examination/hashlists/node";

/** Lists are made by a process of their own: what importing takes is measured apart. */
const STAGES = ["make-vics", "vics", "make-rds", "rds", "make-release", "release", "table", "tags"] as const;
type Stage = (typeof STAGES)[number];

const [, , stage, ...given] = process.argv;
if (stage === undefined) await runAll();
else await runStage(stage, given);

/** Each stage in a process of its own, so that its memory is its own. */
async function runAll(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "phum-lists-bench-"));
  try {
    const sizes = {
      vicsMb: Number(process.env["PHUM_LISTS_VICS_MB"] ?? 200),
      rdsRows: Number(process.env["PHUM_LISTS_RDS_ROWS"] ?? 1_000_000),
      entries: Number(process.env["PHUM_LISTS_ENTRIES"] ?? 10_000_000),
      tableEntries: Number(process.env["PHUM_LISTS_TABLE"] ?? 100_000_000),
    };
    const path = join(projectHome, "benches/results/lists.json");
    const stages = process.env["PHUM_LISTS_STAGES"]?.split(",") ?? [...STAGES, "hashdeep"];
    // What is not measured anew stays as it was; each result names the load it was measured under.
    const results: Record<string, object> = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")).results : {};
    const wishes = {
      vics: sizes.vicsMb,
      rds: sizes.rdsRows,
      release: sizes.entries,
      table: sizes.tableEntries,
      tags: 0,
    };
    for (const name of STAGES.filter((name) => stages.includes(name))) {
      const wanted = wishes[name.replace("make-", "") as keyof typeof wishes];
      const text = execFileSync(
        process.execPath,
        // As the launcher starts Node.
        ["--max-semi-space-size=1", "--no-warnings", "benches/lists.bench.ts", name, folder, String(wanted)],
        {
          cwd: projectHome,
          env: { ...process.env, MALLOC_ARENA_MAX: "2" },
          encoding: "utf8",
          stdio: ["ignore", "pipe", "inherit"],
        },
      );
      if (name.startsWith("make-")) continue;
      results[name] = { ...JSON.parse(text), load: loadavg()[0] };
      console.log(name, text.trim());
    }
    if (stages.includes("hashdeep")) results["hashdeep"] = { ...hashdeep(folder), load: loadavg()[0] };
    console.log("hashdeep", JSON.stringify(results["hashdeep"]));
    const measuredOn = { processor: cpus()[0]?.model, cores: cpus().length, node: process.version };
    mkdirSync(join(projectHome, "benches/results"), { recursive: true });
    writeFileSync(path, `${JSON.stringify({ bench: "lists", measuredOn, results }, null, 2)}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runStage(name: string, [folder = "", size = "0"]: string[]): Promise<void> {
  const agency = await openSigner((await newSigner("bench", { workFactor: 2 })).file, "bench");
  const count = Number(size);
  const stages: Record<Stage, () => object | Promise<object>> = {
    "make-vics": () => makeVics(folder, count),
    vics: () => importStage(join(folder, "list.json"), "known-bad", agency),
    "make-rds": () => makeRds(folder, count),
    rds: () => importStage(join(folder, "rds.db"), "known-good", agency),
    "make-release": () => makePlain(folder, count),
    release: () => releaseStage(folder, count, agency),
    table: () => tableStage(count),
    tags: () => tagStage(),
  };
  const result = await stages[name as Stage]();
  console.log(JSON.stringify({ ...result, largestResidentMb: Math.round(process.resourceUsage().maxRSS / 1024) }));
}

function made(number: number): { md5: string; sha1: string; sha256: string; size: number } {
  const seed = createHash("sha256").update(`bench ${number}`).digest("hex");
  return { md5: seed.slice(0, 32), sha1: seed.slice(0, 40), sha256: seed, size: 1000 + (number % 3_000_000) };
}

async function imported(list: string, role: "known-bad" | "known-good", agency: Signer) {
  const categories = {
    named: new Map<string, Category>(role === "known-bad" ? [["*", "practice"]] : []),
    others: "practice",
  } as const;
  const out = `${list}.phuml`;
  const [from, cpu] = [performance.now(), process.cpuUsage()];
  const { header } = await importList({
    list,
    out,
    role,
    name: "Bench",
    release: "1",
    categories,
    agency,
    nowMs: Date.now(),
  });
  const seconds = (performance.now() - from) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const processorSeconds = (user + system) / 1e6;
  return {
    processorSeconds,
    recordsPerProcessorSecond: Math.round(header.records / processorSeconds),
    out,
    bytes: statSync(list).size,
    records: header.records,
    seconds,
    recordsPerSecond: Math.round(header.records / seconds),
  };
}

async function importStage(list: string, role: "known-bad" | "known-good", agency: Signer) {
  const { out, ...result } = await imported(list, role, agency);
  for (const path of [list, out]) rmSync(path);
  return { ...result, megabytesPerSecond: Math.round(result.bytes / 1e6 / result.seconds) };
}

function makeVics(folder: string, megabytes: number): object {
  const list = join(folder, "list.json");
  const fd = openSync(list, "w");
  writeSync(
    fd,
    '\ufeff{"@odata.context":"http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Media","value":[',
  );
  for (let n = 0, bytes = 0; bytes < megabytes * 1e6; ) {
    const rows: string[] = [];
    for (let i = 0; i < 2000; i++, n++) {
      const { md5, sha1, size } = made(n);
      rows.push(
        `${n === 0 ? "" : ","}{"MediaID":${n},"Category":${n % 4},"MD5":"${md5.toUpperCase()}","SHA1":"${sha1.toUpperCase()}","MediaSize":"${size}","VictimIdentified":"false","OffenderIdentified":null,"IsDistributed":"true","Series":"Series ${n % 5000}","IsPrecategorized":true,"Tags":"","MediaFiles":[{"MD5":"${md5.toUpperCase()}","FileName":"file${n}.jpg","FilePath":"/a/b/c","Created":"2026-01-02T03:04:05Z"}]}`,
      );
    }
    bytes += writeSync(fd, rows.join("\n"));
  }
  writeSync(fd, "]}");
  closeSync(fd);
  return {};
}

function makeRds(folder: string, rows: number): object {
  const list = join(folder, "rds.db");
  const database = new DatabaseSync(list);
  database.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
  database.exec(
    "CREATE TABLE METADATA (sha256 TEXT, sha1 TEXT, md5 TEXT, file_name TEXT, file_size INTEGER, package_id INTEGER); BEGIN",
  );
  const insert = database.prepare("INSERT INTO METADATA VALUES (?, ?, ?, ?, ?, ?)");
  for (let n = 0; n < rows; n++) {
    const { md5, sha1, sha256, size } = made(n);
    insert.run(sha256.toUpperCase(), sha1.toUpperCase(), md5.toUpperCase(), `file${n}.dll`, size, n % 1000);
  }
  database.exec("COMMIT");
  database.close();
  return {};
}

function makePlain(folder: string, entries: number): object {
  const list = join(folder, "plain.csv");
  const fd = openSync(list, "w");
  writeSync(fd, "md5,sha1,size\n");
  for (let n = 0; n < entries; ) {
    const rows: string[] = [];
    for (let i = 0; i < 5000 && n < entries; i++, n++) {
      const { md5, sha1, size } = made(n);
      rows.push(`${md5},${sha1},${size}\n`);
    }
    writeSync(fd, rows.join(""));
  }
  closeSync(fd);
  return {};
}

async function releaseStage(folder: string, entries: number, agency: Signer) {
  const list = join(folder, "plain.csv");
  const { out: path, ...importing } = await imported(list, "known-bad", agency);
  rmSync(list);
  const out = join(folder, "release.phumf");
  const days = {
    releasedAt: "2026-11-18T00:00:00Z",
    validUntil: "2026-12-31T00:00:00Z",
    graceUntil: "2027-01-31T00:00:00Z",
  };
  const about = { name: "Bench", agency: "Bench", category: "practice", release: "1", ...days } as const;
  const [from, cpu] = [performance.now(), process.cpuUsage()];
  const { written } = await buildFilter({
    inputs: [],
    about,
    agency,
    recipients: [],
    out,
    digests: [{ role: "known-bad", path }],
  });
  const buildSeconds = (performance.now() - from) / 1000;
  const buildCpu = process.cpuUsage(cpu);
  const buildProcessorSeconds = (buildCpu.user + buildCpu.system) / 1e6;
  const buildResidentMb = Math.round(process.resourceUsage().maxRSS / 1024);
  rmSync(path);
  const nowMs = Date.parse("2026-11-25T00:00:00Z");
  await verifyFilter(out, { trust: [agency.publicKey], nowMs });
  const unlock = await unlockFilter(out, { ageSecret: agency.ageSecret, public: { recipient: agency.recipient } });
  const filter = await openFilter(out, unlock, nowMs);
  const lists = filter.parts[0]?.lists;
  if (lists === null || lists === undefined) throw new Error("The release has no lists");
  const loading = performance.now();
  lists.load();
  const loadSeconds = (performance.now() - loading) / 1000;
  const asked = lookups(lists, entries);
  filter.close();
  return {
    importing,
    entries: written.header.lists?.knownBad.entries,
    fileBytes: written.sizeBytes,
    buildSeconds,
    buildProcessorSeconds,
    entriesPerProcessorSecond: Math.round(entries / buildProcessorSeconds),
    buildResidentMb,
    loadSeconds,
    ...asked,
  };
}

/** Look-ups in a table of random entries, as large as a release may hold. */
function tableStage(entries: number): object {
  const words = new Uint32Array(2 * entries);
  let x = 1;
  const random = (): number => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x >>> 0;
  };
  // Ascending: the first words are evenly spread in order, the others random.
  for (let i = 0; i < entries; i++) {
    words[2 * i] = random();
    words[2 * i + 1] = Math.floor((i * 2 ** 32) / entries) + 0;
  }
  for (let i = 0; i + 1 < entries; i++) {
    const same = words[2 * i + 1] === words[2 * i + 3];
    if (same && (words[2 * i] ?? 0) >= (words[2 * i + 2] ?? 0)) words[2 * i + 2] = (words[2 * i] ?? 0) + 1;
  }
  const from = performance.now();
  const table = listTable(new Uint8Array(words.buffer));
  const indexSeconds = (performance.now() - from) / 1000;
  const COUNT = 2_000_000;
  const [known, unknown] = [new Uint32Array(2 * COUNT), Uint32Array.from({ length: 2 * COUNT }, random)];
  for (let i = 0; i < COUNT; i++) {
    const at = random() % entries;
    known.set([words[2 * at + 1] ?? 0, words[2 * at] ?? 0], 2 * i);
  }
  const ask = (tags: Uint32Array) => {
    let hits = 0;
    table.findEach(tags, COUNT, () => hits++);
    return hits;
  };
  const found = measured(COUNT, () => ask(known));
  const strange = measured(COUNT, () => ask(unknown));
  if (found.found < COUNT) throw new Error(`Of ${COUNT} entries ${found.found} were found`);
  return {
    ...{ entries, indexSeconds },
    ...{ listedPerSecond: found.perSecond, listedPerProcessorSecond: found.perProcessorSecond },
    ...{ strangersPerSecond: strange.perSecond, strangersPerProcessorSecond: strange.perProcessorSecond },
    ...memoryLimit(entries),
  };
}

/** The limit of memory: as many reads at random places of as large a table, one for each look-up, which needs two (index and entries). */
function memoryLimit(entries: number): object {
  const bytes = kernelBytes("hashing", "read-only");
  if (bytes === undefined) return { memory: "the kernel is not built" };
  const pages = Math.ceil((8 * entries) / 65536) + 1;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  new Uint32Array(memory.buffer).fill(1);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  const { randomReads } = exports as { randomReads(at: number, cells: number, count: number, seed: bigint): number };
  const COUNT = 5_000_000;
  const reads = measured(COUNT, () => randomReads(0, 2 * entries, COUNT, 7n));
  return { randomReadsPerSecond: reads.perSecond, randomReadsPerProcessorSecond: reads.perProcessorSecond };
}

type Lists = NonNullable<Awaited<ReturnType<typeof openFilter>>["parts"][number]["lists"]>;

/** Half of what is asked stands on the list. Every look-up makes its tag. */
function lookups(lists: Lists, entries: number) {
  const COUNT = 500_000;
  const files = Array.from({ length: COUNT }, (_, i) => {
    const { md5, sha1, size } = made(i % 2 === 0 ? (i * 7919) % entries : entries + i);
    return { digests: { md5: fromHex(md5), sha1: fromHex(sha1) }, sizeBytes: size };
  });
  const many = measured(COUNT, () => {
    let hits = 0;
    lists.findEach(files, () => hits++);
    return hits;
  });
  const single = measured(COUNT, () => files.filter((file) => lists.find(file).length > 0).length);
  for (const { found } of [many, single])
    if (found !== COUNT / 2) throw new Error(`Of ${COUNT / 2} listed files ${found} were found`);
  return {
    ...{ filesAskedPerSecond: many.perSecond, filesAskedPerProcessorSecond: many.perProcessorSecond },
    ...{ oneByOnePerSecond: single.perSecond, oneByOnePerProcessorSecond: single.perProcessorSecond },
  };
}

/** Tags alone, by the kernel and by node:crypto, which is its twin. */
function tagStage(): object {
  const COUNT = 1024;
  const [key, bytes] = [new Uint8Array(32).fill(7), 50];
  const rate = (batch: HmacBatch, rounds: number): number =>
    measured(rounds * COUNT, () => {
      for (let round = 0; round < rounds; round++) batch.run(COUNT);
      return 0;
    }).perProcessorSecond;
  return {
    kernelPerProcessorSecond: rate(hmacBatch(key, bytes, COUNT), 2000),
    cryptoPerProcessorSecond: rate(hmacTwin(key, bytes, COUNT), 200),
  };
}

/** Five rounds: the median of the clock, and the best by processor time, which a busy machine disturbs less. */
function measured(count: number, work: () => number): { found: number; perSecond: number; perProcessorSecond: number } {
  const [times, processor]: [number[], number[]] = [[], []];
  let found = 0;
  for (let round = 0; round < 5; round++) {
    const [from, cpu] = [performance.now(), process.cpuUsage()];
    found = work();
    times.push(performance.now() - from);
    const { user, system } = process.cpuUsage(cpu);
    processor.push((user + system) / 1000);
  }
  times.sort((a, b) => a - b);
  const rate = (ms: number): number => Math.round((1000 * count) / ms);
  return { found, perSecond: rate(times[2] ?? 1), perProcessorSecond: rate(Math.min(...processor)) };
}

/** hashdeep -m of a list of 1,000,000 made-up entries over one small file: nearly all of its time is reading the list. */
function hashdeep(folder: string): object {
  if (!existsSync("/usr/bin/hashdeep")) return { missing: "hashdeep is not installed" };
  const ROWS = 1_000_000;
  const list = join(folder, "known.hashdeep");
  const rows = ["%%%% HASHDEEP-1.0", "%%%% size,md5,sha1,filename"];
  for (let n = 0; n < ROWS; n++) {
    const { md5, sha1, size } = made(n);
    rows.push(`${size},${md5},${sha1},/a/${n}`);
  }
  writeFileSync(list, `${rows.join("\n")}\n`);
  const file = join(folder, "small");
  writeFileSync(file, "small");
  const from = performance.now();
  const run = spawnSync("/usr/bin/time", ["-f", "%M", "hashdeep", "-c", "md5,sha1", "-m", "-k", list, file], {
    encoding: "utf8",
  });
  const seconds = (performance.now() - from) / 1000;
  rmSync(list);
  const residentMb = Math.round(Number(/(\d+)\s*$/.exec(run.stderr ?? "")?.[1] ?? Number.NaN) / 1024);
  return {
    rows: ROWS,
    seconds,
    rowsPerSecond: Math.round(ROWS / seconds),
    residentMb: Number.isNaN(residentMb) ? null : residentMb,
  };
}
