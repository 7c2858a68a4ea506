import { canonicalText } from "#base/values";
import { aboutText, type ExchangeFinding, type ExchangeModel, findingName, splitPlace } from "./exchange-model.ts";
import type { ReadBack } from "./losses.ts";
import { madeUuid } from "./made-uuid.node.ts";

// CASE 1.x / UCO 1.x in JSON-LD, with Project VIC's CAC ontology 3.0 where it has a class: the investigation, and the examination
// as a review of evidence. @see docs/formats/exchange-case.md

const CONTEXT = {
  kb: "urn:phum:exchange:kb:",
  phum: "urn:phum:exchange:1#",
  rdfs: "http://www.w3.org/2000/01/rdf-schema#",
  cacontology: "https://cacontology.projectvic.org#",
  "case-investigation": "https://ontology.caseontology.org/case/investigation/",
  "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
  "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
  "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
  "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
  "uco-tool": "https://ontology.unifiedcyberontology.org/uco/tool/",
  "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
  xsd: "http://www.w3.org/2001/XMLSchema#",
};
const METHODS = { md5: "MD5", sha1: "SHA1", sha256: "SHA256" } as const;

type Node = Record<string, unknown>;
type IdOf = (kind: string, name: string) => string;

/** Writes CASE/UCO JSON-LD. */
export function writeCase(model: ExchangeModel): string {
  const { about, findings } = model;
  const digest = aboutText(about, "reportDigest");
  const idOf: IdOf = (kind, name) => `kb:${kind}-${madeUuid(digest, `${kind} ${name}`)}`;
  const files = findings.map((finding, index) => findingNode(finding, idOf, index));
  const graph = [...aboutNodes(about, files, idOf), ...files];
  return `${JSON.stringify({ "@context": CONTEXT, "@graph": graph }, null, 1)}\n`;
}

function aboutNodes(about: Record<string, unknown>, files: Node[], idOf: IdOf): Node[] {
  const [started, ended] = [aboutText(about, "clock", "startedAt"), aboutText(about, "clock", "endedAt")];
  const refs = (nodes: Node[]): Node[] => nodes.map((node) => ({ "@id": node["@id"] }));
  const officer = {
    "@id": idOf("person", "officer"),
    "@type": "uco-identity:Person",
    "uco-core:name": aboutText(about, "officer", "name"),
  };
  const tool = {
    "@id": idOf("tool", "phum"),
    "@type": "uco-tool:AnalyticTool",
    "uco-core:name": aboutText(about, "tool", "name"),
    "uco-tool:version": aboutText(about, "tool", "version"),
  };
  const source = {
    "@id": idOf("device", "source"),
    "@type":
      aboutText(about, "source", "kind") === "device" ? "uco-observable:Device" : "uco-observable:ObservableObject",
    "uco-core:name": aboutText(about, "source", "place"),
  };
  const provenance = {
    "@id": idOf("provenance-record", "exhibit"),
    "@type": "case-investigation:ProvenanceRecord",
    "case-investigation:exhibitNumber": aboutText(about, "exhibit"),
    "uco-core:object": refs([source]),
  };
  const action = {
    "@id": idOf("investigative-action", "examination"),
    "@type": ["case-investigation:InvestigativeAction", "cacontology:EvidenceReviewAction"],
    "uco-core:name": "Search for listed material",
    // CAC wants one of every event, and a review of evidence is one.
    "rdfs:label": "Search for listed material",
    "uco-action:performer": refs([officer])[0],
    "uco-action:instrument": refs([tool]),
    "uco-action:object": refs([source, provenance]),
    "uco-action:result": refs(files),
    "uco-action:startTime": { "@type": "xsd:dateTime", "@value": started },
    "uco-action:endTime": { "@type": "xsd:dateTime", "@value": ended },
    "phum:report": Object.entries(about).map(([name, value]) => `${name} ${canonicalText(value)}`),
  };
  const investigation = {
    "@id": idOf("investigation", "exhibit"),
    "@type": ["case-investigation:Investigation", "cacontology:CACInvestigation"],
    "uco-core:name": aboutText(about, "exhibit"),
    "uco-core:description": about["practice"] === true ? ["PRACTICE: nothing in it is evidence."] : [],
    "uco-core:object": refs([action, provenance]),
  };
  return [investigation, action, provenance, source, officer, tool];
}

function findingNode(finding: ExchangeFinding, idOf: IdOf, index: number): Node {
  const { place, offsetBytes, lengthBytes, file, ...rest } = finding;
  const name = findingName(index);
  const facet = (kind: string, fields: Node): Node => ({
    "@id": idOf(`${kind.replace(/(?!^)[A-Z]/g, "-$&").toLowerCase()}`, name),
    "@type": `uco-observable:${kind}`,
    ...fields,
  });
  const allocation = rest["standing"] === undefined ? {} : { "uco-observable:allocationStatus": rest["standing"] };
  const size = file === undefined ? {} : { "uco-observable:sizeInBytes": file.sizeBytes };
  const hashes = Object.entries(file?.digests ?? {}).map(([algorithm, value]) => ({
    "@id": idOf("hash", `${name} ${algorithm}`),
    "@type": "uco-types:Hash",
    "uco-types:hashMethod": METHODS[algorithm as keyof typeof METHODS],
    "uco-types:hashValue": { "@type": "xsd:hexBinary", "@value": value },
  }));
  const facets = [
    facet("FileFacet", {
      "uco-observable:fileName": splitPlace(place).name,
      "uco-observable:filePath": place,
      ...size,
      ...allocation,
    }),
    facet("DataRangeFacet", { "uco-observable:rangeOffset": offsetBytes, "uco-observable:rangeSize": lengthBytes }),
    ...(file === undefined ? [] : [facet("ContentDataFacet", { ...size, "uco-observable:hash": hashes })]),
  ];
  return {
    "@id": idOf("file", name),
    "@type": "uco-observable:File",
    "uco-core:tag": [`${finding.set} ${finding.release} ${finding.category}`],
    "uco-core:hasFacet": facets,
    "phum:finding": canonicalText(rest),
    "phum:number": index + 1,
  };
}

/** Reads back what writeCase() wrote. */
export function readCase(text: string): ReadBack {
  const about: Record<string, unknown> = {};
  const findings = new Map<number, Record<string, unknown>>();
  const { "@graph": graph }: { "@graph": Node[] } = JSON.parse(text);
  for (const node of graph) {
    for (const line of listOf(node["phum:report"])) {
      const [, name = "", value = "null"] = /^(\w+) ([\s\S]*)$/.exec(String(line)) ?? [];
      about[name] = JSON.parse(value);
    }
    const { "phum:finding": rest, "phum:number": number } = node;
    if (typeof rest === "string" && typeof number === "number") findings.set(number - 1, findingOf(node, rest));
  }
  return { about, findings };
}

function findingOf(node: Node, rest: string): Record<string, unknown> {
  const facets = listOf(node["uco-core:hasFacet"]) as Node[];
  const facet = (kind: string): Node | undefined => facets.find((one) => one["@type"] === `uco-observable:${kind}`);
  const [file, range, content] = [facet("FileFacet"), facet("DataRangeFacet"), facet("ContentDataFacet")];
  const digests = (listOf(content?.["uco-observable:hash"]) as Node[]).map((hash) => {
    const method = Object.entries(METHODS).find(([, name]) => name === hash["uco-types:hashMethod"])?.[0];
    return [method, (hash["uco-types:hashValue"] as Node)["@value"]];
  });
  return {
    ...(JSON.parse(rest) as Record<string, unknown>),
    place: file?.["uco-observable:filePath"],
    offsetBytes: range?.["uco-observable:rangeOffset"],
    lengthBytes: range?.["uco-observable:rangeSize"],
    ...(content === undefined
      ? {}
      : { file: { sizeBytes: content["uco-observable:sizeInBytes"], digests: Object.fromEntries(digests) } }),
  };
}

function listOf(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
