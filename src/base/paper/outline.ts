/** A step of an outline as HarfBuzz gives it: M, L, Q, C or Z, and its points. */
export interface OutlineStep {
  type: string;
  values: number[];
}

/** The operators of PDF that draw an outline; curves of TrueType (quadratic) become the cubic ones that PDF knows. */
export function outlineOperators(steps: readonly OutlineStep[]): string {
  const out: string[] = [];
  let at: [number, number] = [0, 0];
  for (const { type, values } of steps) {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = values;
    if (type === "Z") out.push("h");
    else if (type === "M" || type === "L") out.push(`${plain(a)} ${plain(b)} ${type === "M" ? "m" : "l"}`);
    else if (type === "Q") {
      const third = (from: number, control: number): number => from + (2 * (control - from)) / 3;
      const points = [third(at[0], a), third(at[1], b), third(c, a), third(d, b), c, d];
      out.push(`${points.map(plain).join(" ")} c`);
    } else out.push(`${[a, b, c, d, e, f].map(plain).join(" ")} c`);
    if (type !== "Z") at = type === "C" ? [e, f] : type === "Q" ? [c, d] : [a, b];
  }
  return out.join("\n");
}

/** A number as PDF writes it: no exponent, at most three decimals. */
export function plain(value: number): string {
  const rounded = Math.round(value * 1000) / 1000;
  return Object.is(rounded, -0) ? "0" : String(rounded);
}

/** Signs that the face lacks and our sentences need, in units of 1000 an em: advance, and polygons of x, y pairs. */
const SIGNS: Record<string, { advance: number; polygons: number[][] }> = {
  "⟨": { advance: 400, polygons: [[300, -170, 100, 310, 300, 790, 370, 790, 180, 310, 370, -170]] },
  "⟩": { advance: 400, polygons: [[100, -170, 300, 310, 100, 790, 30, 790, 220, 310, 30, -170]] },
  "→": {
    advance: 1000,
    polygons: [
      [90, 300, 700, 300, 700, 380, 90, 380],
      [640, 150, 920, 340, 640, 530],
    ],
  },
};

/** A sign of our own. */
export function ownSign(character: string): { advance: number; operators: string } | undefined {
  const sign = SIGNS[character];
  return sign && { advance: sign.advance, operators: `${sign.polygons.map(polygonOperators).join("\n")}\nf` };
}

function polygonOperators(points: number[]): string {
  const steps: string[] = [];
  for (let i = 0; i < points.length; i += 2) steps.push(`${points[i]} ${points[i + 1]} ${i === 0 ? "m" : "l"}`);
  return [...steps, "h"].join(" ");
}

/** Where a character has no letter in the face, a box with its number stands: two rows of hexadecimal digits. */
export function boxLayout(codePoint: number): { advance: number; frame: string; digits: [string, number, number][] } {
  const text = codePoint.toString(16).toUpperCase().padStart(4, "0");
  const columns = Math.ceil(text.length / 2);
  const width = columns * 210 + 120;
  const digits = [...text.padStart(columns * 2, "0")].map((digit, i): [string, number, number] => [
    digit,
    100 + (i % columns) * 210,
    i < columns ? 390 : 40,
  ]);
  const frame = `40 -60 ${width} 880 re 75 -25 ${width - 70} 810 re f*`;
  return { advance: width + 80, frame, digits };
}
/** How small a digit of a box is beside a letter. */
export const BOX_SCALE = 0.36;
