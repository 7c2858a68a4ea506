/** Where these bytes stand from an offset on; -1: nowhere. */
export function findBytes(bytes: Uint8Array, mark: Uint8Array, fromByte = 0): number {
  const first = mark[0] ?? 0;
  for (let at = bytes.indexOf(first, fromByte); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (at + mark.length > bytes.length) return -1;
    let same = 1;
    while (same < mark.length && bytes[at + same] === mark[same]) same++;
    if (same === mark.length) return at;
  }
  return -1;
}
