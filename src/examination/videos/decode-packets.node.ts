import { type Moments, moments } from "./frame-moments.ts";
import { type FrameTaker, frameTaker } from "./frame-taker.node.ts";
import type { Decoding } from "./video-work.ts";

/** Packets given to the decoder and not yet decoded. */
const QUEUE_MOST = 16;
/** Frames that the decoder has given and nobody has taken yet: each holds its whole picture. */
const UNTAKEN_MOST = 4;

type Decoders = typeof import("@napi-rs/webcodecs");

/** Decodes a track's packets by the package's decoder, which is native code. */
export async function decodePackets({ work, track, facts }: Decoding, decoders: Decoders): Promise<void> {
  const waiting = moments();
  const taker = frameTaker(work, { facts, waiting });
  // The decoder's own threads do not keep the process alive.
  const awake = setInterval(() => undefined, 1000);
  const decoder = new decoders.VideoDecoder({
    output: (frame) => taker.take(frame),
    error: () => {
      facts.damaged = true;
    },
  });
  try {
    const { width, height, config } = track;
    decoder.configure({
      ...config,
      ...(width > 0 && height > 0 ? { codedWidth: width, codedHeight: height } : {}),
      hardwareAcceleration: "prefer-software",
    });
    await feed({ work, track, facts }, { decoder, decoders, waiting, taker });
    if (decoder.state === "configured") await decoder.flush();
  } catch {
    facts.damaged = true;
  } finally {
    clearInterval(awake);
    await taker.settled();
    if (decoder.state !== "closed") decoder.close();
  }
}

interface Feeding {
  decoder: InstanceType<Decoders["VideoDecoder"]>;
  decoders: Decoders;
  waiting: Moments;
  taker: FrameTaker;
}

async function feed({ work, track, facts }: Decoding, { decoder, decoders, waiting, taker }: Feeding): Promise<void> {
  for await (const { data, key, timestampMs } of track.packets(work.wish.frames)) {
    if (decoder.state !== "configured") return;
    if (facts.frames >= work.wish.framesMost) {
      facts.cut = true;
      return;
    }
    waiting.add(timestampMs);
    const timestamp = Math.round(1000 * timestampMs);
    decoder.decode(new decoders.EncodedVideoChunk({ type: key ? "key" : "delta", data, timestamp }));
    while (decoder.decodeQueueSize > QUEUE_MOST || taker.untaken() > UNTAKEN_MOST)
      await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
