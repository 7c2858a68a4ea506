import assert from "node:assert/strict";
import { hash } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { inflateSync } from "node:zlib";
import { Fault } from "#base/faults";
import { projectHome } from "#base/machine/node";
import { enrol, type Identity, newIdentity, newSigner, openIdentity, openSigner } from "#base/signing/node";
import { seededRandom } from "#base/values";
import type { Finding, ReportDraft } from "#examination/evidence";
import { openEvidence, verifyReport } from "#examination/evidence/node";
import type { Picture, PictureAnswer } from "#examination/pictures";
import { openPictures } from "#examination/pictures/node";
import { blurred, type GreyPicture } from "./blur.ts";
import { practiceDrawing } from "./drawing.ts";
import { exposureOf, type Moment, type PastLook } from "./exposure.ts";
import { greyPng } from "./grey-png.node.ts";
import { openLooking } from "./looking.node.ts";
import type { LookedLane, Looking, LookingOptions } from "./looking-options.node.ts";

const PASS = "a sample passphrase";
const CHEAP = { workFactor: 1 };
const STARTED_MS = Date.parse("2026-11-22T07:00:00.000Z");
const home = mkdtempSync(join(tmpdir(), "phum-looking-"));
const pictures = openPictures({ children: 1 });
const open: Looking[] = [];
after(() => {
  for (const looking of open) looking.close();
  pictures.close();
  rmSync(home, { recursive: true, force: true });
});

let officer: { identity: Identity; certificate: ReturnType<typeof enrol> };
let other: typeof officer;
before(async () => {
  const agency = await openSigner((await newSigner(PASS, CHEAP)).file, PASS);
  const make = async (name: string): Promise<typeof officer> => {
    const { file, public: half } = await newIdentity(PASS, CHEAP);
    const certificate = enrol({
      officer: half,
      name,
      unit: "Sample",
      validUntil: "2027-12-31",
      agency,
      nowMs: STARTED_MS,
    });
    return { identity: await openIdentity(file, PASS), certificate };
  };
  [officer, other] = await Promise.all([make("Sok Dara"), make("Chan Maly")]);
});

/** A picture of noise, 8 bits, as PNG. */
function noise(seed: string, side = 120): Uint8Array {
  const random = seededRandom(seed);
  return greyPng({
    width: side,
    height: side,
    pixels: Uint8Array.from({ length: side * side }, () => random.below(256)),
  });
}

const HEX = "9f".repeat(32);
const DAYS = {
  releasedAt: "2026-11-18T00:00:00.000Z",
  validUntil: "2027-12-31T00:00:00.000Z",
  graceUntil: "2028-01-31T00:00:00.000Z",
};
const WHOSE = { name: "Sample", agency: "Sample", category: "national", release: "1", digest: HEX, signedBy: HEX };
const LIST = { ...WHOSE, ...DAYS, keys: 1, expired: false };
let folders = 0;
/** A finished examination of a folder whose files are all on the list. */
async function lane(files: Record<string, Uint8Array>, changes: { practice?: boolean } = {}): Promise<LookedLane> {
  const at = join(home, String(folders++));
  const [source, dir] = [join(at, "source"), join(at, "evidence")];
  mkdirSync(source, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(source, name), bytes);
  const findings = Object.entries(files).map(([name, bytes]) => finding(`source/${name}`, bytes.length));
  const practice = changes.practice ?? false;
  const evidence = await openEvidence(dir, {
    ...{
      signer: officer.identity,
      certificate: officer.certificate,
      resume: false,
      exhibit: "2026-0142-4",
      basis: "x",
    },
    clock: { zone: "UTC", statedAt: null, offsetMs: null },
    nowMs: () => STARTED_MS,
  });
  const { report } = await evidence.finish(draft(findings, source, practice));
  evidence.close();
  return { report, dir, source, practice };
}

function finding(place: string, lengthBytes: number): Finding {
  const where = { place, offsetBytes: 0, lengthBytes, phase: null, set: "Sample", release: "1" } as const;
  return {
    ...where,
    category: "national",
    kind: "whole-file",
    confirmed: true,
    blocks: 0,
    distinctBlocks: 0,
    weight: "red",
  };
}

function draft(findings: Finding[], place: string, practice: boolean): ReportDraft {
  const tape = Array.from({ length: 64 }, () => ({ read: 1, found: false, unread: false }));
  const coverage = { bytesTotal: 9, bytesRead: 9, fraction: 1, phases: [], bytesBlank: 0, bytesUnread: 0, tape };
  const readOnly = { hardware: null, kernel: false, mounted: true, mountedWritable: true };
  return {
    ...{
      practice,
      verdict: "red",
      reasons: ["listed-file"],
      coverage,
      findings,
      unconfirmed: 0,
      unread: [],
      notices: [],
    },
    ...{ filter: [LIST], plan: {}, readsDigest: "sha256" },
    bound: { confidence: 0.99, targetBytes: null, goalBytes: 1, reached: false },
    source: { kind: "folder", place, sizeBytes: 9, medium: "folder", readOnly },
  } as ReportDraft;
}

interface Desk {
  looking: Looking;
  moment: Moment;
  lanes: Record<string, LookedLane>;
  stateDir: string;
  seconds: string[];
}

/** An open looking over lanes; its clock is moved by hand. */
function desk(lanes: Record<string, LookedLane>, changes: Partial<LookingOptions> & { stateDir?: string } = {}): Desk {
  const moment: Moment = { nowMs: STARTED_MS, boot: "boot-1", bootSeconds: 1000 };
  const stateDir = changes.stateDir ?? mkdtempSync(join(home, "kit-"));
  const seconds: string[] = [];
  const looking = openLooking({
    ...{ stateDir, policy: { looking: { items: 20, seconds: 600, breakEvery: 5 }, secondOfficer: true } },
    officer: { practice: false, ...officer },
    laneOf: (key) => lanes[key] ?? null,
    second: async (id, passphrase) => {
      seconds.push(id);
      if (passphrase !== PASS) throw new Fault("identity/passphrase", "No");
      return { id, name: "Chan Maly" };
    },
    changed: () => undefined,
    moment: () => ({ ...moment }),
    decode: (bytes) => pictures.decode(bytes, "grey", { maxSide: 200 }),
    ...changes,
  });
  open.push(looking);
  return { looking, moment, lanes, stateDir, seconds };
}

const second = () => ({ officer: other.certificate.signPublic, passphrase: PASS });
const look = (index: number, laneKey = "1") =>
  ({ act: "look", lane: laneKey, index, reason: "prosecutor", second: second() }) as const;

function fault(code: string): (error: unknown) => boolean {
  return (error) => error instanceof Fault && error.code === code;
}

function passes({ moment }: Desk, seconds: number): void {
  moment.bootSeconds += seconds;
  moment.nowMs += seconds * 1000;
}

/** Grey pixels of a PNG that greyPng() wrote. */
function pixelsOf(png: Uint8Array | null): GreyPicture {
  assert.ok(png !== null);
  const view = Buffer.from(png);
  const [width, height] = [view.readUInt32BE(16), view.readUInt32BE(20)];
  const length = view.readUInt32BE(33);
  const rows = inflateSync(view.subarray(41, 41 + length));
  const pixels = Uint8Array.from(
    { length: width * height },
    (_, i) => rows[Math.floor(i / width) * (width + 1) + 1 + (i % width)] ?? 0,
  );
  return { width, height, pixels };
}

function roughness({ width, height, pixels }: GreyPicture): number {
  let most = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 1; x < width; x++)
      most = Math.max(most, Math.abs((pixels[y * width + x] ?? 0) - (pixels[y * width + x - 1] ?? 0)));
  }
  return most;
}

test("openLooking() shows nothing until asked; then grey, small and blurred; sharp only while held; covered after 10 s", async () => {
  const at = desk({ "1": await lane({ "a.png": noise("a", 500) }) });
  const { looking } = at;
  assert.equal(looking.blurred(), null);
  assert.equal(looking.view().look, null);
  await looking.act(look(0));
  assert.deepEqual(looking.view().look, { lane: "1", index: 0, untilMs: STARTED_MS + 10_000 });
  const soft = pixelsOf(looking.blurred());
  assert.ok(soft.width <= 200 && soft.height <= 200 && roughness(soft) <= 3, `${soft.width}, ${roughness(soft)}`);
  assert.equal(looking.sharp(), null);
  await looking.act({ act: "hold" });
  assert.ok(roughness(pixelsOf(looking.sharp())) > 50);
  await looking.act({ act: "release" });
  assert.equal(looking.sharp(), null);
  passes(at, 9.9);
  assert.ok(looking.blurred() !== null);
  passes(at, 0.1);
  assert.deepEqual([looking.blurred(), looking.sharp(), looking.view().look], [null, null, null]);
  await assert.rejects(looking.act({ act: "hold" }), fault("looking/nothing-open"));
  looking.close();
});

test("openLooking() counts items and sharp seconds, over a restart and whatever the clock is set to", async () => {
  const files = { "a.png": noise("a"), "b.png": noise("b") };
  const first = desk({ "1": await lane(files) });
  await first.looking.act(look(0));
  await first.looking.act({ act: "hold" });
  passes(first, 4);
  await first.looking.act({ act: "cover" });
  assert.deepEqual(first.looking.view().budget, {
    items: 1,
    itemsLimit: 20,
    seconds: 4,
    secondsLimit: 600,
    breakDue: false,
    reached: false,
  });
  await first.looking.act(look(1));
  await first.looking.act({ act: "hold" });
  // The program ends here, held: all that was kept back counts.
  const again = desk(first.lanes, { stateDir: first.stateDir });
  Object.assign(again.moment, { ...first.moment, nowMs: STARTED_MS + 30 * 86_400_000 });
  assert.deepEqual(
    [again.looking.view().budget.items, again.looking.view().budget.seconds],
    [2, 14],
    "the clock was set a month on",
  );
  again.moment.bootSeconds += 86_401;
  assert.equal(again.looking.view().budget.items, 0, "a day has passed");
  const rebooted = desk(first.lanes, { stateDir: first.stateDir });
  Object.assign(rebooted.moment, { boot: "boot-2", bootSeconds: 5, nowMs: STARTED_MS - 86_400_000 });
  assert.equal(rebooted.looking.view().budget.items, 2, "a look from the future is of today");
});

test("openLooking() closes at the limit, by items and by seconds; another officer goes on", async () => {
  const files = Object.fromEntries(Array.from({ length: 4 }, (_, i) => [`${i}.png`, noise(`n${i}`)]));
  const lanes = { "1": await lane(files) };
  const policy = { looking: { items: 2, seconds: 600, breakEvery: 5 }, secondOfficer: true };
  const at = desk(lanes, { policy });
  await at.looking.act(look(0));
  await at.looking.act(look(1));
  assert.ok(at.looking.view().budget.reached);
  await assert.rejects(at.looking.act(look(2)), fault("looking/limit"));
  const next = desk(lanes, { policy, stateDir: at.stateDir, officer: { practice: false, ...other } });
  await next.looking.act({ ...look(0), second: { officer: officer.certificate.signPublic, passphrase: PASS } });
  assert.equal(next.looking.view().budget.items, 1);
  const short = desk(
    { "1": await lane(files) },
    { policy: { looking: { items: 9, seconds: 3, breakEvery: 5 }, secondOfficer: true } },
  );
  await short.looking.act(look(0));
  assert.equal(short.looking.view().look?.untilMs, STARTED_MS + 3000, "no longer than the day has left");
  await short.looking.act({ act: "hold" });
  passes(short, 60);
  assert.equal(short.looking.sharp(), null);
  await assert.rejects(short.looking.act(look(1)), fault("looking/limit"));
});

test("openLooking() proposes a break after each fifth", async () => {
  const files = Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`${i}.png`, noise(`b${i}`)]));
  const at = desk({ "1": await lane(files) });
  for (const index of [0, 1, 2, 3]) await at.looking.act(look(index));
  assert.equal(at.looking.view().budget.breakDue, false);
  await at.looking.act(look(4));
  assert.equal(at.looking.view().budget.breakDue, true);
  passes(at, 301);
  assert.equal(at.looking.view().budget.breakDue, false);
});

test("openLooking() shows the same file once, in any place, and says so in the row; the log names no file", async () => {
  const same = noise("same");
  const at = desk({ "1": await lane({ "a.png": same, "b.png": same, "c.txt": Buffer.from("no picture") }) });
  await at.looking.act(look(0));
  await assert.rejects(at.looking.act(look(0)), fault("looking/seen"));
  await assert.rejects(at.looking.act(look(1)), fault("looking/seen"));
  await assert.rejects(at.looking.act(look(2)), fault("looking/not-a-picture"));
  assert.deepEqual(
    at.looking.findings("1", 0, 50).rows.map(({ showable }) => showable),
    ["seen", "seen", "not-a-picture"],
  );
  assert.equal(at.looking.view().budget.items, 1, "what is no picture does not count");
  const again = desk(at.lanes, { stateDir: at.stateDir });
  assert.equal(again.looking.findings("1", 0, 50).rows[0]?.showable, "seen");
  await assert.rejects(again.looking.act(look(1)), fault("looking/seen"), "also after a restart");
  const log = readFileSync(join(at.stateDir, "looks.jsonl"), "utf8");
  assert.ok(!log.includes("a.png") && !log.includes(hash("sha256", same, "hex")));
});

test("openLooking() needs a second officer who is another one and knows the passphrase, where policy says so", async () => {
  const lanes = { "1": await lane({ "a.png": noise("second") }) };
  const at = desk(lanes);
  assert.equal(at.looking.view().secondOfficer, true);
  await assert.rejects(at.looking.act({ ...look(0), second: null }), fault("looking/no-second"));
  const self = { officer: officer.certificate.signPublic, passphrase: PASS };
  await assert.rejects(at.looking.act({ ...look(0), second: self }), fault("looking/same-officer"));
  await assert.rejects(
    at.looking.act({ ...look(0), second: { ...second(), passphrase: "no" } }),
    fault("identity/passphrase"),
  );
  assert.deepEqual([at.looking.blurred(), at.looking.view().budget.items], [null, 0]);
  const alone = desk(lanes, { policy: { looking: { items: 5, seconds: 60, breakEvery: 5 }, secondOfficer: false } });
  await alone.looking.act({ ...look(0), second: null });
  assert.ok(alone.looking.blurred() !== null);
  assert.deepEqual(alone.seconds, []);
});

test("openLooking() writes each look beside the report: chained, signed, proved by verifyReport(); a changed line is found", async () => {
  const at = desk({ "1": await lane({ "a.png": noise("log") }) });
  const { dir } = at.lanes["1"] ?? { dir: "" };
  await at.looking.act(look(0));
  await at.looking.act({ act: "hold" });
  passes(at, 2);
  await at.looking.act({ act: "release" });
  await at.looking.act({ act: "categorise", lane: "1", index: 0, category: 3 });
  await at.looking.act({ act: "note", lane: "1", index: 0, text: "ពិនិត្យម្ដងទៀត" });
  await at.looking.act({ act: "note", lane: "1", index: 0, text: "second" });
  const row = at.looking.findings("1", 0, 1).rows[0];
  assert.deepEqual([row?.category, row?.note], [3, "second"]);
  const path = join(dir, "looking.jsonl");
  const lines = readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map(({ kind }) => kind),
    ["look", "sharpened", "category", "note", "note"],
  );
  assert.deepEqual(
    [lines[0].body.reason, lines[0].body.second, lines[1].body.ms],
    ["prosecutor", other.certificate.signPublic, 2000],
  );
  const proved = verifyReport(dir, { trust: [], nowMs: STARTED_MS });
  assert.ok(proved.outcome === "verified" && proved.looks === 5);
  appendFileSync(path, '{"torn');
  assert.equal(verifyReport(dir, { trust: [], nowMs: STARTED_MS }).outcome, "verified");
  await at.looking.act({ act: "categorise", lane: "1", index: 0, category: null });
  assert.equal(at.looking.findings("1", 0, 1).rows[0]?.category, null);
  writeFileSync(path, readFileSync(path, "utf8").replace("prosecutor", "match-in-doubt"));
  assert.throws(() => verifyReport(dir, { trust: [], nowMs: STARTED_MS }), fault("report/tampered"));
});

test("openLooking() refuses a log that was set back or changed", async () => {
  const files = { "a.png": noise("s1"), "b.png": noise("s2") };
  const at = desk({ "1": await lane(files) });
  await at.looking.act(look(0));
  const log = join(at.stateDir, "looks.jsonl");
  const kept = readFileSync(log, "utf8");
  rmSync(log);
  const again = desk(at.lanes, { stateDir: at.stateDir });
  await assert.rejects(again.looking.act(look(1)), fault("looking/set-back"));
  assert.equal(again.looking.blurred(), null);
  writeFileSync(log, kept.replace('"index":0', '"index":1'));
  assert.throws(() => desk(at.lanes, { stateDir: at.stateDir }).looking.view(), fault("evidence/kit-log"));
});

test("openLooking() in practice shows drawings only, counts in memory, writes no look", async () => {
  const lanes = { "1": await lane({ "a.png": noise("practice") }, { practice: true }) };
  const at = desk(lanes, {
    officer: { practice: true, ...officer },
    readFile: () => Promise.reject(new Error("nothing may be read")),
  });
  assert.equal(at.looking.view().secondOfficer, false);
  await at.looking.act({ ...look(0), second: null });
  await at.looking.act({ act: "hold" });
  assert.deepEqual(pixelsOf(at.looking.sharp()).pixels, practiceDrawing().pixels);
  assert.equal(at.looking.view().budget.items, 1);
  assert.ok(!existsSync(join(at.stateDir, "looks.jsonl")) && !existsSync(join(lanes["1"]?.dir ?? "", "looking.jsonl")));
});

test("openLooking() says when the device is gone, and when the finding is no whole file", async () => {
  const one = await lane({ "a.png": noise("gone") });
  const piece = { ...finding("x.img/p1/ntfs/f", 9), kind: "blocks", standing: "unallocated" } as Finding;
  const device = {
    ...one,
    report: { ...one.report, source: { ...one.report.source, kind: "image" }, findings: [piece] },
  } as LookedLane;
  const at = desk({ "1": one, "2": device });
  rmSync(one.source, { recursive: true });
  assert.equal(at.looking.findings("1", 0, 9).rows[0]?.showable, "gone");
  assert.equal(at.looking.findings("2", 0, 9).rows[0]?.showable, "not-a-whole-file");
  await assert.rejects(at.looking.act(look(0)), fault("looking/gone"));
  await assert.rejects(at.looking.act(look(0, "2")), fault("looking/not-shown"));
  await assert.rejects(at.looking.act(look(7)), fault("looking/no-finding"));
  await assert.rejects(
    at.looking.act({ act: "note", lane: "1", index: 0, text: "x".repeat(2001) }),
    fault("looking/note"),
  );
});

const IMAGE = join(
  process.env["PHUM_TESTDATA"] ?? resolve(projectHome, "../shared/testdata"),
  "devices/raw/syslog_image.dd",
);
const without = !existsSync(IMAGE) && "no test data: devices/raw/syslog_image.dd";
test("openLooking() reads a file out of an image, whole, and nothing of it is left on this computer", {
  skip: without,
}, async () => {
  const one = await lane({ "a.png": noise("image") });
  const found = { ...finding("syslog_image.dd/ext2/logs/sys.tgz", 730), standing: "allocated" } as Finding;
  const source = { ...one.report.source, kind: "image" };
  const image = { ...one, source: IMAGE, report: { ...one.report, source, findings: [found] } } as LookedLane;
  const digests: string[] = [];
  const decode = async (bytes: Uint8Array): Promise<PictureAnswer> => {
    digests.push(hash("sha256", bytes, "hex"));
    return { width: 1, height: 1, channels: 1, pixels: Uint8Array.of(9), format: "png", facts: {} as Picture["facts"] };
  };
  const at = desk({ "1": image }, { decode });
  await at.looking.act(look(0));
  assert.deepEqual(digests, ["3b6a6c939a1b4fdb9e070b988f3adb566d957a698068a290b7f2b81e5d16c2d8"]);
  assert.deepEqual(readdirSync(at.stateDir).sort(), ["looks.jsonl", "looks.jsonl.lock", "looks.key"]);
  const elsewhere = { ...image, report: { ...image.report, source: { ...source, kind: "device" } } } as LookedLane;
  await assert.rejects(desk({ "1": elsewhere }, { decode }).looking.act(look(0)), fault("looking/other-device"));
});

test("findings() gives pages of at most 200 rows with names and parents", async () => {
  const one = await lane({ "a.png": noise("rows") });
  const findings = Array.from({ length: 450 }, (_, i) => finding(`x.img/p1/fat/DCIM/${i}.jpg`, 10));
  const at = desk({ "1": { ...one, report: { ...one.report, findings } } });
  const { total, rows } = at.looking.findings("1", 100, 5000);
  assert.deepEqual([total, rows.length, rows[0]?.name, rows[0]?.parents], [450, 200, "100.jpg", "x.img/p1/fat/DCIM"]);
  assert.equal(at.looking.findings("1", 449, 50).rows.length, 1);
  assert.equal(at.looking.findings("1", 900, 50).rows.length, 0);
});

test("blurred() leaves nothing to recognise: letters and edges are gone, light and dark stay", () => {
  const side = 200;
  const letters: GreyPicture = {
    width: side,
    height: side,
    pixels: Uint8Array.from({ length: side * side }, (_, i) =>
      (((i % side) >> 3) + (Math.floor(i / side) >> 3)) % 2 === 0 ? 0 : 255,
    ),
  };
  const soft = blurred(letters);
  const middle = soft.pixels.slice(50 * side, 150 * side);
  assert.ok(Math.max(...middle) - Math.min(...middle) < 6, "a board of 8 pixels is one grey");
  const halves: GreyPicture = {
    width: side,
    height: side,
    pixels: Uint8Array.from({ length: side * side }, (_, i) => (i % side < 100 ? 0 : 255)),
  };
  const faded = blurred(halves);
  assert.ok(roughness(faded) <= 6 && (faded.pixels[0] ?? 9) < 5 && (faded.pixels[199] ?? 0) > 250);
  const small = blurred({ width: 3, height: 1, pixels: Uint8Array.of(0, 255, 0) });
  assert.equal(small.pixels.length, 3);
});

test("exposureOf() counts a day by the seconds of the computer's run where it can", () => {
  const past = (changes: Partial<PastLook>): PastLook => ({
    officer: "x",
    atMs: 0,
    boot: "a",
    bootSeconds: 0,
    sharpSeconds: 1.2,
    ...changes,
  });
  const policy = { items: 3, seconds: 100, breakEvery: 2 };
  const now = { nowMs: 90_000_000, boot: "a", bootSeconds: 80_000 };
  assert.equal(exposureOf([past({}), past({ boot: "b" })], policy, now).items, 1, "of another run the clock counts");
  assert.equal(
    exposureOf([past({ boot: "", bootSeconds: 0 })], policy, { ...now, boot: "" }).items,
    0,
    "no name of a run: the clock",
  );
  const two = exposureOf([past({ bootSeconds: 79_000 }), past({ bootSeconds: 79_990 })], policy, now);
  assert.deepEqual(two, { items: 2, seconds: 3, breakDue: true, reached: false });
});
