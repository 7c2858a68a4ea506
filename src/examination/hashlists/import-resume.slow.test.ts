// An import that ends in the middle, however it does: nothing that could be used, and the same command goes on to the same result.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { projectHome } from "#base/machine/node";
import { newSigner, openSealed, openSigner } from "#base/signing/node";
import { seededRandom } from "#base/values";
import { type ImportOptions, importList } from "./import-list.node.ts";
import { partPaths } from "./import-part.node.ts";
import { madeUpFile } from "./list-lab.node.ts";
import { openHashList } from "./store-read.node.ts";

const folder = mkdtempSync(join(tmpdir(), "phum-resume-"));
after(() => rmSync(folder, { recursive: true }));
const { file: keyFile } = await newSigner("lists", { workFactor: 2 });
const agency = await openSigner(keyFile, "lists");
const FILES = 12_000;
const files = Array.from({ length: FILES }, (_, i) => ({ ...madeUpFile(i), number: i }));

/** Lists with everything that a checkpoint has to carry: several categories, entries taken back, rejects, quotes, a BOM. */
const LISTS: Record<string, () => string> = {
  vics: () =>
    `\ufeff{"odata.metadata":"x/2.0.xml#Cases","value":[{"CaseID":"a]","Media":[${files
      .map(({ number, md5, sizeBytes }) =>
        number % 500 === 3
          ? `{"MediaID":${number},"MD5":"x"}`
          : `{"MediaID":${number},"Category":${number % 4},"MD5":"${md5}","MediaSize":"${sizeBytes}","Series":"S}\\"${number}","MediaFiles":[{"FileName":"${"f".repeat(number % 90)}"}]}`,
      )
      .join(",\n")}]}]}`,
  csv: () =>
    `md5,sha1,category,comment,status\r\n${files
      .map(({ number, md5, sha1 }) => {
        const comment = number % 300 === 7 ? '"over\nlines"' : number % 1000 === 9 ? '"no end' : "";
        return `${md5},${sha1},c${number % 3},${comment},${number % 900 === 5 ? "withdrawn" : ""}`;
      })
      .join("\r\n")}`,
  ncmec: () =>
    `<queryResult><images>${files
      .map(({ number, md5 }) => {
        const name = number % 700 === 1 ? "deletedImage" : "image";
        return `<${name}><id>i${number}</id><classification>A${number % 2}</classification><fingerprints><md5>${md5}</md5></fingerprints></${name}>`;
      })
      .join("")}</images></queryResult>`,
};

const asked = (name: string, out: string): ImportOptions => ({
  ...{ list: join(folder, name), out: join(folder, out), name: "Partner", release: "1", agency, nowMs: 0 },
  ...(name === "rds.db"
    ? { role: "known-good", categories: { named: new Map() } }
    : { role: "known-bad", categories: { named: new Map([["*", "baseline"] as const]), others: "related" } }),
  keepEachBytes: 200_000,
});

/** What is sealed in a list. */
async function plainOf(path: string): Promise<Buffer> {
  const sealed = readFileSync(path);
  const reader = await openSealed((at, length) => sealed.subarray(at, at + length), sealed.length, agency.ageSecret);
  const bytes = Buffer.alloc(reader.plainBytes);
  reader.readInto(bytes, 0);
  return bytes;
}

/** Stops an import when its `piece`-th piece was read. */
async function stopAt(options: ImportOptions, piece: number): Promise<void> {
  const controller = new AbortController();
  let pieces = 0;
  const onProgress = (): void => {
    if (++pieces === piece) controller.abort();
  };
  await assert.rejects(importList({ ...options, onProgress, signal: controller.signal }), { code: "hashlist/stopped" });
}

function madeDatabase(): void {
  const database = new DatabaseSync(join(folder, "rds.db"));
  database.exec("CREATE TABLE METADATA (sha256 TEXT, sha1 TEXT, md5 TEXT, file_size INTEGER); BEGIN");
  const insert = database.prepare("INSERT INTO METADATA VALUES (?, ?, ?, ?)");
  for (let i = 0; i < 30; i++) {
    for (const { number, md5, sha1, sha256, sizeBytes } of files.slice(0, 2000)) {
      insert.run(number % 100 === 3 ? "none" : sha256, sha1, md5, sizeBytes + i);
    }
  }
  database.exec("COMMIT");
  database.close();
}

madeDatabase();
for (const [name, list] of Object.entries(LISTS)) writeFileSync(join(folder, name), list());

for (const name of [...Object.keys(LISTS), "rds.db"]) {
  test(`importList() of ${name}, stopped again and again, gives byte for byte what it gives at once`, async () => {
    await importList(asked(name, "whole"));
    const whole = await plainOf(join(folder, "whole"));
    rmSync(join(folder, "whole"));
    const options = asked(name, "stopped");
    const random = seededRandom(`stopped ${name}`);
    for (let round = 0; round < 3; round++) {
      // Of a database a frame of rows comes in several pieces.
      await stopAt(options, (1 + random.below(3)) * (name === "rds.db" ? 12 : 1));
      assert.ok(!existsSync(options.out));
      // What is left is no list, under no name.
      await assert.rejects(openHashList(partPaths(options.out).part, agency), { code: "hashlist/store-damaged" });
      await assert.rejects(openHashList(partPaths(options.out).state, agency), { code: "hashlist/store-damaged" });
    }
    const { from, header } = await importList(options);
    assert.ok(from > 0 && header.records > 1000, `from ${from}`);
    assert.ok((await plainOf(options.out)).equals(whole));
    for (const path of Object.values(partPaths(options.out))) assert.ok(!existsSync(path), path);
    rmSync(options.out);
  });
}

/** Another process that imports, and says after each piece that it is there. */
const CHILD = `
import { openSigner } from "#base/signing/node";
import { importList } from "#examination/hashlists/node";
const { key, nowMs, ...options } = JSON.parse(process.argv[1]);
const agency = await openSigner(new Uint8Array(Buffer.from(key, "base64")), "lists");
const categories = { named: new Map([["*", "baseline"]]), others: "related" };
const { from } = await importList({ ...options, categories, agency, nowMs, onProgress: () => process.stdout.write("."), });
process.stdout.write("from " + from);
`;

test("importList() that is killed at random moments goes on to the same bytes", async () => {
  const { agency: _, categories: __, ...options } = { ...asked("vics", "killed"), keepEachBytes: 100_000 };
  const random = seededRandom("killed");
  let [said, killed] = ["", 0];
  for (let round = 0; round < 40 && !said.includes("from"); round++) {
    const child = spawn(
      process.execPath,
      [
        "--no-warnings",
        "--input-type=module",
        "-e",
        CHILD,
        JSON.stringify({ ...options, key: Buffer.from(keyFile).toString("base64") }),
      ],
      { cwd: projectHome, stdio: ["ignore", "pipe", "inherit"] },
    );
    said = "";
    // Later rounds let more pass, so that the end comes.
    const most = 1 + random.below(4 + round);
    child.stdout.on("data", (text: Buffer) => {
      said += text.toString();
      if (said.length >= most) child.kill("SIGKILL");
    });
    await once(child, "close");
    if (!said.includes("from")) {
      killed++;
      assert.ok(!existsSync(options.out));
    }
  }
  assert.ok(killed > 0 && !said.endsWith("from 0"), `${killed} killed, then ${said}`);
  await importList(asked("vics", "whole"));
  assert.ok((await plainOf(options.out)).equals(await plainOf(join(folder, "whole"))));
  rmSync(join(folder, "whole"));
});

test("importList() begins anew where what was left is another list's, another mapping's, changed or cut", async () => {
  const options = asked("csv", "changed");
  const { part, state } = partPaths(options.out);
  const ruin: Record<string, () => Partial<ImportOptions>> = {
    "another edition": () => ({ release: "2" }),
    "another mapping": () => ({ categories: { named: new Map([["*", "related"]]), others: "related" } }),
    "a changed part": () => flipped(part, 3000),
    "a changed state": () => flipped(state, statSync(state).size - 30),
    "a part that is cut": () => {
      truncateSync(part, 500);
      return {};
    },
    "no part": () => {
      rmSync(part);
      return {};
    },
  };
  for (const [name, change] of Object.entries(ruin)) {
    await stopAt(options, 3);
    const { from, header } = await importList({ ...options, ...change() });
    assert.equal(from, 0, name);
    assert.ok(header.records > 1000);
    rmSync(options.out);
  }
});

test("importList() of a list that is broken leaves nothing, however far it was kept", async () => {
  const path = join(folder, "cut");
  writeFileSync(path, readFileSync(join(folder, "vics")).subarray(0, -30));
  const options = { ...asked("vics", "broken"), list: path };
  await stopAt(options, 3);
  await assert.rejects(importList(options), { code: "hashlist/broken" });
  for (const left of [options.out, ...Object.values(partPaths(options.out))]) assert.ok(!existsSync(left), left);
});

function flipped(path: string, at: number): Partial<ImportOptions> {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  return {};
}
