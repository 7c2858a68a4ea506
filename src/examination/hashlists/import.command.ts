import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { Command, CommandRequest, OptionSpec } from "#base/commandline";
import { openSigner, readKeyFile } from "#base/signing/node";
import { type Language, size } from "#base/words";
import { CATEGORIES, type Category } from "#examination/evidence";
import { hashlistsFault } from "./faults.ts";
import { type Imported, importList } from "./import-list.node.ts";
import { LIST_ROLES, type ListRole } from "./list-format.node.ts";
import { LIST_FLAWS } from "./list-record.ts";
import type { CategoryMap } from "./record-tally.node.ts";
import { sayHashlists } from "./words.ts";

const OPTIONS = {
  store: { value: "DIR", required: true },
  role: { value: "ROLE", required: true },
  name: { value: "NAME", required: true },
  release: { value: "NAME", required: true },
  category: { value: "CATEGORY" },
  map: { value: "LIST=OURS", multiple: true },
  sign: { value: "FILE", required: true },
  "passphrase-file": { value: "FILE" },
} as const satisfies Record<string, OptionSpec>;
type OptionName = keyof typeof OPTIONS;

/** Ending of a sealed list in the lab's store. */
const STORE_ENDING = ".phuml";
const PLACES_SHOWN = 5;

/** `phum filter import`: foreign hash lists into the lab's sealed store, each whole or not at all; says what was left out and why. */
export const filterImport: Command = {
  path: ["filter", "import"],
  positionals: { name: "LIST", min: 1, max: Number.MAX_SAFE_INTEGER },
  options: OPTIONS,
  help: (language) => ({
    summary: sayHashlists(language, "help.import"),
    options: Object.fromEntries(
      (Object.keys(OPTIONS) as OptionName[]).map((name) => [name, sayHashlists(language, `help.option.${name}`)]),
    ),
  }),
  run: async (request) => {
    const role = roleOf(request);
    const categories = categoriesOf(request);
    const [name, release] = [plainText(request, "name"), plainText(request, "release")];
    const store = request.path(request.text("store") ?? "");
    const given = request.text("passphrase-file");
    const secret = await request.passphrase(
      given === undefined || given === "-" ? given : request.path(given),
      sayHashlists(request.language, "ask.agency"),
    );
    const agency = await openSigner(readKeyFile(request.path(request.text("sign") ?? "")), secret);
    makeFolder(store);
    for (const given of request.positionals) {
      const list = request.path(given);
      const onProgress = (done: number, total: number): void =>
        request.live(progressLine(request.language, { done, total }));
      const out = join(store, `${basename(list)}${STORE_ENDING}`);
      const about = { list, out, role, name, release, categories, agency, onProgress };
      const imported = await importList({ ...about, signal: request.signal, nowMs: request.nowMs() });
      for (const line of importedLines(request.language, imported, out)) request.out(line);
    }
    return 0;
  },
};

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw hashlistsFault("hashlist/unwritable", `Cannot make ${path}`, { values: { path }, cause });
  }
}

function roleOf(request: CommandRequest): ListRole {
  const given = request.text("role") ?? "";
  const role = LIST_ROLES.find((known) => known === given);
  if (role === undefined) throw optionFault("role", given);
  return role;
}

function plainText(request: CommandRequest, option: "name" | "release"): string {
  const text = request.text(option) ?? "";
  if (text.length === 0 || text.length > 200 || /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text))
    throw optionFault(option, text);
  return text;
}

function categoriesOf(request: CommandRequest): CategoryMap {
  const named = new Map<string, Category | "known-good" | null>();
  for (const pair of request.texts("map")) {
    const [, listCategory = "", ours = ""] = /^(.*)=([a-z-]+)$/s.exec(pair) ?? [];
    const category = ours === "known-good" ? ours : categoryOf(ours);
    if (category === undefined && ours !== "leave-out") throw optionFault("map", pair);
    named.set(listCategory, category ?? null);
  }
  const given = request.text("category");
  const others = given === undefined ? undefined : categoryOf(given);
  if (given !== undefined && others === undefined) throw optionFault("category", given);
  return { named, others };
}

function categoryOf(text: string): Category | undefined {
  return CATEGORIES.find((known) => known === text);
}

function optionFault(option: string, value: string): Error {
  return hashlistsFault("hashlist/option", `--${option} cannot be ${value}`, { values: { option, value } });
}

function progressLine(language: Language, { done, total }: { done: number; total: number }): string {
  return sayHashlists(language, "import.live", { done: size(language, done), total: size(language, total) });
}

/** What an import says: the list, what was taken, what was not and why, what its categories became. */
function importedLines(language: Language, { header, again, from }: Imported, out: string): string[] {
  const { records, leftOut, rejected, dropped, groups, firstRejected } = header;
  const { file } = header.source;
  if (again) return [sayHashlists(language, "import.again", { file, path: out })];
  const lines = [sayHashlists(language, "import.taken", { file, format: header.listFormat, records })];
  if (from > 0) lines.push(`  ${sayHashlists(language, "import.continued")}`);
  for (const { category, listCategory } of groups) {
    const values = { from: listCategory, to: category ?? "known-good" };
    lines.push(`  ${sayHashlists(language, "import.category", values)}`);
  }
  if (leftOut > 0) lines.push(`  ${sayHashlists(language, "import.left-out", { count: leftOut })}`);
  if (header.withdrawn.length > 0)
    lines.push(`  ${sayHashlists(language, "import.withdrawn", { count: header.withdrawn.length })}`);
  for (const flaw of LIST_FLAWS) {
    const why = sayHashlists(language, `flaw.${flaw}`);
    const [entries = 0, fields = 0] = [rejected[flaw], dropped[flaw]];
    if (entries > 0) lines.push(`  ${sayHashlists(language, "import.rejected", { count: entries, why })}`);
    if (fields > 0) lines.push(`  ${sayHashlists(language, "import.dropped", { count: fields, why })}`);
  }
  const places = firstRejected.slice(0, PLACES_SHOWN).map(({ line, offsetBytes }) => String(line ?? `@${offsetBytes}`));
  if (places.length > 0) lines.push(`  ${sayHashlists(language, "import.places", { places: places.join(", ") })}`);
  return [...lines, sayHashlists(language, "import.written", { path: out })];
}
