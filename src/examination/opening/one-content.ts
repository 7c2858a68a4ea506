import { type GrowingBytes, growingBytes } from "#base/values";

const ZEROS = new Uint8Array(2 ** 18);

/** Takes the bytes of one file as they come; two files, or more bytes than allowed, are none. */
export interface OneContent {
  piece(bytes: Uint8Array): void;
  zeros(lengthBytes: number): void;
  end(complete: boolean): void;
  whole(): Uint8Array | null;
}

/** @param mostBytes Held at most. */
export function oneContent(mostBytes: number): OneContent {
  let held: GrowingBytes | null = growingBytes(mostBytes);
  let [ends, isComplete] = [0, true];
  const piece = (bytes: Uint8Array): void => {
    if (held?.add(bytes) === false) held = null;
  };
  return {
    piece,
    zeros(lengthBytes) {
      for (let left = lengthBytes; left > 0 && held !== null; left -= ZEROS.length)
        piece(ZEROS.subarray(0, Math.min(left, ZEROS.length)));
    },
    end(complete) {
      ends++;
      isComplete &&= complete;
    },
    whole: () => (held !== null && ends === 1 && isComplete ? held.bytes() : null),
  };
}
