import assert from "node:assert/strict";
import { test } from "node:test";
import { Decrypter, Encrypter, generateHybridIdentity, identityToRecipient } from "age-encryption";
import { Fault } from "#base/faults";
import { concatBytes, equalBytes, seededRandom } from "#base/values";
import vectors from "#vectors/signing/sealed.json" with { type: "json" };
import { type ReadAt, sealHeader } from "./age-header.node.ts";
import { payloadKey, sealChunk } from "./chunk-cipher.node.ts";
import { newSealKey, openSealed, type SealedReader, sealFile } from "./sealed-file.node.ts";

const CHUNK = 65_536;
const SIZES = [0, 1, 15, 16, 17, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK - 16, 2 * CHUNK, 3 * CHUNK + 12_345];
const key = await newSealKey();

for (const size of SIZES) {
  const plain = noise(size);

  test(`sealFile() of ${size} bytes is opened by age-encryption`, async () => {
    const decrypter = new Decrypter();
    decrypter.addIdentity(key.ageSecret);
    assert.ok(equalBytes(await decrypter.decrypt(await sealed(plain)), plain));
  });

  test(`openSealed() opens ${size} bytes that age-encryption sealed`, async () => {
    const encrypter = new Encrypter();
    encrypter.addRecipient(key.recipient);
    const reader = await opened(await encrypter.encrypt(plain));
    assert.equal(reader.plainBytes, size);
    assert.ok(equalBytes(allOf(reader), plain));
  });

  test(`openSealed() refuses ${size} bytes cut anywhere near a border or lengthened`, async () => {
    const whole = await sealed(plain);
    const payload = whole.length - size - 16 * Math.max(1, Math.ceil(size / CHUNK));
    const borders = [payload, payload + CHUNK + 16, payload + 2 * (CHUNK + 16), whole.length];
    const cuts = borders.flatMap((at) => [at - 17, at - 16, at - 1, at, at + 1, at + 15, at + 16, at + 17]);
    for (const cut of new Set(cuts.filter((at) => at >= 0 && at < whole.length))) {
      await refuses(whole.subarray(0, cut), /^sealed\/(?:truncated|tampered)$/);
    }
    for (const more of [1, 16, 17])
      await refuses(concatBytes(whole, new Uint8Array(more)), /^sealed\/(?:truncated|tampered)$/);
  });
}

for (const { name, sealed: text, plain, fault } of vectors.cases) {
  test(`openSealed() of the vector «${name}»`, async () => {
    const bytes = Uint8Array.from(Buffer.from(text, "base64"));
    if (fault !== undefined) await refuses(bytes, new RegExp(`^${fault}$`), vectors.ageSecret);
    else assert.equal(Buffer.from(allOf(await opened(bytes, vectors.ageSecret))).toString("base64"), plain);
  });
}

test("readInto() gives any range, from shared memory too, across chunks and out of order", async () => {
  const plain = noise(3 * CHUNK + 999);
  const reader = await opened(await sealed(plain));
  const random = seededRandom("ranges");
  for (let i = 0; i < 300; i++) {
    const from = random.below(plain.length + 1);
    const length = random.below(plain.length + 1 - from);
    const target = new Uint8Array(new SharedArrayBuffer(length));
    reader.readInto(target, from);
    assert.ok(equalBytes(target, plain.subarray(from, from + length)), `${from}, ${length}`);
  }
  for (const [from, length] of [
    [-1, 1],
    [plain.length, 1],
    [0.5, 1],
    [0, plain.length + 1],
    [Number.NaN, 0],
  ] as const) {
    assert.throws(() => reader.readInto(new Uint8Array(length), from), RangeError);
  }
});

test("readInto() reads where the reader's view is used again at each call", async () => {
  const plain = noise(2 * CHUNK + 5);
  const whole = await sealed(plain);
  const view = new Uint8Array(new SharedArrayBuffer(CHUNK + 16));
  const reader = await openSealed(
    (offset, length) => {
      const bytes = whole.subarray(offset, offset + length);
      view.fill(0xee);
      view.set(bytes);
      return view.subarray(0, bytes.length);
    },
    whole.length,
    key.ageSecret,
  );
  assert.ok(equalBytes(allOf(reader), plain));
});

test("readInto() of a changed middle chunk is sealed/tampered; the others are still read; nothing of it is given", async () => {
  const plain = noise(3 * CHUNK);
  const whole = await sealed(plain);
  const middle = whole.length - 2 * (CHUNK + 16) + 100;
  whole[middle] = (whole[middle] ?? 0) ^ 1;
  const reader = await opened(whole);
  const target = new Uint8Array(10);
  assert.throws(() => reader.readInto(target, CHUNK + 50), isFault(/^sealed\/tampered$/));
  assert.deepEqual(target, new Uint8Array(10));
  reader.readInto(target, 2 * CHUNK + 3);
  assert.ok(equalBytes(target, plain.subarray(2 * CHUNK + 3, 2 * CHUNK + 13)));
});

test("readInto() of exchanged chunks is sealed/tampered", async () => {
  const whole = await sealed(noise(3 * CHUNK));
  const first = whole.length - 3 * (CHUNK + 16);
  const swapped = whole.slice();
  swapped.copyWithin(first, first + CHUNK + 16, first + 2 * (CHUNK + 16));
  swapped.set(whole.subarray(first, first + CHUNK + 16), first + CHUNK + 16);
  const reader = await opened(swapped);
  assert.throws(() => reader.readInto(new Uint8Array(1), 0), isFault(/^sealed\/tampered$/));
});

test("readInto() of a file that shrank after it was opened is sealed/truncated", async () => {
  let whole = await sealed(noise(3 * CHUNK));
  const reader = await openSealed(
    (offset, length) => whole.subarray(offset, offset + length),
    whole.length,
    key.ageSecret,
  );
  whole = whole.subarray(0, 1000);
  assert.throws(() => reader.readInto(new Uint8Array(1), CHUNK), isFault(/^sealed\/truncated$/));
});

for (const [name, chunks] of Object.entries({
  "whose last chunk is not said to be the last": [{ bytes: 10, last: false }],
  "with a chunk after the last": [
    { bytes: CHUNK, last: true },
    { bytes: 5, last: true },
  ],
  "with an empty chunk at the end": [
    { bytes: CHUNK, last: false },
    { bytes: 0, last: true },
  ],
})) {
  test(`openSealed() refuses a file ${name}`, async () => {
    const { header, fileKey } = await sealHeader([key.recipient]);
    const nonce = new Uint8Array(16);
    const parts = chunks.map(({ bytes, last }, index) =>
      sealChunk(payloadKey(fileKey, nonce), { index, last }, new Uint8Array(bytes)),
    );
    const reading = opened(concatBytes(header, nonce, ...parts)).then(allOf);
    await assert.rejects(reading, isFault(/^sealed\/(?:tampered|truncated)$/));
  });
}

test("openSealed() finds its stanza among 300 and refuses a header without end", async () => {
  const others = await Promise.all(Array.from({ length: 299 }, newSealKey));
  const whole = await sealed(noise(100), [...others.map(({ recipient }) => recipient), key.recipient]);
  assert.ok(equalBytes(allOf(await opened(whole)), noise(100)));
  const endless = Buffer.from(`age-encryption.org/v1\n${`-> x ${"y".repeat(40)}\n`.repeat(3000)}`);
  await refuses(endless, /^sealed\/format$/);
});

test("sealFile() refuses what is no X25519 recipient", async () => {
  const hybrid = await identityToRecipient(await generateHybridIdentity());
  const mistyped = `${key.recipient.slice(0, -1)}${key.recipient.endsWith("q") ? "p" : "q"}`;
  for (const recipient of ["", "age1", mistyped, key.recipient.toUpperCase(), hybrid, key.ageSecret]) {
    await assert.rejects(sealed(noise(1), [recipient]), isFault(/^sealed\/recipient$/));
  }
  await assert.rejects(sealed(noise(1), []), RangeError);
});

test("openSealed() with a secret that is none is the caller's mistake, and its message does not quote it", async () => {
  const whole = await sealed(noise(1));
  for (const secret of ["", "AGE-SECRET-KEY-1QQQ", `${key.ageSecret}x`]) {
    await assert.rejects(
      openSealed((offset, length) => whole.subarray(offset, offset + length), whole.length, secret),
      (error) => error instanceof RangeError && error.cause === undefined && !error.message.includes(key.ageSecret),
    );
  }
});

test("sealFile() takes its plain bytes in any pieces, waits for its sink, and never seals alike twice", async () => {
  const plain = noise(2 * CHUNK + 77);
  const pieces = async function* (): AsyncGenerator<Uint8Array> {
    for (let at = 0, step = 1; at < plain.length; at += step, step = (step * 3 + 1) % 40_000) {
      yield plain.subarray(at, at + step);
    }
  };
  const parts: Uint8Array[] = [];
  let busy = 0;
  await sealFile(pieces(), [key.recipient], async (bytes) => {
    assert.equal(busy++, 0);
    await new Promise((resolve) => setImmediate(resolve));
    busy--;
    parts.push(bytes);
  });
  assert.ok(equalBytes(allOf(await opened(concatBytes(...parts))), plain));
  assert.ok(!equalBytes(concatBytes(...parts), await sealed(plain)));
});

function noise(length: number): Uint8Array<ArrayBuffer> {
  const random = seededRandom(`noise ${length}`);
  return Uint8Array.from({ length }, () => random.bits32());
}

async function sealed(plain: Uint8Array, recipients = [key.recipient]): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  await sealFile([plain], recipients, (bytes) => void parts.push(bytes));
  return concatBytes(...parts);
}

function opened(whole: Uint8Array, secret = key.ageSecret): Promise<SealedReader> {
  const readAt: ReadAt = (offset, length) => whole.subarray(offset, offset + length);
  return openSealed(readAt, whole.length, secret);
}

function allOf(reader: SealedReader): Uint8Array {
  const plain = new Uint8Array(reader.plainBytes);
  reader.readInto(plain, 0);
  return plain;
}

async function refuses(whole: Uint8Array, code: RegExp, secret = key.ageSecret): Promise<void> {
  await assert.rejects(opened(whole, secret), isFault(code), `${whole.length} bytes`);
}

function isFault(code: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof Fault && code.test(error.code);
}
