// What benches of whole examinations share: an agency and an officer by the commands themselves, a list of random keys, images
// of noise. Nothing real.
import { spawnSync } from "node:child_process";
import { closeSync, ftruncateSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { projectHome } from "#base/machine/node";
import { openSigner } from "#base/signing/node";
import { distinctFingerprints, shardCountFor } from "#examination/filters";
import { writeFilter } from "#examination/filters/node";

const PIECE = 2 ** 20;

/** Keys by the commands themselves, and a list of `keys` random keys in bench.phumf. @returns the agency's public key. */
export async function makeKit(dir: string, keys: number): Promise<string> {
  const file = (name: string): string => join(dir, name);
  writeFileSync(file("pass"), "bench\n");
  const phum = (...words: string[]): string => {
    const run = spawnSync(join(projectHome, "phum"), words, { encoding: "utf8" });
    if (run.status !== 0) throw new Error(run.stderr);
    return run.stdout.trim().split("\n").at(-1) ?? "";
  };
  const trust = phum("signer", "new", "--out", file("agency.key"), "--passphrase-file", file("pass"));
  const recipient = phum("identity", "new", "--out", file("officer.key"), "--passphrase-file", file("pass"));
  const agency = await openSigner(readFileSync(file("agency.key")), "bench");
  const shards = shardCountFor(keys);
  const pieces = Math.ceil(keys / shards / PIECE);
  const piece = (shard: number, i: number): BigUint64Array => randomKeys({ keys, shard, shards, i, pieces });
  const shardKeys = Array.from({ length: shards }, (_, shard) =>
    Array.from({ length: pieces }, (_, i) => piece(shard, i).length).reduce((a, b) => a + b),
  );
  const total = shardKeys.reduce((a, b) => a + b);
  const iso = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
  await writeFilter(
    file("bench.phumf"),
    {
      about: {
        ...{ name: "Bench", agency: "Bench", category: "practice", release: "1", releasedAt: iso(-1) },
        ...{ validUntil: iso(30), graceUntil: iso(60), listedBytes: total * 4096, inputBytes: total * 4096 },
        statistics: { kept: total, dropped: {} },
      },
      keys: { setKey: new Uint8Array(32).fill(1), releaseKey: new Uint8Array(32).fill(2) },
      shardKeys,
      async *fingerprints(shard) {
        for (let i = 0; i < pieces; i++) yield piece(shard, i);
      },
      files: [],
    },
    { agency, recipients: [recipient] },
  );
  return trust;
}

/** Keys of one piece: pieces ascend, so repetitions stay within one. */
function randomKeys({
  keys,
  shard,
  shards,
  i,
  pieces,
}: Record<"keys" | "shard" | "shards" | "i" | "pieces", number>): BigUint64Array {
  const words = new Uint32Array(2 * Math.min(PIECE, Math.ceil(keys / shards / pieces)));
  let x = (shard * 4096 + i + 1) * 2654435761;
  for (let j = 0; j < words.length; j++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    words[j] = j % 2 === 0 ? x : (shard / shards) * 2 ** 32 + ((x >>> 0) * 0.999 + i * 2 ** 32) / (pieces * shards);
  }
  return distinctFingerprints(new BigUint64Array(words.buffer));
}

/**
 * Noise behind an ext4 superblock that says: clusters of 4 KiB from byte 0, so that "known" is one phase.
 *
 * @param every One piece of 4 MiB in so many is noise; the others are holes. @returns the path.
 */
export function makeImage(path: string, bytes: number, every = 1): string {
  const noise = new Uint32Array(PIECE);
  let x = 1;
  for (let i = 0; i < noise.length; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    noise[i] = x;
  }
  const fd = openSync(path, "w");
  ftruncateSync(fd, bytes);
  for (let at = 0; at < bytes; at += noise.byteLength * every) {
    noise[0] = at / noise.byteLength;
    writeSync(fd, noise, 0, Math.min(noise.byteLength, bytes - at), at);
  }
  const head = new DataView(new ArrayBuffer(1024));
  head.setUint32(4, bytes / 4096, true);
  head.setUint32(24, 2, true);
  head.setUint16(56, 0xef53, true);
  writeSync(fd, head, 0, 1024, 1024);
  closeSync(fd);
  return path;
}
