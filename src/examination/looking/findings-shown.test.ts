import assert from "node:assert/strict";
import { test } from "node:test";
import { LANGUAGES } from "#base/words";
import { budgetShown, findingsTitle, groupsOf, rowShown, seriesShown } from "./findings-shown.ts";
import type { FindingRow, LookingView } from "./looking-view.ts";

function row(more: Partial<FindingRow> = {}): FindingRow {
  return {
    index: 0,
    kind: "whole-file",
    name: "IMG_0412.JPG",
    parents: "DCIM/100MEDIA",
    standing: "allocated",
    certainty: null,
    sizeBytes: 2_411_724,
    offsetBytes: 4096,
    lengthBytes: 2_411_724,
    blocks: 0,
    modifiedMs: null,
    set: "National list",
    release: "47",
    weight: "red",
    entry: null,
    showable: "yes",
    category: null,
    note: "",
    ...more,
  };
}

const budget = (more: Partial<LookingView["budget"]>): LookingView => ({
  budget: { items: 0, itemsLimit: 20, seconds: 0, secondsLimit: 600, breakDue: false, reached: false, ...more },
  secondOfficer: true,
  look: null,
});

test("rowShown() says how it agrees with the list, its size and its place", () => {
  const shown = rowShown("en", row());
  assert.equal(shown.name, "IMG_0412.JPG");
  assert.equal(shown.how, "Same file as on the list");
  assert.deepEqual(
    shown.facts.map(({ label, value }) => `${label}: ${value}`),
    ["Size: 2.41 MB", "Place: DCIM › 100MEDIA › IMG_0412.JPG", "Lies: in a file that is there", "List: National list"],
  );
  assert.equal(shown.wont, null);
});

test("rowShown() of pieces in free space has no name, counts the pieces and says from which byte", () => {
  const shown = rowShown(
    "km",
    row({ kind: "blocks", blocks: 14, standing: "unallocated", name: "free", sizeBytes: null, offsetBytes: 8192 }),
  );
  assert.equal(shown.name, null);
  assert.equal(shown.how, "បំណែក ១៤ នៃឯកសារក្នុងបញ្ជី");
  assert.ok(shown.facts.some(({ value }) => value === "៨.១៩២"));
});

test("rowShown() of a single trace says that it is too little", () => {
  const shown = rowShown("en", row({ kind: "blocks", blocks: 1, weight: "amber" }));
  assert.equal(shown.how, "1 piece of material from the list. Too little to be certain");
});

test("rowShown() makes a hostile name visible and keeps its length", () => {
  const name = `\u202E<b>${"x".repeat(4000)}`;
  const shown = rowShown("en", row({ name, parents: "a\u2066/b" }));
  assert.ok(shown.name?.startsWith("⟨U+202E⟩<b>xxx"));
  assert.match(shown.facts[1]?.value ?? "", /^a⟨U\+2066⟩ › b › ⟨U\+202E⟩/);
});

test("rowShown() says why something cannot be asked for, in both languages", () => {
  for (const language of LANGUAGES) {
    for (const showable of ["seen", "not-a-picture", "not-a-whole-file", "practice-only", "gone"] as const) {
      assert.notEqual(rowShown(language, row({ showable })).wont, null);
    }
  }
});

test("groupsOf() by place puts deleted files first, then folders, then what is in none", () => {
  const rows = [
    row({ index: 0, standing: "unallocated" }),
    row({ index: 1, parents: "B" }),
    row({ index: 2, standing: "deleted" }),
    row({ index: 3, parents: "A" }),
    row({ index: 4, parents: "B" }),
    row({ index: 5, parents: "" }),
    row({ index: 6, standing: "outside" }),
  ];
  assert.deepEqual(
    groupsOf("en", rows, "place").map(({ title, rows: members }) => [title, members.map((one) => one.row.index)]),
    [
      ["Deleted files", [2]],
      ["Folder \u2068B\u2069", [1, 4]],
      ["Folder \u2068A\u2069", [3]],
      ["Top folder", [5]],
      ["Free space", [0]],
      ["Between the parts of the device", [6]],
    ],
  );
});

test("groupsOf() by series puts names together that count on, in the order they count", () => {
  const rows = [
    row({ index: 0, name: "IMG_10.JPG" }),
    row({ index: 1, name: "img_9.jpg", parents: "other" }),
    row({ index: 2, name: "party.jpg" }),
    row({ index: 3, name: "clip1.mp4" }),
    row({ index: 4, name: "IMG_9.JPG", standing: "unallocated" }),
  ];
  const groups = groupsOf("en", rows, "series");
  assert.deepEqual(
    groups.map(({ title, rows: members }) => [title, members.map((one) => one.row.index)]),
    [
      ["\u2068img_9.jpg\u2069 to \u2068IMG_10.JPG\u2069", [1, 0]],
      ["Files without a series", [2, 4, 3]],
    ],
  );
});

test("groupsOf() by series puts leads together that are like the same file of the same list", () => {
  const rows = [
    row({ index: 0, kind: "likeness", entry: 12, name: "a1.jpg" }),
    row({ index: 1, kind: "likeness", entry: 40, name: "a2.jpg" }),
    row({ index: 2, kind: "likeness", entry: 12, name: "party.jpg" }),
    row({ index: 3, kind: "likeness", entry: 12, name: "other.jpg", set: "Another" }),
  ];
  assert.deepEqual(
    groupsOf("en", rows, "series").map(({ title, rows: members }) => [title, members.map((one) => one.row.index)]),
    [
      ["Like entry 12 of \u2068National list\u2069", [0, 2]],
      ["Files without a series", [3, 1]],
    ],
  );
});

test("seriesShown() says how many pictures on no list are like each other, and where the largest series lie", () => {
  assert.equal(seriesShown("en", {}), null);
  const none = { filesTotal: 9, filesOpened: 9, compared: 9, undecoded: 0, ended: "all" as const, undecodedFirst: [] };
  assert.equal(seriesShown("en", { likeness: { ...none, series: 0, seriesFiles: 0, seriesFirst: [] } }), null);
  const seriesFirst = Array.from({ length: 50 }, (_, i) => ({ place: `d/${i}\u202e.jpg`, files: 60 - i }));
  const shown = seriesShown("en", { likeness: { ...none, series: 70, seriesFiles: 900, seriesFirst } });
  assert.equal(shown?.text, "On no list: 900 files in 70 series. The lab can look at them.");
  assert.equal(shown?.largest.length, 10);
  assert.deepEqual(shown?.largest[0], { place: "d › 0⟨U+202E⟩.jpg", count: "60 files" });
});

test("groupsOf() keeps every row once, whichever way it groups", () => {
  const rows = Array.from({ length: 500 }, (_, index) =>
    row({ index, name: `a${index % 7}_${index % 3}.jpg`, parents: `p${index % 11}`, entry: index % 5 || null }),
  );
  for (const by of ["place", "series"] as const) {
    const kept = groupsOf("en", rows, by).flatMap(({ rows: members }) => members.map((one) => one.row.index));
    assert.deepEqual(
      kept.sort((a, b) => a - b),
      rows.map(({ index }) => index),
    );
  }
});

test("findingsTitle() counts", () => {
  assert.equal(findingsTitle("km", 3), "អ្វីដែលរកឃើញ៖ ៣");
});

test("budgetShown() counts minutes that began, proposes a break, and closes at the limit", () => {
  assert.equal(budgetShown("en", budget({ seconds: 61 })).minutes.text, "2 of 10 minutes");
  assert.match(budgetShown("en", budget({ breakDue: true })).text, /Time for a break/);
  const closed = budgetShown("en", budget({ items: 20, reached: true, breakDue: true }));
  assert.equal(closed.closed, true);
  assert.equal(closed.items.fraction, 1);
  assert.match(closed.text, /today’s limit/);
});

test("rowShown() of a lead says that it is not certain, and how like it is", () => {
  const likeness = {
    distanceBits: 6,
    thresholdBits: 31,
    quality: 88,
    position: "mirror",
    entry: 12,
    part: "whole",
  } as const;
  const lead = row({ kind: "likeness", weight: "amber", likeness });
  const shown = rowShown("en", lead);
  assert.equal(shown.how, "Like something on the list. A lead, not certain");
  const facts = Object.fromEntries(shown.facts.map(({ label, value }) => [label, value]));
  assert.match(
    facts["Likeness"] ?? "",
    /entry 12 .* 6 of 256 bits differ \(at most 31\), quality 88; left and right exch/,
  );
  assert.match(Object.values(facts).join(), /National list, 47/);
  const spans = [{ fromMs: 61_000, toMs: 3_723_000 }];
  const video = row({
    kind: "likeness",
    likeness: { ...likeness, part: "video", percent: 90, spans, agrees: "blocks" },
  });
  assert.match(
    rowShown("en", video)
      .facts.map(({ value }) => value)
      .join(),
    /90 % of it.*from 1:01 to 1:02:03; pieces/,
  );
  for (const language of LANGUAGES) assert.ok(rowShown(language, video).facts.every(({ value }) => value !== ""));
});
