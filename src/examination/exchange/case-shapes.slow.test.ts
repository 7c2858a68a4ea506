// CASE/UCO exports against the SHACL shapes of UCO, CASE and Project VIC's CAC ontology, as their makers publish them.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { projectHome } from "#base/machine/node";
import { writeCase } from "./case-format.node.ts";
import { labFinding } from "./exchange-lab.node.ts";
import type { ExchangeModel } from "./exchange-model.ts";
import { type ShapeCheck, shapeCheck } from "./shacl-lab.node.ts";

const standards = join(process.env["PHUM_TESTDATA"] ?? join(projectHome, "../shared/testdata"), "standards");
const skip = existsSync(join(standards, "case/ontology")) ? false : "no test data";

type Node = Record<string, unknown>;

/** Everything an export can say: a device and a folder, files with and without digests, offsets beyond 4 GiB, practice. */
function models(): ExchangeModel[] {
  const digests = { md5: "0".repeat(32), sha1: "1".repeat(40), sha256: "2".repeat(64) };
  const findings = [
    { ...labFinding(), file: { sizeBytes: 5, digests } },
    { ...labFinding({ kind: "blocks", standing: "slack", offsetBytes: 2 ** 40 }) },
    { ...labFinding({ place: "រូប <a> & 'b'/\u2028.jpg", standing: "deleted", certainty: "proven" }) },
    { ...labFinding({ category: "related", weight: "amber" }), file: { sizeBytes: 2 ** 41, digests: {} } },
  ];
  const clock = { startedAt: "2026-01-01T00:00:00.000Z", endedAt: "2026-01-01T00:10:00.000Z" };
  const about = (kind: string, practice: boolean): Node => ({
    ...{ exhibit: "2026-0142-4", reportDigest: kind, clock, practice, unread: [{ from: 0, to: 5 }] },
    ...{ officer: { name: "សុខ ដារ៉ា", unit: "U" }, tool: { name: "phum", version: "1" } },
    source: { kind, place: "/dev/x" },
  });
  return [
    { about: about("device", true), findings },
    { about: about("folder", false), findings },
    { about: about("image", false), findings: [] },
  ];
}

const document = (): { "@graph": Node[] } & Node => JSON.parse(writeCase(models()[0] ?? { about: {}, findings: [] }));

function* nodesOf(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const one of value) yield* nodesOf(one);
  else if (typeof value === "object" && value !== null) {
    if ("@id" in value && "@type" in value) yield value as Node;
    for (const child of Object.values(value)) yield* nodesOf(child);
  }
}

function nodeOf(root: unknown, type: string): Node {
  const found = [...nodesOf(root)].find((node) => [node["@type"]].flat().includes(type));
  assert.ok(found, type);
  return found;
}

/** What is planted, and what has to be said of it: the constraint and the property. */
const PLANTED: Record<string, { plant(root: Node): void; said: string }> = {
  "a digest that is no hexBinary": {
    plant: (root) => Object.assign(nodeOf(root, "uco-types:Hash"), { "uco-types:hashValue": "xyz" }),
    said: "Datatype hashValue",
  },
  "a hash without a value": {
    plant: (root) => delete nodeOf(root, "uco-types:Hash")["uco-types:hashValue"],
    said: "MinCount hashValue",
  },
  "two sizes": {
    plant: (root) => Object.assign(nodeOf(root, "uco-observable:FileFacet"), { "uco-observable:sizeInBytes": [5, 6] }),
    said: "MaxCount sizeInBytes",
  },
  "a size that is a text": {
    plant: (root) => Object.assign(nodeOf(root, "uco-observable:FileFacet"), { "uco-observable:sizeInBytes": "5" }),
    said: "Datatype sizeInBytes",
  },
  "an exhibit number that is a number": {
    plant: (root) =>
      Object.assign(nodeOf(root, "case-investigation:ProvenanceRecord"), { "case-investigation:exhibitNumber": 4 }),
    said: "Datatype exhibitNumber",
  },
  "a time that is none": {
    plant: (root) =>
      Object.assign(nodeOf(root, "case-investigation:InvestigativeAction"), {
        "uco-action:startTime": { "@type": "xsd:dateTime", "@value": "yesterday" },
      }),
    said: "Datatype startTime",
  },
  "a performer that is a text": {
    plant: (root) =>
      Object.assign(nodeOf(root, "case-investigation:InvestigativeAction"), { "uco-action:performer": "N" }),
    said: "NodeKind performer",
  },
  "a facet that is a person": {
    plant: (root) => Object.assign(nodeOf(root, "uco-observable:DataRangeFacet"), { "@type": "uco-identity:Person" }),
    said: "Class hasFacet",
  },
  "an instrument that the graph does not have": {
    plant: (root) =>
      Object.assign(nodeOf(root, "case-investigation:InvestigativeAction"), {
        "uco-action:instrument": { "@id": "kb:tool-nowhere" },
      }),
    said: "Class instrument",
  },
  "an action without a label (CAC)": {
    plant: (root) => delete nodeOf(root, "cacontology:EvidenceReviewAction")["rdfs:label"],
    said: "MinCount label",
  },
  "a phase that is none (CAC)": {
    plant: (root) =>
      Object.assign(nodeOf(root, "cacontology:CACInvestigation"), {
        "cacontology:currentPhase": { "@id": nodeOf(root, "uco-identity:Person")["@id"] },
      }),
    said: "Class currentPhase",
  },
  "a misspelt property": {
    plant: (root) => Object.assign(nodeOf(root, "uco-types:Hash"), { "uco-types:hashes": "1" }),
    said: "term hashes",
  },
  "a misspelt class": {
    plant: (root) => Object.assign(nodeOf(root, "uco-types:Hash"), { "@type": ["uco-types:Hash", "uco-types:Hsah"] }),
    said: "term Hsah",
  },
};

describe("SHACL", { skip }, () => {
  let check: ShapeCheck;
  before(() => {
    const read = shapeCheck(standards);
    check = read.check;
    assert.ok(read.shapes > 800 && read.leftOut > 100, `${read.shapes} shapes, ${read.leftOut} left out`);
  });

  for (const name of ["file.json", "raw_data.json", "device.json", "conformance/investigative_action_PASS.json"]) {
    test(`shapeCheck() finds nothing in CASE's own ${name}`, async () => {
      assert.deepEqual(await check(JSON.parse(readFileSync(join(standards, "case", name), "utf8"))), []);
    });
  }

  test("shapeCheck() finds in CASE's example of errors what CASE's own report says", async () => {
    const text = readFileSync(join(standards, "case/conformance/investigative_action_XFAIL.json"), "utf8");
    const said = (await check(JSON.parse(text))).map(({ severity, constraint, path }) => [severity, constraint, path]);
    assert.deepEqual(said, [
      ["Violation", "Datatype", "exhibitNumber"],
      ["Violation", "Datatype", "rootExhibitNumber"],
    ]);
  });

  test("shapeCheck() fetches no context", async () => {
    const remote = check({ "@context": "https://example.org/context", "@id": "kb:a" });
    await assert.rejects(remote, (error: { details?: { cause?: unknown } }) =>
      /Nothing is fetched/.test(String(error.details?.cause)),
    );
  });

  for (const [at, model] of models().entries()) {
    test(`writeCase() of export ${at + 1} keeps to the shapes of UCO, CASE and CAC`, async () => {
      assert.deepEqual(await check(JSON.parse(writeCase(model))), []);
    });
  }

  for (const [name, { plant, said }] of Object.entries(PLANTED)) {
    test(`shapeCheck() finds ${name}`, async () => {
      const root = document();
      plant(root);
      const found = (await check(root)).map(({ constraint, path }) => `${constraint} ${path}`);
      assert.ok(found.includes(said), found.join(", "));
    });
  }
});

test("writeCase() gives every node an id of its own, and names none that is not there", () => {
  const root = document();
  const ids = [...nodesOf(root["@graph"])].map((node) => node["@id"]);
  assert.equal(new Set(ids).size, ids.length);
  const referred = [...JSON.stringify(root).matchAll(/\{"@id":"([^"]+)"\}/g)];
  assert.ok(referred.length > 5);
  for (const [, id] of referred) assert.ok(ids.includes(id), `${id} is not in the graph`);
});
