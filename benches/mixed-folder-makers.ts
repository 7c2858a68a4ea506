// A mixed folder for a bench: photographs, documents, mail boxes, archives, programs and text, all of noise and shapes; and, on
// their own and hidden in it, pictures that a list knows, some of them saved anew.
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { seededRandom } from "#base/values";
import { zipOf } from "#examination/containers/node";

const MIB = 2 ** 20;
/** Distinct photographs; each file of them carries its own comment, so that no two files are the same. */
const SCENES = 16;
/** How a known picture is hidden: as it is or saved anew, by itself or in something. */
export const WAYS = ["file", "archive", "mail", "saved-anew", "saved-anew-in-archive"] as const;
export type Way = (typeof WAYS)[number];

/** Shapes of one colour, one over the other, and grain over all. @returns a JPEG. */
async function picture(seed: string, width: number, quality = 85): Promise<Buffer> {
  const random = seededRandom(seed);
  const height = (width * 3) / 4;
  const shapes = Array.from({ length: 40 }, () => {
    const [x, y, w, h] = [random.below(width), random.below(height), random.below(width / 2), random.below(height / 2)];
    const colour = `rgb(${random.below(256)},${random.below(256)},${random.below(256)})`;
    return `<ellipse cx="${x}" cy="${y}" rx="${w}" ry="${h}" fill="${colour}" fill-opacity="0.7"/>`;
  });
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${shapes.join("")}</svg>`;
  const grain = {
    create: {
      width,
      height,
      channels: 3 as const,
      background: "grey",
      noise: { type: "gaussian" as const, mean: 128, sigma: 24 },
    },
  };
  const over = await sharp(grain).png({ compressionLevel: 0 }).toBuffer();
  const drawn = sharp(Buffer.from(drawing))
    .flatten()
    .composite([{ input: over, blend: "soft-light" }]);
  return drawn.jpeg({ quality }).toBuffer();
}

/** The same picture in a file of its own: a comment behind its first marker. */
function withComment(jpeg: Buffer, text: string): Buffer {
  const comment = Buffer.from(`\xff\xfe\0\0${text}`, "latin1");
  comment.writeUInt16BE(text.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]);
}

function words(lengthBytes: number, seed: string): Buffer {
  const random = seededRandom(seed);
  const some = ["river", "rice", "school", "market", "house", "garden", "bridge", "music", "monsoon", "temple"];
  let text = "";
  while (text.length < lengthBytes) text += `${some[random.below(10)]} ${random.below(100_000)} `;
  return Buffer.from(text.slice(0, lengthBytes));
}

/** A mail box of one mail a picture. */
function mailBox(pictures: readonly Buffer[]): Buffer {
  const mails = pictures.map((bytes, i) => {
    const head = `From a@example.org Wed Nov 25 08:00:00 2026\nFrom: a@example.org\nSubject: ${i}\nMIME-Version: 1.0\nContent-Type: image/jpeg\nContent-Transfer-Encoding: base64\n`;
    return `${head}\n${bytes.toString("base64").replace(/.{76}/g, "$&\n")}\n\n`;
  });
  return Buffer.from(mails.join(""));
}

/** What was made. */
export interface MixedFolder {
  bytes: number;
  files: number;
}

/**
 * Fills `dir`, and `originals` with what the list is made of.
 *
 * @param mostBytes About how large it becomes. @param each Known pictures hidden in each way.
 */
export async function makeMixedFolder(
  { dir, originals }: { dir: string; originals: string },
  { mostBytes, each }: { mostBytes: number; each: number },
): Promise<MixedFolder> {
  const scenes = await Promise.all(Array.from({ length: SCENES }, (_, i) => picture(`scene ${i}`, 2400)));
  const made: MixedFolder = { bytes: 0, files: 0 };
  const write = (path: string, bytes: Buffer): void => {
    const at = join(dir, path);
    mkdirSync(join(at, ".."), { recursive: true });
    writeFileSync(at, bytes);
    made.bytes += bytes.length;
    made.files++;
  };
  const photograph = (i: number): Buffer => withComment(scenes[i % SCENES] ?? Buffer.alloc(0), `number ${i}`);
  const text = words(8 * MIB, "text");
  for (let round = 0; made.bytes < mostBytes; round++) {
    const folder = `${round % 7}/${round}`;
    for (let i = 0; i < 20; i++) write(`${folder}/IMG_${i}.jpg`, photograph(round * 100 + i));
    const packed = [20, 21, 22].map((i) => ({
      name: `${i}.jpg`,
      bytes: photograph(round * 100 + i),
      stored: true as const,
    }));
    write(`${folder}/pictures.zip`, zipOf([...packed, { name: "read.txt", bytes: text.subarray(0, MIB) }]));
    const [one, two] = [photograph(round * 100 + 30), photograph(round * 100 + 31)];
    write(
      `${folder}/letter.docx`,
      zipOf([
        { name: "word/document.xml", bytes: text.subarray(MIB, MIB + 40_000) },
        { name: "word/media/image1.jpeg", bytes: one },
      ]),
    );
    write(`${folder}/box.mbox`, mailBox([one, two]));
    write(`${folder}/log.txt`, Buffer.concat([Buffer.from(`${round}\n`), text.subarray(round % MIB, 6 * MIB)]));
    write(`${folder}/program.bin`, randomBytes(14 * MIB));
  }
  for (const way of WAYS) for (let i = 0; i < each; i++) await hide(way, i, { write, originals });
  return made;
}

interface Hiding {
  write(path: string, bytes: Buffer): void;
  originals: string;
}

/** Its place tells the way: `known-WAY-N`. */
async function hide(way: Way, i: number, { write, originals }: Hiding): Promise<void> {
  const known = await picture(`known ${way} ${i}`, 1200);
  mkdirSync(originals, { recursive: true });
  writeFileSync(join(originals, `${way}-${i}.jpg`), known);
  const anew = await sharp(known).resize(800).jpeg({ quality: 70 }).toBuffer();
  const bytes = way.startsWith("saved-anew") ? anew : known;
  const at = `kept/known-${way}-${i}`;
  if (way === "mail") return write(`${at}.eml`, mailBox([bytes]));
  if (way.endsWith("archive")) return write(`${at}.zip`, zipOf([{ name: "a.jpg", bytes }]));
  write(`${at}.jpg`, bytes);
}
