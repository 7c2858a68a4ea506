// The fears: a disk's image in an archive is a file like any other, and what it holds is not seen; a deleted file in it is told as one that is
// there; images within images never end; a file that only looks like a disk stops the looking.
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom, utf8 } from "#base/values";
import { INSIDE_LIMITS, openBudget } from "#examination/containers";
import { HIDING_WAYS } from "#examination/containers/node";
import { ExfatSample, FatSample, isoSample } from "#examination/filesystems/node";
import { qcow2Of, udifOf, vdiOf, vhdOf, vhdxOf, vmdkOf, writeEwf } from "#examination/images/node";
import { memorySource } from "#examination/sources";
import { lookInsideDisks } from "./inner-disk.node.ts";

const MS = Date.UTC(2026, 10, 25);

interface Seen {
  files: Map<string, { text: string; deleted: string | undefined }>;
  problems: string[];
}

function look(bytes: Uint8Array, limits = INSIDE_LIMITS): Seen {
  const seen: Seen = { files: new Map(), problems: [] };
  const source = memorySource(bytes);
  const text = (chain: readonly Uint8Array[]): string => chain.map((one) => Buffer.from(one).toString()).join("/");
  lookInsideDisks(
    { chain: [utf8("f")], source },
    {
      file({ chain, deleted }) {
        const pieces: Buffer[] = [];
        return {
          piece: (piece) => void pieces.push(Buffer.from(piece)),
          end: () => void seen.files.set(text(chain), { text: Buffer.concat(pieces).toString(), deleted }),
        };
      },
      problem: (what, chain) => void seen.problems.push(`${what} ${text(chain)}`),
    },
    openBudget(limits, { sizeBytes: bytes.length, nowMs: () => performance.now() }),
  );
  return seen;
}

/** A small volume with a file that is there and one that was deleted. */
function fat(there: Uint8Array): Uint8Array {
  const sample = new FatSample({ kind: "fat16", clusters: 4200, clusterBytes: 512 });
  const folder = sample.addDirectory(sample.root, "FOLDER", MS);
  sample.addFile(folder, "THERE.TXT", { content: there, ms: MS });
  sample.remove(sample.addFile(sample.root, "GONE.TXT", { content: utf8("gone"), ms: MS }));
  return sample.image();
}

/** A disk with one volume, by a table. */
function disk(volume: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(2 ** 20 + volume.length);
  bytes.set([0x80, 0, 0, 0, 6, 0, 0, 0], 446);
  const view = new DataView(bytes.buffer);
  view.setUint32(454, 2048, true);
  view.setUint32(458, volume.length / 512, true);
  view.setUint16(510, 0xaa55, true);
  bytes.set(volume, 2 ** 20);
  return bytes;
}

function ewf(media: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  writeEwf(
    { stem: "a", media: memorySource(media), segmentBytes: 2 ** 30, chunkSectors: 64, level: 1, badSectors: [] },
    (_, bytes) => void parts.push(bytes),
  );
  assert.equal(parts.length, 1);
  return parts[0] ?? new Uint8Array(0);
}

const raw = disk(fat(utf8("there")));
const IMAGES: Record<string, Uint8Array> = {
  ...{ raw, qcow2: qcow2Of(raw), vmdk: vmdkOf(raw, true), "vhd, fixed": vhdOf(raw, "fixed") },
  ...{ "vhd, dynamic": vhdOf(raw, "dynamic"), vhdx: vhdxOf(raw), vdi: vdiOf(raw), dmg: udifOf(raw), e01: ewf(raw) },
};

for (const [name, image] of Object.entries(IMAGES)) {
  test(`lookInsideDisks() walks a disk as ${name}, alone and in an archive, and says what was deleted in it`, () => {
    const zip = HIDING_WAYS["zip, deflated"]?.(image) ?? new Uint8Array(0);
    for (const [outer, bytes] of [
      ["f", image],
      ["f/a", zip],
    ] as const) {
      const { files, problems } = look(bytes);
      assert.deepEqual(problems, []);
      assert.deepEqual(files.get(`${outer}/p1/fat16/FOLDER/THERE.TXT`), { text: "there", deleted: undefined });
      const gone = [...files].filter(([place]) => place.endsWith("ONE.TXT"));
      assert.equal(gone.length, 1);
      assert.equal(gone[0]?.[1].text, "gone");
      assert.ok(gone[0]?.[1].deleted !== undefined);
    }
  });
}

test("lookInsideDisks() walks discs and other file systems without a table", () => {
  const iso = isoSample([{ name: "A.TXT;1", bytes: utf8("on a disc") }]);
  assert.equal(look(iso).files.get("f/iso9660/A.TXT")?.text, "on a disc");
  const sample = new ExfatSample(200);
  sample.addFile(sample.root, "a.txt", { content: utf8("on a card"), ms: MS });
  const [found] = [...look(sample.image()).files].filter(([place]) => place.endsWith("/a.txt"));
  assert.equal(found?.[1].text, "on a card");
});

test("lookInsideDisks() walks disks in archives on discs in archives on disks", () => {
  const inner = HIDING_WAYS["zip, deflated"]?.(fat(utf8("deep"))) ?? new Uint8Array(0);
  const disc = isoSample([{ name: "B.ZIP;1", bytes: inner }]);
  const outer = disk(fat(HIDING_WAYS["gzip"]?.(disc) ?? new Uint8Array(0)));
  const { files, problems } = look(outer);
  const place = "f/p1/fat16/FOLDER/THERE.TXT/THERE.TXT/iso9660/B.ZIP/a/fat16/FOLDER/THERE.TXT";
  const found = files.get(place) ?? files.get(place.replace("THERE.TXT/THERE.TXT/iso", "THERE.TXT/content/iso"));
  assert.equal(found?.text, "deep", [...files.keys()].join("\n"));
  assert.deepEqual(problems, []);
  // One budget for all of it.
  const short = look(outer, { ...INSIDE_LIMITS, entries: 4 });
  assert.deepEqual(short.problems, ["too-many f"]);
});

test("lookInsideDisks() of damaged images ends, and what is no disk is left alone", () => {
  const cases = Number(process.env["PHUM_FUZZ_CASES"] ?? 300);
  const seed = process.env["PHUM_FUZZ_SEED"] ?? String(Date.now());
  const random = seededRandom(seed);
  const images = [...Object.values(IMAGES), isoSample([{ name: "A.TXT;1", bytes: utf8("on a disc") }])];
  const started = performance.now();
  let done = 0;
  for (; done < cases && performance.now() - started < 45_000; done++) {
    const bytes = Uint8Array.from(images[done % images.length] ?? []);
    const near = random.below(2) === 0 ? 4096 : bytes.length;
    for (let i = random.below(20); i >= 0; i--) bytes[random.below(near)] = random.below(256);
    const cut = random.below(4) === 0 ? random.below(bytes.length) : bytes.length;
    assert.doesNotThrow(() => look(bytes.subarray(0, cut)), `seed ${seed}, case ${done}`);
  }
  console.log(`disks within files: seed ${seed}, ${done} cases, ${Math.round(performance.now() - started)} ms`);
  const text = Uint8Array.from({ length: 40_000 }, () => random.below(200));
  text.set([0x55, 0xaa], 510);
  assert.deepEqual([...look(text).files.keys()], []);
});
