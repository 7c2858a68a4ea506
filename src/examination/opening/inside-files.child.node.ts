// Entry of the child that looks into files of a folder, which it is given as descriptors 3, 4 …; else as inside-medium.child.node.ts.
import { fromHex } from "#base/values";
import { INSIDE_LIMITS, openBudget } from "#examination/containers";
import { adoptSource } from "#examination/sources/node";
import { limitedChild } from "./child-says.node.ts";
import { lookInsideDisks } from "./inner-disk.node.ts";
import type { InsideFile, LookedMessage } from "./inside-message.ts";
import { tellingVisitor } from "./tell-inside.node.ts";

/** The first descriptor beyond the three own ones. */
const FIRST_FD = 3;

limitedChild<{ files: InsideFile[]; from: number }>(({ files, from }, voice) => {
  for (let index = from; index < files.length; index++) {
    const file = files[index];
    if (file === undefined) return;
    voice.json({ kind: "at", index });
    const { sizeBytes } = file;
    const part = { startByte: 0, sizeBytes, buffered: FIRST_FD + index, direct: null };
    const source = adoptSource({ sizeBytes, parts: [part] });
    const visitor = tellingVisitor(voice, {});
    const budget = openBudget(INSIDE_LIMITS, { sizeBytes, nowMs: visitor.nowMs });
    lookInsideDisks({ chain: file.chain.map((name) => fromHex(name)), source }, visitor, budget);
    const message: LookedMessage = { kind: "looked", inner: visitor.inner, reached: { tree: 0, entries: index + 1 } };
    voice.json(message);
  }
});
