// What tests of exchange share: SHACL over the ontologies of UCO, CASE and Project VIC's CAC. Never part of the product's walk.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import jsonld from "jsonld";
import { DataFactory, Parser, type Quad, Store } from "n3";
import Validator from "rdf-validate-shacl";

const SHACL = "http://www.w3.org/ns/shacl#";
const SUBCLASS = "http://www.w3.org/2000/01/rdf-schema#subClassOf";
const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const UCO = "https://ontology.unifiedcyberontology.org/uco/";
const SPACES = [UCO, "https://ontology.caseontology.org/case/", "https://cacontology.projectvic.org#"];

/** UCO's tool.ttl is not beside its other ontologies: what of it is used here. */
const TOOL = `
@prefix tool: <${UCO}tool/> . @prefix core: <${UCO}core/> . @prefix sh: <${SHACL}> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
tool:Tool a sh:NodeShape ; rdfs:subClassOf core:UcoObject ; sh:targetClass tool:Tool ;
  sh:property [ sh:path tool:version ; sh:datatype xsd:string ; sh:maxCount 1 ; sh:nodeKind sh:Literal ] .
tool:AnalyticTool rdfs:subClassOf tool:Tool .
tool:ConfiguredTool rdfs:subClassOf tool:Tool .
tool:version rdfs:range xsd:string .`;

/** One thing that a shape finds wrong, or a term that no ontology has (then the constraint is "term"). */
export interface ShapeBreach {
  severity: "Violation" | "Warning" | "Info";
  constraint: string;
  node: string;
  path: string;
}

/** Checks JSON-LD. */
export type ShapeCheck = (document: unknown) => Promise<ShapeBreach[]>;

/**
 * Reads shapes and classes, and gives who checks with them. Constraints in SPARQL are left out: this library has none.
 *
 * @param standards Folder with `case/ontology` and `cac`.
 */
export function shapeCheck(standards: string): { check: ShapeCheck; shapes: number; leftOut: number } {
  const [uco, cac] = [turtleIn(join(standards, "case/ontology")), turtleIn(join(standards, "cac"))];
  const all = [...uco, ...cac, ...new Parser({ blankNodePrefix: "tool" }).parse(TOOL)];
  const isSparql = ({ predicate }: Quad): boolean => predicate.value === `${SHACL}sparql`;
  const imports = "http://www.w3.org/2002/07/owl#imports";
  const used = all.filter((quad) => !isSparql(quad) && quad.predicate.value !== imports);
  const terms = new Set(all.map(({ subject }) => subject.value));
  const classes = all.filter(({ predicate }) => predicate.value === SUBCLASS);
  const validator = new Validator(new Store(used));
  const check: ShapeCheck = async (document) => {
    const quads = await quadsOf(document);
    const report = await validator.validate(new Store([...quads, ...classes]));
    const breaches = report.results.map((result): ShapeBreach => {
      const path = Array.isArray(result.path) ? undefined : result.path;
      return {
        severity: local(result.severity?.value) as ShapeBreach["severity"],
        constraint: local(result.sourceConstraintComponent?.value).replace(/ConstraintComponent$/, ""),
        node: result.focusNode?.value ?? "",
        path: local(path !== undefined && path !== null && "value" in path ? String(path.value) : ""),
      };
    });
    return [...breaches, ...strangers(quads, terms)];
  };
  return { check, shapes: countOf(used, "targetClass"), leftOut: all.filter(isSparql).length };
}

function turtleIn(folder: string): Quad[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".ttl"))
    .flatMap((name) => {
      const parser = new Parser({ blankNodePrefix: name.replace(/\W/g, "") });
      return parser.parse(readFileSync(join(folder, name), "utf8"));
    });
}

/** No context is fetched: a document that names a remote one fails. */
async function quadsOf(document: unknown): Promise<Quad[]> {
  const text = await jsonld.toRDF(document, {
    format: "application/n-quads",
    documentLoader: (url) => Promise.reject(new Error(`Nothing is fetched, current address is ${url}`)),
  });
  return new Parser({ format: "N-Quads" }).parse(text);
}

/** Classes and properties in the ontologies' name spaces that they do not have: shapes say nothing of a misspelt one. */
function strangers(quads: readonly Quad[], terms: ReadonlySet<string>): ShapeBreach[] {
  const isStrange = (name: string): boolean => SPACES.some((space) => name.startsWith(space)) && !terms.has(name);
  return quads.flatMap(({ subject, predicate, object }) => {
    const named = predicate.value === TYPE ? [predicate.value, object.value] : [predicate.value];
    return named
      .filter(isStrange)
      .map((name) => ({ severity: "Violation", constraint: "term", node: subject.value, path: local(name) }));
  });
}

function countOf(quads: readonly Quad[], name: string): number {
  const predicate = DataFactory.namedNode(`${SHACL}${name}`);
  return quads.filter((quad) => quad.predicate.equals(predicate)).length;
}

function local(name: string | undefined): string {
  return name?.split(/[/#]/).at(-1) ?? "";
}
