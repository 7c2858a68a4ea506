import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { projectHome } from "#base/machine/node";
import { type SeededRandom, seededRandom } from "#base/values";
import { openEvidence } from "./evidence.node.ts";
import type { ReportDraft, SignedReport } from "./report-record.ts";
import { reportSchema } from "./report-schema.ts";
import { signedReportShape } from "./report-shape.ts";
import { sampleDraft, sampleFinding, sampleFolder, sampleOfficer, sampleOptions } from "./sample-examination.node.ts";
import type { JsonSchema } from "./shape.ts";

const PATH = join(projectHome, "docs/formats/report.schema.json");
/** A film that is like one of a list. */
const ALIKE: Partial<ReportDraft> = {
  findings: [
    sampleFinding({
      ...{ kind: "likeness", confirmed: false, weight: "amber", phase: null },
      likeness: {
        ...{ distanceBits: 3, thresholdBits: 31, quality: 50, position: "none", entry: 0, part: "video", percent: 90 },
        spans: [{ fromMs: 0, toMs: 9000 }],
      },
    }),
  ],
  likeness: {
    ...{ filesTotal: 9, filesOpened: 9, compared: 7, undecoded: 1, ended: "all", series: 1, seriesFiles: 3 },
    ...{ undecodedFirst: [{ place: "a", why: "not-read" }], seriesFirst: [{ place: "b", files: 3 }] },
  },
};
const reports: SignedReport[] = [];
before(async () => {
  const officer = await sampleOfficer();
  const drafts = [sampleDraft("red"), sampleDraft("amber"), sampleDraft("green"), sampleDraft("amber", ALIKE)];
  for (const draft of drafts) {
    const evidence = await openEvidence(sampleFolder(), sampleOptions(officer));
    reports.push((await evidence.finish(draft)).report);
    evidence.close();
  }
});

/** A reading of JSON Schema 2020-12 written apart from shape.ts, for the keywords that the schema uses. */
function conforms(schema: JsonSchema, value: unknown): boolean {
  const known = ["$schema", "$id", "title", "type", "enum", "anyOf", "properties", "required", "additionalProperties"];
  known.push(
    "maxProperties",
    "items",
    "minItems",
    "maxItems",
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "maximum",
  );
  for (const keyword of Object.keys(schema)) assert.ok(known.includes(keyword), `unknown keyword ${keyword}`);
  const s = schema as {
    type?: string;
    enum?: unknown[];
    anyOf?: JsonSchema[];
    properties?: Record<string, JsonSchema>;
    required?: string[];
    additionalProperties?: JsonSchema | false;
    items?: JsonSchema;
    pattern?: string;
  } & Record<string, number | undefined>;
  if (s.enum !== undefined && !s.enum.includes(value)) return false;
  if (s.anyOf !== undefined && !s.anyOf.some((one) => conforms(one, value))) return false;
  const within = (size: number, min?: number, max?: number): boolean => size >= (min ?? 0) && size <= (max ?? Infinity);
  if (s.type === "string") {
    if (typeof value !== "string" || !within(value.length, s["minLength"], s["maxLength"])) return false;
    return s.pattern === undefined || new RegExp(s.pattern, "u").test(value);
  }
  if (s.type === "integer" || s.type === "number") {
    if (typeof value !== "number" || (s.type === "integer" && !Number.isInteger(value))) return false;
    return value >= (s["minimum"] ?? -Infinity) && value <= (s["maximum"] ?? Infinity);
  }
  if (s.type === "boolean") return typeof value === "boolean";
  if (s.type === "null") return value === null;
  if (s.type === "array") {
    if (!Array.isArray(value) || !within(value.length, s["minItems"], s["maxItems"])) return false;
    return value.every((one) => conforms(s.items ?? {}, one));
  }
  if (s.type !== "object") return true;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const names = Object.keys(value);
  if (s.required?.some((name) => !names.includes(name)) || names.length > (s["maxProperties"] ?? Infinity))
    return false;
  return names.every((name) => {
    const inner = s.properties?.[name] ?? s.additionalProperties;
    return inner === undefined || (inner !== false && conforms(inner, (value as Record<string, unknown>)[name]));
  });
}

function admits(value: unknown): boolean {
  try {
    signedReportShape.check(value, "");
    return true;
  } catch {
    return false;
  }
}

const ODD = [
  null,
  true,
  0,
  -1,
  1.5,
  1e300,
  "",
  "x",
  "red",
  "2026-02-30T00:00:00Z",
  [],
  [1],
  {},
  { a: 1 },
  "é".repeat(70_000),
];

/** Changes one place of a value: another value, a name more, a name less. */
function change(value: unknown, random: SeededRandom): unknown {
  if (typeof value !== "object" || value === null || random.below(6) === 0) return ODD[random.below(ODD.length)];
  const copy = structuredClone(value) as Record<string, unknown> | unknown[];
  const names = Object.keys(copy);
  const name = names[random.below(names.length)];
  if (Array.isArray(copy)) {
    if (name === undefined || random.below(8) === 0) copy.push(ODD[random.below(ODD.length)]);
    else copy[Number(name)] = change(copy[Number(name)], random);
  } else if (name === undefined || random.below(20) === 0) copy["more"] = 1;
  else if (random.below(10) === 0) delete copy[name];
  else copy[name] = change(copy[name], random);
  return copy;
}

test("docs/formats/report.schema.json is the schema of the decoder", () => {
  const text = `${JSON.stringify(reportSchema, null, 1)}\n`;
  if (process.env["PHUM_WRITE_SCHEMA"] !== undefined) writeFileSync(PATH, text);
  assert.equal(readFileSync(PATH, "utf8"), text);
});

test("the schema and the decoder agree on reports of every colour and on 5,000 changed ones", (t) => {
  const seed = "report schema";
  t.diagnostic(`seed ${seed}`);
  const random = seededRandom(seed);
  for (const report of reports) assert.ok(admits(report) && conforms(reportSchema, report));
  let admitted = 0;
  for (let i = 0; i < 5000; i++) {
    const changed = change(reports[i % reports.length], random);
    const verdict = admits(changed);
    assert.equal(conforms(reportSchema, changed), verdict, `case ${i}: ${JSON.stringify(changed)?.slice(0, 300)}`);
    if (verdict) admitted++;
  }
  t.diagnostic(`${admitted} of 5000 admitted`);
  assert.ok(admitted > 50 && admitted < 4900);
});
