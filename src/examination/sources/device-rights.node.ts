import { accessSync, constants } from "node:fs";
import { openFault } from "./system-errors.node.ts";

/**
 * Asks, without opening it, whether this user may read a device: before anything is written about its examination.
 *
 * @throws {Fault} source/rights, whose sentence names the remedy; source/missing when it is gone.
 */
export function askToRead(devicePath: string): void {
  try {
    accessSync(devicePath, constants.R_OK);
  } catch (error) {
    throw openFault(error, devicePath, "device");
  }
}
