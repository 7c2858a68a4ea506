import type { FormatAnswer } from "./format-answer.ts";

// JPEG, sequential with Huffman codes (as cameras and telephones write it): every block of every scan is decoded as far as
// its codes go. Points are not made. @see ITU-T T.81, F.2 and annex B

/** Symbols by their code: [lengths counted from 1][symbols in their order]. */
interface Codes {
  counts: Uint8Array;
  symbols: Uint8Array;
}

interface Component {
  id: number;
  across: number;
  down: number;
}

interface Picture {
  width: number;
  height: number;
  components: Component[];
}

/** Null for kinds whose codes are not followed here: progressive, arithmetic, lossless. */
export function jpegCheck(bytes: Uint8Array): FormatAnswer | null {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return { whole: false, goodBytes: 0, brokenAt: 0 };
  const tables = new Map<number, Codes>();
  let picture: Picture | null = null;
  let [restart, scans, head] = [0, 0, 2];
  for (let at = 2; ; ) {
    const broken = { whole: false, goodBytes: head, brokenAt: Math.min(at, bytes.length) };
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++;
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff || marker < 0xc0 || at + 4 > bytes.length + 2) return broken;
    if (marker === 0xd9) {
      const isEnd = scans > 0 && bytes.subarray(at + 2).every((byte) => byte === 0);
      if (isEnd) return { whole: true, onlyLikely: true, goodBytes: bytes.length, brokenAt: bytes.length };
      return scans > 0 ? null : broken;
    }
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    const part = bytes.subarray(at + 4, at + 2 + length);
    if (length < 2 || at + 2 + length > bytes.length) return broken;
    if (marker === 0xc4) readTables(part, tables);
    else if (marker === 0xdd) restart = ((part[0] ?? 0) << 8) | (part[1] ?? 0);
    else if (marker === 0xc0 || marker === 0xc1) picture = readPicture(part);
    else if (marker >= 0xc2 && marker <= 0xcf && marker !== 0xc8 && marker !== 0xcc) return null;
    at += 2 + length;
    if (marker !== 0xda) {
      if (scans === 0) head = at;
      continue;
    }
    if (picture === null) return broken;
    const scan = followScan({ bytes, at }, { picture, tables, restart, part });
    if (scan.wrong) return { whole: false, goodBytes: head, brokenAt: Math.min(scan.at, bytes.length) };
    at = scan.at;
    scans++;
  }
}

function readTables(part: Uint8Array, tables: Map<number, Codes>): void {
  for (let at = 0; at + 17 <= part.length; ) {
    const counts = part.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    tables.set(part[at] ?? 0, { counts, symbols: part.subarray(at + 17, at + 17 + total) });
    at += 17 + total;
  }
}

function readPicture(part: Uint8Array): Picture {
  const number = (at: number): number => ((part[at] ?? 0) << 8) | (part[at + 1] ?? 0);
  const components = Array.from({ length: Math.min(4, part[5] ?? 0) }, (_, i) => {
    const sampling = part[7 + i * 3] ?? 0x11;
    return { id: part[6 + i * 3] ?? 0, across: Math.min(4, sampling >> 4) || 1, down: Math.min(4, sampling & 15) || 1 };
  });
  return { width: number(3), height: number(1), components };
}

/** One block's codes, for one component of a scan. */
interface BlockCodes {
  blocks: number;
  dc: Codes;
  ac: Codes;
}

function followScan(
  { bytes, at }: { bytes: Uint8Array; at: number },
  {
    picture,
    tables,
    restart,
    part,
  }: { picture: Picture; tables: Map<number, Codes>; restart: number; part: Uint8Array },
): { at: number; wrong: boolean } {
  const count = Math.min(4, part[0] ?? 0);
  const parts: BlockCodes[] = [];
  let own: Component | undefined;
  for (let i = 0; i < count; i++) {
    own = picture.components.find(({ id }) => id === part[1 + i * 2]);
    const which = part[2 + i * 2] ?? 0;
    const [dc, ac] = [tables.get(which >> 4), tables.get(0x10 | (which & 15))];
    if (own === undefined || dc === undefined || ac === undefined) return { at, wrong: true };
    parts.push({ blocks: count === 1 ? 1 : own.across * own.down, dc, ac });
  }
  const units = unitsOf(picture, count === 1 ? own : undefined);
  const bits = scanBits(bytes, at);
  for (let unit = 0, turn = 0; unit < units; unit++) {
    if (restart > 0 && unit > 0 && unit % restart === 0 && !bits.restart(turn++ & 7))
      return { at: bits.at(), wrong: true };
    for (const { blocks, dc, ac } of parts) {
      for (let block = 0; block < blocks; block++)
        if (!followBlock(bits, dc, ac)) return { at: bits.at(), wrong: true };
    }
  }
  return { at: bits.end(), wrong: false };
}

function unitsOf({ width, height, components }: Picture, own: Component | undefined): number {
  const across = Math.max(1, ...components.map((one) => one.across));
  const down = Math.max(1, ...components.map((one) => one.down));
  const [wide, high] = own === undefined ? [8 * across, 8 * down] : [(8 * across) / own.across, (8 * down) / own.down];
  return Math.ceil(width / wide) * Math.ceil(height / high);
}

function followBlock(bits: ScanBits, dc: Codes, ac: Codes): boolean {
  const size = bits.symbol(dc);
  if (size < 0 || size > 15) return false;
  bits.skip(size);
  for (let i = 1; i < 64; ) {
    const symbol = bits.symbol(ac);
    if (symbol < 0) return false;
    if (symbol === 0) return true;
    i += (symbol >> 4) + 1;
    if (i > 64) return false;
    bits.skip(symbol & 15);
  }
  return true;
}

interface ScanBits {
  /** The next code's symbol; -1 where there is none, or the scan has ended. */
  symbol(codes: Codes): number;
  skip(count: number): void;
  /** Passes over the mark between two stretches; false where it is not the one that must come. */
  restart(number: number): boolean;
  at(): number;
  /** Where the next marker must stand. */
  end(): number;
}

function scanBits(bytes: Uint8Array, from: number): ScanBits {
  let [at, held, heldBits, ended] = [from, 0, 0, 0];
  const fill = (): void => {
    while (heldBits <= 16) {
      const byte = bytes[at] ?? 0xff;
      if (byte === 0xff && bytes[at + 1] !== 0) {
        // Beyond the end of the stretch decoders read ones; more than three bytes of them no coder leaves.
        ended++;
        held = ((held << 8) | 0xff) & 0xffffff;
      } else {
        held = ((held << 8) | byte) & 0xffffff;
        at += byte === 0xff ? 2 : 1;
      }
      heldBits += 8;
    }
  };
  const skip = (count: number): void => {
    heldBits -= count;
    if (heldBits < 0) heldBits = 0;
    fill();
  };
  fill();
  return {
    symbol: ({ counts, symbols }) => {
      if (ended > 3) return -1;
      let [code, first, index] = [0, 0, 0];
      for (let length = 1; length <= 16; length++) {
        code = (code << 1) | ((held >> (heldBits - length)) & 1);
        const count = counts[length - 1] ?? 0;
        if (code - first < count) {
          skip(length);
          return symbols[index + code - first] ?? -1;
        }
        index += count;
        first = (first + count) << 1;
      }
      return -1;
    },
    skip,
    restart: (number) => {
      if (bytes[at] !== 0xff || bytes[at + 1] !== 0xd0 + number) return false;
      at += 2;
      [held, heldBits, ended] = [0, 0, 0];
      fill();
      return true;
    },
    at: () => at,
    end: () => at,
  };
}
