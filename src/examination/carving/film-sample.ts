// Films made for tests: rows of boxes and chunks as cameras write them, whose pictures are noise. Nothing to be seen.
import { concatBytes, seededRandom, utf8 } from "#base/values";

/** How a sample film is built. */
export interface FilmSampleWishes {
  seed: string;
  brand?: "isom" | "qt  " | "3gp5";
  samples?: number;
  sampleBytes?: number;
  /** Where its tables stand: telephones write them last. */
  tables?: "first" | "last";
}

/** A film in MP4, MOV or 3GP with one track of pictures, each a chain of lengths. */
export function filmSample(wishes: FilmSampleWishes): Uint8Array {
  const { seed, brand = "isom", samples = 40, sampleBytes = 1200, tables = "last" } = wishes;
  const random = seededRandom(seed);
  const parts = Array.from({ length: samples }, (_, i) => {
    const body = Uint8Array.from({ length: sampleBytes + (i % 7) * 11 }, () => random.below(256));
    return concatBytes(number(body.length), body);
  });
  const ftyp = box("ftyp", utf8(brand), number(512), utf8(brand), utf8("isom"));
  const bodies = concatBytes(...parts);
  const sizes = parts.map(({ length }) => length);
  const moovBytes = moovOf(sizes, 0).length;
  const bodiesAt = ftyp.length + 8 + (tables === "first" ? moovBytes : 0);
  const [moov, mdat] = [moovOf(sizes, bodiesAt), box("mdat", bodies)];
  return tables === "first" ? concatBytes(ftyp, moov, mdat) : concatBytes(ftyp, mdat, moov);
}

/** One chunk a picture. */
function moovOf(sizes: readonly number[], bodiesAt: number): Uint8Array {
  const places: Uint8Array[] = [];
  let at = bodiesAt;
  for (const size of sizes) {
    places.push(number(at));
    at += size;
  }
  const avcC = box("avcC", Uint8Array.of(1, 66, 0, 30, 0xff, 0xe0, 0));
  const entry = box("avc1", new Uint8Array(78), avcC);
  const tables = box(
    "stbl",
    box("stsd", number(0), number(1), entry),
    box("stsc", number(0), number(1), number(1), number(1), number(1)),
    box("stsz", number(0), number(0), number(sizes.length), ...sizes.map(number)),
    box("stco", number(0), number(sizes.length), ...places),
  );
  const handler = box("hdlr", number(0), number(0), utf8("vide"), new Uint8Array(13));
  const media = box("mdia", box("mdhd", new Uint8Array(24)), handler, box("minf", tables));
  return box("moov", box("mvhd", new Uint8Array(100)), box("trak", box("tkhd", new Uint8Array(84)), media));
}

function number(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

function box(type: string, ...parts: Uint8Array[]): Uint8Array {
  const body = concatBytes(...parts);
  return concatBytes(number(8 + body.length), utf8(type), body);
}

/** An AVI with one stream of pictures. */
export function aviSample(seed: string, frames = 30): Uint8Array {
  const random = seededRandom(seed);
  const pictures = Array.from({ length: frames }, (_, i) =>
    chunk(
      "00dc",
      Uint8Array.from({ length: 900 + (i % 5) * 3 }, () => random.below(256)),
    ),
  );
  const head = list("hdrl", chunk("avih", new Uint8Array(56)), list("strl", chunk("strh", new Uint8Array(56))));
  const index = chunk("idx1", new Uint8Array(16 * frames));
  const body = concatBytes(utf8("AVI "), head, list("movi", ...pictures), index);
  return chunk("RIFF", body);
}

function list(kind: string, ...parts: Uint8Array[]): Uint8Array {
  return chunk("LIST", concatBytes(utf8(kind), ...parts));
}

function chunk(name: string, body: Uint8Array): Uint8Array {
  const { length } = body;
  const size = Uint8Array.of(length, length >>> 8, length >>> 16, length >>> 24);
  return concatBytes(utf8(name), size, body, new Uint8Array(length % 2));
}
