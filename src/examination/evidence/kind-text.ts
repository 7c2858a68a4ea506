import type { Finding } from "./report-record.ts";
import type { Teller } from "./teller.ts";

/** What a finding is, in few words. */
export function kindWords(say: Teller["say"], { kind, blocks, distinctBlocks, confirmed, likeness }: Finding): string {
  if (likeness !== undefined) {
    const { distanceBits: distance, thresholdBits: threshold, quality, position, percent } = likeness;
    const measured = { distance, threshold, quality, position };
    return percent === undefined
      ? say("kind.likeness", measured)
      : say("kind.likeness-video", { ...measured, percent });
  }
  const what =
    kind === "whole-file" ? say("kind.whole-file") : say("kind.blocks", { pieces: blocks, distinct: distinctBlocks });
  return confirmed ? what : `${what} (${say("kind.unconfirmed")})`;
}
