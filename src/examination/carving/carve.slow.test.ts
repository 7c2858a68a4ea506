// The fears: a picture that stands in free space is missed; another's bytes are told as a picture's; a thumbnail is told as a file of
// its own; a gap is closed by something that fits and is not it; hostile bytes make it endless.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { concatBytes, equalBytes, seededRandom, utf8 } from "#base/values";
import { openPictures } from "#examination/pictures/node";
import { type ByteSource, memorySource, ReadError } from "#examination/sources";
import { carve } from "./carve.ts";
import { type CarvedFile, carvedFiles } from "./carved-files.node.ts";
import { filmSample } from "./film-sample.ts";
import { openHeaderFinder } from "./header-finder.node.ts";
import type { ByteRange } from "./joined-ranges.ts";
import { drawn, mediaSamples } from "./media-sample.node.ts";

const pictures = openPictures();
after(() => pictures.close());
const finder = openHeaderFinder();

const MEDIA = await mediaSamples();
const GRAIN = 4096;

function noise(seed: string, length: number): Uint8Array {
  const random = seededRandom(seed);
  return Uint8Array.from({ length }, () => random.below(256));
}

/** A field of clusters with parts at places; everything else is a filling. */
function field(
  clusters: number,
  parts: [atByte: number, bytes: Uint8Array][],
  filling: "noise" | "text" | "zeros",
): Uint8Array {
  const length = Math.max(clusters, ...parts.map(([at, part]) => Math.ceil((at + part.length) / GRAIN) + 1)) * GRAIN;
  const bytes =
    filling === "zeros"
      ? new Uint8Array(length)
      : filling === "noise"
        ? noise("field", length)
        : Uint8Array.from(utf8("Nothing is to be seen here. ".repeat(Math.ceil(length / 28))).subarray(0, length));
  for (const [at, part] of parts) bytes.set(part, at);
  return bytes;
}

async function found(source: ByteSource, ranges: ByteRange[] = [{ startByte: 0, lengthBytes: source.sizeBytes }]) {
  const files: CarvedFile[] = [];
  for await (const file of carvedFiles(source, ranges, { finder, pictures, grainBytes: GRAIN })) files.push(file);
  return files;
}

function bytesOf({ read, sizeBytes }: CarvedFile): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  read.readSync(bytes, 0);
  return bytes;
}

for (const filling of ["noise", "text", "zeros"] as const) {
  test(`carvedFiles() finds every kind of picture and film among ${filling}, with its own bytes`, async () => {
    let at = GRAIN;
    const parts: [number, Uint8Array][] = [];
    for (const bytes of Object.values(MEDIA)) {
      parts.push([at, bytes]);
      at = (Math.ceil((at + bytes.length) / GRAIN) + 1) * GRAIN;
    }
    const files = await found(memorySource(field(at / GRAIN, parts, filling)));
    for (const [i, [name, bytes]] of Object.entries(MEDIA).entries()) {
      const own = files.find(({ pieces }) => pieces[0]?.startByte === parts[i]?.[0]);
      assert.ok(own !== undefined, `${name} is not found`);
      assert.equal(own.how, "whole", name);
      assert.ok(equalBytes(bytesOf(own), bytes), `${name} is not its own bytes`);
      assert.equal(own.format, name.split(" ")[0]);
    }
    assert.equal(files.length, parts.length);
  });
}

test("carvedFiles() finds what stands at no sector's beginning, except kinds whose beginning is short", async () => {
  let at = 1001;
  const parts: [number, Uint8Array][] = [];
  for (const [name, bytes] of Object.entries(MEDIA)) {
    if (["bmp", "tiff"].includes(name)) continue;
    parts.push([at, bytes]);
    at += bytes.length + 777;
  }
  const files = await found(memorySource(field(Math.ceil(at / GRAIN) + 1, parts, "noise")));
  assert.deepEqual(
    files.map(({ pieces }) => pieces[0]?.startByte),
    parts.map(([place]) => place),
  );
});

test("carvedFiles() over ranges puts a picture together that stands in two of them, and tells where", async () => {
  const picture = MEDIA["png"] ?? new Uint8Array(0);
  const first = 2 * GRAIN;
  const bytes = field(
    200,
    [
      [10 * GRAIN, picture.subarray(0, first)],
      [100 * GRAIN, picture.subarray(first)],
    ],
    "noise",
  );
  const ranges = [
    { startByte: 8 * GRAIN, lengthBytes: 4 * GRAIN },
    { startByte: 100 * GRAIN, lengthBytes: 90 * GRAIN },
  ];
  const [file, ...others] = await found(memorySource(bytes), ranges);
  assert.ok(file !== undefined && others.length === 0);
  assert.ok(equalBytes(bytesOf(file), picture));
  assert.deepEqual(file.pieces, [
    { startByte: 10 * GRAIN, lengthBytes: first },
    { startByte: 100 * GRAIN, lengthBytes: picture.length - first },
  ]);
});

for (const name of ["jpeg", "jpeg in many stretches", "png"]) {
  for (const filling of ["noise", "text", "zeros"] as const) {
    test(`carvedFiles() closes a gap of ${filling} in a ${name}`, async () => {
      const picture = MEDIA[name] ?? new Uint8Array(0);
      const cut = Math.floor(picture.length / 2 / GRAIN) * GRAIN;
      for (const gap of [1, 7]) {
        const parts: [number, Uint8Array][] = [
          [GRAIN, picture.subarray(0, cut)],
          [GRAIN + cut + gap * GRAIN, picture.subarray(cut)],
        ];
        const files = await found(memorySource(field(60, parts, filling)));
        assert.deepEqual(
          files.map(({ how, format }) => `${how} ${format}`),
          [`pieced ${name.split(" ")[0]}`],
        );
        assert.ok(files[0] !== undefined && equalBytes(bytesOf(files[0]), picture));
      }
    });
  }
}

test("carvedFiles() finds a picture that lies in another's gap, and both are whole", async () => {
  const [outer, inner] = [MEDIA["jpeg"] ?? new Uint8Array(0), MEDIA["gif"] ?? new Uint8Array(0)];
  const cut = 2 * GRAIN;
  const gap = Math.ceil(inner.length / GRAIN) * GRAIN;
  const parts: [number, Uint8Array][] = [
    [0, outer.subarray(0, cut)],
    [cut, inner],
    [cut + gap, outer.subarray(cut)],
  ];
  const files = await found(memorySource(field(80, parts, "zeros")));
  assert.deepEqual(files.map(({ format, how }) => `${format} ${how}`).sort(), ["gif whole", "jpeg pieced"]);
  for (const file of files) assert.ok(equalBytes(bytesOf(file), file.format === "gif" ? inner : outer));
});

test("carvedFiles() tells of a picture whose rest is another's that it is its beginning", async () => {
  const picture = MEDIA["jpeg"] ?? new Uint8Array(0);
  const cut = Math.floor((picture.length * 0.7) / GRAIN) * GRAIN;
  const files = await found(memorySource(field(40, [[GRAIN, picture.subarray(0, cut)]], "noise")));
  assert.deepEqual(
    files.map(({ how }) => how),
    ["beginning"],
  );
  const [file] = files;
  assert.ok(file !== undefined && file.sizeBytes >= cut && file.sizeBytes < cut + GRAIN && file.damaged);
});

test("carvedFiles() tells a thumbnail once with its picture, and by itself where only it is left", async () => {
  const small = await drawn("small", 80, 60).jpeg().toBuffer();
  const picture = MEDIA["jpeg"] ?? new Uint8Array(0);
  const body = concatBytes(utf8("Exif\0\0"), new Uint8Array(26), small);
  const segment = Uint8Array.of(0xff, 0xe1, (body.length + 2) >> 8, (body.length + 2) & 255);
  const withSmall = concatBytes(picture.subarray(0, 2), segment, body, picture.subarray(2));
  const whole = await found(memorySource(field(40, [[GRAIN, withSmall]], "noise")));
  assert.deepEqual(
    whole.map(({ sizeBytes }) => sizeBytes),
    [withSmall.length],
  );
  const left = await found(memorySource(field(40, [[GRAIN, withSmall.subarray(0, body.length + 300)]], "noise")));
  assert.deepEqual(
    left.map(({ sizeBytes }) => sizeBytes),
    [small.length],
  );
});

test("carvedFiles() tells the same bytes once, and a film's pictures not at all", async () => {
  const picture = MEDIA["jpeg"] ?? new Uint8Array(0);
  const film = filmSample({ seed: "outer", samples: 4, sampleBytes: picture.length + 100 });
  film.set(picture, 200);
  const at = 64 * GRAIN;
  const files = await found(
    memorySource(
      field(
        200,
        [
          [0, picture],
          [32 * GRAIN, picture],
          [at, film],
        ],
        "zeros",
      ),
    ),
  );
  // The film's own chain of lengths is broken by the picture: what is left is the picture, which was told before.
  assert.deepEqual(
    files.map(({ format }) => format),
    ["jpeg"],
  );
});

test("carvedFiles() of noise, text, programs and near misses tells nothing", async () => {
  const random = seededRandom("decoys");
  const parts: [number, Uint8Array][] = [[0, noise("decoy", 2 ** 21)]];
  for (const [name, bytes] of Object.entries(MEDIA)) {
    // Any bytes behind the header of a BMP are its points.
    if (name === "bmp") continue;
    // The beginning as it is, and behind it noise.
    const head = concatBytes(bytes.subarray(0, name === "gif" ? 13 : 40), noise(name, 3 * GRAIN));
    parts.push([2 ** 21 + parts.length * 8 * GRAIN + random.below(2) * 512, head]);
  }
  const bytes = field(1200, parts, "text");
  const counts = { beginnings: 0, told: 0 };
  for await (const file of carvedFiles(memorySource(bytes), [{ startByte: 0, lengthBytes: bytes.length }], {
    ...{ finder, pictures, grainBytes: GRAIN },
    onProgress: ({ beginnings }) => {
      counts.beginnings = beginnings;
    },
  })) {
    assert.fail(`${file.format} ${file.how} at ${file.pieces[0]?.startByte}`);
  }
  assert.ok(counts.beginnings >= Object.keys(MEDIA).length - 1);
});

test("carve() goes on where it stopped, and finds the same", () => {
  const bytes = field(
    1000,
    Object.values(MEDIA).map((media, i): [number, Uint8Array] => [(i * 70 + 1) * GRAIN, media]),
    "text",
  );
  const places = (fromByte: number): number[] =>
    [...carve(memorySource(bytes), { finder, fromByte })].flatMap((step) =>
      step.kind === "candidate" ? [step.candidate.pieces[0]?.startByte ?? -1] : [],
    );
  const all = places(0);
  const stops = [...carve(memorySource(bytes), { finder })].flatMap((step) =>
    step.kind === "searched" ? [step.count.nextByte] : [],
  );
  assert.ok(stops.length > 2);
  for (const stop of stops)
    assert.deepEqual(
      places(stop),
      all.filter((place) => place >= stop),
    );
});

test("carve() finds what begins where sectors do behind files that end between them", () => {
  const [tiff, picture] = [MEDIA["tiff"] ?? new Uint8Array(0), MEDIA["gif"] ?? new Uint8Array(0)];
  const parts = Array.from({ length: 12 }, (_, i): [number, Uint8Array] => [i * 2 ** 20 + 2 ** 20 - 512, picture]);
  for (const [at] of [...parts]) parts.push([at + 2 ** 18, tiff]);
  for (const everyBytes of [1, 512] as const) {
    const steps = [...carve(memorySource(field(1, parts, "zeros")), { finder, everyBytes })];
    const places = steps.flatMap((step) => (step.kind === "candidate" ? [step.candidate.pieces[0]?.startByte] : []));
    assert.deepEqual(
      places,
      parts.map(([at]) => at).sort((a, b) => a - b),
    );
  }
});

test("carve() reads on behind what cannot be read, and says what it was", () => {
  const picture = MEDIA["png"] ?? new Uint8Array(0);
  const bytes = field(40, [[20 * GRAIN, picture]], "text");
  const bad = 5 * GRAIN;
  const source: ByteSource = {
    sizeBytes: bytes.length,
    readSync: (view, at) => {
      if (at <= bad && at + view.length > bad)
        throw new ReadError("input-error", "EIO", { offsetBytes: bad, goodBytes: bad - at });
      return memorySource(bytes).readSync(view, at);
    },
  };
  const walk = carve(source, { finder });
  const candidates: number[] = [];
  let step = walk.next();
  for (; step.done !== true; step = walk.next())
    if (step.value.kind === "candidate") candidates.push(step.value.candidate.sizeBytes);
  assert.deepEqual(candidates, [picture.length]);
  assert.deepEqual(step.value, [{ startByte: bad, lengthBytes: 512 }]);
});
