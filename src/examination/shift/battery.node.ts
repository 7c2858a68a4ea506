import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What the system says of its battery. */
export interface BatterySeen {
  percent: number;
  /** On the mains, or full. */
  charging: boolean;
  /** How long it lasts as it is used now; null: not known. */
  hours: number | null;
}

/**
 * The first battery of this computer; null where it has none, or the system shows none.
 *
 * @param folder /sys/class/power_supply.
 * @see Linux 6.12, Documentation/ABI/testing/sysfs-class-power
 */
export function batteryIn(folder: string): BatterySeen | null {
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  const battery = names
    .map((name) => join(folder, name))
    .find((path) => said(path, "type") === "Battery" && said(path, "scope") !== "Device");
  if (battery === undefined) return null;
  const percent = Number(said(battery, "capacity"));
  if (!Number.isFinite(percent)) return null;
  const charging = said(battery, "status") !== "Discharging";
  const [left, use] = [number(battery, "energy_now", "charge_now"), number(battery, "power_now", "current_now")];
  return {
    percent,
    charging,
    hours: charging || !(use > 0) || !(left > 0) ? null : Math.round((left / use) * 10) / 10,
  };
}

function number(battery: string, energy: string, charge: string): number {
  return Number(said(battery, energy) ?? said(battery, charge) ?? Number.NaN);
}

function said(folder: string, name: string): string | undefined {
  try {
    return readFileSync(join(folder, name), "utf8").trim();
  } catch {
    return undefined;
  }
}
