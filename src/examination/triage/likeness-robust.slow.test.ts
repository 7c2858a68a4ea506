// A release that asks about parts: pictures behind a border, under a caption and cropped are met; without it they are not.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import sharp, { type Sharp } from "sharp";
import { buildFilter } from "#examination/filters/node";
import { drawing, jpeg } from "./drawing-lab.node.ts";
import { type Lab, openLab, reportIn, runInLab } from "./triage-lab.node.ts";

const LARGE = 512;
let lab: Lab;
before(async () => {
  lab = await openLab();
  process.env["XDG_STATE_HOME"] = lab.path("state");
});
after(() => lab.remove());

async function release(name: string, robust: boolean): Promise<string> {
  const out = lab.path(`${name}.phumf`);
  const iso = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
  const about = { name, agency: "Lab", category: "national", release: "1", releasedAt: iso(-1) } as const;
  const { likeness } = await buildFilter({
    ...{ inputs: [lab.path("originals")], agency: lab.agency, recipients: [lab.recipient], out },
    about: { ...about, validUntil: iso(60), graceUntil: iso(90) },
    likeness: { likeness: [], benign: [], withdraw: [], fingerprint: true, ...(robust && { robust }) },
  });
  const pictures = likeness?.counts.pictures ?? 0;
  assert.ok(robust ? pictures > 10 && pictures <= 20 : pictures === 1, `${pictures} entries of one original`);
  return out;
}

test("a list built with robust meets a border, a caption and a crop, each amber and with the part; one without does not", async () => {
  const original = await jpeg(drawing("original"), { side: LARGE });
  const band = Math.round(LARGE * 0.14);
  const caption = { create: { width: LARGE, height: band, channels: 3 as const, background: "#fff" } };
  const changed: Record<string, Sharp> = {
    "border.jpg": sharp(original).extend({ top: 40, bottom: 40, left: 40, right: 40, background: "#f0f0f0" }),
    "caption.jpg": sharp(original).composite([{ input: caption, left: 0, top: LARGE - band }]),
    "crop.jpg": sharp(original).extract({ left: 26, top: 26, width: LARGE - 52, height: LARGE - 52 }),
  };
  for (const name of ["originals", "in"]) mkdirSync(lab.path(name));
  writeFileSync(join(lab.path("originals"), "one.jpg"), original);
  for (const [name, picture] of Object.entries(changed)) {
    writeFileSync(join(lab.path("in"), name), await picture.jpeg({ quality: 85 }).toBuffer());
  }
  writeFileSync(join(lab.path("in"), "other.jpg"), await jpeg(drawing("another"), { side: LARGE }));
  const filters = [await release("plain", false), await release("robust", true)];
  await runInLab(lab, { source: lab.path("in"), filters, out: lab.path("out") });
  const { findings } = reportIn(lab.path("out"));
  assert.deepEqual(
    findings.map(({ place, weight, set }) => [place.split("/").at(-1), weight, set]),
    [
      ["border.jpg", "amber", "robust"],
      ["caption.jpg", "amber", "robust"],
      ["crop.jpg", "amber", "robust"],
    ],
  );
  const parts = findings.map(({ likeness }) => likeness?.part ?? "");
  assert.deepEqual([parts[0], parts[1]?.startsWith("without-bottom-")], ["trimmed", true]);
  const page = readFileSync(join(lab.path("out"), "report.html"), "utf8");
  assert.match(page, /not the whole picture but a part of it met the entry/);
});
