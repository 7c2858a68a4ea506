import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { seededRandom, toHex } from "#base/values";
import { fingerprintListReader } from "./fingerprint-list.ts";
import type { ListedFingerprint } from "./listed-fingerprint.ts";

const random = seededRandom("fingerprint-list");
const hex = (bytes: number): string =>
  Array.from({ length: bytes }, () => random.below(256).toString(16).padStart(2, "0")).join("");
const [A, B] = [hex(32), hex(32)];
const PHOTODNA = hex(144);

function read(list: string | Uint8Array, step = 11): { entries: ListedFingerprint[]; rejected: number; at: number[] } {
  const bytes = typeof list === "string" ? new TextEncoder().encode(list) : list;
  const reader = fingerprintListReader();
  const entries: ListedFingerprint[] = [];
  for (let at = 0; at < bytes.length; at += step) entries.push(...reader.push(bytes.subarray(at, at + step)));
  entries.push(...reader.end());
  return { entries, rejected: reader.rejects.count, at: reader.rejects.firstAt };
}

const shown = (entries: ListedFingerprint[]): unknown[] =>
  entries.map(({ kind, hash, opaque, quality, id, standing }) => [
    kind,
    hash === null ? opaque : toHex(hash),
    quality,
    id,
    standing,
  ]);

const CASES: [name: string, list: string, entries: unknown[], rejected: number][] = [
  [
    "lines of hexadecimal",
    `${A}\n${B.toUpperCase()}\r\n\n# remark\nhello\n`,
    [
      ["pdq", A, null, "", "active"],
      ["pdq", B, null, "", "active"],
    ],
    1,
  ],
  [
    "lines with name and quality",
    `${A},bridge.jpg,88\nx;${B};7`,
    [
      ["pdq", A, 88, "bridge.jpg", "active"],
      ["pdq", B, 7, "x", "active"],
    ],
    0,
  ],
  [
    "CSV with a heading",
    `\ufeffid,Signal Type,Signal Value,status,quality\n7,pdq,"${A}",active,100\n"8,""b""",pdq,${B},withdrawn,\n9,video_md5,${hex(16)},active,\n`,
    [
      ["pdq", A, 100, "7", "active"],
      ["pdq", B, null, '8,"b"', "withdrawn"],
    ],
    1,
  ],
  [
    "CSV with PhotoDNA",
    `photodna;hash\n${PHOTODNA};${A}\n`,
    [
      ["pdq", A, null, "", "active"],
      ["photodna", PHOTODNA, null, "", "active"],
    ],
    0,
  ],
  [
    "a page of ThreatExchange",
    JSON.stringify({
      data: [
        { id: "11", indicator: A, type: "HASH_PDQ", status: "MALICIOUS" },
        { id: "12", indicator: { indicator: B, type: "HASH_PDQ" }, should_delete: true },
        { id: "13", indicator: hex(16), type: "HASH_MD5" },
      ],
      paging: {},
    }),
    [
      ["pdq", A, null, "11", "active"],
      ["pdq", B, null, "12", "withdrawn"],
    ],
    1,
  ],
  [
    "a page of StopNCII",
    JSON.stringify({
      count: 2,
      hashRecords: [
        { signalType: "ImagePDQ", hashValue: A, hashStatus: "Active" },
        { signalType: "ImagePDQ", hashValue: B, hashStatus: "Withdrawn" },
        { signalType: "VideoMD5", hashValue: hex(16), hashStatus: "Active" },
      ],
    }),
    [
      ["pdq", A, null, "", "active"],
      ["pdq", B, null, "", "withdrawn"],
    ],
    1,
  ],
  [
    "records of Hasher-Matcher-Actioner, one a line",
    `{"id": 1, "signals": {"pdq": "${A}"}}\n{"content_id": 2, "signals": {"pdq": ["${B}"], "md5": "x"}}\n{broken}\n`,
    [
      ["pdq", A, null, "1", "active"],
      ["pdq", B, null, "2", "active"],
    ],
    1,
  ],
  [
    "NCMEC's XML",
    `<?xml version="1.0"?><q:queryResult xmlns:q="n"><images count="3"><image><member id="42">Member</member><id>i1</id><fingerprints><md5>00</md5><pdq>${A}</pdq><pdna>${PHOTODNA}</pdna></fingerprints></image><deletedImage><id>i2</id></deletedImage><image><id>i3</id><fingerprints><md5>00</md5></fingerprints></image></images></q:queryResult>`,
    [
      ["pdq", A, null, "i1", "active"],
      ["photodna", PHOTODNA, null, "i1", "active"],
      ["pdq", null, null, "i2", "withdrawn"],
    ],
    1,
  ],
];

for (const [name, list, entries, rejected] of CASES) {
  test(`fingerprintListReader() reads ${name}, whatever the pieces`, () => {
    for (const step of [1, 2, 13, 64, 1 << 20]) {
      const got = read(list, step);
      assert.deepEqual(shown(got.entries), entries, `pieces of ${step} bytes`);
      assert.equal(got.rejected, rejected);
    }
  });
}

for (const [name, list] of [
  ["JSON", `{"data":[{"indicator":"${A}","type":"HASH_PDQ"},`],
  ["XML", `<q><images><image><id>1</id>`],
] as const) {
  test(`fingerprintListReader() refuses ${name} that stops early`, () => {
    assert.throws(() => read(list, 4096), RangeError);
  });
}

test("fingerprintListReader() of mutated lists gives whole hashes or refuses", () => {
  for (const [, list] of CASES) {
    const bytes = new TextEncoder().encode(list);
    for (let round = 0; round < 300; round++) {
      const mutated = Uint8Array.from(bytes);
      for (let n = 0; n < 3; n++) mutated[random.below(mutated.length)] = random.below(256);
      try {
        for (const { kind, hash, quality } of read(mutated, 1 + random.below(200)).entries) {
          assert.ok(kind === "photodna" || hash === null || hash.length === 32);
          assert.ok(quality === null || (quality >= 0 && quality <= 100));
        }
      } catch (error) {
        assert.ok(error instanceof RangeError, String(error));
      }
    }
  }
});

const testdata = process.env["PHUM_TESTDATA"] ?? resolve(import.meta.dirname, "../../../../shared/testdata");
const samples = join(testdata, "standards/ncmec");
test("fingerprintListReader() reads NCMEC's own samples", {
  skip: existsSync(samples) ? false : `test data absent: ${samples}`,
}, () => {
  let tombstones = 0;
  for (const file of globSync("hashsharing-entries*.xml", { cwd: samples })) {
    tombstones += read(readFileSync(join(samples, file)), 100).entries.filter(
      ({ standing }) => standing === "withdrawn",
    ).length;
  }
  assert.ok(tombstones >= 2);
});
