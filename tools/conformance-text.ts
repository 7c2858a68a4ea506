// docs/conformance.md from the results of a run.
import type { MediaVerification } from "#examination/opening/node";
import type { Comparison } from "./conformance-compare.ts";
import type { Decided } from "./conformance-decisions.ts";

/** What a run found of one medium. */
export interface Result {
  name: string;
  format: string;
  has: string;
  failures: string[];
  /** Name of the refusal, where the image was refused. */
  refused: string | null;
  /** What the manifest says of an image that must fail. */
  negative: string | null;
  sizeBytes?: number;
  md5?: { computed: string; expected: string | null };
  verification?: MediaVerification;
  problems?: number;
  systems?: { ours: string[]; theirs: string[] };
  comparison?: Comparison;
  decided?: Decided[];
  /** How the installed fiwalk's list stands beside the kept one. */
  fiwalk?: string;
  published?: { found: number; wanted: number };
  /** Of a logical image: files whose bytes have the digest stored with them. */
  stored?: { alike: number; of: number };
}

const EXAMPLES = 12;

/** The whole document. */
export function conformanceText(results: readonly Result[], fiwalk: string | null): string {
  const failed = results.filter(({ failures }) => failures.length > 0);
  const compared = results.filter(({ md5 }) => md5 !== undefined && md5.expected !== null);
  const alike = compared.filter(({ md5 }) => md5?.computed === md5?.expected);
  return [
    "# Conformance",
    "",
    "Written by `npm run conformance`; do not edit. Each image of the test data is read as `phum list` and `phum verify` read",
    "it, and laid beside the truth: the digest of its media, another tool's list (fiwalk of The Sleuth Kit 4.11.1, DFXML), and",
    "what the image's author publishes. «Names» are files, directories and links; the other tool's «.», «..» and made-up",
    "tables are left out.",
    "",
    fiwalk === null
      ? "fiwalk is not installed here: the lists kept with the test data stand for it."
      : `fiwalk ${fiwalk} is installed here: its fresh list of each medium is compared with the kept one, too.`,
    "",
    `${results.length} media; media digest as the truth's: ${alike.length} of ${compared.length}; with failures: ${failed.length}.`,
    "",
    ...failed.flatMap(({ name, failures }) => failures.map((why) => `- FAILED ${name}: ${why}`)),
    ...(failed.length > 0 ? [""] : []),
    "## Media",
    "",
    "| image | format | media MD5 | stored digests | file systems | allocated names | deleted names | contents | differences | fiwalk here |",
    "|---|---|---|---|---|---|---|---|---|---|",
    ...results.map(mediaRow),
    "",
    "## Published by the images' authors",
    "",
    "| image | contents found by digest |",
    "|---|---|",
    ...results.flatMap(({ name, published }) =>
      published === undefined ? [] : [`| ${name} | ${published.found} of ${published.wanted} |`],
    ),
    "",
    "## Images that must fail, or be read only in part",
    "",
    "| image | must | does |",
    "|---|---|---|",
    ...results.flatMap(failRow),
    "",
    ...sameMedia(results),
    "## Differences, and who is right",
    "",
    ...results.flatMap(differenceLines),
  ].join("\n");
}

function mediaRow(result: Result): string {
  const { name, format, md5, verification, systems, comparison, refused, decided, stored } = result;
  if (refused !== null) return `| ${name} | ${format} | refused: ${refused} | | | | | | | |`;
  const digest = md5?.expected === null ? "–" : md5?.computed === md5?.expected ? "same" : "**other**";
  const acquired =
    stored === undefined
      ? { verified: "verified", mismatch: "**differ**", incomplete: "incomplete", "nothing-stored": "none stored" }[
          verification?.outcome ?? "nothing-stored"
        ]
      : `${stored.alike} of ${stored.of} files`;
  const ours = systems?.ours.join(", ") || "none";
  const share = (part: { alike: number; theirs: number } | undefined): string =>
    part === undefined ? "–" : `${part.alike} of ${part.theirs}`;
  const contents = comparison === undefined ? "–" : `${comparison.contents.alike} of ${comparison.contents.compared}`;
  const open = decided?.filter(({ right }) => right === "open").length ?? 0;
  const lacking = decided?.filter(({ right }) => right === "theirs").length ?? 0;
  const differences =
    decided === undefined
      ? "–"
      : `${decided.length}${lacking > 0 ? `, ${lacking} lacking` : ""}${open > 0 ? `, ${open} open` : ""}`;
  const cells = [
    name,
    format,
    digest,
    acquired,
    ours,
    share(comparison?.allocated),
    share(comparison?.deleted),
    contents,
    differences,
    result.fiwalk ?? "–",
  ];
  return `| ${cells.join(" | ")} |`;
}

function failRow({ name, negative, refused, verification }: Result): string[] {
  if (negative === null) return [];
  const unread = verification?.unread
    .map(
      ({ startByte, lengthBytes }) =>
        `unread: sectors ${startByte / 512} to ${(startByte + lengthBytes) / 512 - 1}; the rest is read`,
    )
    .join(", ");
  return [`| ${name} | ${negative} | ${refused === null ? unread : `refused: ${refused}`} |`];
}

/** One medium in several containers. */
function sameMedia(results: readonly Result[]): string[] {
  const groups = Map.groupBy(
    results.filter(({ md5, sizeBytes }) => md5 !== undefined && (sizeBytes ?? 0) > 0),
    ({ md5 }) => md5?.computed ?? "",
  );
  const several = [...groups].filter(([, group]) => group.length > 1);
  return several.flatMap(([digest, group]) => [
    "## One medium in several containers",
    "",
    `MD5 ${digest}: ${group.map(({ name, format }) => `${name} (${format})`).join(", ")}.`,
    "",
  ]);
}

/** A path in a line of the document: controls as points, and no marks of the document's own. */
function shown(path: string): string {
  return path
    .replace(/\p{Cc}/gu, "·")
    .replaceAll("`", "'")
    .replaceAll("|", "/");
}

function differenceLines({ name, decided }: Result): string[] {
  if (decided === undefined || decided.length === 0) return [];
  const groups = Map.groupBy(decided, ({ what, right, why }) => `${right}: ${what}. ${why}`);
  const lines = [...groups].map(([title, group]) => {
    const examples = group.slice(0, EXAMPLES).map(({ path }) => `\`${shown(path)}\``);
    const more = group.length > EXAMPLES ? ` and ${group.length - EXAMPLES} more` : "";
    return `- ${title} (${group.length}): ${examples.join(", ")}${more}`;
  });
  return [`### ${name}`, "", ...lines, ""];
}
