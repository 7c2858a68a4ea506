// Checks the walls of the house against floors.json and draws the plan into ARCHITECTURE.md (`--draw`).
// Prints `file -> import: the rule` for each trespass; fails on any, and on an empty reading.
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parseSync, Visitor } from "oxc-parser";

interface Walls {
  floors: string[];
  sideways: Record<string, string[]>;
  never: { from: string; to: string[] }[];
}

interface Arrow {
  file: string;
  specifier: string;
}

/** What was read and what was found; `arrows` are room → room, for the drawing. */
interface Reading {
  files: number;
  trespasses: string[];
  arrows: Map<string, Set<string>>;
}

const MAX_LINES = 400;
const MAX_TEST_LINES = 600;

/** Reads every source below `root`/src and holds it against the walls. */
export function readHouse(root: string): Reading {
  const walls = JSON.parse(readFileSync(join(root, "floors.json"), "utf8")) as Walls;
  const files = globSync("src/**/*.{ts,tsx}", { cwd: root })
    .filter((file) => !file.includes("/kernels/"))
    .sort();
  const trespasses: string[] = [];
  const arrows = new Map<string, Set<string>>();
  for (const file of files) {
    const text = readFileSync(join(root, file), "utf8");
    for (const problem of shapeProblems(file, text)) trespasses.push(`${file}: ${problem}`);
    for (const specifier of specifiersOf(file, text)) {
      const rule = ruleBroken(walls, { file, specifier });
      if (rule !== undefined) trespasses.push(`${file} -> ${specifier}: ${rule}`);
      const target = roomNamed(specifier);
      if (target !== undefined && target !== roomOf(file)) {
        arrows.set(roomOf(file), (arrows.get(roomOf(file)) ?? new Set()).add(target));
      }
    }
  }
  for (const circle of circles(arrows)) trespasses.push(`${circle.join(" -> ")}: rooms may not stand in a circle`);
  for (const loop of fileCircles(root, files))
    trespasses.push(`${loop.join(" -> ")}: files may not import in a circle`);
  return { files: files.length, trespasses, arrows };
}

function specifiersOf(file: string, text: string): string[] {
  const { program, module, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`Cannot read ${file}: ${errors[0]?.message}`);
  const found = new Set<string>();
  for (const { moduleRequest } of module.staticImports) found.add(moduleRequest.value);
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest } of entries) if (moduleRequest) found.add(moduleRequest.value);
  }
  for (const { moduleRequest } of module.dynamicImports) {
    const source = text.slice(moduleRequest.start, moduleRequest.end);
    found.add(/^["'][^"']*["']$/.test(source) ? source.slice(1, -1) : `(computed ${source})`);
  }
  new Visitor({
    TSImportType: (node) => found.add(node.source.value),
    TSExternalModuleReference: (node) => found.add(node.expression.value),
    NewExpression: (node) => {
      const [first] = node.arguments;
      const isUrl = node.callee.type === "Identifier" && node.callee.name === "URL";
      if (isUrl && first?.type === "Literal" && typeof first.value === "string" && /\.tsx?$/.test(first.value)) {
        found.add(first.value);
      }
    },
  }).visit(program);
  return [...found];
}

function roomOf(file: string): string {
  return dirname(file).split("/").slice(1, 3).join("/");
}

function roomNamed(specifier: string): string | undefined {
  return /^#([a-z-]+\/[a-z-]+)(?:\/(?:node|server|web))?$/.exec(specifier)?.[1];
}

/** The rule that the arrow breaks, as a sentence, or undefined. */
function ruleBroken(walls: Walls, arrow: Arrow): string | undefined {
  const { file, specifier } = arrow;
  if (specifier.startsWith("(computed")) return "an import must name its file";
  if (specifier.startsWith("../") || specifier.includes("/../")) return "a room is entered by its door";
  if (specifier.startsWith("#vectors/")) return undefined;
  if (specifier.startsWith("#")) return doorRule(walls, arrow) ?? purityOfDoor(arrow);
  if (specifier.startsWith("./")) return purityInside(file, specifier);
  if (isPure(file) && specifier.startsWith("node:")) return "a pure file knows no Node";
  return undefined;
}

function doorRule(walls: Walls, { file, specifier }: Arrow): string | undefined {
  const target = roomNamed(specifier);
  if (target === undefined) return "a room is entered by its door";
  const from = roomOf(file);
  if (target === from) return "inside a room files import each other by ./name.ts";
  const height = (room: string): number => walls.floors.indexOf(room.split("/")[0] ?? "");
  if (height(target) < 0) return `there is no floor for ${target}`;
  for (const { from: pattern, to } of walls.never) {
    const matches = pattern.endsWith("/*") ? from.startsWith(pattern.slice(0, -1)) : pattern === from;
    if (matches && to.some((wall) => `#${wall}` === specifier || wall === target)) return `never from ${pattern}`;
  }
  if (height(target) > height(from)) return "a floor may import lower floors only";
  const sameFloor = height(target) === height(from) && from.split("/")[0] !== "apps";
  if (sameFloor && !(walls.sideways[from] ?? []).includes(target) && !isFoundation(walls, from, target)) {
    return `sideways ${from} -> ${target} is not listed in floors.json`;
  }
  return undefined;
}

/** Rooms that floors.json lists under "base/*" may be used by the whole base floor. */
function isFoundation(walls: Walls, from: string, target: string): boolean {
  return from.startsWith("base/") && (walls.sideways["base/*"] ?? []).includes(target);
}

function isPure(file: string): boolean {
  const name = basename(file);
  if (/\.test\.ts$|\.bench\.ts$/.test(name)) return false;
  return (
    name !== "node.ts" && name !== "server.ts" && name !== "web.ts" && /^[a-z0-9-]+\.ts$/.test(name) && !isApp(file)
  );
}

function isApp(file: string): boolean {
  return file.startsWith("src/apps/");
}

function purityOfDoor({ file, specifier }: Arrow): string | undefined {
  return isPure(file) && /\/(?:node|server|web)$/.test(specifier) ? "a pure file imports pure doors only" : undefined;
}

function purityInside(file: string, specifier: string): string | undefined {
  const target = join(dirname(file), specifier);
  if (/(?:^|\/)(?:mod|node|server|web)\.ts$/.test(specifier)) return "inside a room the door is not used";
  if (isPure(file) && specifier.endsWith(".ts") && !isPure(target)) return "a pure file imports pure files only";
  if (/\.(?:thread|child)\.node\.ts$/.test(specifier) && !file.endsWith(".test.ts")) {
    return "threads and children are started, not imported";
  }
  return undefined;
}

function shapeProblems(file: string, text: string): string[] {
  const problems: string[] = [];
  const lines = text.split("\n").length;
  const limit = /\.test\.ts$/.test(file) ? MAX_TEST_LINES : MAX_LINES;
  const published = /^\/\/ One published algorithm:/m.test(text) ? MAX_TEST_LINES : limit;
  if (lines > published) problems.push(`${lines} lines; at most ${published}`);
  if (/\b(?:utils|helpers|common|misc|manager|service|core)\b/.test(basename(file)))
    problems.push("the name says nothing");
  const depth = file.split("/").length;
  if (depth !== 4) problems.push("a room is one flat folder: src/<floor>/<room>/<file>");
  return problems;
}

/** Every elementary way back to a room along the arrows (one per starting arrow is enough to mend). */
function circles(arrows: Map<string, Set<string>>): string[][] {
  const found = new Map<string, string[]>();
  for (const start of arrows.keys()) {
    const path = wayBack(arrows, start);
    if (path !== undefined) found.set([...path].sort().join(), path);
  }
  return [...found.values()];
}

function wayBack(arrows: Map<string, Set<string>>, start: string): string[] | undefined {
  const seen = new Set<string>();
  const queue: string[][] = [[start]];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    for (const next of arrows.get(path.at(-1) ?? "") ?? []) {
      if (next === start) return [...path, start];
      if (!seen.has(next)) queue.push([...path, next]);
      seen.add(next);
    }
  }
  return undefined;
}

function fileCircles(root: string, files: string[]): string[][] {
  const arrows = new Map<string, Set<string>>();
  for (const file of files) {
    const inside = specifiersOf(file, readFileSync(join(root, file), "utf8")).filter((name) => name.startsWith("./"));
    arrows.set(file, new Set(inside.map((name) => join(dirname(file), name)).filter((name) => name.endsWith(".ts"))));
  }
  return circles(arrows);
}

/** The plan as text: floors from the roof down, each room with the rooms of its own floor that it enters. */
export function drawPlan(root: string): string {
  const walls = JSON.parse(readFileSync(join(root, "floors.json"), "utf8")) as Walls;
  const { arrows } = readHouse(root);
  const rooms = globSync("src/*/*/", { cwd: root }).map((room) => room.split("/").slice(1, 3).join("/"));
  const lines: string[] = [];
  for (const floor of [...walls.floors].reverse()) {
    const here = rooms.filter((room) => room.startsWith(`${floor}/`)).sort();
    if (here.length === 0) continue;
    lines.push(floor.toUpperCase());
    for (const room of here) {
      const sideways = [...(arrows.get(room) ?? [])].filter((target) => target.startsWith(`${floor}/`)).sort();
      const names = sideways.map((target) => target.split("/")[1]).join(", ");
      lines.push(`  ${(room.split("/")[1] ?? "").padEnd(14)}${names === "" ? "" : `→ ${names}`}`.trimEnd());
    }
  }
  return lines.join("\n");
}

const BEGIN = "<!-- plan: drawn by tools/floors.ts --draw -->";
const END = "<!-- end of plan -->";

function check(root: string, draw: boolean): number {
  const { files, trespasses } = readHouse(root);
  if (files === 0) throw new Error("floors: no file was read");
  for (const trespass of trespasses) console.log(trespass);
  const page = join(root, "ARCHITECTURE.md");
  const text = readFileSync(page, "utf8");
  const drawn = `${text.slice(0, text.indexOf(BEGIN) + BEGIN.length)}\n\`\`\`text\n${drawPlan(root)}\n\`\`\`\n${text.slice(text.indexOf(END))}`;
  if (!text.includes(BEGIN) || !text.includes(END))
    throw new Error("floors: ARCHITECTURE.md has no place for the plan");
  if (draw) writeFileSync(page, drawn);
  else if (drawn !== text) {
    console.log("ARCHITECTURE.md: the plan is not today's; run npm run floors -- --draw");
    return 1;
  }
  console.log(`floors: ${files} files read, ${trespasses.length} trespasses`);
  return trespasses.length === 0 ? 0 : 1;
}

if (process.argv[1] === import.meta.filename) {
  process.exitCode = check(resolve(import.meta.dirname, ".."), process.argv.includes("--draw"));
}
