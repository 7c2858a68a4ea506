import { ALL_FORMATS, CustomSource, EncodedPacketSink, Input, type InputVideoTrack } from "mediabunny";
import type { ByteSource } from "#examination/sources";
import type { VideoWish } from "./video.ts";
import type { FoundTrack, VideoPacket } from "./video-track.ts";

/** One packet, one read of the demuxer: more names damage. */
const READ_MOST_BYTES = 2 ** 27;

/**
 * The moving picture in a container of the demuxer that is a package: ISO and QuickTime, Matroska, MPEG-TS, Ogg. The demuxer goes with the
 * process, which decodes one video.
 */
export async function mediaTrack(source: ByteSource): Promise<FoundTrack> {
  const input = new Input({ source: customSource(source), formats: ALL_FORMATS });
  const track = await input.getPrimaryVideoTrack();
  if (track === null) return undefined;
  const [codec, config] = [await track.getCodec(), await track.getDecoderConfig()];
  if (codec === null || config === null) return { refused: codec ?? "?" };
  const { description } = config;
  return {
    codec,
    config: { codec: config.codec, ...(description === undefined ? {} : { description: bytesOf(description) }) },
    width: await track.getCodedWidth(),
    height: await track.getCodedHeight(),
    rotation: await track.getRotation(),
    durationMs: await durationMs(track),
    packets: (wish) => packetsOf(new EncodedPacketSink(track), wish),
  };
}

async function* packetsOf(sink: EncodedPacketSink, wish: VideoWish["frames"]): AsyncGenerator<VideoPacket> {
  const all = wish === "all";
  let packet = all ? await sink.getFirstPacket() : await sink.getFirstKeyPacket();
  while (packet !== null) {
    yield { data: packet.data, key: packet.type === "key", timestampMs: packet.microsecondTimestamp / 1000 };
    packet = all ? await sink.getNextPacket(packet) : await sink.getNextKeyPacket(packet);
  }
}

function customSource({ sizeBytes, readSync }: ByteSource): CustomSource {
  return new CustomSource({
    getSize: () => sizeBytes,
    read: (start, end) => {
      if (end - start > READ_MOST_BYTES) throw new RangeError(`Cannot read ${end - start} bytes at once`);
      const bytes = new Uint8Array(end - start);
      readSync(bytes, start);
      return bytes;
    },
    prefetchProfile: "fileSystem",
  });
}

/** A container may not know how long it is. */
async function durationMs(track: InputVideoTrack): Promise<number | null> {
  const seconds = await track.computeDuration();
  return Number.isFinite(seconds) ? Math.round(seconds * 1000) : null;
}

function bytesOf(buffer: ArrayBuffer | ArrayBufferView | SharedArrayBuffer): Uint8Array {
  return ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
}
