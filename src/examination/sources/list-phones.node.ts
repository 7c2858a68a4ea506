import { readdirSync, realpathSync } from "node:fs";
import { basename, join } from "node:path";
import { attribute, type SystemTree } from "./block-devices.node.ts";
import { printable } from "./device-facts.node.ts";

/** A telephone, tablet or camera: it shows files by a protocol of its own and no disk. */
export interface PluggedPhone {
  /** The socket and the number the kernel gave it there: another one after each plugging. */
  socket: string;
  model?: string;
  serial?: string;
}

const STILL_IMAGE = "06"; // USB-IF class codes: PTP, and MTP where it is announced as such
const APPLE = "05ac";
const APPLE_MOBILE = /^12[9ab][0-9a-f]$/; // iPhone, iPad, iPod touch
const DEBUG_BRIDGE = "ff4201"; // Android: class, subclass, protocol

/** Phones that are plugged in, by what their USB interfaces say; none is spoken to. */
export function listPhones({ sys }: SystemTree): PluggedPhone[] {
  const folder = join(sys, "bus/usb/devices");
  return names(folder)
    .filter((name) => !name.includes(":") && isPhone(join(folder, name)))
    .map((name) => phoneAt(name, join(folder, name)));
}

function phoneAt(name: string, folder: string): PluggedPhone {
  const maker = printable(attribute(folder, "manufacturer"));
  const product = printable(attribute(folder, "product"));
  const model = product?.startsWith(maker ?? product) ? product : [maker, product].filter(Boolean).join(" ");
  const serial = printable(attribute(folder, "serial"));
  return {
    socket: `${name} ${attribute(folder, "devnum") ?? ""}`,
    ...(model === undefined || model === "" ? {} : { model }),
    ...(serial === undefined ? {} : { serial }),
  };
}

function isPhone(folder: string): boolean {
  const vendor = attribute(folder, "idVendor");
  if (vendor === undefined) return false;
  if (vendor === APPLE && APPLE_MOBILE.test(attribute(folder, "idProduct") ?? "")) return true;
  return interfacesOf(folder).some((at) => {
    const way = ["bInterfaceClass", "bInterfaceSubClass", "bInterfaceProtocol"].map((name) => attribute(at, name));
    if (way[0] === STILL_IMAGE || way.join("") === DEBUG_BRIDGE) return true;
    return /\bMTP\b/i.test(attribute(at, "interface") ?? "");
  });
}

/** Interfaces stand in the device's own folder: 1-2/1-2:1.0. */
function interfacesOf(folder: string): string[] {
  try {
    const real = realpathSync(folder);
    return names(real)
      .filter((name) => name.startsWith(`${basename(real)}:`))
      .map((name) => join(real, name));
  } catch {
    return []; // pulled out meanwhile
  }
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
