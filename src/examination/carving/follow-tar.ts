import { isTarHead, tarBytes } from "#examination/containers";
import { type Candidate, wholeAt } from "./candidate.ts";
import { type CarveGround, noteParts } from "./carve-ground.ts";

const BLOCK = 512;
const ENTRIES_MOST = 250_000;
/** tar fills up its archives to a multiple of so much. */
const RECORD_BYTES = 20 * BLOCK;

/** A tar archive at a place: headers that each prove themselves by their sum; where their row breaks, its beginning. @see POSIX.1-2017 pax */
export function followTar(ground: CarveGround, at: number): Candidate | null {
  const { bytes } = ground;
  const places: number[] = [];
  let end = at;
  while (places.length < ENTRIES_MOST && ground.walkBytes > 0) {
    ground.walkBytes -= BLOCK;
    const head = bytes.few(end, BLOCK);
    const lengthBytes = head.length === BLOCK && isTarHead(head) ? tarBytes(head) : null;
    if (lengthBytes === null) break;
    const next = end + BLOCK + Math.ceil(lengthBytes / BLOCK) * BLOCK;
    if (next > bytes.sizeBytes) break;
    places.push(end);
    end = next;
  }
  if (places.length === 0) return null;
  noteParts(ground, places.slice(1));
  const zeros = zeroBlocks(ground, at, end);
  if (zeros >= 2 * BLOCK) return wholeAt("tar", at, end + zeros - at);
  return end > at + BLOCK ? { ...wholeAt("tar", at, end - at), how: "beginning" } : null;
}

/** Zeros at the end: two blocks, or as many as fill up the archive where they are there. */
function zeroBlocks({ bytes }: CarveGround, at: number, end: number): number {
  const wanted = Math.max(2 * BLOCK, Math.ceil((end + 2 * BLOCK - at) / RECORD_BYTES) * RECORD_BYTES - (end - at));
  const found = bytes.few(end, wanted);
  const other = found.findIndex((byte) => byte !== 0);
  const zeros = other < 0 ? found.length : other;
  if (zeros >= wanted) return wanted;
  return zeros >= 2 * BLOCK ? 2 * BLOCK : 0;
}
