import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Command, CommandRequest } from "#base/commandline";
import { Fault } from "#base/faults";
import { newIdentity, newSigner, openIdentity, openSigner } from "#base/signing/node";
import { utf8 } from "#base/values";
import { filterBuild } from "./build-filter.command.ts";
import { NOW_MS, noise, trialFolder, writeFiles } from "./build-trial.node.ts";
import { openFilter } from "./filter-open.node.ts";
import { unlockFilter } from "./filter-open-unlock.node.ts";
import { filterMerge } from "./merge-filter.command.ts";
import { filterRekey } from "./rekey-filter.command.ts";
import { filterSeal } from "./seal-filter.command.ts";
import { filterShow, filterVerify } from "./show-filter.command.ts";
import { sayFilters } from "./words.ts";

const isFault = (code: string) => (error: unknown) => error instanceof Fault && error.code === code;
/** Options by name; `km` is no option but the language. */
type Given = Record<string, string | string[]> & { km?: string };

/** Runs a command as the command line would, without a process. @returns the lines of standard output. */
async function run(command: Command, positionals: string[], { km, ...given }: Given): Promise<string[]> {
  const lines: string[] = [];
  const texts = (option: string): string[] => [given[option] ?? []].flat();
  const request: CommandRequest = {
    positionals,
    texts,
    text: (option) => texts(option)[0],
    flag: () => false,
    path: (path) => path,
    language: km === undefined ? "en" : "km",
    out: (line) => lines.push(line),
    err: () => undefined,
    live: () => undefined,
    passphrase: async (file) => (file === undefined ? "" : readFileSync(file, "utf8")),
    signal: new AbortController().signal,
    nowMs: () => NOW_MS,
  };
  for (const option of Object.keys(given)) assert.ok(option in command.options, `--${option} is no option`);
  assert.equal(await command.run(request), 0);
  return lines;
}

test("filter build, show, verify, seal, merge, rekey: one life of a list", async (t) => {
  const folder = trialFolder(t);
  const at = (name: string): string => join(folder, name);
  const signer = await newSigner("trial", { workFactor: 1 });
  const officers = await Promise.all([1, 2, 3].map(() => newIdentity("trial", { workFactor: 1 })));
  const recipients = officers.map(({ public: { recipient } }) => recipient);
  const identities = await Promise.all(officers.map(({ file }) => openIdentity(file, "trial")));
  writeFileSync(at("agency.key"), signer.file);
  writeFileSync(at("pass"), "trial");
  writeFiles(at("in"), { a: noise("a", 30), ភូមិ: noise("b", 2), letter: utf8("plain words 1234567890 ".repeat(40)) });
  const signing = { sign: at("agency.key"), "passphrase-file": at("pass") };
  const [first = "", second = "", third = ""] = recipients;
  const about = { name: "National list", agency: "Unit", category: "national" };

  const lines = await run(filterBuild, [at("in")], {
    ...about,
    ...signing,
    recipient: [first],
    out: at("a.phumf"),
    "keep-hashes": at("a.kept"),
  });
  assert.match(lines.at(-1) ?? "", /^[0-9a-f]{64}$/);
  const text = lines.join("\n");
  assert.match(text, /ភូមិ: listed whole, because only 2 of its pieces/);
  assert.match(text, /Read: 3 files, 131 kB; 0 of them are copies/);
  assert.match(text, /Listed: 32 different pieces/);
  assert.equal(existsSync(at("a.phumf.work")), false);

  const shown = (await run(filterShow, [at("a.phumf")], {})).join("\n");
  assert.match(shown, /National list, release 2026-11-25, category national/);
  assert.match(shown, new RegExp(first));
  assert.match(shown, /nobody was asked/);
  const verified = await run(filterVerify, [at("a.phumf")], { trust: signer.publicKey });
  assert.equal(verified.at(-1), sayFilters("en", "show.verified"));
  assert.ok(verified.some((line) => line.includes(lines.at(-1) ?? "?")));
  await assert.rejects(run(filterVerify, [at("a.phumf")], { trust: "ab".repeat(32) }), isFault("filter/untrusted"));

  const opens = async (path: string, officer: number): Promise<number> => {
    const identity = identities[officer];
    if (identity === undefined) throw new Error("no such officer");
    const filter = await openFilter(path, await unlockFilter(path, identity), NOW_MS);
    filter.close();
    return filter.parts.length;
  };
  assert.equal(await opens(at("a.phumf"), 0), 1);
  await assert.rejects(opens(at("a.phumf"), 1), isFault("filter/not-a-recipient"));
  await run(filterSeal, [at("a.phumf")], { ...signing, recipient: [second] });
  assert.equal(await opens(at("a.phumf"), 1), 1);

  await run(filterRekey, [at("a.kept")], { ...signing, recipient: [third], out: at("b.phumf"), release: "2", km: "" });
  assert.equal(await opens(at("b.phumf"), 2), 1);
  await assert.rejects(opens(at("b.phumf"), 0), isFault("filter/not-a-recipient"));

  await run(filterBuild, [at("in")], {
    ...about,
    ...signing,
    recipient: [first],
    out: at("c.phumf"),
    "set-key-from": at("a.kept"),
  });
  const merging = { name: "All", agency: "Unit", ...signing, out: at("all.phumf") };
  const merged = await run(filterMerge, [at("a.phumf"), at("c.phumf")], merging);
  assert.match(merged.join("\n"), /Merged 2 parts.* 1 passes/);
  assert.equal(await opens(at("all.phumf"), 0), 2);
  assert.match((await run(filterShow, [at("all.phumf")], { km: "" })).join("\n"), /បណ្ដុំបញ្ជី៖ All/);
});

test("rekey keeps contents and set key, changes release key and every fingerprint's meaning", async (t) => {
  const folder = trialFolder(t);
  const at = (name: string): string => join(folder, name);
  const signer = await newSigner("trial", { workFactor: 1 });
  const agency = await openSigner(signer.file, "trial");
  writeFileSync(at("agency.key"), signer.file);
  writeFileSync(at("pass"), "trial");
  const letter = utf8("plain words 1234567890 ".repeat(40));
  writeFiles(at("in"), { a: noise("a", 30), letter });
  const signing = { sign: at("agency.key"), "passphrase-file": at("pass"), recipient: [agency.recipient] };
  const about = { name: "N", agency: "A", category: "baseline" };
  await run(filterBuild, [at("in")], { ...about, ...signing, out: at("a.phumf"), "keep-hashes": at("kept") });
  await run(filterRekey, [at("kept")], { ...signing, out: at("b.phumf"), release: "next", "valid-days": "5" });
  const opener = { ageSecret: agency.ageSecret, public: { recipient: agency.recipient } };
  const headers = await Promise.all(
    ["a.phumf", "b.phumf"].map(async (name) => {
      const filter = await openFilter(at(name), await unlockFilter(at(name), opener), NOW_MS);
      filter.close();
      const [part] = filter.parts;
      if (part === undefined) throw new Error("no part");
      assert.equal(part.header.digests.sha256, 1);
      return part.header;
    }),
  );
  const [a, b] = headers;
  assert.equal(a?.keyIds.set, b?.keyIds.set);
  assert.notEqual(a?.keyIds.release, b?.keyIds.release);
  assert.deepEqual([b?.keys, b?.name, b?.release, b?.validUntil], [30, "N", "next", "2026-11-30T00:00:00.000Z"]);
  assert.deepEqual(b?.statistics, a?.statistics);

  const kept = readFileSync(at("kept"));
  kept[kept.length - 40] = (kept[kept.length - 40] ?? 0) ^ 1;
  writeFileSync(at("damaged"), kept);
  const rekeying = { ...signing, out: at("c.phumf") };
  await assert.rejects(run(filterRekey, [at("damaged")], rekeying), isFault("filter/kept-damaged"));
  await assert.rejects(run(filterRekey, [at("pass")], rekeying), isFault("filter/kept-damaged"));
  await assert.rejects(run(filterRekey, [at("none")], rekeying), isFault("filter/missing"));
  writeFileSync(at("other.key"), (await newSigner("trial", { workFactor: 1 })).file);
  await assert.rejects(
    run(filterRekey, [at("kept")], { ...rekeying, sign: at("other.key") }),
    isFault("filter/kept-foreign"),
  );
  assert.equal(existsSync(at("c.phumf")), false);
});

test("filter build refuses options that cannot be, before it asks for a passphrase", async (t) => {
  const folder = trialFolder(t);
  const given = {
    name: "N",
    agency: "A",
    category: "national",
    recipient: ["age1x"],
    sign: join(folder, "none"),
    out: join(folder, "o"),
  };
  for (const wrong of [
    { category: "secret" },
    { "max-blocks-per-file": "63" },
    { "max-blocks-per-file": "many" },
    { "valid-days": "-1" },
    { "grace-until": "2026-11-26" },
    { name: "" },
    { agency: "a\u202eb" },
  ]) {
    await assert.rejects(run(filterBuild, [folder], { ...given, ...wrong }), isFault("filter/option"));
  }
  await assert.rejects(run(filterBuild, [folder], given), isFault("identity/missing"));
});

test("help of every command names every option in both languages", () => {
  for (const command of [filterBuild, filterShow, filterVerify, filterMerge, filterSeal, filterRekey]) {
    for (const language of ["en", "km"] as const) {
      const { summary, options } = command.help(language);
      assert.ok(summary.length > 10);
      assert.deepEqual(Object.keys(options), Object.keys(command.options));
    }
  }
});
