// A provider for tests and as a pattern to write one after: the mean brightness of 8 x 8 fields, as 64 bits in hexadecimal.
// Run by its own: `node provider-sample.node.ts [MISBEHAVIOUR]`.
import { readSync, writeSync } from "node:fs";

const [, , misbehaviour] = process.argv;
const FIELDS = 8;

say({
  format: "phum-fingerprint-provider",
  version: misbehaviour === "version" ? 2 : 1,
  kind: "fields",
  threshold: 6,
  want: "grey",
  sideMost: 64,
});
for (let line = readLine(); line !== undefined; line = readLine()) {
  const { id, ask, width, height, bytes, a, b } = JSON.parse(line);
  if (misbehaviour === "ends") process.exit(1);
  if (misbehaviour === "noise") writeSync(1, "noise\n");
  else if (ask === "distance") say({ id, distance: bitsApart(a, b) });
  else say({ id, value: fieldsOf(readBytes(bytes), width, height), quality: 100 });
}

function fieldsOf(pixels: Uint8Array, width: number, height: number): string | null {
  if (width < FIELDS || height < FIELDS) return null;
  const sums = new Float64Array(FIELDS * FIELDS);
  const counts = new Float64Array(FIELDS * FIELDS);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const field = Math.floor((y * FIELDS) / height) * FIELDS + Math.floor((x * FIELDS) / width);
      sums[field] = (sums[field] ?? 0) + (pixels[y * width + x] ?? 0);
      counts[field] = (counts[field] ?? 0) + 1;
    }
  }
  const means = Array.from(sums, (sum, field) => sum / (counts[field] ?? 1));
  const middle = means.reduce((sum, mean) => sum + mean, 0) / means.length;
  let bits = 0n;
  for (const mean of means) bits = (bits << 1n) | (mean > middle ? 1n : 0n);
  return bits.toString(16).padStart(16, "0");
}

function bitsApart(a: string, b: string): number {
  return (BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2).replaceAll("0", "").length;
}

function readLine(): string | undefined {
  const letters: number[] = [];
  const one = new Uint8Array(1);
  while (readSync(0, one, 0, 1, null) === 1) {
    if (one[0] === 0x0a) return Buffer.from(letters).toString("utf8");
    letters.push(one[0] ?? 0);
  }
  return undefined;
}

function readBytes(lengthBytes: number): Uint8Array {
  const bytes = new Uint8Array(lengthBytes);
  for (let at = 0; at < lengthBytes; ) {
    const got = readSync(0, bytes, at, lengthBytes - at, null);
    if (got === 0) break;
    at += got;
  }
  return bytes;
}

function say(line: unknown): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}
