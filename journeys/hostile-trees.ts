// AFF4 and AD1 images that lie about their trees.
import { utf8 } from "#base/values";
import { aff4Of, logicalImageOf, zipOf } from "#examination/images/node";
import { changed, filling, type HostileCase } from "./hostile-case.ts";

const URN = "aff4://00000000-aaaa-4000-8000-00000000000";
const IMAGE = `<${URN}4> a aff4:DiskImage , aff4:Image ; aff4:dataStream <${URN}3> ; aff4:size "262144"^^xsd:long ; aff4:stored <${URN}1> .\n`;
const mapOver = (stream: number): string =>
  `<${URN}3> a aff4:Map ; aff4:dependentStream <${URN}${stream}> ; aff4:size "262144"^^xsd:long ; aff4:stored <${URN}1> .\n`;
/** A stream of chunks that nothing could hold. */
const VAST = `<${URN}2> a aff4:ImageStream ; aff4:chunkSize "${2n ** 62n}"^^xsd:int ; aff4:chunksInSegment "2147483648"^^xsd:int ; aff4:size "${2n ** 62n}"^^xsd:long ; aff4:stored <${URN}1> .\n`;

/** AFF4 of a description and members. */
function aff4(turtle: string, members: Record<string, Uint8Array> = {}): Buffer {
  const prefix = "@prefix aff4: <http://aff4.org/Schema#> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n";
  const own = {
    "container.description": utf8(`${URN}1`),
    "version.txt": utf8("major=1\nminor=0\n"),
    "information.turtle": utf8(prefix + turtle),
  };
  return Buffer.from(zipOf({ ...own, ...members }, `${URN}1`));
}

const member = (urn: number, name: string): string => `aff4%3A%2F%2F${URN.slice(7)}${urn}/${name}`;

/** One piece of a map, from byte 0 to byte 0 of a target. */
function piece(length: bigint, target: number): Buffer {
  const bytes = Buffer.alloc(28);
  bytes.writeBigUInt64LE(length, 8);
  bytes.writeUInt32LE(target, 24);
  return bytes;
}

const ROOT = 512 + 92;
const logical = (): Uint8Array => logicalImageOf({ "a.txt": utf8("a"), "b.txt": utf8("b") });

export const TREE_CASES: HostileCase[] = [
  {
    name: "AFF4 whose map leads to itself",
    files: () => ({
      "a.aff4": aff4(IMAGE + mapOver(3), {
        [member(3, "map")]: piece(262_144n, 0),
        [member(3, "idx")]: utf8(`${URN}3\n`),
      }),
    }),
    ...{ exit: 65, says: /in a circle/ },
  },
  {
    name: "AFF4 with chunks of 2^62 bytes, 2^31 in a bevy",
    files: () => ({
      "a.aff4": aff4(IMAGE + mapOver(2) + VAST, {
        [member(3, "map")]: piece(2n ** 63n, 0),
        [member(3, "idx")]: utf8(`${URN}2\n`),
        [member(2, "00000000")]: filling("bevy", 9000),
        [member(2, "00000000.index")]: Buffer.alloc(24, 0xff),
      }),
    }),
    ...{ exit: 65, says: /do not agree/ },
  },
  {
    name: "AFF4 whose description never closes its brackets",
    files: () => ({ "a.aff4": aff4(`${IMAGE}<${URN}9> a ${"[ aff4:x ".repeat(100_000)}`) }),
    ...{ exit: 65, says: /is not whole/ },
  },
  {
    name: "AFF4 in an archive that says it has 65,534 members and 4 GiB of names",
    files: () => {
      const { file } = aff4Of({
        media: filling("media", 65_536),
        compression: "zlib",
        md5: "0".repeat(32),
        unreadable: null,
      });
      return {
        "a.aff4": changed(file, (b) => {
          const end = b.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
          for (const at of [8, 10]) b.writeUInt16LE(0xfffe, end + at);
          b.writeUInt32LE(0xfffffffe, end + 12);
        }),
      };
    },
    ...{ exit: 65, says: /do not agree/ },
  },
  {
    name: "AD1 whose folder contains itself",
    files: () => ({ "a.ad1": changed(logical(), (b) => b.writeBigUInt64LE(92n, ROOT + 8)) }),
    ...{ exit: 0, says: /files\/folder/ },
  },
  {
    name: "AD1 whose file is its own neighbour",
    files: () => ({
      "a.ad1": changed(logical(), (b) => {
        const first = b.readBigUInt64LE(ROOT + 8);
        b.writeBigUInt64LE(first, 512 + Number(first));
      }),
    }),
    ...{ exit: 0, says: /a\.txt/ },
  },
  {
    name: "AD1 with a name of 2^32 - 1 bytes",
    files: () => ({ "a.ad1": changed(logical(), (b) => b.writeUInt32LE(2 ** 32 - 1, ROOT + 44)) }),
    ...{ exit: 0, says: /files\/folder/ },
  },
  {
    name: "AD1 with a file of 2^62 bytes in 2^60 chunks",
    files: () => ({
      "a.ad1": changed(logical(), (b) => {
        const first = 512 + Number(b.readBigUInt64LE(ROOT + 8));
        b.writeBigUInt64LE(2n ** 62n, first + 32);
        b.writeBigUInt64LE(2n ** 60n, 512 + Number(b.readBigUInt64LE(first + 24)));
      }),
    }),
    ...{ words: ["extract", "a.ad1/files", "--out", "out"], exit: 74, says: /could not be read completely/ },
  },
];
