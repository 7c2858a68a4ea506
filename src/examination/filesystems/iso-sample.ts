// Makes small discs for tests: one root, files one after the other, both trees where wished.

const SECTOR = 2048;

/** A file of the disc. `moreName`: the second tree's; null hides it there. `systemUse`: fields behind the plain name. */
export interface SampleFile {
  name: string | null;
  jolietName?: string | null;
  bytes: Uint8Array;
  systemUse?: Uint8Array;
}

/** A disc of one folder, with a second tree (Joliet) where a file has a name for it. `startBlock`: where the session begins. */
export function isoSample(files: SampleFile[], rootUse: Uint8Array = new Uint8Array(0), startBlock = 0): Buffer {
  const joliet = files.some(({ jolietName }) => jolietName !== undefined);
  const placed: { file: SampleFile; block: number }[] = [];
  let next = 22;
  for (const file of files) {
    placed.push({ file, block: next });
    next += Math.ceil(file.bytes.length / SECTOR);
  }
  const image = Buffer.alloc((next + 2) * SECTOR);
  const root = 20 + startBlock;
  const jolietRoot = 21 + startBlock;
  descriptor(image, { at: 16, kind: 1, rootBlock: root, blocks: next + 2 });
  if (joliet) descriptor(image, { at: 17, kind: 2, rootBlock: jolietRoot, blocks: next + 2 });
  image.write("\xffCD001", (joliet ? 18 : 17) * SECTOR, "latin1");
  for (const { file, block } of placed) image.set(file.bytes, block * SECTOR);
  const plain = placed.filter(({ file }) => file.name !== null);
  writeRecords(image, 20, [
    { identifier: Buffer.from([0]), block: root, sizeBytes: SECTOR, flags: 2, systemUse: rootUse },
    { identifier: Buffer.from([1]), block: root, sizeBytes: SECTOR, flags: 2 },
    ...plain.map(({ file, block }) =>
      recordOf(file, { block: block + startBlock, identifier: Buffer.from(file.name ?? "", "latin1") }),
    ),
  ]);
  if (!joliet) return image;
  const named = placed.filter(({ file }) => typeof file.jolietName === "string");
  writeRecords(image, 21, [
    { identifier: Buffer.from([0]), block: jolietRoot, sizeBytes: SECTOR, flags: 2 },
    { identifier: Buffer.from([1]), block: jolietRoot, sizeBytes: SECTOR, flags: 2 },
    ...named.map(({ file, block }) => {
      const { systemUse: _, ...rest } = recordOf(file, {
        block: block + startBlock,
        identifier: utf16be(file.jolietName ?? ""),
      });
      return rest;
    }),
  ]);
  return image;
}

interface SampleRecord {
  identifier: Buffer;
  block: number;
  sizeBytes: number;
  flags: number;
  systemUse?: Uint8Array;
}

function recordOf(
  { bytes, systemUse }: SampleFile,
  { block, identifier }: { block: number; identifier: Buffer },
): SampleRecord {
  const record = { identifier, block, sizeBytes: bytes.length, flags: 0 };
  return systemUse === undefined ? record : { ...record, systemUse };
}

function utf16be(text: string): Buffer {
  return Buffer.from(text, "utf16le").swap16();
}

function writeRecords(image: Buffer, block: number, records: SampleRecord[]): void {
  let at = block * SECTOR;
  for (const record of records) {
    const bytes = recordBytes(record);
    bytes.copy(image, at);
    at += bytes.length;
  }
}

function recordBytes({ identifier, block, sizeBytes, flags, systemUse = new Uint8Array(0) }: SampleRecord): Buffer {
  const nameEnd = 33 + identifier.length + ((identifier.length & 1) === 0 ? 1 : 0);
  const bytes = Buffer.alloc(nameEnd + systemUse.length + (systemUse.length & 1));
  bytes[0] = bytes.length;
  bytes.writeUInt32LE(block, 2);
  bytes.writeUInt32LE(sizeBytes, 10);
  bytes.set([124, 6, 15, 12, 30, 0, 28], 18);
  bytes[25] = flags;
  bytes[32] = identifier.length;
  bytes.set(identifier, 33);
  bytes.set(systemUse, nameEnd);
  return bytes;
}

function descriptor(image: Buffer, of: { at: number; kind: 1 | 2; rootBlock: number; blocks: number }): void {
  const bytes = image.subarray(of.at * SECTOR, (of.at + 1) * SECTOR);
  bytes[0] = of.kind;
  bytes.write("CD001\x01", 1, "latin1");
  if (of.kind === 1) bytes.write("DISC".padEnd(32), 40, "latin1");
  else utf16be("DISC".padEnd(16)).copy(bytes, 40);
  if (of.kind === 2) bytes.write("%/E", 88);
  bytes.writeUInt32LE(of.blocks, 80);
  bytes.writeUInt16LE(SECTOR, 128);
  recordBytes({ identifier: Buffer.from([0]), block: of.rootBlock, sizeBytes: SECTOR, flags: 2 }).copy(bytes, 156);
}
