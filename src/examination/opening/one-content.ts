import { concatBytes } from "#base/values";

/** Takes the bytes of one file as they come; two files, or more bytes than allowed, are none. */
export interface OneContent {
  piece(bytes: Uint8Array): void;
  zeros(lengthBytes: number): void;
  end(complete: boolean): void;
  whole(): Uint8Array | null;
}

/** @param mostBytes Held at most. */
export function oneContent(mostBytes: number): OneContent {
  let pieces: Uint8Array[] | null = [];
  let [heldBytes, ends, isComplete] = [0, 0, true];
  const add = (lengthBytes: number, bytes: () => Uint8Array): void => {
    heldBytes += lengthBytes;
    if (heldBytes > mostBytes) pieces = null;
    pieces?.push(bytes());
  };
  return {
    piece: (bytes) => add(bytes.length, () => bytes.slice()),
    zeros: (lengthBytes) => add(lengthBytes, () => new Uint8Array(lengthBytes)),
    end(complete) {
      ends++;
      isComplete &&= complete;
    },
    whole: () => (pieces !== null && ends === 1 && isComplete ? concatBytes(...pieces) : null),
  };
}
