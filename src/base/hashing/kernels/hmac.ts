// HMAC-SHA-256 of many short messages, four at once in 128-bit SIMD (RFC 2104, FIPS 180-4). Shared imported memory, no static data: every
// address comes from the caller, constants too. Its twin is node:crypto's own (hmac-batch.test.ts). Layout: ../hmac-batch.node.ts.

// @ts-ignore: decorator
@inline
function rotated(x: v128, bits: i32): v128 {
  return v128.or(i32x4.shr_u(x, bits), i32x4.shl(x, 32 - bits));
}

// @ts-ignore: decorator
@inline
function sum(x: v128, a: i32, b: i32, c: i32): v128 {
  return v128.xor(v128.xor(rotated(x, a), rotated(x, b)), rotated(x, c));
}

// @ts-ignore: decorator
@inline
function small(x: v128, a: i32, b: i32, c: i32): v128 {
  return v128.xor(v128.xor(rotated(x, a), rotated(x, b)), i32x4.shr_u(x, c));
}

// The word that a round adds beside h: Σ1(e) + Ch(e, f, g) + (word + constant).
// @ts-ignore: decorator
@inline
function first(e: v128, f: v128, g: v128, h: v128, wordAt: usize): v128 {
  const choice = v128.xor(v128.and(v128.xor(f, g), e), g);
  return i32x4.add(i32x4.add(i32x4.add(h, v128.load(wordAt)), choice), sum(e, 6, 11, 25));
}

// @ts-ignore: decorator
@inline
function second(a: v128, b: v128, c: v128): v128 {
  const most = v128.xor(v128.and(v128.xor(a, b), v128.xor(b, c)), b);
  return i32x4.add(sum(a, 2, 13, 22), most);
}

// Words 16 to 63, each with its round's constant added; words 0 to 15 stand at `words` already, without.
// @ts-ignore: decorator
@inline
function schedule(words: usize, constants: usize): void {
  const plain = words + 1024;
  for (let i: usize = 0; i < 256; i += 16) {
    const word = v128.load(words + i);
    v128.store(plain + i, word);
    v128.store(words + i, i32x4.add(word, v128.load32_splat(constants + (i >> 2))));
  }
  for (let i: usize = 256; i < 1024; i += 16) {
    const at = plain + i;
    const one = i32x4.add(small(v128.load(at - 32), 17, 19, 10), v128.load(at - 112));
    const two = i32x4.add(small(v128.load(at - 240), 7, 18, 3), v128.load(at - 256));
    const word = i32x4.add(one, two);
    v128.store(at, word);
    v128.store(words + i, i32x4.add(word, v128.load32_splat(constants + (i >> 2))));
  }
}

// One block of four messages: state before at `from`, after at `to`, 8 vectors each; 16 vectors of the message at `words`, where 2048 bytes
// are written over.
function compress(from: usize, words: usize, constants: usize, to: usize): void {
  schedule(words, constants);
  let a = v128.load(from);
  let b = v128.load(from, 16);
  let c = v128.load(from, 32);
  let d = v128.load(from, 48);
  let e = v128.load(from, 64);
  let f = v128.load(from, 80);
  let g = v128.load(from, 96);
  let h = v128.load(from, 112);
  const end = words + 1024;
  for (let at = words; at < end; at += 128) {
    let t = first(e, f, g, h, at);
    d = i32x4.add(d, t);
    h = i32x4.add(t, second(a, b, c));
    t = first(d, e, f, g, at + 16);
    c = i32x4.add(c, t);
    g = i32x4.add(t, second(h, a, b));
    t = first(c, d, e, f, at + 32);
    b = i32x4.add(b, t);
    f = i32x4.add(t, second(g, h, a));
    t = first(b, c, d, e, at + 48);
    a = i32x4.add(a, t);
    e = i32x4.add(t, second(f, g, h));
    t = first(a, b, c, d, at + 64);
    h = i32x4.add(h, t);
    d = i32x4.add(t, second(e, f, g));
    t = first(h, a, b, c, at + 80);
    g = i32x4.add(g, t);
    c = i32x4.add(t, second(d, e, f));
    t = first(g, h, a, b, at + 96);
    f = i32x4.add(f, t);
    b = i32x4.add(t, second(c, d, e));
    t = first(f, g, h, a, at + 112);
    e = i32x4.add(e, t);
    a = i32x4.add(t, second(b, c, d));
  }
  v128.store(to, i32x4.add(a, v128.load(from)));
  v128.store(to, i32x4.add(b, v128.load(from, 16)), 16);
  v128.store(to, i32x4.add(c, v128.load(from, 32)), 32);
  v128.store(to, i32x4.add(d, v128.load(from, 48)), 48);
  v128.store(to, i32x4.add(e, v128.load(from, 64)), 64);
  v128.store(to, i32x4.add(f, v128.load(from, 80)), 80);
  v128.store(to, i32x4.add(g, v128.load(from, 96)), 96);
  v128.store(to, i32x4.add(h, v128.load(from, 112)), 112);
}

// Big-endian words of a block.
// @ts-ignore: decorator
@inline
function wordsOf(at: usize): v128 {
  const bytes = v128.load(at);
  return v128.shuffle<u8>(bytes, bytes, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}

// Puts four blocks of 64 bytes, one after another, into 16 vectors: word by word, a block in each lane.
function gather(blocks: usize, words: usize): void {
  for (let i: usize = 0; i < 64; i += 16) {
    const a = wordsOf(blocks + i);
    const b = wordsOf(blocks + i + 64);
    const c = wordsOf(blocks + i + 128);
    const d = wordsOf(blocks + i + 192);
    const ab = v128.shuffle<u32>(a, b, 0, 4, 1, 5);
    const cd = v128.shuffle<u32>(c, d, 0, 4, 1, 5);
    const hab = v128.shuffle<u32>(a, b, 2, 6, 3, 7);
    const hcd = v128.shuffle<u32>(c, d, 2, 6, 3, 7);
    const to = words + (i << 2);
    v128.store(to, v128.shuffle<u64>(ab, cd, 0, 2));
    v128.store(to, v128.shuffle<u64>(ab, cd, 1, 3), 16);
    v128.store(to, v128.shuffle<u64>(hab, hcd, 0, 2), 32);
    v128.store(to, v128.shuffle<u64>(hab, hcd, 1, 3), 48);
  }
}

/**
 * The first two words of the HMAC of each message.
 *
 * @param blocks Padded messages of one block each. @param count Of them, a multiple of 4.
 * @param states Inner, then outer state of the key, 8 vectors each, the same in every lane.
 * @param words 2048 bytes to work in. @param tags Two u32 for each message.
 */
export function hmac(blocks: usize, count: u32, states: usize, words: usize, constants: usize, tags: usize): void {
  for (let i: u32 = 0; i < count; i += 4) {
    gather(blocks, words);
    compress(states, words, constants, words);
    v128.store(words + 128, i32x4.splat(0x80000000));
    for (let at: usize = 144; at < 240; at += 16) v128.store(words + at, i32x4.splat(0));
    v128.store(words + 240, i32x4.splat(768));
    compress(states + 128, words, constants, words);
    const high = v128.load(words);
    const low = v128.load(words, 16);
    v128.store(tags, v128.shuffle<u32>(high, low, 0, 4, 1, 5));
    v128.store(tags, v128.shuffle<u32>(high, low, 2, 6, 3, 7), 16);
    blocks += 256;
    tags += 32;
  }
}
