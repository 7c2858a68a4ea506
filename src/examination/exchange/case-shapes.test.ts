// Own small check against the SHACL shapes of UCO and CASE, read out of their ontologies: no SHACL library is installed. Checked are
// minCount, maxCount, datatype, class or IRI, and that every property and class exists. Inference and SPARQL constraints are not.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { projectHome } from "#base/machine/node";
import { writeCase } from "./case-format.node.ts";
import { labFinding } from "./exchange-lab.node.ts";

const standards = join(process.env["PHUM_TESTDATA"] ?? join(projectHome, "../shared/testdata"), "standards");
const skip = existsSync(join(standards, "case/ontology")) ? false : "no test data";

interface PropertyShape {
  path: string;
  min: number;
  max: number;
  datatype: string | undefined;
  isNode: boolean;
}

/** Prefixes of the ontologies' own files, and of a JSON-LD document. */
const SPACES: Record<string, string> = {
  observable: "uco-observable",
  types: "uco-types",
  investigation: "case-investigation",
  action: "uco-action",
  core: "uco-core",
  identity: "uco-identity",
};
const named = (name: string): string => {
  const [space = "", local = ""] = name.split(":");
  return `${SPACES[space] ?? space}:${local}`;
};

function readOntology(): { shapes: Map<string, PropertyShape[]>; terms: Set<string> } {
  const shapes = new Map<string, PropertyShape[]>();
  const terms = new Set<string>();
  for (const file of ["observable", "types", "investigation", "action", "core", "identity"]) {
    const text = readFileSync(join(standards, `case/ontology/${file}.ttl`), "utf8");
    for (const block of text.split(/\n(?=[a-z-]+:[\w-]+\n)/)) {
      const name = /^[a-z-]+:[\w-]+/.exec(block)?.[0];
      if (name === undefined) continue;
      terms.add(named(name));
      shapes.set(
        named(name),
        [...block.matchAll(/\[([^[\]]*sh:path[^[\]]*)\]/g)].map(([, body = ""]) => propertyShape(body)),
      );
    }
  }
  return { shapes, terms };
}

function propertyShape(body: string): PropertyShape {
  const one = (pattern: RegExp): string | undefined => pattern.exec(body)?.[1];
  return {
    path: named(one(/sh:path ([\w:-]+)/) ?? ""),
    min: Number(one(/sh:minCount "(\d+)"/) ?? 0),
    max: Number(one(/sh:maxCount "(\d+)"/) ?? Number.POSITIVE_INFINITY),
    datatype: one(/sh:datatype ([\w:]+)/),
    isNode: /sh:nodeKind sh:(?:BlankNodeOrIRI|IRI)/.test(body),
  };
}

type Node = Record<string, unknown>;
const list = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

function datatypeOf(value: unknown): string {
  if (typeof value === "string") return "xsd:string";
  if (typeof value === "boolean") return "xsd:boolean";
  if (typeof value === "number") return Number.isInteger(value) ? "xsd:integer" : "xsd:double";
  return String((value as Node)["@type"]);
}

function* nodesOf(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const one of value) yield* nodesOf(one);
  else if (typeof value === "object" && value !== null) {
    if ("@id" in value && "@type" in value) yield value as Node;
    for (const child of Object.values(value)) yield* nodesOf(child);
  }
}

function problemsOf(document: Node, { shapes, terms }: ReturnType<typeof readOntology>): string[] {
  const problems: string[] = [];
  for (const node of nodesOf(document["@graph"])) {
    for (const [name, value] of Object.entries(node)) {
      if (/^(?:uco-(?:observable|types|action|core)|case-investigation):/.test(name) && !terms.has(name))
        problems.push(`no term ${name}`);
      for (const one of list(value))
        if (typeof one === "object" && one !== null && !("@id" in one) && !("@value" in one))
          problems.push(`${name} is a blank node`);
    }
    for (const type of list(node["@type"]).map(String)) {
      if (/^(?:uco-(?:observable|types|identity)|case-investigation):/.test(type) && !terms.has(type))
        problems.push(`no class ${type}`);
      for (const { path, min, max, datatype, isNode } of shapes.get(type) ?? []) {
        const values = list(node[path]);
        if (values.length < min || values.length > max) problems.push(`${type} ${path}: ${values.length} values`);
        for (const value of values) {
          if (datatype !== undefined && datatypeOf(value) !== datatype)
            problems.push(`${type} ${path}: ${datatypeOf(value)}`);
          if (isNode && (typeof value !== "object" || value === null || !("@id" in value)))
            problems.push(`${type} ${path}: no node`);
        }
      }
    }
  }
  return problems;
}

test("problemsOf() finds nothing in CASE's own examples, and planted breaches", { skip }, () => {
  const ontology = readOntology();
  assert.ok(ontology.shapes.size > 300);
  for (const name of ["file.json", "raw_data.json", "conformance/investigative_action_PASS.json"]) {
    assert.deepEqual(problemsOf(JSON.parse(readFileSync(join(standards, "case", name), "utf8")), ontology), [], name);
  }
  const planted = {
    "@graph": [{ "@id": "kb:a", "@type": "uco-types:Hash", "uco-types:hashMethod": 5, "uco-types:hashes": 1 }],
  };
  assert.deepEqual(problemsOf(planted, ontology), [
    "no term uco-types:hashes",
    "uco-types:Hash uco-types:hashValue: 0 values",
    "uco-types:Hash uco-types:hashMethod: xsd:integer",
  ]);
});

test("writeCase() keeps to the shapes of UCO and CASE", { skip }, () => {
  const digests = { md5: "0".repeat(32), sha1: "1".repeat(40), sha256: "2".repeat(64) };
  const findings = [
    { ...labFinding(), file: { sizeBytes: 5, digests } },
    { ...labFinding({ kind: "blocks", standing: "slack" }) },
  ];
  const clock = { startedAt: "2026-01-01T00:00:00.000Z", endedAt: "2026-01-01T00:10:00.000Z" };
  const about = {
    exhibit: "1",
    reportDigest: "d",
    clock,
    practice: true,
    officer: { name: "N", unit: "U" },
    tool: { name: "phum", version: "1" },
    source: { kind: "device", place: "/dev/x" },
  };
  const document: Node = JSON.parse(writeCase({ about, findings }));
  assert.deepEqual(problemsOf(document, readOntology()), []);
  const ids = [...nodesOf(document["@graph"])].map((node) => node["@id"]);
  assert.equal(new Set(ids).size, ids.length);
  const referred = JSON.stringify(document).matchAll(/\{\s*"@id": ?"([^"]+)"\s*\}/g);
  for (const [, id] of referred) assert.ok(ids.includes(id), `${id} is not in the graph`);
});

test("writeCase() uses classes of the CAC ontology that exist", { skip }, () => {
  const cac = readFileSync(join(standards, "cac/cacontology-core.ttl"), "utf8");
  const text = writeCase({ about: {}, findings: [] });
  const used = [...text.matchAll(/"(cacontology:\w+)"/g)].map(([, name]) => name);
  assert.deepEqual(used, ["cacontology:CACInvestigation", "cacontology:EvidenceReviewAction"]);
  for (const name of used) assert.ok(cac.includes(`${name} rdf:type owl:Class`), name);
});
