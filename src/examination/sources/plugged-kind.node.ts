import { attribute, type BlockNode } from "./block-devices.node.ts";
import type { DiskFacts } from "./device-facts.node.ts";
import type { PluggedKind } from "./source-spec.ts";

/** Card readers say so in their model; what they are plugged into does not. */
const READER = /\b(?:card|reader|sd|sdxc|sdhc|mmc|micro ?sd|cf|multi)\b/i;

/**
 * The kind of a whole disk: by how it is connected, and by what can be taken out of it.
 *
 * @param facts Of the same disk.
 */
export function pluggedKind(disk: BlockNode, facts: Pick<DiskFacts, "optical" | "removable" | "model">): PluggedKind {
  if (/\/loop\d+$/.test(disk.folder)) return "image";
  if (facts.optical) return "disc";
  // MMC, SD and eMMC are one bus; "MMC" that cannot be taken out is soldered in.
  if (/\/mmcblk\d+$/.test(disk.folder)) return attribute(disk.folder, "device/type") === "SD" ? "card" : "disk";
  if (facts.removable !== true) return "disk";
  return READER.test(facts.model ?? "") ? "card" : "stick";
}
