// A whole examination of a mixed folder, by a list with pieces, digests and fingerprints of pictures hidden in it in five ways:
// `node benches/mixed-folder.bench.ts [--mib 10240] [--each 10]`. Beside it what only reads every byte, and what only digests
// every file, in the same run. Every known picture must be told, and nothing else; what is missed is named. Writes
// benches/results/mixed-folder.json.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { projectHome } from "#base/machine/node";
import { makeKit } from "./bench-kit.ts";
import { type MixedFolder, makeMixedFolder, WAYS, type Way } from "./mixed-folder-makers.ts";

const { values } = parseArgs({
  options: { mib: { type: "string", default: "10240" }, each: { type: "string", default: "10" } },
});
const each = Number(values.each);
const phum = join(projectHome, "phum");
const dir = mkdtempSync(join(tmpdir(), "phum-mixed-"));
const file = (name: string): string => join(dir, name);

/** Seconds on the clock, and of all processors together. */
interface Cost {
  wall: number;
  cpu: number;
}

try {
  const trust = await makeKit(dir, 1000);
  const folders = { dir: file("mixed"), originals: file("originals") };
  const made = await makeMixedFolder(folders, { mostBytes: Number(values.mib) * 2 ** 20, each });
  buildList(folders.originals);
  const reads = timed(`find ${folders.dir} -type f -exec cat {} +`);
  const digests = has("hashdeep") ? timed(`hashdeep -c sha256 -r ${folders.dir}`) : null;
  const { cost, told } = examined(folders.dir, trust);
  write({ made, reads, digests, cost, told });
} finally {
  rmSync(dir, { recursive: true, force: true });
}

function buildList(originals: string): void {
  const words = ["--name", "Mixed", "--agency", "Bench", "--category", "practice", "--fingerprint"];
  const keys = ["--sign", file("agency.key"), "--passphrase-file", file("pass"), "--recipient", recipient()];
  const run = spawnSync(phum, ["filter", "build", originals, ...words, ...keys, "--out", file("mixed.phumf")], {
    encoding: "utf8",
  });
  if (run.status !== 0) throw new Error(run.stderr);
}

function recipient(): string {
  const found = /age1[a-z0-9]+/.exec(readFileSync(file("officer.pub"), "utf8"));
  if (found === null) throw new Error("The officer's public file names no recipient");
  return found[0];
}

interface Told {
  /** Known pictures that were told, by the way in which they were hidden; and the others. */
  found: Record<string, number>;
  missed: string[];
  /** Findings of what the list does not know. */
  others: number;
  notices: string[];
}

function examined(source: string, trust: string): { cost: Cost; told: Told } {
  const out = file("exhibit");
  const officer = `--trust ${trust} --identity ${file("officer.key")} --passphrase-file ${file("pass")} --basis Bench`;
  const cost = timed(
    `${phum} examine ${source} --full --filter ${file("mixed.phumf")} ${officer} --exhibit B --out ${out}`,
  );
  const report = JSON.parse(readFileSync(join(out, "report.json"), "utf8"));
  const places: string[] = report.findings.map(({ place }: { place: string }) => place);
  const isTold = (name: string): boolean => places.some((place) => place.includes(`/${name}.`));
  const namesOf = (way: Way): string[] => Array.from({ length: each }, (_, i) => `known-${way}-${i}`);
  const found = Object.fromEntries(WAYS.map((way) => [way, namesOf(way).filter(isTold).length]));
  const missed = WAYS.flatMap(namesOf).filter((name) => !isTold(name));
  const others = places.filter((place) => !place.includes("/known-")).length;
  const notices = report.notices.map(({ code }: { code: string }) => code);
  return { cost, told: { found, missed, others, notices } };
}

function timed(command: string): Cost {
  const env = { ...process.env, XDG_STATE_HOME: dir };
  const run = spawnSync("bash", ["-c", `TIMEFORMAT='times %R %U %S'; time ${command} >/dev/null 2>${file("err")}`], {
    encoding: "utf8",
    env,
  });
  const [, wall = "0", user = "0", system = "0"] = /times ([\d.]+) ([\d.]+) ([\d.]+)/.exec(run.stderr) ?? [];
  if (Number(wall) === 0 || (run.status ?? 64) >= 64)
    throw new Error(`${command}: ${readFileSync(file("err"), "utf8")}`);
  return { wall: Number(wall), cpu: Number(user) + Number(system) };
}

function has(program: string): boolean {
  return spawnSync("which", [program]).status === 0;
}

interface Results {
  made: MixedFolder;
  reads: Cost;
  digests: Cost | null;
  cost: Cost;
  told: Told;
}

function write({ made, reads, digests, cost, told }: Results): void {
  const rate = ({ wall }: Cost): number => Math.round(made.bytes / wall / 1e6);
  const machine = { processor: cpus()[0]?.model, cores: cpus().length, node: process.version, load: loadavg()[0] };
  const megabytesPerSecond = { examine: rate(cost), read: rate(reads), hashdeep: digests && rate(digests) };
  const result = {
    bench: "mixed-folder",
    machine,
    ...made,
    each,
    seconds: { cost, reads, digests },
    megabytesPerSecond,
    told,
  };
  console.log(JSON.stringify(result, null, 2));
  mkdirSync(join(projectHome, "benches/results"), { recursive: true });
  writeFileSync(join(projectHome, "benches/results/mixed-folder.json"), `${JSON.stringify(result, null, 2)}\n`);
}
