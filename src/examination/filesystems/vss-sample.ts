// Makes a volume with shadow copies for tests: from its states, the oldest first, keeps what the next state changed.

const BLOCK = 0x4000;
const IDENTIFIER = Buffer.from("6b87083876c1484eb7ae04046e6cc752", "hex");

/** A row of a copy's list of blocks. */
export interface SampleDescriptor {
  originalByte: number;
  relativeByte?: number;
  bytes?: Uint8Array;
  flags?: number;
  sectors?: number;
}

export interface SampleCopy {
  createdMs: number;
  descriptors: SampleDescriptor[];
  /** Numbers of blocks that were free. */
  free?: number[];
}

/** The blocks of `before` that `after` changed. */
export function changedBlocks(before: Uint8Array, after: Uint8Array): SampleDescriptor[] {
  const changed: SampleDescriptor[] = [];
  for (let at = 0; at < before.length; at += BLOCK) {
    const bytes = before.subarray(at, at + BLOCK);
    if (!Buffer.from(bytes).equals(after.subarray(at, at + BLOCK))) changed.push({ originalByte: at, bytes });
  }
  return changed;
}

/** The volume as it is now, and behind its file system the copies. */
export function shadowSample(now: Uint8Array, copies: SampleCopy[]): Buffer {
  const blocks: Buffer[] = [];
  const start = Math.ceil(now.length / BLOCK) * BLOCK;
  const place = (bytes: Uint8Array): number => {
    const block = Buffer.alloc(BLOCK);
    block.set(bytes);
    blocks.push(block);
    return start + (blocks.length - 1) * BLOCK;
  };
  const table = (record: number, fill: (block: Buffer) => void): number => {
    const at = place(header(record, start + blocks.length * BLOCK));
    fill(blocks.at(-1) ?? Buffer.alloc(BLOCK));
    return at;
  };
  const stored = copies.map(({ descriptors, free = [], ...copy }, number) => {
    const placed = descriptors.map((one) => ({ ...one, at: one.bytes === undefined ? 0 : place(one.bytes) }));
    const blocksAt = table(3, (block) => {
      for (const [i, one] of placed.entries()) {
        const at = 128 + i * 32;
        block.writeBigUInt64LE(BigInt(one.originalByte), at);
        block.writeBigUInt64LE(BigInt(one.relativeByte ?? 0), at + 8);
        block.writeBigUInt64LE(BigInt(one.at), at + 16);
        block.writeUInt32LE(one.flags ?? 0, at + 24);
        block.writeUInt32LE(one.sectors ?? 0, at + 28);
      }
    });
    const bitmapAt = table(6, (block) => {
      for (const one of free) block[128 + (one >> 3)] = (block[128 + (one >> 3)] ?? 0) | (1 << (one & 7));
    });
    return { ...copy, number: number + 1, blocksAt, bitmapAt };
  });
  const catalogAt = table(2, (block) => {
    // The newest first: the catalog is in no order.
    for (const [i, copy] of stored.toReversed().entries()) {
      const at = 128 + i * 256;
      for (const [entry, kind] of [
        [at, 2],
        [at + 128, 3],
      ] as const) {
        block.writeBigUInt64LE(BigInt(kind), entry);
        block.writeUInt32LE(copy.number, entry + 16);
      }
      block.writeBigUInt64LE(BigInt(copy.number), at + 32);
      block.writeBigUInt64LE(BigInt(copy.createdMs + 11_644_473_600_000) * 10_000n, at + 48);
      block.writeBigUInt64LE(BigInt(copy.blocksAt), at + 136);
      block.writeBigUInt64LE(BigInt(copy.bitmapAt), at + 176);
    }
  });
  const volume = Buffer.concat([now, Buffer.alloc(start - now.length), ...blocks]);
  header(1, 0x1e00).copy(volume, 0x1e00, 0, 128);
  volume.writeBigUInt64LE(BigInt(catalogAt), 0x1e00 + 48);
  return volume;
}

function header(record: number, at: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  IDENTIFIER.copy(block);
  block.writeUInt32LE(1, 16);
  block.writeUInt32LE(record, 20);
  block.writeBigUInt64LE(BigInt(at), 32);
  return block;
}
