// Every way of hiding a picture that is written here, alone and within every other: more than 500 places. All are to be found; those that
// are not are printed with what was said of them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { drawnBytes } from "./document-samples.node.ts";
import { HIDING_WAYS } from "./hiding-ways.node.ts";
import { look } from "./inside-lab.node.ts";

test("lookInside() finds a picture in every hiding place, alone and within every other", (t) => {
  const picture = drawnBytes(7, 4000);
  const places = Object.entries(HIDING_WAYS).flatMap(([name, hide]) => {
    const once = hide(picture);
    const within = Object.entries(HIDING_WAYS).map(([outer, around]) => [`${name} in ${outer}`, around(once)] as const);
    return [[name, once] as const, ...within];
  });
  const lost: string[] = [];
  for (const [name, bytes] of places) {
    const { files, problems } = look(bytes);
    if (![...files.values()].some((file) => file.bytes.equals(picture)))
      lost.push(`${name}: ${problems.join(", ") || "nothing was said"}`);
  }
  t.diagnostic(`${places.length - lost.length} of ${places.length} found`);
  assert.ok(places.length >= 500);
  assert.deepEqual(lost, []);
});
