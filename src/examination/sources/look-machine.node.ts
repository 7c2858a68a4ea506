import { projectHome } from "#base/machine/node";
import { SYSTEM, type SystemTree } from "./block-devices.node.ts";

/** The machine a look is taken on; another one in tests. */
export interface LookMachine {
  tree: SystemTree;
  /** As process.platform. */
  platform: string;
  /** Phum's own folder: its disk is not evidence. */
  home: string;
}

/** The machine Phum runs on. */
export const MACHINE: LookMachine = { tree: SYSTEM, platform: process.platform, home: projectHome };
