import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Command, CommandRequest } from "#base/commandline";
import { newIdentity, newSigner } from "#base/signing/node";
import { filterImport } from "#examination/hashlists/node";
import { filterBuild } from "./build-filter.command.ts";
import { NOW_MS, trialFolder } from "./build-trial.node.ts";
import { filterShow } from "./show-filter.command.ts";

type Given = Record<string, string | string[]> & { km?: string };

/** Options by name; `km` is no option but the language. */
async function run(command: Command, positionals: string[], { km, ...given }: Given): Promise<string> {
  const language = km === undefined ? "en" : "km";
  const lines: string[] = [];
  const texts = (option: string): string[] => [given[option] ?? []].flat();
  const request: CommandRequest = {
    ...{ positionals, texts, text: (option) => texts(option)[0], flag: () => false, path: (path) => path, language },
    ...{ out: (line) => lines.push(line), err: () => undefined, live: () => undefined },
    passphrase: async (file) => readFileSync(file ?? "", "utf8"),
    ...{ signal: new AbortController().signal, nowMs: () => NOW_MS },
  };
  for (const option of Object.keys(given)) assert.ok(option in command.options, `--${option} is no option`);
  assert.equal(await command.run(request), 0);
  return lines.join("\n");
}

const digest = (algorithm: string, n: number): string => createHash(algorithm).update(`entry ${n}`).digest("hex");

for (const language of ["en", "km"] as const) {
  test(`filter import, build --digests, show: what they say in ${language}`, async (t) => {
    const spoken = language === "km" ? { km: "" } : {};
    const folder = trialFolder(t);
    const at = (name: string): string => join(folder, name);
    const officer = await newIdentity("trial", { workFactor: 1 });
    writeFileSync(at("agency.key"), (await newSigner("trial", { workFactor: 1 })).file);
    writeFileSync(at("pass"), "trial");
    const rows = [1, 2, 3].map((n) => `${digest("md5", n)},${n === 3 ? "" : 5000 + n},${n}`);
    const flawed = [
      "no digest at all,5,1",
      `${digest("md5", 4)},many,1`,
      `${digest("md5", 5)},7,9`,
      `${digest("md5", 6)}`,
    ];
    writeFileSync(at("bad.csv"), ["md5,size,category", ...rows, ...flawed].join("\n"));
    writeFileSync(at("good.txt"), [7, 8].map((n) => digest("sha256", n)).join("\n"));
    const signing = { sign: at("agency.key"), "passphrase-file": at("pass") };
    const list = { ...signing, store: at("store"), name: "Partner", release: "2026-10" };
    const map = ["1=baseline", "2=national", "3=related", "9=leave-out"];
    const imported = await run(filterImport, [at("bad.csv")], { ...list, role: "known-bad", map, ...spoken });
    const again = await run(filterImport, [at("bad.csv")], { ...list, role: "known-bad", map, ...spoken });
    const good = await run(filterImport, [at("good.txt")], { ...list, role: "known-good", ...spoken });
    const digests = [`known-bad=${at("store/bad.csv.phuml")}`, `known-good=${at("store/good.txt.phuml")}`];
    const about = { name: "List", agency: "Unit", category: "national", recipient: officer.public.recipient };
    const built = await run(filterBuild, [], { ...about, ...signing, digests, out: at("a.phumf"), ...spoken });
    const shown = await run(filterShow, [at("a.phumf")], { ...spoken });
    assert.match(again, /bad\.csv/);
    assert.match(good, /good\.txt/);
    assert.match(shown, /«Partner» 2026-10/);
    if (language === "km") return;
    assert.match(imported, /bad\.csv: csv, 4 entries taken/);
    assert.match(imported, /category “2” of the list is national/);
    assert.match(imported, /1 entries left out, because of their category/);
    assert.match(imported, /1 entries rejected: what stands there is no digest/);
    assert.match(imported, /1 entries rejected: fewer fields/);
    assert.match(imported, /1 fields left out, their entries count: what stands there is no size/);
    assert.match(imported, /first places \(line, or @byte\): 5, 6, 8/);
    assert.match(again, /nothing was done/);
    assert.match(built, /4 known-bad entries of 2 different sizes, 2 known-good/);
    assert.match(shown, /every file has to be read whole/);
    assert.match(shown, /MD5 alone/);
    await assert.rejects(run(filterImport, [at("good.txt")], { ...list, role: "neither" }), {
      code: "hashlist/option",
    });
    await assert.rejects(run(filterImport, [at("bad.csv")], { ...list, role: "known-bad", map: "1=other" }), {
      code: "hashlist/option",
    });
    await assert.rejects(run(filterBuild, [], { ...about, ...signing, digests: "bad", out: at("b.phumf") }), {
      code: "filter/option",
    });
  });
}
