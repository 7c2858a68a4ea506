// likeness search over published material: needles in a haystack as the reference finds them, and pictures of the test data as their
// own hashes say.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { projectHome } from "#base/machine/node";
import { concatBytes, fromHex, toHex } from "#base/values";
import { openFilter } from "#examination/filters/node";
import { distanceBits, likenessJudge, readSet } from "#examination/likeness";
import { buildNearestIndex } from "#examination/likeness/node";
import { readyFilters } from "./prepare-examination.node.ts";
import { likenessSearch } from "./search-likeness.command.ts";
import { identityOf } from "./start-up.node.ts";
import { type Lab, labRequest, noise, openLab } from "./triage-lab.node.ts";

const pictures = join(process.env["PHUM_TESTDATA"] ?? join(projectHome, "../shared/testdata"), "pictures");
const skip = existsSync(join(pictures, "manifest.jsonl")) ? false : "no test data: pictures/manifest.jsonl";
const skipIndex = existsSync(join(pictures, "index/needles.txt")) ? false : "no test data: pictures/index";
const lines = (name: string): string[] => readFileSync(join(pictures, name), "utf8").trim().split("\n");
/** Pictures that are searched for; each takes 30 ms. */
const ASKED = 60;
let lab: Lab;

before(async () => {
  lab = await openLab();
  process.env["XDG_STATE_HOME"] = lab.path("state");
});
after(() => lab.remove());

test("a list of the reference's haystack, sealed and opened, gives its matches for its needles", {
  skip: skipIndex,
}, async () => {
  const known = concatBytes(...lines("index/haystack.txt").map(fromHex));
  const path = await lab.filter("haystack", { blocks: [noise("hay", 4096)], known });
  const { request } = labRequest(lab, { source: path, filters: [path], out: "" });
  const identity = await identityOf(request);
  const [ready] = await readyFilters([path], { trust: [lab.trust], identity, nowMs: Date.now() });
  assert.ok(ready !== undefined);
  const filter = await openFilter(path, ready.unlock, Date.now());
  const sets = filter.parts.flatMap(({ header: { name, release }, likeness }) =>
    likeness === null ? [] : [{ name, release, entries: readSet(likeness) }],
  );
  filter.close();
  const judge = likenessJudge(sets, buildNearestIndex);
  const wanted = new Map<string, string[]>();
  for (const line of lines("index/expected_mih_d31.txt")) {
    if (line.startsWith("needle=")) wanted.set(line.slice(7), []);
    else if (line.startsWith("d=")) [...wanted.values()].at(-1)?.push(line.replace(/,idx=.*/, ""));
  }
  assert.ok(wanted.size > 0);
  for (const [needle, matches] of wanted) {
    const asked = [{ hash: fromHex(needle), transform: "none" as const, part: "whole" }];
    const found = judge.picture(asked, 100).map(({ hash, distanceBits: bits }) => `d=${bits},match=${toHex(hash)}`);
    assert.deepEqual(found.sort(), matches.sort(), needle);
  }
});

test("likeness search of pictures tells every entry as near as the reference's own hashes are", { skip }, async () => {
  const rows: { file: string; pdq: string; quality: number }[] = lines("manifest.jsonl").map((line) =>
    JSON.parse(line),
  );
  const good = rows.filter(({ quality, file }) => quality >= 50 && !/CMYK/.test(file));
  const listed = good.filter((_, i) => i % 5 === 0);
  const path = await lab.filter("pictures", {
    ...{ blocks: [noise("pic", 4096)], known: concatBytes(...listed.map(({ pdq }) => fromHex(pdq))) },
  });
  const asked = good.filter((_, i) => i % Math.ceil(good.length / ASKED) === 0);
  const { request, printed } = labRequest(lab, { source: path, filters: [], out: "", options: { json: true } });
  const files = asked.map(({ file }) => join(pictures, file));
  const code = await likenessSearch.run({ ...request, positionals: [path, ...files] });
  assert.equal(code, 30);
  assert.equal(printed.out.length, asked.length);
  for (const [i, line] of printed.out.entries()) {
    const told: { pdq: string; matches: { entry: number; distanceBits: number; transform: string }[] } =
      JSON.parse(line);
    const own = asked[i];
    assert.equal(told.pdq, own?.pdq, `${own?.file}`);
    const upright = new Map(
      told.matches.flatMap(({ entry, distanceBits: bits, transform }) => (transform === "none" ? [[entry, bits]] : [])),
    );
    for (const [entry, { pdq }] of listed.entries()) {
      const bits = distanceBits(fromHex(own?.pdq ?? ""), fromHex(pdq));
      const met = told.matches.find((match) => match.entry === entry);
      if (bits > 31) assert.equal(upright.has(entry), false, `${own?.file} ${entry}`);
      else assert.ok(met !== undefined && met.distanceBits <= bits, `${own?.file} ${entry}: ${bits} bits`);
    }
  }
});
