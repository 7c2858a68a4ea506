import { createHash } from "node:crypto";
import { listFormat, listReader } from "./list-format.node.ts";
import type { ListPlace, ListRecord } from "./list-record.ts";

/** What a list gave, gathered: for tests and benches. */
export interface Gathered {
  format: string | null;
  records: (ListRecord & ListPlace)[];
  rejected: ({ flaw: string } & ListPlace)[];
  dropped: ({ flaw: string } & ListPlace)[];
  /** How often another reader went on. */
  handed: number;
}

/**
 * Reads a whole list from memory, in pieces.
 *
 * @param handsOver After every piece another reader goes on, with what is left of the mark as JSON, wherever there is one.
 */
export function gatherList(list: Uint8Array | string, stepBytes = 1 << 16, handsOver = false): Gathered {
  const bytes = typeof list === "string" ? Buffer.from(list) : list;
  const head = bytes.subarray(0, 1 << 16);
  const format = listFormat(head);
  const gathered: Gathered = { format, records: [], rejected: [], dropped: [], handed: 0 };
  if (format === null || format === "utf-16" || format === "nsrl-sqlite") return gathered;
  const sink = {
    record: (record: ListRecord, place: ListPlace) => gathered.records.push({ ...record, ...place }),
    reject: (flaw: string, place: ListPlace) => gathered.rejected.push({ flaw, ...place }),
    drop: (flaw: string, place: ListPlace) => gathered.dropped.push({ flaw, ...place }),
  };
  let reader = listReader(format, sink, { head });
  for (let at = 0; at < bytes.length; ) {
    // A mark leads back to the last entry that was open: more is read than was, so that it gets on.
    const end = Math.min(bytes.length, at + stepBytes);
    reader.push(bytes.subarray(at, end));
    at = end;
    const mark = handsOver ? reader.mark() : undefined;
    if (mark === undefined) continue;
    reader = listReader(format, sink, { head, from: JSON.parse(JSON.stringify(mark)) });
    reader.push(bytes.subarray(mark.offsetBytes, at));
    gathered.handed++;
  }
  reader.end();
  return gathered;
}

/** Digests and size of a made-up file: of its number, and of nothing else. */
export function madeUpFile(number: number): { md5: string; sha1: string; sha256: string; sizeBytes: number } {
  const of = (algorithm: string): string => createHash(algorithm).update(`made up ${number}`).digest("hex");
  return { md5: of("md5"), sha1: of("sha1"), sha256: of("sha256"), sizeBytes: 1000 + number };
}

/** Sample lists of every format that is read as a stream, each with the made-up files 1, 2, 3 in this order. */
export function sampleLists(): Record<string, Uint8Array> {
  return { ...partnerLists(), ...toolLists() };
}

const files = [1, 2, 3].map(madeUpFile);

function row(of: (file: ReturnType<typeof madeUpFile>, number: number) => string): string[] {
  return files.map((file, i) => of(file, i + 1));
}

function text(lines: string[], newline = "\n"): Uint8Array {
  return Buffer.from(lines.join(newline) + newline);
}

function partnerLists(): Record<string, Uint8Array> {
  const media = row(
    (f, n) =>
      `{"MediaID":${n},"Category":${n === 2 ? '"0"' : n},"MD5":"${f.md5.toUpperCase()}","SHA1":"${f.sha1}","MediaSize":"${f.sizeBytes}","IsDistributed":"true","Series":"S\\"${n}","MediaFiles":[{"MD5":"${f.md5}","FileName":"a}.jpg","Created":"/Date(1700000000000+0000)/"}],"AlternativeHashes":[{"HashName":"SHA256","HashValue":"${f.sha256}"}]}`,
  ).join(",\n");
  return {
    "vics-cases": Buffer.from(
      `\ufeff{"@odata.context":"http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Cases","value":[{"CaseID":"x","CaseMetadata":[{"PropertyName":"p"}],"Media":[${media}],"TotalMediaFiles":99}]}`,
    ),
    "vics-media": Buffer.from(
      `{"odata.metadata":"http://github.com/ICMEC/ProjectVic/DataModels/1.1.xml#Media","value":[${media}]}`,
    ),
    icse: text(
      [
        "MD5;SHA1;PhotoDNA;Image ID;Is distributed;Victim identified;Offender identified;Series name;Number of submissions;File Available;Media type;Baseline",
        ...row((f, n) => `${f.md5};${f.sha1};;${n};1;0;0;"Name; ${n}";3;1;image;${n === 1 ? "Baseline" : ""}`),
      ],
      "\r\n",
    ),
    ncmec: Buffer.from(
      `<?xml version="1.0"?><queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2"><images count="3">${row((f, n) => `<image><member id="1">M</member><id>i${n}</id><classification>A${n}</classification><fingerprints><md5>${f.md5}</md5><sha1>${f.sha1}</sha1></fingerprints></image>`).join("")}</images></queryResult>`,
    ),
    iwf: text([
      "Image ID,MD5,SHA-1,SHA-256,PhotoDNA,Category,Age",
      ...row((f, n) => `${n},${f.md5},${f.sha1},${f.sha256},,${"ABC"[n - 1]},0`),
    ]),
  };
}

function toolLists(): Record<string, Uint8Array> {
  return {
    "nsrl-text": text(
      [
        '"SHA-1","MD5","CRC32","FileName","FileSize","ProductCode","OpSystemCode","SpecialCode"',
        ...row(
          (f, n) =>
            `"${f.sha1.toUpperCase()}","${f.md5.toUpperCase()}","0000000${n}","a, ""b"" ${n}",${f.sizeBytes},1,"1",""`,
        ),
      ],
      "\r\n",
    ),
    hashkeeper: text([
      '"file_id","hashset_id","file_name","directory","hash","file_size","date_modified","time_modified","time_zone","comments","date_accessed","time_accessed"',
      ...row((f, n) => `${n},7,"n${n}","d","${f.md5}",${f.sizeBytes},"","","","",,`),
    ]),
    encase: encaseList(files.map(({ md5 }) => md5)),
    hashdeep: text([
      "%%%% HASHDEEP-1.0",
      "%%%% size,md5,sha256,filename",
      "## Invoked from: /",
      "## ",
      ...row((f, n) => `${f.sizeBytes},${f.md5},${f.sha256},/a, b/${n}.bin`),
    ]),
    md5deep: text(row((f, n) => `${f.md5}  /a/${n}.bin`)),
    "md5deep-z": text(row((f, n) => `  ${f.sizeBytes}  ${f.md5}  /a/${n}.bin`)),
    tagged: text(row((f, n) => `SHA256 (a (${n}).bin) = ${f.sha256}`)),
    "plain-mixed": text([
      "# a comment",
      files[0]?.md5 ?? "",
      files[1]?.sha1.toUpperCase() ?? "",
      files[2]?.sha256 ?? "",
    ]),
  };
}

/** A .hash file of EnCase. */
export function encaseList(md5s: readonly string[]): Uint8Array {
  const head = Buffer.alloc(0x480);
  head.write("48415348 0d0aff00 02000000 01000000".replaceAll(" ", ""), "hex");
  head.writeUInt32LE(md5s.length, 0x10);
  head.write("Made-up set", 0x408, "utf16le");
  head.write("Notable", 0x458, "utf16le");
  return Buffer.concat([head, ...md5s.map((md5) => Buffer.from(`${md5}0000`, "hex"))]);
}
