// How the command line behaves in scripts: help, languages, outputs that end, exit codes, passphrases from standard input.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, openSync, readdirSync, readFileSync } from "node:fs";
import { after, test } from "node:test";
import { buildWords, noise, OFFICER, prose, reportIn, setDesk } from "./phum.ts";

const desk = setDesk("command-line");
after(() => desk.close());

const COMMANDS = [
  "start",
  "examine",
  "report verify",
  "devices",
  "practice",
  "filter build",
  "filter show",
  "filter verify",
  "filter merge",
  "filter seal",
  "filter rekey",
  "signer new",
  "identity new",
  "identity enrol",
];

/** Runs ./phum with an output of the journey's own. */
function phumTo(stdout: number | "pipe", words: string[], input = ""): { status: number | null; stderr: string } {
  const { status, stderr } = spawnSync(desk.command, words, {
    cwd: desk.dir,
    env: desk.env,
    input,
    encoding: "utf8",
    stdio: ["pipe", stdout, "pipe"],
  });
  return { status, stderr };
}

test("Every command explains itself, in English and Khmer, and so does every group of commands", () => {
  const groups = ["", "filter", "report", "identity", "signer"];
  for (const name of [...groups, ...COMMANDS]) {
    const words = name.split(" ").filter((word) => word !== "");
    const english = desk.phum(...words, "--help");
    assert.equal(english.status, 0, name);
    assert.match(english.stdout, groups.includes(name) ? /Commands:/ : /Options:/, name);
    const khmer = desk.phum(...words, "--help", "--lang", "km");
    assert.equal(khmer.status, 0, name);
    assert.match(khmer.stdout, /[\u1780-\u17ff]{4}/, name);
    assert.equal(khmer.stdout.match(/--[a-z-]+/g)?.join(), english.stdout.match(/--[a-z-]+/g)?.join(), name);
  }
  const { stdout } = desk.phum("--help");
  for (const name of COMMANDS) assert.match(stdout, new RegExp(`^ {2}${name} `, "m"));
});

test("What is not understood is refused with 64 and a code, and nothing is done", () => {
  for (const [words, code] of [
    [["nosuch"], "usage/unknown-command"],
    [["filter", "nosuch", "--help"], "usage/unknown-command"],
    [["devices", "--lang", "fr"], "usage/language"],
    [["devices", "--brief"], "usage/unknown-option"],
    [["filter", "verify", "x"], "usage/missing-option"],
    [["practice"], "usage/missing-argument"],
    [["practice", "a", "b"], "usage/too-many-arguments"],
    [["identity", "new", "--out", "k", "--passphrase", "secret words"], "usage/unknown-option"],
    [["identity", "new", "--out", "k"], "usage/no-terminal"],
  ] as const) {
    const { status, stdout, stderr } = desk.phum(...words);
    assert.equal(status, 64, words.join(" "));
    assert.equal(stdout, "");
    assert.ok(stderr.includes(`[${code}]`), stderr);
  }
  assert.equal(existsSync(desk.path("k")), false);
});

test("A passphrase comes from a file or from standard input, and stands in no file that is written", () => {
  const words = ["identity", "new", "--out", "second.key", "--passphrase-file", "-"];
  const { status, stderr } = phumTo("pipe", words, "words from standard input\n");
  assert.equal(status, 0, stderr);
  assert.equal(phumTo("pipe", ["identity", "new", "--out", "third.key", "--passphrase-file", "-"]).status, 65);
  for (const name of readdirSync(desk.dir, { recursive: true, withFileTypes: true })) {
    if (!name.isFile() || name.name === "P") continue;
    const bytes = readFileSync(`${name.parentPath}/${name.name}`, "latin1");
    assert.doesNotMatch(bytes, /words from standard input|a phrase for a journey|AGE-SECRET-KEY/, name.name);
  }
});

test("A full disk behind the output is told and has its code; the report stands all the same", () => {
  desk.write("originals/0.bin", noise("listed", 150_000));
  assert.equal(desk.phum(...buildWords(desk, "national", ["originals"])).status, 0);
  desk.write("green.dd", prose("green", 2 ** 20));
  const words = [
    "examine",
    "green.dd",
    "--filter",
    "national.phumf",
    ...OFFICER,
    "--exhibit",
    "E",
    "--out",
    "E",
    "--json",
  ];
  const { status, stderr } = phumTo(openSync("/dev/full", "w"), words);
  assert.equal(status, 74, stderr);
  assert.match(stderr, /\[output\/unwritable\]/);
  assert.equal(reportIn(desk, "E").verdict, "green");
});

test("A reader that has enough does not end an examination", () => {
  const words = "examine green.dd --filter national.phumf --exhibit E2 --out E2".split(" ");
  const line = [desk.command, ...words, ...OFFICER].map((word) => `'${word}'`).join(" ");
  const { stdout, stderr } = spawnSync("/bin/sh", ["-c", `{ ${line} 2>&1; echo "exit $?" >&2; } | true`], {
    cwd: desk.dir,
    env: desk.env,
    encoding: "utf8",
  });
  assert.equal(stdout, "");
  assert.match(stderr, /^exit 0$/m);
  assert.equal(reportIn(desk, "E2").verdict, "green");
});

test("npm run phum takes paths against the caller's directory, as ./phum does", () => {
  const npm = ["run", "--silent", "--prefix", desk.home, "phum", "--", "filter", "verify", "national.phumf"];
  const { status, stdout, stderr } = spawnSync("npm", [...npm, "--trust", desk.agencyKey], {
    cwd: desk.dir,
    env: desk.env,
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  assert.equal(stdout, desk.phum("filter", "verify", "national.phumf", "--trust", desk.agencyKey).stdout);
});
