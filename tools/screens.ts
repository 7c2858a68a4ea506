// Weighs what the first screen of the built app (build/kit) needs: fails over 300 kB of JavaScript, packed, or where a file of
// another place is asked for.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";

const LIMIT_BYTES = 300_000;

interface Chunk {
  file: string;
  isEntry?: boolean;
  imports?: string[];
  css?: string[];
}

/** Bytes, packed, of the first screen's JavaScript and style: the entry and all that it imports at once. */
function firstScreenBytes(folder: string): { script: number; style: number } {
  const chunks = JSON.parse(readFileSync(join(folder, ".vite/manifest.json"), "utf8")) as Record<string, Chunk>;
  const entry = Object.keys(chunks).find((name) => chunks[name]?.isEntry === true);
  if (entry === undefined) throw new Error("screens: the build has no entry");
  const packed = (file: string): number => gzipSync(readFileSync(join(folder, file))).length;
  const [seen, sum] = [new Set<string>(), { script: 0, style: 0 }];
  const visit = (name: string): void => {
    const chunk = chunks[name];
    if (chunk === undefined || seen.has(name)) return;
    seen.add(name);
    sum.script += packed(chunk.file);
    for (const file of chunk.css ?? []) sum.style += packed(file);
    for (const next of chunk.imports ?? []) visit(next);
  };
  visit(entry);
  return sum;
}

if (process.argv[1] === import.meta.filename) {
  const folder = resolve(import.meta.dirname, "../build/kit");
  const { script, style } = firstScreenBytes(folder);
  const foreign = /(?:src|href)="(?:https?:)?\/\//.test(readFileSync(join(folder, "index.html"), "utf8"));
  const kB = (bytes: number): string => `${(bytes / 1000).toFixed(0)} kB`;
  console.log(
    `screens: the first one needs ${kB(script)} of JavaScript and ${kB(style)} of style, packed; limit ${kB(LIMIT_BYTES)}`,
  );
  if (foreign) console.log("screens: index.html asks for a file of another place");
  process.exitCode = script > LIMIT_BYTES || foreign ? 1 : 0;
}
