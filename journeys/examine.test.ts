import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { buildWords, noise, OFFICER, prose, reportIn, SIGN, setDesk } from "./phum.ts";

const MIB = 2 ** 20;
const desk = setDesk("examine");
after(() => desk.close());

const listed = Array.from({ length: 6 }, (_, i) => noise(`listed ${i}`, 150_000 + 4096 * i));
for (const [i, bytes] of listed.entries()) desk.write(`originals/${i}.bin`, bytes);
const built = desk.phum(...buildWords(desk, "national", ["originals"]));

/** A stick of 16 MiB of prose and noise of nothing, with some bytes put in. */
function stick(name: string, put: [offset: number, bytes: Uint8Array][]): string {
  const bytes = new Uint8Array(16 * MIB);
  bytes.set(prose(name, 6 * MIB), MIB);
  for (const [offset, part] of put) bytes.set(part, offset);
  return desk.write(`${name}.dd`, bytes);
}

function examine(source: string, exhibit: string, ...more: string[]) {
  const words = [
    "--filter",
    "national.phumf",
    ...OFFICER,
    "--basis",
    "Warrant 1",
    "--exhibit",
    exhibit,
    "--out",
    exhibit,
  ];
  return desk.phum("examine", source, ...words, ...more);
}

test("The agency builds a list and anyone can check it without a key", () => {
  assert.equal(built.status, 0, built.stderr);
  const { status, stdout } = desk.phum("filter", "verify", "national.phumf", "--trust", desk.agencyKey);
  assert.equal(status, 0);
  assert.match(stdout, /national/);
});

test("A stick with a listed file, deleted and at an odd phase, is red, and the report proves it", () => {
  const at = 9 * MIB + 3 * 512;
  const { status, stdout } = examine(stick("red", [[at, listed[2] ?? noise("", 1)]]), "E-RED");
  assert.equal(status, 20, stdout);
  const report = reportIn(desk, "E-RED");
  assert.equal(report.verdict, "red");
  assert.deepEqual(
    report.findings.map(({ offsetBytes, phase, confirmed }) => ({ offsetBytes, phase, confirmed })),
    [{ offsetBytes: at, phase: 3, confirmed: true }],
  );
  assert.equal(report.bound.targetBytes, null);
  const verified = desk.phum("report", "verify", "E-RED", "--trust", desk.agencyKey);
  assert.equal(verified.status, 0, verified.stderr);
  assert.match(verified.stdout, /សុខ ដារ៉ា/);
});

test("A stick without listed material is green, with its bound, and never more than that", () => {
  const { status, stdout } = examine(stick("green", []), "E-GREEN");
  assert.equal(status, 0, stdout);
  const { verdict, coverage, bound, reasons, findings } = reportIn(desk, "E-GREEN");
  assert.deepEqual(
    { verdict, reasons, findings, fraction: coverage.fraction },
    { verdict: "green", reasons: [], findings: [], fraction: 1 },
  );
  assert.ok(bound.reached && bound.targetBytes !== null && bound.targetBytes <= bound.goalBytes);
  assert.doesNotMatch(stdout + readFileSync(desk.path("E-GREEN/report.html"), "utf8"), /\bclean\b/i);
});

test("One listed block alone is amber, with its reason and a next step", () => {
  const block = (listed[3] ?? noise("", 1)).subarray(4096 * 7, 4096 * 8);
  const { status, stdout } = examine(stick("amber", [[5 * MIB, block]]), "E-AMBER");
  assert.equal(status, 30, stdout);
  const { reasons, findings } = reportIn(desk, "E-AMBER");
  assert.deepEqual(reasons, ["hit-single"]);
  assert.equal(findings.length, 1);
});

test("A folder with a listed file under another name is red; other files stay unnamed", () => {
  desk.write("folder/ឯកសារ/holiday.txt", listed[4] ?? noise("", 1));
  desk.write("folder/notes.txt", prose("notes", 300_000));
  const { status, stdout } = examine("folder", "E-FOLDER");
  assert.equal(status, 20, stdout);
  const { findings } = reportIn(desk, "E-FOLDER");
  assert.ok(findings.length > 0 && findings.every(({ place }) => place.endsWith("holiday.txt")));
});

test("With --json only the report goes to standard output, and it is the report on disk", () => {
  const { status, stdout } = examine(desk.path("green.dd"), "E-JSON", "--json");
  assert.equal(status, 0);
  assert.deepEqual(JSON.parse(stdout), reportIn(desk, "E-JSON"));
});

test("Equal source, filter and plan give the same findings, byte for byte", () => {
  for (const [exhibit, workers] of [
    ["E-PLAN-1", "1"],
    ["E-PLAN-2", "4"],
  ] as const) {
    const { status } = examine(desk.path("red.dd"), exhibit, "--plan", "E-RED/report.json", "--workers", workers);
    assert.equal(status, 20);
    assert.equal(JSON.stringify(reportIn(desk, exhibit).findings), JSON.stringify(reportIn(desk, "E-RED").findings));
  }
});

test("A used exhibit folder is refused, and so is a list from an agency nobody vouches for", () => {
  const used = examine(desk.path("green.dd"), "E-GREEN");
  assert.ok(used.status !== null && used.status >= 64);
  assert.match(used.stderr, /\[evidence\/used\]/);
  const alone = ["--identity", "officer.key", "--passphrase-file", "P", "--exhibit", "X", "--out", "E-X"];
  const untrusted = desk.phum("examine", "green.dd", "--filter", "national.phumf", ...alone);
  assert.equal(untrusted.status, 64);
  assert.match(untrusted.stderr, /\[triage\/no-trust\]/);
  const other = desk.lastLine("signer", "new", "--out", "other.key", "--passphrase-file", "P");
  const foreign = desk.phum("examine", "green.dd", "--filter", "national.phumf", "--trust", other, ...alone);
  assert.equal(foreign.status, 65);
  assert.match(foreign.stderr, /\[filter\/untrusted\]/);
});

test("Without a certificate the report is intact, and never called verified", () => {
  const alone = ["--identity", "officer.key", "--passphrase-file", "P", "--exhibit", "X", "--out", "E-ALONE"];
  const trusted = ["--filter", "national.phumf", "--trust", desk.agencyKey];
  assert.equal(desk.phum("examine", "green.dd", ...trusted, ...alone).status, 0);
  const { status, stdout } = desk.phum("report", "verify", "E-ALONE");
  assert.equal(status, 10, stdout);
  assert.doesNotMatch(stdout, /verified|genuine and complete/i);
});

test("One changed byte in a report or a list is found", () => {
  for (const [file, words] of [
    ["E-RED/report.json", ["report", "verify", "E-RED", "--trust", desk.agencyKey]],
    ["E-RED/journal.jsonl", ["report", "verify", "E-RED", "--trust", desk.agencyKey]],
    ["E-RED/runs.bin", ["report", "verify", "E-RED", "--trust", desk.agencyKey]],
    ["E-RED/report.html", ["report", "verify", "E-RED", "--trust", desk.agencyKey]],
    ["national.phumf", ["filter", "verify", "national.phumf", "--trust", desk.agencyKey]],
  ] as const) {
    const whole = readFileSync(desk.path(file));
    const changed = Buffer.from(whole);
    const middle = Math.floor(changed.length / 2);
    changed[middle] = (changed[middle] ?? 0) ^ 1;
    writeFileSync(desk.path(file), changed);
    const { status, stdout, stderr } = desk.phum(...words);
    assert.equal(status, 65, `${file}: ${status} ${stdout}${stderr}`);
    writeFileSync(desk.path(file), whole);
    assert.equal(desk.phum(...words).status, 0, file);
  }
});

test("A wrong passphrase opens nothing and writes nothing", () => {
  desk.write("wrong", Buffer.from("another phrase\n"));
  const words = ["--filter", "national.phumf", "--certificate", "officer.cert", "--identity", "officer.key"];
  const out = ["--passphrase-file", "wrong", "--exhibit", "X", "--out", "E-WRONG"];
  const { status, stderr } = desk.phum("examine", "green.dd", ...words, ...out);
  assert.equal(status, 65);
  assert.match(stderr, /\[identity\/passphrase\]/);
  assert.throws(() => readFileSync(desk.path("E-WRONG/journal.jsonl")), { code: "ENOENT" });
});

test("A related list is amber at most; a list past its date still counts but cannot give green", async () => {
  const named = ["--name", "old", "--agency", "J", "--category", "national", "--recipient", desk.recipient];
  const over = ["--valid-until", new Date(Date.now() + 4000).toISOString(), "--grace-until", "2099-01-01"];
  const old = desk.phum("filter", "build", "originals", ...named, ...over, ...SIGN, "--out", "old.phumf");
  assert.equal(old.status, 0, old.stderr);
  await setTimeout(4000);
  assert.equal(desk.phum(...buildWords(desk, "related", ["originals"])).status, 0);
  for (const [source, filter, exhibit, reasons] of [
    ["red.dd", "related.phumf", "E-RELATED", ["hit-related"]],
    ["green.dd", "old.phumf", "E-OLD", ["filter-expired"]],
  ] as const) {
    const words = ["--filter", filter, ...OFFICER, "--exhibit", exhibit, "--out", exhibit];
    const { status, stdout, stderr } = desk.phum("examine", source, ...words);
    assert.equal(status, 30, stdout + stderr);
    assert.deepEqual(reportIn(desk, exhibit).reasons, reasons);
  }
});

test("Everything is said in Khmer, too", () => {
  const { status, stdout } = examine(desk.path("green.dd"), "E-KM", "--lang", "km");
  assert.equal(status, 0);
  assert.match(stdout, /បៃតង/);
  assert.doesNotMatch(
    stdout.replaceAll(/\S*(?:E-KM|\/)\S*/g, ""),
    /[a-z]{5,} [a-z]{5,} [a-z]{5,} [a-z]{5,} [a-z]{5,} [a-z]{5,} [a-z]{5,} [a-z]{5,} [a-z]{5,}/,
  );
});
