const SIDE = 64;
const KEPT = 16;

/** Rows 1 to 16 of the 64-point DCT matrix, 16 x 64. @see facebook/ThreatExchange pdq/cpp/hashing: sqrt(2/64)·cos(π/128·(i+1)·(2j+1)) */
export const dctRows: Float32Array = Float32Array.from({ length: KEPT * SIDE }, (_, at) => {
  const [i, j] = [Math.floor(at / SIDE), at % SIDE];
  return Math.fround(Math.sqrt(2 / SIDE)) * Math.cos((Math.PI / 2 / SIDE) * (i + 1) * (2 * j + 1));
});
