import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { Fault } from "#base/faults";
import { seededRandom } from "#base/values";
import { openProvider } from "./provider.node.ts";
import { providerAnswer, providerHello } from "./provider-message.ts";

const SAMPLE = [process.execPath, "--no-warnings", join(import.meta.dirname, "provider-sample.node.ts")];
const isProviderFault = (error: unknown): boolean => error instanceof Fault && error.code === "likeness/provider";

/** A ramp from dark to light, with a lighter corner; seeded noise on it. */
function drawing(seed: string, noise: number): { width: number; height: number; pixels: Uint8Array } {
  const random = seededRandom(seed);
  const [width, height] = [64, 48];
  const pixels = Uint8Array.from({ length: width * height }, (_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    return Math.min(255, 3 * x + (y < 16 && x < 16 ? 90 : 0) + random.below(noise));
  });
  return { width, height, pixels };
}

test("openProvider() asks a local program for fingerprints and distances, several at once", async () => {
  const provider = await openProvider(SAMPLE);
  try {
    assert.deepEqual([provider.hello.kind, provider.hello.threshold, provider.hello.want], ["fields", 6, "grey"]);
    const [first, again] = await Promise.all([
      provider.fingerprint(drawing("a", 4)),
      provider.fingerprint(drawing("b", 8)),
    ]);
    assert.match(first?.value ?? "", /^[0-9a-f]{16}$/);
    const near = await provider.distance(first?.value ?? "", again?.value ?? "");
    assert.ok(near <= provider.hello.threshold, `${near} bits`);
    assert.equal(await provider.distance("ffffffffffffffff", "0000000000000000"), 64);
    assert.equal(await provider.fingerprint({ width: 2, height: 2, pixels: new Uint8Array(4) }), null);
  } finally {
    provider.close();
  }
});

test("openProvider() of a program that speaks another version, or does not start, is likeness/provider", async () => {
  await assert.rejects(openProvider([...SAMPLE, "version"]), isProviderFault);
  await assert.rejects(openProvider(["/nowhere/at/all"]), isProviderFault);
  await assert.rejects(openProvider([process.execPath, "-e", "0"]), isProviderFault);
});

for (const misbehaviour of ["ends", "noise"]) {
  test(`a provider that ${misbehaviour} instead of an answer: likeness/provider, for this question and the next`, async () => {
    const provider = await openProvider([...SAMPLE, misbehaviour]);
    await assert.rejects(provider.fingerprint(drawing("c", 4)), isProviderFault);
    await assert.rejects(provider.distance("0", "1"), isProviderFault);
    provider.close();
  });
}

test("providerHello() and providerAnswer() take nothing that is not theirs", () => {
  const hello = {
    format: "phum-fingerprint-provider",
    version: 1,
    kind: "photodna",
    threshold: 20,
    want: "rgb",
    sideMost: 0,
  };
  assert.equal(providerHello(JSON.stringify(hello))?.kind, "photodna");
  for (const change of [
    { kind: "pdq" },
    { kind: "A b" },
    { threshold: -1 },
    { want: "all" },
    { sideMost: 1e9 },
    { version: "1" },
  ]) {
    assert.equal(providerHello(JSON.stringify({ ...hello, ...change })), null);
  }
  assert.deepEqual(providerAnswer('{"id":1,"value":"ab","quality":7}'), { id: 1, value: "ab", quality: 7 });
  for (const text of [
    "",
    "[]",
    "null",
    '{"id":"1","value":"a"}',
    '{"id":1}',
    '{"id":1,"value":"a b"}',
    '{"id":1,"distance":-1}',
  ]) {
    assert.equal(providerAnswer(text), null);
  }
});
