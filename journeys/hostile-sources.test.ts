// What an examination meets outside the book: hostile names, odd images, folders in one another, a device without rights.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { after, test } from "node:test";
import { concatBytes, utf8 } from "#base/values";
import { buildWords, noise, OFFICER, prose, reportIn, SIGN, setDesk } from "./phum.ts";

const MIB = 2 ** 20;
const desk = setDesk("hostile");
after(() => desk.close());

const listed = noise("listed", 150_000);
desk.write("originals/0.bin", listed);
desk.write("neighbours/0.bin", noise("neighbour", 150_000));
const kept = ["--keep-hashes", "kept"];
assert.equal(desk.phum(...buildWords(desk, "national", ["originals"]), ...kept).status, 0);
assert.equal(desk.phum(...buildWords(desk, "related", ["neighbours"]), "--set-key-from", "kept").status, 0);

function examine(source: string, exhibit: string, ...more: string[]) {
  const filters = more.includes("--filter") ? [] : ["--filter", "national.phumf"];
  const words = [...filters, ...OFFICER, "--basis", "Warrant 1", "--exhibit", exhibit, "--out", exhibit];
  return desk.phum("examine", source, ...words, ...more);
}

/** Name (bytes) and how a report writes it. */
const HOSTILE: [Uint8Array | string, string][] = [
  [Uint8Array.of(0x61, 0xff, 0xfe, 0x62), "a\\xff\\xfeb"],
  [Uint8Array.of(0xed, 0xa0, 0x80, 0x61), "\\xed\\xa0\\x80a"],
  ["gpj\u202egnp.exe", "gpj\\u{202e}gnp.exe"],
  ["<script>alert(1)<", "<script>alert(1)<"],
  ["a&b\"'.jpg", "a&b\"'.jpg"],
  ["new\nline\r", "new\\x0aline\\x0d"],
  ["\u001b[31mred\u001b[0m", "\\x1b[31mred\\x1b[0m"],
  ["-rf", "-rf"],
  [" ends ", "\\x20ends\\x20"],
  ["ក".repeat(85), "ក".repeat(85)],
];

test("Hostile names come through a folder, a report and a terminal as text, byte for byte told", () => {
  const folder = utf8(desk.path("names"));
  mkdirSync(desk.path("names"));
  const at = (name: Uint8Array | string): Buffer =>
    Buffer.from(concatBytes(folder, utf8("/"), typeof name === "string" ? utf8(name) : name));
  for (const [name] of HOSTILE) writeFileSync(at(name), listed);
  mkdirSync(at("empty\u001b[2J"));
  writeFileSync(at("nothing in it"), "");
  symlinkSync("/etc/hostname", at("li<nk\n"));
  const { status, stdout, stderr } = examine("names", "E-NAMES");
  assert.equal(status, 20, stderr);
  const { findings } = reportIn(desk, "E-NAMES");
  const told = new Set(findings.map(({ place }) => place));
  assert.deepEqual([...told].sort(), HOSTILE.map(([, text]) => `names/${text}`).sort());
  const invalid = findings.find(({ place }) => place.endsWith("a\\xff\\xfeb"));
  assert.equal(
    invalid?.placeBytes,
    Buffer.from(concatBytes(utf8("names/a"), Uint8Array.of(0xff, 0xfe, 0x62))).toString("hex"),
  );
  const html = readFileSync(desk.path("E-NAMES/report.html"), "utf8");
  assert.doesNotMatch(html, /<script/i);
  assert.match(html, /&lt;script&gt;alert\(1\)&lt;/);
  const files = ["report.json", "report.html", "journal.jsonl"].map((name) => desk.path(`E-NAMES/${name}`));
  for (const text of [stdout, stderr, ...files.map((file) => readFileSync(file, "utf8"))]) {
    assert.ok(!text.includes("\u001b") && !text.includes("\u202e") && !text.includes("\ufffd"));
  }
  assert.equal(desk.phum("report", "verify", "E-NAMES", "--trust", desk.agencyKey).status, 0);
});

test("A path that the caller names cannot speak to the terminal either", () => {
  const { status, stderr } = examine("no\u001b[2Jthing\u202e", "E-NONE");
  assert.equal(status, 66);
  assert.ok(stderr.includes("no\\x1b[2Jthing\\u{202e}") && !stderr.includes("\u001b"));
});

test("Digests of a hit file stand in no file of the report but the sealed annex, in no writing", () => {
  const digests = ["sha256", "sha1", "md5"].map((name) => createHash(name).update(listed).digest());
  for (const name of readdirSync(desk.path("E-NAMES"))) {
    const bytes = readFileSync(desk.path(`E-NAMES/${name}`));
    for (const digest of digests) {
      const writings = [digest, utf8(digest.toString("hex")), utf8(digest.toString("base64"))];
      assert.ok(
        writings.every((writing) => !bytes.includes(writing)),
        name,
      );
    }
  }
});

test("Nothing to read is never green: an empty folder, an image of no bytes", () => {
  mkdirSync(desk.path("empty"));
  desk.write("zero.dd", new Uint8Array(0));
  for (const source of ["empty", "zero.dd"]) {
    const { status, stderr } = examine(source, `E-${source}`);
    assert.equal(status, 30, stderr);
    assert.deepEqual(reportIn(desk, `E-${source}`).reasons, ["not-examinable"]);
  }
});

test("An image that ends within a sector, in three uneven segments, is read to its last whole block", () => {
  const bytes = prose("odd", 3 * MIB + 4096 * 5 + 77);
  bytes.set(listed.subarray(0, 4096 * 5), 3 * MIB);
  for (const [i, end] of [MIB + 1, 2 * MIB + 4099, bytes.length].entries()) {
    const begin = [0, MIB + 1, 2 * MIB + 4099][i];
    desk.write(`odd.00${i + 1}`, bytes.subarray(begin, end));
  }
  const { status, stderr } = examine("odd.001", "E-ODD");
  assert.equal(status, 20, stderr);
  const { coverage, findings } = reportIn(desk, "E-ODD");
  assert.equal(coverage.bytesRead, bytes.length);
  assert.deepEqual(
    findings.map(({ offsetBytes, lengthBytes }) => ({ offsetBytes, lengthBytes })),
    [{ offsetBytes: 3 * MIB, lengthBytes: 4096 * 5 }],
  );
});

test("A sparse terabyte is sampled within its bound, and called wiped, not green", () => {
  desk.write("terabyte.dd", new Uint8Array(0));
  truncateSync(desk.path("terabyte.dd"), 2 ** 40);
  const { status, stderr } = examine("terabyte.dd", "E-TB", "--quick");
  assert.equal(status, 30, stderr);
  const { reasons, bound, coverage } = reportIn(desk, "E-TB");
  assert.deepEqual(reasons, ["wiped"]);
  assert.ok(bound.reached && coverage.fraction < 0.05);
});

test("A report is never written into what is examined, nor around it", () => {
  desk.write("held/source/a.txt", prose("a", 10_000));
  for (const [source, out, code] of [
    ["held/source", "held/source/report", "inside-source"],
    ["held/source", "held/source", "inside-source"],
    ["held/source", "held", "around-source"],
    ["held/source/a.txt", "held", "around-source"],
  ] as const) {
    const { status, stderr } = examine(source, "E-HELD", "--out", out);
    assert.equal(status, 64, stderr);
    assert.ok(stderr.includes(`[evidence/${code}]`), stderr);
  }
  assert.deepEqual(readdirSync(desk.path("held"), { recursive: true }).sort(), ["source", "source/a.txt"]);
});

test("Two lists at once and a bundle of both give the same findings; related weighs less than national", () => {
  const bytes = prose("both", 4 * MIB);
  bytes.set(listed, MIB + 512);
  bytes.set(noise("neighbour", 150_000), 2 * MIB);
  desk.write("both.dd", bytes);
  const merge = ["--name", "both", "--agency", "J", "--trust", desk.agencyKey, ...SIGN, "--out", "both.phumf"];
  const merged = desk.phum("filter", "merge", "national.phumf", "related.phumf", ...merge);
  assert.equal(merged.status, 0, merged.stderr);
  const two = ["--filter", "national.phumf", "--filter", "related.phumf"];
  assert.equal(examine("both.dd", "E-TWO", ...two, "--seed", "s").status, 20);
  assert.equal(examine("both.dd", "E-BUNDLE", "--filter", "both.phumf", "--seed", "s", "--workers", "3").status, 20);
  const { findings, reasons } = reportIn(desk, "E-TWO");
  assert.deepEqual(reasons, ["listed-blocks", "hit-related"]);
  assert.deepEqual(
    findings.map(({ set, weight, offsetBytes }) => ({ set, weight, offsetBytes })),
    [
      { set: "national", weight: "red", offsetBytes: MIB + 512 },
      { set: "related", weight: "amber", offsetBytes: 2 * MIB },
    ],
  );
  assert.deepEqual(reportIn(desk, "E-BUNDLE").findings, findings);
});

test("A practice list marks the screen, the report and its verification in both languages", () => {
  assert.equal(desk.phum("practice", "practice").status, 0);
  const file = (name: string): string => `practice/${name}`;
  const key = ["--identity", file("officer.key"), "--passphrase-file", file("officer.passphrase")];
  const words = ["--filter", file("practice.phumf"), "--certificate", file("officer.cert"), ...key];
  const { status, stdout } = desk.phum(
    "examine",
    file("practice-stick.dd"),
    ...words,
    "--exhibit",
    "P",
    "--out",
    "E-P",
  );
  assert.equal(status, 20);
  assert.match(stdout, /^PRACTICE/);
  assert.equal(reportIn(desk, "E-P").practice, true);
  const html = readFileSync(desk.path("E-P/report.html"), "utf8");
  assert.ok(html.includes("PRACTICE") && html.includes("ហ្វឹកហាត់"));
  assert.match(desk.phum("report", "verify", "E-P").stdout, /^PRACTICE/m);
  assert.match(desk.phum("report", "verify", "E-P", "--lang", "km").stdout, /^ហ្វឹកហាត់/m);
  assert.match(desk.phum("filter", "show", file("practice.phumf")).stdout, /^PRACTICE/m);
});

test("Without rights to a device the message names the remedy, and nothing was read", (t) => {
  let device = "";
  try {
    const made = execFileSync("losetup", ["-r", "-f", "--show", desk.path("both.dd")], { stdio: "pipe" });
    device = made.toString().trim();
  } catch {
    t.skip("no read-only loop device here");
    return;
  }
  try {
    if (process.getuid?.() !== 0) return t.skip("needs root, to give it up");
    chmodSync(device, 0o600);
    execFileSync("chown", ["-R", "65534:65534", desk.dir]);
    const words = ["--filter", "national.phumf", ...OFFICER, "--exhibit", "D", "--out", "E-D"];
    const { status, stderr } = spawnSync(desk.command, ["examine", device, ...words], {
      cwd: desk.dir,
      env: desk.env,
      encoding: "utf8",
      uid: 65534,
      gid: 65534,
    });
    assert.equal(status, 77, stderr);
    assert.match(stderr, /--elevate sudo.*\[source\/rights\]/s);
  } finally {
    execFileSync("losetup", ["-d", device]);
  }
});
