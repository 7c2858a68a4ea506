// Writes docs/operate/error-rates.md from what the bench measured.
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { basename } from "node:path";
import { interval95 } from "./error-rates-interval.ts";

/** Files of one group, and their colours with the rules and without. */
export interface Tally {
  files: number;
  red: number;
  amber: number;
  redWithout: number;
  amberWithout: number;
}

interface Results {
  foldersGiven: number;
  files: { found: number; editions: number; listed: number; scanned: number };
  bytes: { listed: number; scanned: number };
  kinds: Record<string, Tally>;
  withRules: { keys: number; whole: number; dropped: object };
  without: { keys: number; whole: number; dropped: object };
  explained: Record<string, string | number>[];
  seconds: number;
}

const number = (value: number): string => value.toLocaleString("en");
const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

/** What an examination by hand showed of files within files; the bench scans whole files only. */
const WITHIN = [
  "## Within files, and carved",
  "",
  "Measured once, by hand, on 2026-11-25: `phum examine --full` of an ext4 image (755 MB) of 12,812 files: Debian's icons, pictures, documents, packed changelogs, Python wheels, the test files of POI, libarchive, pypdf and commons-compress (many of them damaged on purpose), and 3,000 of these again in a zip, that zip in a `.tar.gz`, others in a 7z; four folders of the 26 deleted. The list: 5,353 other files of the same kinds (322 MB), split by folder.",
  "",
  "| | files | red or amber | of these not of the list |",
  "|---|---|---|---|",
  "| files of the image | 12,812 | 2 | 0 |",
  "| files within 1,892 of them | 147,876 | 9 | 0 |",
  "| carved | 2,565 | 1 | 0 |",
  "",
  "Each of the twelve is the listed content itself: the Apache licence in a tar, a picture and a web page that another package keeps out of the same `winmail.dat` (the picture once more by carving), two archives of which a source package holds copies, and two Debian changelogs that other packages share but for their ends, each found three times (in the folder, in the zip, in the zip in the `.tar.gz`). Nothing came about by chance.",
  "",
];

/** Writes the page. */
export function writePage(path: string, results: Results): void {
  writeFileSync(path, `${page(results).join("\n")}\n`);
}

function page({ foldersGiven, files, bytes, kinds, withRules, without, explained, seconds }: Results): string[] {
  const groups = Object.entries(kinds);
  const strangers = groups.filter(([name]) => !name.startsWith("sibling"));
  const all = sum(strangers.map(([, tally]) => tally));
  return [
    "# Error rates",
    "",
    "How often a list colours a file it has nothing to do with. Written by `node benches/error-rates.bench.ts` on",
    `${new Date().toISOString().slice(0, 10)} (${cpus()[0]?.model}, ${number(seconds)} s); do not edit. Rates are per file with exact 95 % intervals (Clopper and Pearson).`,
    "",
    `**${number(all.red)} of ${number(all.files)} strange files red** (95 %: at most ${rate(interval95(all.red, all.files)[1])}), ${number(all.amber)} amber.`,
    `Without the rules that drop what says nothing: ${number(all.redWithout)} red, ${number(all.amberWithout)} amber.`,
    "",
    "## What was measured",
    "",
    `- ${number(files.found)} different files of 512 bytes to 1 GiB, found on one Debian machine (installed packages, package caches, toolchains${foldersGiven === 0 ? "" : ", and by hand: the pictures, documents, fonts and media of the cached packages that are not installed, unpacked into a folder that the bench was given"}), as their makers' tools wrote them. The bench itself installs and unpacks nothing.`,
    `- ${number(files.listed)} of them (${gigabytes(bytes.listed)}) made the list, ${number(files.scanned)} (${gigabytes(bytes.scanned)}) were scanned: strangers of the same makers.`,
    `- Editions stand in one half (${number(files.editions)} files): same name up to the version number and an informative block in common, or 16 of them, or three and a quarter of the smaller. A later edition of a listed file holds listed material; red is right there. (In a first run without "or 16" one file was red: a photograph in OpenCV's documentation whose brother, the same photograph with other lines drawn on it, was listed; 20 of its 104 blocks were that one's.)`,
    "- Category national, all eight phases, both planes, whole-file digests, the red and amber rules of an examination, file by file. No known-good files were given: with them the rates can only fall.",
    `- With the rules: ${number(withRules.keys)} blocks and ${number(withRules.whole)} whole files listed. Without: ${number(without.keys)} blocks and ${number(without.whole)} whole files. What a developer's machine holds most of, text and programs, is listed whole only; the blocks are those of pictures, films, fonts and compressed documents.`,
    "",
    "## Strangers",
    "",
    ...table(strangers),
    "",
    "## Edited siblings",
    "",
    "Made in memory: a listed file's packaging around other content (what its maker's program writes next); unlisted files with bytes put in and the end cut off; and files of 120 made makers (JPEG, PNG, WebP, MP4, PDF, DOCX), each with 24 kB of packaging of its own, two of whose files are listed.",
    "",
    ...table(groups.filter(([name]) => name.startsWith("sibling")).map(([name, tally]) => [name.slice(9), tally])),
    "",
    "## Each red and amber, explained",
    "",
    ...(explained.length === 0
      ? ["There was none."]
      : [
          "What was scanned, and the listed file it shares most blocks with. All shared blocks are byte for byte the same content; none came about by chance (expected: fewer than one in a million scans of this size).",
          "",
          "| colour | kind | scanned file | blocks | hits | listed file | blocks | in common | listed files with them |",
          "|---|---|---|---|---|---|---|---|---|",
          ...explained.map(
            (row) =>
              `| ${row["colour"]} | ${row["kind"]} | ${basename(String(row["file"]))} | ${row["blocks"]} | ${row["hits"]}${row["wholeFile"] ? " + whole" : ""} | ${basename(String(row["listedFile"]))} | ${row["listedBlocks"]} | ${row["shared"]} | ${row["listedFiles"]} |`,
          ),
        ]),
    "",
    "## What was dropped from the list",
    "",
    "| rule | blocks |",
    "|---|---|",
    ...Object.entries(withRules.dropped).map(([rule, count]) => `| ${rule} | ${number(Number(count))} |`),
    "",
    ...WITHIN,
    "## What this does not say",
    "",
    "- These files stand for what office and developers' machines hold. A unit should run the bench on its own copies of lawful material, and give what comes out amber as `--known-good`.",
    "- Strangers are strangers by the definition above. Two files that a third party assembled from the same parts (an installer with the same library, a document with the same stored picture) share material; if one is listed, the other is coloured.",
    "- Larger lists meet more strangers: rates grow with what is listed. Programs and their packages are listed whole only, never in blocks.",
    "",
    "## ជាភាសាខ្មែរ",
    "",
    `បញ្ជីមួយត្រូវបានបង្កើតពីឯកសារ ${khmer(files.listed)} រួចប្រើពិនិត្យឯកសារផ្សេង ${khmer(files.scanned)} ដែលធ្វើដោយកម្មវិធីដូចគ្នា។ ក្រហមខុស៖ ${khmer(all.red)}។ លឿង៖ ${khmer(all.amber)} ហើយមូលហេតុនីមួយៗមានក្នុងតារាងខាងលើ។`,
  ];
}

function khmer(value: number): string {
  return new Intl.NumberFormat("km-u-nu-khmr").format(value);
}

function sum(tallies: readonly Tally[]): Tally {
  const total = { files: 0, red: 0, amber: 0, redWithout: 0, amberWithout: 0 };
  for (const tally of tallies) for (const key of Object.keys(total) as (keyof Tally)[]) total[key] += tally[key];
  return total;
}

function table(rows: readonly (readonly [string, Tally])[]): string[] {
  const lines = [...rows].sort((a, b) => b[1].files - a[1].files);
  return [
    "| | files | red | 95 % | amber | 95 % | red without rules | amber without rules |",
    "|---|---|---|---|---|---|---|---|",
    ...[...lines, ["all", sum(rows.map(([, tally]) => tally))] as const].map(([name, tally]) =>
      [
        `| ${name}`,
        number(tally.files),
        number(tally.red),
        range(tally.red, tally.files),
        number(tally.amber),
        range(tally.amber, tally.files),
        number(tally.redWithout),
        `${number(tally.amberWithout)} |`,
      ].join(" | "),
    ),
  ];
}

function range(hits: number, files: number): string {
  const [low, high] = interval95(hits, files);
  return `${rate(low)} – ${rate(high)}`;
}

function rate(value: number): string {
  return value === 0 ? "0" : `${(value * 100).toPrecision(2)} %`;
}
