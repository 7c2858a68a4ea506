import assert from "node:assert/strict";
import { test } from "node:test";
import type { Report } from "#examination/evidence";
import { seriesShown } from "./series-shown.ts";

const likeness: NonNullable<Report["likeness"]> = {
  ...{ filesTotal: 100, filesOpened: 100, compared: 80, undecoded: 3, ended: "all", undecodedFirst: [] },
  ...{ series: 2, seriesFiles: 7 },
  seriesFirst: [
    { place: "stick.dd/fat16/DCIM/a\\u{202e}b.jpg", files: 5 },
    { place: "stick.dd/fat16/c.jpg", files: 2 },
  ],
};

test("seriesShown() counts what was compared, and names one of each series", () => {
  assert.equal(seriesShown("en", {}), null);
  const shown = seriesShown("en", { likeness });
  assert.deepEqual(shown?.lines, [
    "Pictures and videos compared by likeness: 80. Not to be read: 3.",
    "7 pictures in 2 series. One of each is to be reviewed at first.",
  ]);
  assert.deepEqual(
    shown?.rows.map(({ name, place, files }) => [name, place, files]),
    [
      ["a\\u{202e}b.jpg", "stick.dd › fat16 › DCIM", "5"],
      ["c.jpg", "stick.dd › fat16", "2"],
    ],
  );
});

test("seriesShown() says where comparing ended early and how many series are not shown, in both languages", () => {
  const many = Array.from({ length: 60 }, (_, n) => ({ place: `s/${n}.jpg`, files: 2 }));
  const cut = { ...likeness, ended: "time", series: 70, seriesFiles: 140, seriesFirst: many } as const;
  const shown = seriesShown("en", { likeness: cut });
  assert.equal(shown?.rows.length, 50);
  assert.equal(shown?.lines[1], "Comparing ended early. Not everything was looked into.");
  assert.equal(shown?.lines.at(-1), "20 more series stand in the report.");
  const km = seriesShown("km", { likeness: cut });
  assert.equal(km?.lines.length, shown?.lines.length);
  assert.match(km?.rows[0]?.files ?? "", /២/);
});
