/** Per cent read, whole, rounded down: 100 only when all was read; at least 1 once anything was. */
export function percentRead(fraction: number): number {
  if (!(fraction > 0)) return 0;
  return Math.min(100, Math.max(1, Math.floor(fraction * 100 + 1e-9)));
}
