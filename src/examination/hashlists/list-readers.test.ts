import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { projectHome } from "#base/machine/node";
import { encaseList, gatherList, madeUpFile, sampleLists } from "./list-lab.node.ts";
import { LIST_ALGORITHMS } from "./list-record.ts";

const testData = process.env["PHUM_TESTDATA"] ?? join(projectHome, "../shared/testdata");
const FORMATS: Record<string, string> = {
  ...{ "vics-cases": "vics", "vics-media": "vics", icse: "icse-csv", ncmec: "ncmec-xml", iwf: "csv" },
  ...{ "nsrl-text": "nsrl-text", hashkeeper: "hashkeeper", encase: "encase", hashdeep: "hashdeep" },
  ...{ md5deep: "plain", "md5deep-z": "plain", tagged: "plain", "plain-mixed": "plain" },
};

for (const [name, list] of Object.entries(sampleLists())) {
  test(`listReader() of ${name} gives every entry, whatever the pieces`, () => {
    const whole = gatherList(list);
    assert.equal(whole.format, FORMATS[name]);
    assert.equal(whole.records.length, 3);
    for (const [i, record] of whole.records.entries()) {
      const file = madeUpFile(i + 1);
      const held = LIST_ALGORITHMS.filter((algorithm) => record[algorithm] !== undefined);
      assert.ok(held.length > 0);
      for (const algorithm of held) assert.equal(record[algorithm]?.toLowerCase(), file[algorithm]);
      if (record.sizeBytes !== undefined) assert.equal(record.sizeBytes, file.sizeBytes);
    }
    assert.deepEqual([whole.rejected, whole.dropped], [[], []]);
    for (const step of [1, 7, 100]) assert.deepEqual(gatherList(list, step), whole);
    for (const step of [7, 100, 300]) {
      const { handed, ...other } = gatherList(list, step, true);
      assert.deepEqual({ ...other, handed: 0 }, whole);
      assert.ok(handed > 0);
    }
  });
}

test("vicsReader() takes texts for numbers, category 0, SHA-256 among other hashes, and series as they stand", () => {
  const { "vics-cases": list = new Uint8Array(0) } = sampleLists();
  const [first, second] = gatherList(list).records;
  assert.deepEqual([first?.category, second?.category], ["1", "0"]);
  assert.equal(first?.sha256, madeUpFile(1).sha256);
  assert.equal(first?.series, 'S"1');
  assert.equal(second?.sizeBytes, 1002);
});

test("vicsReader() keeps every row of one file, and takes null for nothing", () => {
  const row = `{"MediaID":"5","Category":null,"MD5":"${madeUpFile(1).md5}","SHA1":null,"MediaSize":null,"Series":null}`;
  const { records } = gatherList(`{"odata.metadata":"x/1.3.xml#Media","value":[${row},${row}]}`);
  assert.deepEqual(
    records.map(({ category, id, sizeBytes, sha1 }) => [category, id, sizeBytes, sha1]),
    Array(2).fill(["", "5", undefined, undefined]),
  );
});

test("listReader() tells what it leaves out, where and why", () => {
  const { md5 } = madeUpFile(1);
  const vics = (record: string): string => `{"odata.metadata":"x/1.3.xml#Media","value":[${record}]}`;
  const flawsOf = (list: string): string[] => gatherList(list).rejected.map(({ flaw, line = 0 }) => `${flaw} ${line}`);
  assert.deepEqual(flawsOf(vics('{"MediaID":1}')), ["no-digest 0"]);
  assert.deepEqual(flawsOf(vics('{"MediaID":1,"MD5":"zz"}')), ["bad-digest 0"]);
  assert.deepEqual(flawsOf(vics('{"MediaID":1,"MD5":tru}')), ["not-json 0"]);
  assert.deepEqual(flawsOf(`${`${md5}\n`.repeat(14)}no digest\n`), ["no-digest 15"]);
  assert.deepEqual(flawsOf(`${md5}\nd41d8cd98f00b204e9800998ecf8427e\n`), ["empty-file 2"]);
  assert.deepEqual(flawsOf(`md5,sha1,size,name\n${md5},,1,a\n${md5}\n`), ["bad-columns 3"]);
  const { records, dropped } = gatherList(`md5,sha1,size\n${md5},abc,-1\n`);
  assert.deepEqual([records.length, dropped.map(({ flaw }) => flaw)], [1, ["bad-digest", "bad-size"]]);
});

test("columnsReader() joins a quoted field over lines; a quote without an end costs its own line alone", () => {
  const [a, b, c] = [1, 2, 3].map((n) => madeUpFile(n).md5);
  const joined = gatherList(`md5,comment,id\n${a},"two\nlines",1\n${b},,2\n`);
  assert.deepEqual(
    joined.records.map(({ md5, id }) => [md5, id]),
    [
      [a, "1"],
      [b, "2"],
    ],
  );
  const open = gatherList(`md5,comment,id\n${a},"no end,1\n${b},,2\n${c},,3\n`);
  assert.deepEqual(
    open.records.map(({ md5 }) => md5),
    [b, c],
  );
  assert.deepEqual(
    open.rejected.map(({ flaw, line }) => [flaw, line]),
    [["open-quote", 2]],
  );
});

test("textLines() passes over a line without an end in bounded memory", () => {
  const [a, b] = [1, 2].map((n) => madeUpFile(n).md5);
  const { records, rejected } = gatherList(`${a}\n${a}\n${"x".repeat(300_000)}\n${b}\n`);
  assert.deepEqual(
    records.map(({ md5 }) => md5),
    [a, a, b],
  );
  assert.deepEqual(rejected, [{ flaw: "too-long", offsetBytes: 66, line: 3 }]);
});

for (const [what, list, why] of [
  ["VICS that is cut", '{"odata.metadata":"x#Media","value":[{"MD5":"', /cut/],
  ["XML that is cut", '<queryResult xmlns="x"><images><image>', /cut/],
  ["XML whose elements cross", "<queryResult><a><b></a></b></queryResult>", /not open/],
  ["EnCase that is cut", encaseList([madeUpFile(1).md5]).subarray(0, 0x485), /cut/],
  ["EnCase with more than it says", Buffer.concat([encaseList([]), Buffer.alloc(18)]), /more than/],
  ["hashdeep without columns", "%%%% HASHDEEP-1.0\n1,2\n", /before its columns/],
] as const) {
  test(`listReader() refuses ${what}`, () => assert.throws(() => gatherList(list), why));
}

test("listFormat() believes contents alone, and knows what it does not know", () => {
  const formatOf = (list: string): string | null => gatherList(list).format;
  assert.equal(formatOf("hello world\nthis is prose\n"), null);
  assert.equal(formatOf('{"a":1}'), null);
  assert.equal(formatOf("<html></html>"), null);
  assert.equal(gatherList(Buffer.from(`\ufeff${madeUpFile(1).md5}\n`, "utf16le")).format, "utf-16");
  assert.equal(formatOf("name,value\na,b\n"), null);
});

test("ncmecReader() gives tombstones as withdrawn, in whatever order", () => {
  const { md5 } = madeUpFile(1);
  const list = `<q:queryResult xmlns:q="x"><q:images><q:deletedImage><q:id>a</q:id></q:deletedImage><!-- <image> --><q:image><q:id>a</q:id><q:fingerprints><q:md5>${md5}</q:md5></q:fingerprints></q:image></q:images></q:queryResult>`;
  const { records } = gatherList(list);
  assert.deepEqual(
    records.map(({ id, standing }) => [id, standing]),
    [
      ["a", "withdrawn"],
      ["a", "active"],
    ],
  );
});

const vics = ["synthetic-vics-1.3.json", "synthetic-vics-2.0.json", "nsrl-caid-1.2-shape.json"];
for (const name of vics) {
  const path = join(testData, "standards/vics", name);
  test(`vicsReader() of ${name}`, { skip: existsSync(path) ? false : "no test data" }, () => {
    const { format, records, rejected } = gatherList(readFileSync(path));
    const text = readFileSync(path, "utf8");
    assert.equal(format, "vics");
    assert.equal(records.length, text.split('"MediaID"').length - 1);
    assert.deepEqual(rejected, []);
    for (const { md5, sizeBytes } of records) {
      assert.ok(text.includes(md5 ?? "?"));
      assert.ok(text.includes(`"MediaSize": "${sizeBytes}"`));
    }
  });
}

for (const [name, entries] of [
  ["entries_xml", 4],
  ["entries_xml4", 2],
  ["entries_no_data_xml", 0],
] as const) {
  const path = join(testData, `standards/ncmec/hashsharing-${name}.xml`);
  test(`ncmecReader() of hashsharing-${name}.xml`, { skip: existsSync(path) ? false : "no test data" }, () => {
    const { format, records } = gatherList(readFileSync(path));
    assert.equal(format, "ncmec-xml");
    assert.equal(records.length, entries);
  });
}
