import assert from "node:assert/strict";
import { test } from "node:test";
import { type JsonRecord, jsonRecordReader } from "./json-records.ts";
import { seededRandom } from "./seeded-random.ts";

const WISH = { arrays: new Set(["value", ""]), recordBytesMost: 200, depthMost: 20 };
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function readAll(
  text: string | Uint8Array,
  step = 7,
  wish = WISH,
): { records: JsonRecord[]; facts: ReadonlyMap<string, string> } {
  const reader = jsonRecordReader(wish);
  const bytes = typeof text === "string" ? bytesOf(text) : text;
  const records: JsonRecord[] = [];
  for (let at = 0; at < bytes.length; at += step) records.push(...reader.push(bytes.subarray(at, at + step)));
  return { records: [...records, ...reader.end()], facts: reader.facts };
}

const texts = (records: JsonRecord[]): unknown[] =>
  records.map((record) => (record.kind === "record" ? JSON.parse(record.text) : record.kind));

test("jsonRecordReader() gives the elements of the arrays that are wanted, whatever the pieces", () => {
  const wish = { ...WISH, arrays: new Set(["value"]) };
  const text = `{"@odata.context":"a \\"quoted\\" name","n":{"value":1,"other":[{"x":0}]},"value":[{"a":"}]{","b":[{"c":1}]}, {"a":"\\\\"}],"z":"end"}`;
  for (let step = 1; step < 40; step++) {
    const { records, facts } = readAll(text, step, wish);
    assert.deepEqual(texts(records), [{ a: "}]{", b: [{ c: 1 }] }, { a: "\\" }]);
    assert.equal(facts.get("z"), "end");
  }
});

test("jsonRecordReader() reads an array at the root, values one after another, and a byte order mark", () => {
  assert.deepEqual(texts(readAll('\ufeff[{"a":1},{"a":2}]').records), [{ a: 1 }, { a: 2 }]);
  assert.deepEqual(texts(readAll('{"a":1}\n{"a":2}\r\n').records), [{ a: 1 }, { a: 2 }]);
});

test("jsonRecordReader() passes over a record that is too long, and goes on", () => {
  const { records } = readAll(`[{"a":"${"x".repeat(500)}"},{"a":2}]`);
  assert.deepEqual(texts(records), ["too-long", { a: 2 }]);
});

for (const [what, text, why] of [
  ["stops early", '[{"a":1},{"a"', "cut"],
  ["closes what was not opened", '[{"a":1}]]', "syntax"],
  ["mixes brackets", '[{"a":1]}', "syntax"],
  ["is too deep", "[".repeat(30), "depth"],
  ["is no JSON", "hello", "syntax"],
] as const) {
  test(`jsonRecordReader() of a text that ${what}: refused as ${why}`, () => {
    const last = readAll(text).records.at(-1);
    assert.equal(last?.kind === "refused" ? last.why : last?.kind, why);
  });
}

test("jsonRecordReader() of mutated texts gives records within the text, and never more bytes than it", () => {
  const random = seededRandom("json-records");
  const text = bytesOf(
    `{"k":"v","value":[${Array.from({ length: 30 }, (_, i) => `{"i":${i},"s":"${"é".repeat(i)}"}`).join()}]}`,
  );
  for (let round = 0; round < 2000; round++) {
    const mutated = Uint8Array.from(text);
    for (let n = 0; n < 3; n++) mutated[random.below(mutated.length)] = random.below(256);
    let total = 0;
    for (const record of readAll(mutated, 1 + random.below(50)).records) {
      assert.ok(record.offsetBytes <= mutated.length);
      if (record.kind === "record") total += bytesOf(record.text).length;
    }
    assert.ok(total <= 3 * mutated.length);
  }
});
