// Media that lie, each in one way, by name: Phum answers every one, in little time and memory, and never with more than it read.
import assert from "node:assert/strict";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, describe, test } from "node:test";
import type { Command, CommandRequest } from "#base/commandline";
import { Fault } from "#base/faults";
import { extract, list, verify } from "#examination/opening/node";
import type { HostileCase } from "./hostile-case.ts";
import { EWF_CASES } from "./hostile-ewf.ts";
import { FAT_CASES } from "./hostile-fat.ts";
import { IMAGE_CASES } from "./hostile-images.ts";
import { watchedPhum, wordsOf, writeCase } from "./hostile-run.ts";
import { SYSTEM_CASES } from "./hostile-systems.ts";
import { TABLE_CASES } from "./hostile-tables.ts";
import { TREE_CASES } from "./hostile-trees.ts";
import { buildWords, noise, OFFICER, reportIn, setDesk } from "./phum.ts";

const MEMORY_MOST_BYTES = 2 ** 30;
/** Processor time of all Phum does with one hostile medium but examine it; its start takes a third of a second of it. */
const PROCESSOR_MOST_SECONDS = 5;
const CASES: HostileCase[] = [
  ...TABLE_CASES,
  ...EWF_CASES,
  ...IMAGE_CASES,
  ...TREE_CASES,
  ...FAT_CASES,
  ...SYSTEM_CASES,
];

const desk = setDesk("hostile-media");
after(() => desk.close());
desk.write("originals/0.bin", noise("listed", 150_000));
assert.equal(desk.phum(...buildWords(desk, "national", ["originals"])).status, 0);

/** Nothing that Phum itself would say where something in it broke. */
const BROKEN =
  /\[internal|\b(Infinity|NaN|undefined)\b|\bat .*\.(ts|mjs):\d+|heap out of memory|RangeError|TypeError|Maximum call stack/;

describe("Hostile media, listed, verified and extracted", { concurrency: 2 }, () => {
  for (const [number, hostile] of CASES.entries()) {
    test(hostile.name, async () => {
      const folder = desk.path(`case${number}`);
      const path = writeCase(folder, hostile.files());
      const run = await watchedPhum(wordsOf(hostile, path), { cwd: folder, env: desk.env });
      assert.deepEqual([run.exit, run.signal], [hostile.exit, null], run.said.slice(0, 2000));
      assert.match(run.said, hostile.says);
      assert.doesNotMatch(run.said, BROKEN);
      assert.ok(run.memoryBytes <= MEMORY_MOST_BYTES, `${run.memoryBytes} bytes of memory`);
      assert.ok(run.processorSeconds <= PROCESSOR_MOST_SECONDS, `${run.processorSeconds} s of the processor`);
      for (const outside of ["evil", "../evil", "../../evil"]) assert.ok(!existsSync(join(folder, outside)), outside);
      const written = existsSync(join(folder, "out")) ? ["out"] : [];
      assert.deepEqual(readdirSync(folder).sort(), [...Object.keys(hostile.files()), ...written].sort());
    });
  }
});

/** The verbs that a case is not made for: they answer, too. */
const VERBS: Record<string, [Command, ...string[]]> = {
  list: [list],
  verify: [verify],
  extract: [extract, "--out", "copies", "--deleted"],
};
/** Whoever waits for 10 TB of nothing has this patience, and is answered then. */
const STOPPED_MS = 1500;
/** Read, nothing stored, refused or another than acquired, no such place, not all could be read. */
const ANSWERS = [0, 10, 65, 66, 74];

describe("Hostile media, by the other verbs", { concurrency: 3 }, () => {
  for (const [number, hostile] of CASES.entries()) {
    const [own] = hostile.words ?? ["list"];
    for (const [verb, [command, ...words]] of Object.entries(VERBS)) {
      if (verb === own) continue;
      test(`${hostile.name}: ${verb}`, async () => {
        const folder = desk.path(`${verb}${number}`);
        const path = writeCase(folder, hostile.files());
        const name = Object.keys(hostile.files())[0] ?? "";
        const positionals = verb === "extract" ? [path, name] : [path];
        const { exit, said } = await inProcess(command, { positionals, words, folder });
        assert.ok(ANSWERS.includes(exit), `${exit}: ${said.slice(0, 2000)}`);
        assert.doesNotMatch(said, BROKEN);
        const written = existsSync(join(folder, "copies")) ? ["copies"] : [];
        assert.deepEqual(readdirSync(folder).sort(), [...Object.keys(hostile.files()), ...written].sort());
        rmSync(folder, { recursive: true });
      });
    }
  }
});

/** Runs a command in this process: its reader is a child of its own in any case. */
async function inProcess(
  command: Command,
  { positionals, words, folder }: { positionals: string[]; words: string[]; folder: string },
): Promise<{ exit: number; said: string }> {
  let said = "";
  const out = (line: string): void => {
    if (said.length < 1_000_000) said += `${line}\n`;
  };
  const silent = { live: () => undefined, passphrase: async () => "", nowMs: () => 0 };
  const request: CommandRequest = {
    ...{ ...silent, positionals, language: "en", out, err: out, signal: AbortSignal.timeout(STOPPED_MS) },
    text: (option) => (option === "out" ? words[words.indexOf("--out") + 1] : undefined),
    texts: () => [],
    flag: (option) => words.includes(`--${option}`),
    path: (given) => resolve(folder, given),
  };
  try {
    return { exit: await command.run(request), said };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { exit: error.code === "opening/place-unknown" ? 66 : 1, said: said + error.message };
  }
}

test("There are at least 50 hostile media, each with its own name", () => {
  assert.ok(CASES.length >= 50, `${CASES.length}`);
  assert.equal(new Set(CASES.map(({ name }) => name)).size, CASES.length);
});

/** Of these, parts or all cannot be read, or nothing can be said of them: never green. */
const NEVER_GREEN = [
  "An image of no bytes",
  "E01 that says it has 2^31 chunks",
  "E01 whose table leads beyond its end",
  "E01 with a chunk that unpacks to 2 GiB",
  "E01 whose second segment is missing",
  "E01 that is noise behind its first line",
  "qcow2 that is its own parent",
  "qcow2 whose packed clusters unpack to 2 GiB",
  "VHD that is its own parent",
  "VHDX whose log waits and is nonsense",
  "dmg with a block that unpacks to 2 GiB",
  "dmg with 2^32 - 1 runs in 300 bytes, each of 2^62 sectors",
  "AFF4 in an archive that says it has 65,534 members and 4 GiB of names",
  "AD1 whose folder contains itself",
];

describe("Hostile media, examined", { concurrency: 2 }, () => {
  for (const [number, name] of NEVER_GREEN.entries()) {
    test(`${name}: a verdict, and never green`, async () => {
      const hostile = CASES.find((one) => one.name === name);
      assert.ok(hostile !== undefined);
      const exhibit = `E-${number}`;
      const path = writeCase(desk.path(`examined${number}`), hostile.files());
      const words = ["--filter", "national.phumf", ...OFFICER, "--basis", "Warrant 1", "--exhibit", exhibit];
      const run = await watchedPhum(["examine", path, ...words, "--out", exhibit, "--quick"], {
        cwd: desk.dir,
        env: desk.env,
      });
      assert.deepEqual([run.exit, run.signal], [30, null], run.said.slice(0, 2000));
      assert.doesNotMatch(run.said, BROKEN);
      assert.ok(run.memoryBytes <= MEMORY_MOST_BYTES, `${run.memoryBytes} bytes of memory`);
      const { verdict, reasons } = reportIn(desk, exhibit);
      assert.equal(verdict, "amber");
      assert.ok(reasons.length > 0);
    });
  }
});
