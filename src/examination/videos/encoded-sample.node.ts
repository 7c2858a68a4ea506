import type { SamplePacket } from "./container-samples.ts";

const [WIDTH, HEIGHT, FRAME_MS] = [160, 128, 40];

/** A drawing that moves, coded by the encoder of the decoder's package; undefined where that is not installed. */
export async function encodedSample(codec: string, frames: number): Promise<SamplePacket[] | undefined> {
  const coders = await import("@napi-rs/webcodecs").catch(() => undefined);
  if (coders === undefined) return undefined;
  const packets: SamplePacket[] = [];
  const encoder = new coders.VideoEncoder({
    output: (chunk) => {
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      packets.push({ data, key: chunk.type === "key", timestampMs: chunk.timestamp / 1000 });
    },
    error: (error) => {
      throw error;
    },
  });
  const annexB = codec.startsWith("avc1") ? { avc: { format: "annexb" as const } } : {};
  encoder.configure({ codec, width: WIDTH, height: HEIGHT, bitrate: 400_000, latencyMode: "realtime", ...annexB });
  for (let frame = 0; frame < frames; frame++) {
    const shown = new coders.VideoFrame(drawing(frame), {
      ...{ format: "I420", codedWidth: WIDTH, codedHeight: HEIGHT, timestamp: 1000 * FRAME_MS * frame },
    });
    encoder.encode(shown, { keyFrame: frame % 10 === 0 });
    shown.close();
  }
  await encoder.flush();
  encoder.close();
  return packets;
}

function drawing(frame: number): Uint8Array {
  const pixels = new Uint8Array((WIDTH * HEIGHT * 3) / 2).fill(128);
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) pixels[y * WIDTH + x] = 40 + ((x + 3 * frame) % 50) * 3 + (y > 60 ? 30 : 0);
  return pixels;
}
