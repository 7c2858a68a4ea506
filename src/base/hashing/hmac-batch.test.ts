import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { kernelBytes } from "#base/machine/node";
import { fromHex, seededRandom } from "#base/values";
import { type HmacBatch, hmacBatch, hmacTwin } from "./hmac-batch.node.ts";

const unbuilt = kernelBytes("hashing", "hmac") === undefined ? "the kernel is not built: npm run prepare" : false;

/** Test cases 1, 2, 3, 6 of RFC 4231; the last key is longer than a block. The data of 6 is 54 bytes, one block with its padding. */
const RFC_4231 = [
  { key: "0b".repeat(20), text: Buffer.from("Hi There"), tag: "b0344c61d8db3853" },
  { key: "4a656665", text: Buffer.from("what do ya want for nothing?"), tag: "5bdcc146bf60754e" },
  { key: "aa".repeat(20), text: Buffer.alloc(50, 0xdd), tag: "773ea91e36800e46" },
  {
    key: "aa".repeat(131),
    text: Buffer.from("Test Using Larger Than Block-Size Key - Hash Key First"),
    tag: "60e431591ee0b67f",
  },
];

function hexOf({ tags }: HmacBatch, i: number): string {
  return [tags[2 * i] ?? 0, tags[2 * i + 1] ?? 0].map((word) => word.toString(16).padStart(8, "0")).join("");
}

for (const [name, open] of Object.entries({ hmacBatch, hmacTwin })) {
  const skip = name === "hmacBatch" && unbuilt;
  for (const { key, text, tag } of RFC_4231) {
    test(`${name}() of RFC 4231's ${text.length} bytes in every lane`, { skip }, () => {
      const batch = open(fromHex(key), text.length, 8);
      for (let i = 0; i < 5; i++) batch.bytes.set(text, i * batch.stride);
      batch.run(5);
      for (let i = 0; i < 5; i++) assert.equal(hexOf(batch, i), tag);
    });
  }
}

test("hmacBatch() is node:crypto's HMAC for every length, key and count", { skip: unbuilt }, () => {
  const random = seededRandom("hmac");
  const bytes = (length: number): Buffer => Buffer.from(Array.from({ length }, () => random.below(256)));
  for (let lengthBytes = 0; lengthBytes <= 90; lengthBytes++) {
    const key = bytes(1 + random.below(80));
    const batch = hmacBatch(key, lengthBytes, 16);
    // A batch is used again: nothing of the run before may stay.
    for (const count of [16, 1 + random.below(15)]) {
      const messages = Array.from({ length: count }, () => bytes(lengthBytes));
      for (const [i, message] of messages.entries()) batch.bytes.set(message, i * batch.stride);
      batch.run(count);
      const told = messages.map((_, i) => hexOf(batch, i));
      const wanted = messages.map((message) => createHmac("sha256", key).update(message).digest("hex").slice(0, 16));
      assert.deepEqual(told, wanted, `${lengthBytes} bytes`);
    }
  }
});

test("hmacBatch() refuses a capacity that is no multiple of four", () => {
  assert.throws(() => hmacBatch(new Uint8Array(32), 10, 6), /current capacity is 6/);
});
