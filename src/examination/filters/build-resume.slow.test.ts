import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { newSigner, openSigner } from "#base/signing/node";
import { concatBytes, seededRandom } from "#base/values";
import { type BuildOptions, buildFilter } from "./build-filter.node.ts";
import { ABOUT, KEYS, noise, trialFolder, writeFiles } from "./build-trial.node.ts";
import { openKeptHashes } from "./kept-hashes.node.ts";

const home = join(import.meta.dirname, "../../..");
/** The building process: options as JSON in its first argument, keys fixed. It says "reading" once it reads. */
const CHILD = `
import { readFileSync } from "node:fs";
import { openSigner } from "#base/signing/node";
import { buildFilter } from "#examination/filters/node";
const { key, ...options } = JSON.parse(process.argv[1]);
const agency = await openSigner(Uint8Array.from(readFileSync(key)), "trial");
const keys = { setKey: new Uint8Array(32).fill(7), releaseKey: new Uint8Array(32).fill(9) };
let said = false;
await buildFilter({ ...options, agency, keys, onProgress: ({ stage }) => {
  if (stage === "reading" && !said) { said = true; console.log("reading"); }
} });
console.log("done");
`;

test("buildFilter() killed at random moments goes on and ends with the same keys", { timeout: 300_000 }, async (t) => {
  const folder = trialFolder(t);
  const shared = noise("shared", 2);
  const files = Object.fromEntries(
    Array.from({ length: 400 }, (_, i) => [
      `d${i % 7}/f${i}`,
      concatBytes(shared, noise(`${i}`, 3 + ((i * 37) % 120))),
    ]),
  );
  files["copy"] = files["d3/f3"] ?? shared;
  const inputs = [writeFiles(join(folder, "in"), files)];
  const knownGood = [writeFiles(join(folder, "good"), { g: noise("5", 20) })];
  const signer = await newSigner("trial", { workFactor: 1 });
  const key = join(folder, "agency.key");
  writeFileSync(key, signer.file);
  const agency = await openSigner(signer.file, "trial");
  const options: Omit<BuildOptions, "agency"> = {
    about: ABOUT,
    inputs,
    knownGood,
    recipients: [],
    out: join(folder, "killed.phumf"),
    keepHashes: join(folder, "killed.kept"),
    checkpointMs: 0,
    maxBlocksPerFile: 64,
  };
  const whole = {
    ...options,
    out: join(folder, "whole.phumf"),
    keepHashes: join(folder, "whole.kept"),
    agency,
    keys: KEYS,
  };
  const { dropped, files: count } = await buildFilter(whole);

  const random = seededRandom("kills");
  let kills = 0;
  for (let round = 0; round < 12 && !existsSync(options.out); round++) {
    const arguments_ = ["--input-type=module", "-e", CHILD, JSON.stringify({ ...options, key })];
    const child = spawn(process.execPath, arguments_, { cwd: home, stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(child, "exit");
    await Promise.race([once(child.stdout, "data"), ended]);
    await Promise.race([setTimeout(random.below(250)), ended]);
    if (child.kill("SIGKILL")) kills++;
    await ended;
  }
  t.diagnostic(`${kills} kills`);
  assert.ok(kills >= 2, `${kills} kills`);
  const last = await buildFilter({ ...options, agency, keys: KEYS });
  assert.equal(last.files, count);
  assert.deepEqual(last.dropped, dropped);
  assert.equal(await text(options.keepHashes ?? ""), await text(whole.keepHashes));
  assert.ok(!existsSync(`${options.out}.work`));
  rmSync(options.out);

  async function text(path: string): Promise<string> {
    const kept = await openKeptHashes(path, agency);
    const records: string[] = [JSON.stringify(kept.header)];
    const take = (bytes: Uint8Array): void => void records.push(Buffer.from(bytes).toString("hex"));
    kept.read({ files: take, hashes: take });
    kept.close();
    return records.join("\n");
  }
});
