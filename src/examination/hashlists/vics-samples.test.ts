// Lists as partners send them, through the import and the store and back: every row is kept, and what a row says of its file.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { projectHome } from "#base/machine/node";
import { newSigner, openSigner } from "#base/signing/node";
import { toHex } from "#base/values";
import { importList } from "./import-list.node.ts";
import { madeUpFile } from "./list-lab.node.ts";
import { openHashList } from "./store-read.node.ts";

const samples = join(process.env["PHUM_TESTDATA"] ?? join(projectHome, "../shared/testdata"), "standards/vics");
const folder = mkdtempSync(join(tmpdir(), "phum-vics-"));
after(() => rmSync(folder, { recursive: true }));
const agency = await openSigner((await newSigner("lists", { workFactor: 2 })).file, "lists");

type Media = Record<string, unknown>;
interface Row {
  md5: string;
  sha1: string;
  sha256: string;
  sizeBytes: number | undefined;
  category: string;
  id: string;
}

/** What a row says, read with nothing of the importer's. */
function rowOf(media: Media): Row {
  const others = (media["AlternativeHashes"] ?? []) as { HashName: string; HashValue: string }[];
  const sha256 = others.find(({ HashName }) => HashName === "SHA256")?.HashValue ?? "";
  const size = media["MediaSize"];
  return {
    md5: String(media["MD5"] ?? "").toLowerCase(),
    sha1: String(media["SHA1"] ?? "").toLowerCase(),
    sha256: sha256.toLowerCase(),
    sizeBytes: size === null || size === undefined || size === "" ? undefined : Number(size),
    category: String(media["Category"] ?? ""),
    id: String(media["MediaID"]),
  };
}

async function importedRows(path: string): Promise<{ rows: Row[]; rejected: unknown }> {
  const out = join(folder, "out.phuml");
  rmSync(out, { force: true });
  const categories = { named: new Map([["*", "practice"] as const]) };
  const about = { name: "Partner", release: "1", role: "known-bad", categories, agency, nowMs: 0 } as const;
  const { header } = await importList({ ...about, list: path, out });
  const list = await openHashList(out, agency);
  const rows: Row[] = [];
  list.read(({ digests, sizeBytes, group, id }) => {
    const hex = (name: "md5" | "sha1" | "sha256"): string => toHex(digests[name] ?? new Uint8Array(0));
    const category = header.groups[group]?.listCategory ?? "?";
    rows.push({ md5: hex("md5"), sha1: hex("sha1"), sha256: hex("sha256"), sizeBytes, category, id });
  });
  list.close();
  return { rows, rejected: header.rejected };
}

function rowsOf(text: string): Row[] {
  const { value } = JSON.parse(text.replace(/^\ufeff/, "")) as { value: Media[] };
  return value.flatMap((one) => (one["Media"] as Media[] | undefined) ?? [one]).map(rowOf);
}

for (const name of ["nsrl-caid-1.2-shape.json", "synthetic-vics-1.3.json", "synthetic-vics-2.0.json"]) {
  const path = join(samples, name);
  test(`importList() of ${name} keeps every row`, { skip: existsSync(path) ? false : "no test data" }, async () => {
    const rows = rowsOf(readFileSync(path, "utf8"));
    assert.ok(rows.length > 0);
    assert.deepEqual(await importedRows(path), { rows, rejected: {} });
  });
}

/** One model's way of writing the same media: the first and the fourth are one file under two rows, and nothing is as simple as it could be. */
const MODELS: Record<string, (media: Media[]) => string> = {
  "1.1, media alone": (media) =>
    JSON.stringify({ "odata.metadata": "http://github.com/ICMEC/ProjectVic/DataModels/1.1.xml#Media", value: media }),
  "1.2, with a byte order mark": (media) =>
    `\ufeff${JSON.stringify({ "odata.metadata": "http://github.com/ICMEC/ProjectVic/DataModels/1.2.xml#Media", value: media }, null, 2)}`,
  "1.3, two cases": (media) =>
    JSON.stringify({
      "odata.metadata": "http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Cases",
      value: [
        { CaseID: "a", Media: media.slice(0, 2), TotalMediaFiles: "0" },
        { CaseID: "b", SeizureDate: "/Date(1700000000000+0000)/", Media: media.slice(2) },
      ],
    }),
  "2.0, counts behind the media": (media) =>
    JSON.stringify({
      "@odata.context": "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/Default/$metadata#Cases",
      value: [{ Media: media, CaseMetadata: [{ PropertyName: "Media", PropertyValue: "[{]" }], TotalMediaFiles: 9 }],
    }),
};

function sampleMedia(): Media[] {
  return [1, 2, 3, 1].map((number, at) => {
    const { md5, sha1, sha256, sizeBytes } = madeUpFile(number);
    return {
      MediaID: at % 2 === 0 ? at : String(at),
      Category: [0, "0", 4, "2"][at],
      MD5: at % 2 === 0 ? md5.toUpperCase() : md5,
      SHA1: sha1,
      MediaSize: [String(sizeBytes), sizeBytes, null, ` ${sizeBytes}`][at],
      ...{ VictimIdentified: "false", OffenderIdentified: null, IsDistributed: "True", IsPrecategorized: "true" },
      Series: at === 0 ? null : "ស៊េរី",
      MediaFiles: [
        { MD5: md5, FileName: '}],"MD5":"', Created: "/Date(1700000000000)/", Unallocated: "false" },
        { MD5: md5, FileName: "again.jpg", Created: "2026-01-02T03:04:05Z" },
      ],
      AlternativeHashes: [{ HashName: "SHA256", HashValue: sha256, MD5: md5 }],
      Exifs: [{ PropertyName: "Make", PropertyValue: "Synthetic" }],
    };
  });
}

for (const [name, write] of Object.entries(MODELS)) {
  test(`importList() of VICS ${name}: texts for numbers and booleans, .NET dates, category 0, one file twice`, async () => {
    const path = join(folder, "list.json");
    const text = write(sampleMedia());
    writeFileSync(path, text);
    const { rows, rejected } = await importedRows(path);
    assert.deepEqual([rows, rejected], [rowsOf(text), {}]);
    assert.deepEqual(
      rows.map(({ category }) => category),
      ["0", "0", "4", "2"],
    );
    assert.equal(rows[0]?.md5, rows[3]?.md5);
  });
}
