// The fear: bytes that come out other than they went in, or damage that never ends.
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/values";
import { unpackLzfse } from "./lzfse.ts";
import { unpackXz } from "./xz.ts";

const SEED = process.env["PHUM_FUZZ_SEED"] ?? `${Date.now()}`;
const CASES = Number(process.env["PHUM_FUZZ_CASES"] ?? 3000);
/** The squares of 0 to 199, made by xz 5.4 through Python's lzma: as usual, and with lc=0, lp=2, pb=0 and CRC64. */
const SQUARES = Array.from({ length: 200 }, (_, i) => i * i).join(" ");
const USUAL = Buffer.from(
  "/Td6WFoAAAFpIt42AgAhARYAAAB0L+Wj4AQcAdJdABgIAoZJLmgOJs4r8ZJi+RC6YjC2WE3qX5cnQR8AHUKavG7UEsqfqRrJwJkxRYtSFb9sd+" +
    "MA0R5vJXdaoS4E4+g7gGq0kULNFf/tqjoDjzl2TG4xLpQjb2lxfCDEVr0bCfbyDppzMFOZHlEA2KwuMU8xUiIt5yXs1S4vnBMsPnWAAIRJmCJE" +
    "70LcR5ZLI+eGWnu9bsCfVrSLqjjsJqXwKudtyizCUQXd7t3Gx90lTVLf2Z3gbw/7nbyICWqYs+7mLnDwPKjyRmUvn6/20FYTKAw68QQgV78O7B" +
    "ahR8cdGrxWVmX+DZYtN2zJKGCkHNztIp8XNH79BkDzgDonp95uHXDjC3YbptwH0PCmaJ5d4s5z3bqLdRL9rVj9ua6DinHP06QcT1paJqbvMVar" +
    "msNiQKrhCMdOToPG0Caa4VwgQizaiTfIIful3KVvploaeWidJ0P76fg8s9EIHFirwnbt20MdTeahttAeEkLmL2PIReX4RGWOCuXWp1lMnNEmFg" +
    "Hriiq2dTxsjlmUPvv8AOb/KBKpXsAO/kC/qF3qi78bqY9mkBfe/f7mXs0vEz2wxWhH2pEWUxm3oVik5xkz5gJX/9MuT7NFYEv0xugrbh8gAhxo" +
    "9wAAAADavVukAAHqA50IAAAo/hNyPjANiwIAAAAAAVla",
  "base64",
);
const OTHER = Buffer.from(
  "/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AQcAjMSABgIQrbgnnFVEos4tdcnkhSSStGcVjzn8llNxI98+1QH1ejxmDY/rqchAAC6oWdHmQVC+X" +
    "BvzOIHLCEJaKpdhYx8+mu767+yfvzwqkKebZ9j285sof9+N8FD6OwOgwQU1QQ9ZMDpBe5btbGWaG4kTJ8RMxtoPv5mkBJBb02am80DzN+/IHk+" +
    "AThZpfKPUYqkp180MHKTa93XafAPQ3gvFhZLM31i6OyQ+5DAQX8WcPCLRyK1lGkmZbCVkTGcU3TqW94e9hBbBj8KRiJ1NRraGjNHylWRgyEpnC" +
    "FImhN7/smCSATKicujm+EjnxI2ruzdOd+CXJTFANJBkwBIltnYMAJtT9jVET1LL9YT6elwk/c7DkVd8HVojU9jBz8dN7KjxKOxFA4kPU7EPCWi" +
    "zB6NvkEdzC763NbLVptrrvio+sECbX9Xe06F+bpoZlXRotT9//Q27j/JsEU6HGYyxdXvq/q6qCQRg4FptcV/80Uv4fGVrEUZdbZHhfO1o66/e+" +
    "dzATkHiq3KLfNwyyrzC0XF2zlmaR4e3pmBSqGxfyTBvRqip9crxEnLhPzDELhNq2IAiVVQqmcCNS0zmxqjWL76QMRiyndpLs5X/dlmdSnopk0+" +
    "SxsOrSf6fx0N4LJ0kyGkzfRmbc2PwCe8/BLg3ohPNr0Rnlbrwb8rqntJQKcepfBMbAnYE3FpcHUMXTaCvoRYdPtO7nuRyG0RCGVPsxFaKGjWrP" +
    "4oIeiqMTQcBzyIEUECR0sAAADe3VEXLMNIRAABzwSdCAAAvbZSl7HEZ/sCAAAAAARZWg==",
  "base64",
);

test("unpackXz() gives what xz took, and no more than is asked for", () => {
  for (const packed of [USUAL, OTHER]) {
    assert.equal(Buffer.from(unpackXz(packed, 100_000)).toString(), SQUARES);
    assert.equal(Buffer.from(unpackXz(packed, 50)).toString(), SQUARES.slice(0, 50));
  }
});

test("unpackXz() refuses what is no xz, cut, or packed with another filter", () => {
  assert.throws(() => unpackXz(Buffer.from("no xz at all"), 100), RangeError);
  assert.throws(() => unpackXz(USUAL.subarray(0, 200), 100_000), RangeError);
  const filtered = Buffer.from(USUAL);
  filtered[14] = 0x04;
  assert.throws(() => unpackXz(filtered, 100), RangeError);
});

test(`unpackXz(), unpackLzfse() of damaged bytes give at most the limit or a RangeError (seed ${SEED})`, () => {
  const random = seededRandom(SEED);
  const stored = Buffer.concat([Buffer.from("bvx-"), Buffer.from([9, 0, 0, 0]), Buffer.from("some text"), USUAL]);
  const samples = [
    { packed: USUAL, unpack: unpackXz },
    { packed: OTHER, unpack: unpackXz },
    { packed: Buffer.concat([Buffer.from("bvx2"), USUAL.subarray(24)]), unpack: unpackLzfse },
    { packed: stored, unpack: unpackLzfse },
  ];
  for (let done = 0; done < CASES; done++) {
    const { packed, unpack } = samples[done % samples.length] ?? { packed: USUAL, unpack: unpackXz };
    const bytes = Buffer.from(packed);
    for (let i = random.below(4); i >= 0; i--) bytes[random.below(bytes.length)] = random.below(256);
    try {
      assert.ok(unpack(bytes.subarray(0, 1 + random.below(bytes.length)), 20_000).length <= 20_000);
    } catch (error) {
      assert.ok(error instanceof RangeError, `seed ${SEED}, case ${done}: ${error}`);
    }
  }
});
