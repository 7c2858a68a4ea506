import { z } from "zod";
import { LOOK_REASONS } from "#examination/looking";
import { BASES } from "#examination/shift";
import type { KitAct } from "./kit-view.ts";

const key = z.string().min(1).max(64);
const officer = z.string().regex(/^[0-9a-f]{64}$/);
const passphrase = z.string().max(1000);
const note = z.string().max(2000);
const index = z.int().min(0).max(10_000_000);
const lane = z.string().regex(/^[1-9]\d{0,8}$/);

const act = <A extends string, S extends z.ZodRawShape>(name: A, fields: S) =>
  z.strictObject({ act: z.literal(name), ...fields });

const shape = z.union([
  act("unlock", { officer, passphrase }),
  act("practice", {}),
  act("lock", {}),
  act("end-shift", {}),
  act("self-test", {}),
  act("understood", {}),
  act("clock", { phone: z.string().max(100).nullable() }),
  act("answer", { question: z.literal("basis"), kind: z.enum(BASES) }),
  act("answer", { question: z.enum(["basis-number", "exhibit"]), text: note }),
  act("answer", { question: z.literal("offence"), code: key }),
  act("choose", { device: key, chosen: z.boolean() }),
  act("examine", { consent: z.array(key).max(64), elevate: z.array(key).max(64).exactOptional() }),
  act("add-path", { path: z.string().min(1).max(4096) }),
  act("go-on", { lane, agreed: z.enum(["writable", "rights"]).exactOptional() }),
  ...(["pause", "stop", "read-on", "end-here"] as const).map((name) => act(name, { lane })),
  act("look", {
    ...{ lane, index, reason: z.enum(LOOK_REASONS) },
    second: z.strictObject({ officer, passphrase }).nullable(),
  }),
  act("hold", {}),
  act("release", {}),
  act("cover", {}),
  act("categorise", { lane, index, category: z.int().min(0).max(9).nullable() }),
  act("note", { lane, index, text: note }),
  act("seal", { lane, folder: z.string().min(1).max(4096) }),
]);

/** The act in a value from a browser; undefined where it is none: whatever is not in this list is refused. */
export function kitActIn(value: unknown): KitAct | undefined {
  return shape.safeParse(value).data;
}
