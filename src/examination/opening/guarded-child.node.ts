import { fromHex } from "#base/values";
import type { OpenImage, Refusal } from "#examination/images";
import { adoptSource } from "#examination/sources/node";
import { type ChildVoice, limitedChild } from "./child-says.node.ts";
import { guardTold, toldBy } from "./guard-told.node.ts";
import { openHandedImage } from "./handed-folder.node.ts";
import type { HandedMedium } from "./reader-message.node.ts";
import { type PlantedFault, type WalkGuard, walkGuard } from "./walk-guard.node.ts";
import type { WalkState } from "./walk-state.ts";

/** What every reader is given: a medium, and what its walk leaves out. */
export interface GuardedRequest {
  medium: HandedMedium;
  walk: WalkState;
  fault?: PlantedFault;
}

/** What a reader works on. */
export interface GuardedWork {
  image: OpenImage | Refusal;
  guard: WalkGuard;
  voice: ChildVoice;
}

/**
 * Runs a limited child that reads a medium under a guard: whoever started it learns at which object it ended, whatever ends it.
 */
export function guardedChild<T extends GuardedRequest>(work: (request: T, given: GuardedWork) => void): void {
  let guard: WalkGuard | undefined;
  limitedChild<T>(
    (request, voice) => {
      const own = walkGuard(
        request.walk,
        guardTold(voice, () => own),
        request.fault,
      );
      guard = own;
      work(request, { image: openHanded(request.medium, voice), guard: own, voice });
    },
    () => (guard === undefined ? {} : toldBy(guard)),
  );
}

function openHanded(medium: HandedMedium, voice: ChildVoice): OpenImage | Refusal {
  const want = (name: string): never => {
    voice.json({ kind: "want", name });
    return process.exit(0);
  };
  if (medium.kind === "image") return openHandedImage(medium.handed, want);
  const { sizeBytes, fd } = medium;
  return {
    ...{ format: "raw", variant: "", files: [fromHex(medium.name)], unread: [], problems: [] },
    media: adoptSource({ sizeBytes, parts: [{ startByte: 0, sizeBytes, buffered: fd, direct: null }] }),
    acquisition: { hashes: [], badSectors: [], facts: {} },
  };
}
