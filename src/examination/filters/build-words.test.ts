import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { CommandRequest } from "#base/commandline";
import { Fault } from "#base/faults";
import { enrol, newIdentity, newSigner, openSigner, type Signer } from "#base/signing/node";
import { canonicalText, toHex } from "#base/values";
import { officersOf, readSet } from "#examination/likeness";
import { filterBuild } from "./build-filter.command.ts";
import { NOW_MS, trialFolder } from "./build-trial.node.ts";
import { openFilter } from "./filter-open.node.ts";
import { unlockFilter } from "./filter-open-unlock.node.ts";
import { likenessWord } from "./likeness-word.command.ts";

const [A, B, C] = ["0a", "b1", "5c"].map((byte) => byte.repeat(32)) as [string, string, string];
const isFault = (code: string) => (error: unknown) => error instanceof Fault && error.code === code;

interface Lab {
  at(name: string): string;
  agency: Signer;
  /** Builds a release of the list `known.txt`. @returns the lines. */
  build(release: string, more?: Record<string, string | string[]>): Promise<string[]>;
  /** A word of an officer on an entry of release 1. */
  word(officer: string, word: string, more: Record<string, string>): Promise<string[]>;
  /** The release's known fingerprints, each with how many officers confirmed it. */
  known(release: string): Promise<string[]>;
}

/** Each command a second later than the one before. */
let runs = 0;

async function run(
  command: typeof filterBuild,
  positionals: string[],
  given: Record<string, string | string[]>,
): Promise<string[]> {
  const lines: string[] = [];
  const texts = (option: string): string[] => [given[option] ?? []].flat();
  for (const option of Object.keys(given)) assert.ok(option in command.options, `--${option} is no option`);
  const request: CommandRequest = {
    ...{ positionals, texts, path: (path: string) => path, language: "en" },
    ...{ text: (option) => texts(option)[0], flag: (option) => option in given, out: (line) => lines.push(line) },
    ...{ err: () => undefined, live: () => undefined, passphrase: async () => "trial" },
    ...{ signal: new AbortController().signal, nowMs: () => NOW_MS + 1000 * ++runs },
  };
  assert.equal(await command.run(request), 0);
  return lines;
}

async function lab(t: TestContext): Promise<Lab> {
  const folder = trialFolder(t);
  const at = (name: string): string => join(folder, name);
  const [own, foreign] = await Promise.all([1, 2].map(() => newSigner("trial", { workFactor: 1 })));
  assert.ok(own !== undefined && foreign !== undefined);
  const [agency, other] = await Promise.all([own, foreign].map(({ file }) => openSigner(file, "trial")));
  assert.ok(agency !== undefined && other !== undefined);
  for (const [name, signer] of [
    ["dara", agency],
    ["maly", agency],
    ["stranger", other],
  ] as const) {
    const officer = await newIdentity("trial", { workFactor: 1 });
    const who = { officer: officer.public, name, unit: "Unit", validUntil: "2027-12-31" };
    writeFileSync(at(`${name}.key`), officer.file);
    writeFileSync(at(`${name}.cert`), canonicalText(enrol({ ...who, agency: signer, nowMs: NOW_MS - 1e9 })));
  }
  writeFileSync(at("agency.key"), own.file);
  writeFileSync(at("known.txt"), `${A}\n${B}\n${C}\n`);
  const about = { name: "Known", agency: "Agency", category: "national", sign: at("agency.key") };
  return {
    ...{ at, agency },
    build: (release, more = {}) => {
      const recipient = [agency.recipient];
      return run(filterBuild, [], {
        ...about,
        recipient,
        release,
        likeness: at("known.txt"),
        out: at(`${release}.phumf`),
        ...more,
      });
    },
    word: (officer, word, more) => {
      const who = { identity: at(`${officer}.key`), certificate: at(`${officer}.cert`), trust: agency.publicKey };
      return run(likenessWord, [word], { ...who, list: at("1.phumf"), out: at(`${officer}.words`), ...more });
    },
    known: async (release) => {
      const path = at(`${release}.phumf`);
      const opener = { ageSecret: agency.ageSecret, public: { recipient: agency.recipient } };
      const filter = await openFilter(path, await unlockFilter(path, opener), NOW_MS);
      try {
        const likeness = filter.parts[0]?.likeness;
        assert.ok(likeness);
        const set = readSet(likeness);
        const hashes = toHex(set.known).match(/.{64}/g) ?? [];
        return hashes.map((hash, i) => `${hash.slice(0, 2)} ${officersOf(set, "picture", i)}`);
      } finally {
        filter.close();
      }
    },
  };
}

test("filter build --words leaves out what was withdrawn, tells it, and says by how many the others are confirmed", async (t) => {
  const { at, build, word, known } = await lab(t);
  await build("1");
  assert.deepEqual(await known("1"), ["0a 0", "b1 0", "5c 0"]);
  const [told] = await word("dara", "confirmed", { entry: "0", reason: "same-picture" });
  assert.match(told ?? "", /^dara \(Unit\): entry 0 of the list Known, release 1: confirmed; /);
  await word("maly", "confirmed", { entry: "0", reason: "listed-material" });
  await word("maly", "withdrawn", { entry: "2", reason: "benign" });
  assert.doesNotMatch(readFileSync(at("maly.words"), "utf8"), new RegExp(`${A}|${C}`));
  const words = { words: [at("dara.words"), at("maly.words")], earlier: at("1.phumf") };
  const lines = await build("2", words);
  assert.deepEqual(await known("2"), ["0a 2", "b1 0"]);
  assert.ok(lines.includes("Officers' words: 3, of 2 officers; entries left out: 1, confirmed: 1"), lines.join("\n"));
  assert.ok(lines.includes("  left out: Known:1:2, withdrawn by maly (Unit): what was found is harmless"));
  // Words on two releases come together by the fingerprint; release 2 numbers otherwise.
  await word("dara", "withdrawn", { list: at("2.phumf"), entry: "1", reason: "another-picture" });
  await build("3", { ...words, earlier: [at("1.phumf"), at("2.phumf")] });
  assert.deepEqual(await known("3"), ["0a 2"]);
});

test("filter build --words refuses what contradicts itself until a person decides", async (t) => {
  const { at, build, word, known } = await lab(t);
  await build("1");
  await word("dara", "confirmed", { entry: "1", reason: "same-picture" });
  await word("maly", "withdrawn", { entry: "1", reason: "not-a-child" });
  const words = { words: [at("dara.words"), at("maly.words")], earlier: at("1.phumf") };
  await assert.rejects(build("2", words), (error) => {
    assert.ok(isFault("filter/words-conflict")(error));
    const { entries } = (error as Fault).values;
    assert.equal(entries, "Known:1:1 (confirmed: dara (Unit); withdrawn: maly (Unit))");
    return true;
  });
  assert.equal(existsSync(at("2.phumf")) || existsSync(at("2.phumf.work")), false);
  await build("3", { ...words, decide: "Known:1:1=confirmed" });
  assert.deepEqual(await known("3"), ["0a 0", "b1 1", "5c 0"]);
  await build("4", { ...words, decide: "Known:1:1=withdrawn" });
  assert.deepEqual(await known("4"), ["0a 0", "5c 0"]);
  for (const decide of ["Known:1:0=confirmed", "Known:1:1=undone", "=", "Known:1:1"]) {
    await assert.rejects(build("5", { ...words, decide }), isFault("filter/option"), decide);
  }
  // Whoever takes the word back ends the dispute.
  await word("dara", "undone", { entry: "1", reason: "mistake" });
  await build("6", words);
  assert.deepEqual(await known("6"), ["0a 0", "5c 0"]);
});

test("filter build --words refuses strangers by name, releases that are not given, and options without words", async (t) => {
  const { at, build, word, agency } = await lab(t);
  await build("1");
  await word("stranger", "withdrawn", { entry: "0", reason: "benign" });
  const words = { words: at("stranger.words"), earlier: at("1.phumf") };
  await assert.rejects(build("2", words), (error) => {
    assert.ok(isFault("likeness/word-stranger")(error));
    return (error as Fault).values["name"] === "stranger";
  });
  await word("dara", "withdrawn", { entry: "0", reason: "benign" });
  await assert.rejects(build("2", { words: at("dara.words") }), isFault("filter/word-release"));
  await assert.rejects(build("2", { trust: agency.publicKey }), isFault("filter/option"));
});

test("likeness word refuses entries that are not there, reasons of other words, certificates of others", async (t) => {
  const { at, build, word } = await lab(t);
  await build("1");
  const good = { entry: "0", reason: "benign" };
  const refused = async (code: string, said: string, more: Record<string, string>): Promise<void> => {
    await assert.rejects(word("dara", said, { ...good, ...more }), isFault(code), JSON.stringify(more));
  };
  await refused("filter/word-option", "withdrawn", { entry: "3" });
  await refused("filter/word-option", "withdrawn", { entry: "0", video: "" });
  await refused("filter/word-option", "withdrawn", { entry: "-1" });
  await refused("filter/word-option", "withdrawn", { set: "Other" });
  await refused("filter/word-option", "confirmed", { reason: "benign" });
  await refused("filter/word-option", "believed", {});
  await refused("filter/word-certificate", "withdrawn", { certificate: at("maly.cert") });
  assert.equal(existsSync(at("dara.words")), false);
});
