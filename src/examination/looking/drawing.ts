import type { GreyPicture } from "./blur.ts";

const SIDE = 200;

/** What practice shows in place of any picture: a house on stilts under a sun, drawn by us. */
export function practiceDrawing(): GreyPicture {
  const pixels = new Uint8Array(SIDE * SIDE).fill(235);
  const paint = (grey: number, holds: (x: number, y: number) => boolean): void => {
    for (let y = 0; y < SIDE; y++) for (let x = 0; x < SIDE; x++) if (holds(x, y)) pixels[y * SIDE + x] = grey;
  };
  paint(200, (_, y) => y > 160);
  paint(250, (x, y) => (x - 160) ** 2 + (y - 40) ** 2 < 400);
  paint(90, (x, y) => [60, 85, 110, 135].some((post) => Math.abs(x - post) < 3) && y > 120 && y < 165);
  paint(130, (x, y) => x > 50 && x < 145 && y > 85 && y <= 122);
  paint(60, (x, y) => y > 45 && y <= 88 && Math.abs(x - 97) < (y - 45) * 1.5);
  paint(50, (x, y) => x > 88 && x < 106 && y > 96 && y <= 122);
  return { width: SIDE, height: SIDE, pixels };
}
