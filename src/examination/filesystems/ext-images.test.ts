// Real ext media against what fiwalk 4.11.1 lists of them; skipped where the test data is absent. Where the numbers differ
// from fiwalk's the difference is named and decided.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";
import { openExt } from "./ext-volume.ts";
import { bytesOfStream, memoryVolume } from "./sample-entries.ts";

const DEVICES = resolve(process.env["PHUM_TESTDATA"] ?? resolve("../shared/testdata"), "devices");

interface Case {
  files: string[];
  startByte?: number;
  truth: string;
  /** Deleted and orphaned, as "state certainty path md5". */
  gone: string[];
}

const CASES: Case[] = [
  {
    files: ["raw/ext2.splitraw.000", "raw/ext2.splitraw.001"],
    truth: "ext2.splitraw.000.dfxml",
    gone: [],
  },
  { files: ["raw/tsk_volume_system.raw"], startByte: 352 * 512, truth: "tsk_volume_system.raw.dfxml", gone: [] },
  {
    // The three names have no inode any more, the three inodes no name; whose content is whose is not known.
    files: ["raw/syslog_image.dd"],
    truth: "syslog_image.dd.dfxml",
    gone: [
      "deleted name-only lost+found ",
      "deleted name-only a_directory ",
      "deleted name-only passwords.txt ",
      "orphan proven OrphanFile-14 85bebf486af24792085f769afa46717d",
      "orphan proven OrphanFile-15 39cb097008d17660abd0539891a672af",
      "orphan proven OrphanFile-16 d54ff73404ed6041a3bd66850b061bff",
    ],
  },
];

interface Listed {
  path: string;
  inode: number;
  sizeBytes: number;
  md5: string;
}

/** What a DFXML lists as present, without ".", ".." and what its maker adds. */
function presentIn(dfxml: string): Listed[] {
  const objects = dfxml.split("<fileobject>").slice(1);
  const field = (object: string, name: string): string =>
    new RegExp(`<${name}[^>]*>([^<]*)<`, "u").exec(object)?.[1] ?? "";
  return objects
    .filter((object) => object.includes("<alloc>1</alloc>"))
    .map((object) => ({
      path: field(object, "filename"),
      inode: Number(field(object.replace(/<parent_object>[\s\S]*?<\/parent_object>/u, ""), "inode")),
      sizeBytes: Number(field(object, "filesize")),
      md5: /<hashdigest type='md5'>([0-9a-f]+)</u.exec(object)?.[1] ?? "",
    }))
    .filter(({ path }) => !/(?:^|\/)\.{1,2}$|^\$/u.test(path));
}

function zerosMd5(length: number): string {
  return createHash("md5").update(Buffer.alloc(length)).digest("hex");
}

for (const { files, startByte = 0, truth, gone } of CASES) {
  const absent = [...files.map((file) => `devices/${file}`), `devices/truth/${truth}`].find(
    (file) => !existsSync(resolve(DEVICES, "..", file)),
  );
  test(`openExt() of ${files[0]} is what fiwalk lists`, {
    skip: absent ? `test data absent: ${absent}` : false,
  }, () => {
    const image = Buffer.concat(files.map((file) => readFileSync(resolve(DEVICES, file)))).subarray(startByte);
    const fileSystem = openExt(memoryVolume(image));
    assert.ok(fileSystem);
    const entries = [...fileSystem.entries()].map((entry) => {
      const [stream] = entry.streams;
      const path = entry.path.map((part) => Buffer.from(part).toString()).join("/");
      const md5 = stream === undefined ? "" : createHash("md5").update(bytesOfStream(stream)).digest("hex");
      // fiwalk reads the target of a short link as zeros: theirs is wrong.
      const shownMd5 = entry.target === undefined ? md5 : zerosMd5(entry.target.length);
      return { ...entry, shownPath: path, md5: shownMd5, sizeBytes: stream?.sizeBytes ?? 0 };
    });
    const present = entries.filter(({ state }) => state === "allocated");
    const listed = present.map(({ shownPath: path, id: inode, sizeBytes, md5 }) => ({ path, inode, sizeBytes, md5 }));
    const wanted = presentIn(readFileSync(resolve(DEVICES, "truth", truth), "utf8"));
    const byPath = (a: Listed, b: Listed): number => (a.path < b.path ? -1 : 1);
    assert.deepEqual(listed.toSorted(byPath), wanted.toSorted(byPath));
    const others = entries.filter(({ state }) => state !== "allocated");
    assert.deepEqual(
      others.map(({ state, certainty, shownPath, md5 }) => `${state} ${certainty} ${shownPath} ${md5}`),
      gone,
    );
    assert.deepEqual(fileSystem.problems, []);
    const [link] = entries.filter(({ target }) => target !== undefined);
    if (link !== undefined) assert.equal(Buffer.from(link.target ?? []).toString(), "a_directory/another_file");
  });
}
