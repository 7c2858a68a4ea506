import { z } from "zod";
import { fromHex, toHex } from "#base/values";

const text = z.string().max(4096);
const amount = z.number().min(0);
const cell = z.object({ read: z.number(), found: z.boolean(), unread: z.boolean() });

/** What a screen showed of an examination the last time it was looked at. */
const seenShape = z.strictObject({
  fraction: amount,
  bytesRead: amount,
  bytesTotal: amount,
  tape: z.array(cell).max(64),
  boundBytes: amount.nullable(),
  confidence: amount,
  hits: amount,
  red: z.boolean(),
  unreadBytes: amount,
  unreadPlaces: amount,
});

const recordShape = z.strictObject({
  format: z.literal("phum-lane"),
  version: z.literal(1),
  key: z.string().regex(/^[1-9]\d{0,8}$/),
  shift: text,
  /** The officer's Ed25519 public key, hexadecimal. */
  officer: text,
  practice: z.boolean(),
  exhibit: text,
  basis: text.nullable(),
  /** Folder of evidence, and what is examined: absolute paths. */
  out: text,
  source: text,
  /** The lists it began with; empty: it has not begun. */
  lists: z.array(text).max(64),
  device: z.strictObject({
    kind: z.enum(["stick", "card", "disk", "disc", "phone", "folder", "image", "practice"]),
    model: text,
    serial: text.nullable(),
    sizeBytes: amount.nullable(),
  }),
  /** Reading what is mounted writable was agreed to. */
  consent: z.boolean(),
  /** The administrator's password for its opener was agreed to; not in older notes. */
  elevated: z.boolean().default(false),
  /** quick: until the bound stands; on: read on after an answer. */
  goal: z.enum(["quick", "all", "on"]),
  beganAtMs: amount,
  /** Its folder of evidence may have been begun. */
  begun: z.boolean(),
  state: z.enum(["open", "answered", "failed"]),
  seen: seenShape.nullable(),
  wentOn: z.strictObject({ fraction: amount, atMs: amount }).nullable(),
  answer: z
    .strictObject({
      verdict: z.enum(["red", "amber", "green"]),
      reasons: z.array(text),
      digest: text,
      sealed: z.boolean(),
    })
    .nullable(),
  fault: z.strictObject({ code: text, values: z.record(z.string(), z.union([z.string(), z.number()])) }).nullable(),
  /** What was seen of the source before it was read, to end without it; as triage's MediumLook. */
  medium: z.unknown(),
});

/** The kit's own note of one lane: docs/formats/lane.md. It proves nothing; evidence does. */
export type LaneRecord = z.infer<typeof recordShape>;
export type LaneSeen = z.infer<typeof seenShape>;

/** The record in a text; undefined where it is none of ours. */
export function readLaneRecord(json: string): LaneRecord | undefined {
  try {
    return recordShape.parse(JSON.parse(json, (_, value) => (isBytes(value) ? fromHex(value.hex) : value)));
  } catch {
    return undefined;
  }
}

/** The record as text: JSON, bytes as {"hex": …}. */
export function laneRecordText(record: LaneRecord): string {
  const plain = (value: unknown): unknown => (value instanceof Uint8Array ? { hex: toHex(value) } : value);
  const deep = (value: unknown): unknown => {
    const held = plain(value);
    if (Array.isArray(held)) return held.map(deep);
    if (typeof held !== "object" || held === null) return held;
    return Object.fromEntries(Object.entries(held).map(([name, inner]) => [name, deep(inner)]));
  };
  return `${JSON.stringify(deep(record), null, 1)}\n`;
}

function isBytes(value: unknown): value is { hex: string } {
  if (typeof value !== "object" || value === null || Object.keys(value).join() !== "hex") return false;
  return "hex" in value && typeof value.hex === "string" && /^(?:[0-9a-f]{2})*$/.test(value.hex);
}
