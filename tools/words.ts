// Checks every room's words: both languages have the same keys and placeholders, sorted; every key is used; no forbidden word.
// Fails on an empty reading. A key counts as used when it stands as a literal in its room, or under a prefix that does
// (`fault.${…}`), so a prefix must be written out in a template.
import { globSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** Words that no screen, message or report may say (of a device's contents), with the language they are of. */
const FORBIDDEN: [RegExp, string][] = [
  [/\bclean(?:ed|s|er)?\b/i, "«clean» is never said"],
  [/\binnocent\b/i, "a person's guilt is never judged"],
];

/** Problems of the words below `root`/src, and how many word lists were read. */
export function readWords(root: string): { lists: number; problems: string[] } {
  const lists = globSync("src/**/words/en.json", { cwd: root }).sort();
  const problems: string[] = [];
  for (const list of lists) {
    const room = dirname(dirname(list));
    const en = JSON.parse(readFileSync(join(root, list), "utf8")) as Record<string, string>;
    const km = JSON.parse(readFileSync(join(root, room, "words/km.json"), "utf8")) as Record<string, string>;
    const say = (problem: string): number => problems.push(`${room}/words: ${problem}`);
    for (const key of Object.keys(en)) if (!Object.hasOwn(km, key)) say(`«${key}» is missing in Khmer`);
    for (const key of Object.keys(km)) if (!Object.hasOwn(en, key)) say(`«${key}» is missing in English`);
    for (const [name, words] of [["en", en] as const, ["km", km] as const]) {
      const keys = Object.keys(words);
      if (keys.join() !== [...keys].sort().join()) say(`${name}.json is not sorted`);
    }
    for (const [key, text] of Object.entries(en)) {
      if (placeholders(text) !== placeholders(km[key] ?? text)) say(`«${key}» has other {values} in Khmer`);
      for (const [pattern, rule] of FORBIDDEN) if (pattern.test(text)) say(`«${key}»: ${rule}`);
      if (km[key] !== undefined && !/[\u1780-\u17ff]/.test(km[key]) && /[a-z]{4}/i.test(text) && !/^[{(]/.test(text)) {
        say(`«${key}» has no Khmer letter`);
      }
    }
    const source = globSync(`${room}/*.{ts,tsx}`, { cwd: root })
      .filter((file) => !file.endsWith(".test.ts"))
      .map((file) => readFileSync(join(root, file), "utf8"))
      .join("\n");
    const prefixes = [...source.matchAll(/`([a-zA-Z.]+[./])\$\{/g)].map(([, prefix]) => prefix ?? "");
    for (const key of Object.keys(en)) {
      if (!source.includes(`"${key}"`) && !prefixes.some((prefix) => key.startsWith(prefix))) {
        if (!key.startsWith("fault.") || !source.includes(`"${key.slice("fault.".length)}"`))
          say(`«${key}» is never said`);
      }
    }
  }
  return { lists: lists.length, problems };
}

function placeholders(text: string): string {
  return [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join();
}

if (process.argv[1] === import.meta.filename) {
  const { lists, problems } = readWords(resolve(import.meta.dirname, ".."));
  if (lists === 0) throw new Error("words: no word list was read");
  for (const problem of problems) console.log(problem);
  console.log(`words: ${lists} lists read, ${problems.length} problems`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
