import { type SeededRandom, seededRandom } from "#base/values";

/** A picture as rows of red, green, blue bytes, top row first. */
export interface Drawing {
  width: number;
  height: number;
  rgb: Uint8Array;
}

/** Levels of grain: enough that no two stretches of two drawings are equal and each says something (6 bits a byte). */
const GRAIN = 80;

/**
 * Draws a made-up landscape: sky, sun, hills, rows of palms, with a grain as of film.
 *
 * @param seed Equal seeds give equal drawings.
 */
export function drawLandscape(seed: string, size: { width: number; height: number }): Drawing {
  const { width, height } = size;
  const random = seededRandom(`drawing ${seed}`);
  const rgb = new Uint8Array(width * height * 3);
  const sky = colour(random, 90);
  const hills = Array.from({ length: 3 }, (_, i) => hillOf(random, { width, height, depth: i }));
  const sun = { x: random.below(width), y: random.below(height >> 1), r: 6 + random.below(height >> 3) };
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      let [red, green, blue] = sky;
      const fade = (60 * y) / height;
      red += fade;
      green += fade / 2;
      if ((x - sun.x) ** 2 + (y - sun.y) ** 2 < sun.r ** 2) [red, green, blue] = [175, 150, 60];
      for (const hill of hills) if (y > (hill.tops[x] ?? height)) [red, green, blue] = hill.colour;
      const grain = random.bits32();
      rgb[at] = clamped(red + ((grain & 0xff) % GRAIN));
      rgb[at + 1] = clamped(green + (((grain >>> 8) & 0xff) % GRAIN));
      rgb[at + 2] = clamped(blue + (((grain >>> 16) & 0xff) % GRAIN));
    }
  }
  return { width, height, rgb };
}

type Colour = [number, number, number];

function hillOf(random: SeededRandom, at: { width: number; height: number; depth: number }) {
  const base = at.height * (0.45 + 0.17 * at.depth);
  const swing = at.height * (0.05 + 0.1 * random.fraction());
  const pace = 30 + random.below(at.width >> 1);
  const palms = new Set(Array.from({ length: 6 }, () => random.below(at.width)));
  const tops = Float64Array.from({ length: at.width }, (_, x) => {
    const top = base + swing * Math.sin((x + at.depth * 40) / pace) + (swing / 3) * Math.sin((3 * x) / pace);
    return palms.has(x) ? top - at.height / 12 : top;
  });
  return { tops, colour: colour(random, 20 + 20 * at.depth) };
}

function colour(random: SeededRandom, from: number): Colour {
  return [from + random.below(60), from + random.below(60), from + random.below(60)];
}

function clamped(value: number): number {
  return Math.min(255, Math.round(value));
}
