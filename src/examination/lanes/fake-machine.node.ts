// A computer written as a folder, for tests: what sysfs and the mount table would say of what is plugged in.
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { LanesMachine } from "./plugged.node.ts";

export interface FakeDisk {
  /** "8:16". */
  number: string;
  sizeBytes?: number;
  serial?: string;
  model?: string;
  /** Behind USB, and removable. */
  usb?: boolean;
  readOnly?: boolean;
  /** Where its first part is mounted. */
  mount?: string;
  mountedReadOnly?: boolean;
}

export interface FakeMachine {
  machine: LanesMachine;
  /** Plugs a disk in, with one part. */
  disk(name: string, disk: FakeDisk): void;
  /** Plugs a USB device in that is no disk. @param interfaces Class, subclass, protocol and name of each. */
  usb(name: string, facts: Record<string, string>, interfaces: [string, string, string, string][]): void;
  out(name: string): void;
  /** Devices this user may not open. */
  denied: Set<string>;
}

/** Makes the computer; nothing is plugged in. */
export function fakeMachine(home: string): FakeMachine {
  const tree = { sys: join(home, "sys"), proc: join(home, "proc") };
  const mounts = new Map<string, string>();
  const denied = new Set<string>();
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  let events = 0;
  const said = (): void => {
    write(join(tree.proc, "self/mountinfo"), [...mounts.values()].join("\n"));
    write(join(tree.sys, "kernel/uevent_seqnum"), `${++events}\n`);
  };
  const node = (folder: string, number: string, attributes: Record<string, string>): void => {
    for (const [name, text] of Object.entries({ dev: number, ro: "0", ...attributes })) {
      write(join(folder, name), `${text}\n`);
    }
    const name = folder.split("/").at(-1) ?? "";
    for (const link of [`class/block/${name}`, `dev/block/${number}`]) {
      mkdirSync(dirname(join(tree.sys, link)), { recursive: true });
      rmSync(join(tree.sys, link), { force: true });
      symlinkSync(folder, join(tree.sys, link));
    }
  };
  said();
  return {
    machine: { tree, mayRead: (path) => !denied.has(path) },
    denied,
    disk: (name, { number, sizeBytes = 16e9, serial, model = "Ultra Fit", usb = false, readOnly = false, ...disk }) => {
      const [major, minor] = number.split(":").map(Number);
      const folder = join(tree.sys, "devices", usb ? `usb1/1-${minor}/host/block` : "ata1/block", name);
      node(folder, number, {
        ...{ size: String(sizeBytes / 512), removable: usb ? "1" : "0", diskseq: String(++events) },
        ...{ "queue/rotational": "0", "device/model": model, ro: readOnly ? "1" : "0" },
        ...(serial === undefined ? {} : { "device/serial": serial }),
      });
      const part = `${major}:${(minor ?? 0) + 1}`;
      node(join(folder, `${name}1`), part, { partition: "1", size: "2048", start: "2048", ro: readOnly ? "1" : "0" });
      const { mount, mountedReadOnly = false } = disk;
      const how = mountedReadOnly ? "ro" : "rw";
      if (mount !== undefined) mounts.set(name, `27 1 ${part} / ${mount} ${how} - ext4 /dev/${name}1 ${how}`);
      said();
    },
    usb: (name, facts, interfaces) => {
      const folder = join(tree.sys, "devices/usb2", name);
      for (const [attribute, text] of Object.entries(facts)) write(join(folder, attribute), `${text}\n`);
      interfaces.forEach(([cls, sub, protocol, said], i) => {
        const at = join(folder, `${name}:1.${i}`);
        const texts = { bInterfaceClass: cls, bInterfaceSubClass: sub, bInterfaceProtocol: protocol, interface: said };
        for (const [attribute, text] of Object.entries(texts)) write(join(at, attribute), `${text}\n`);
      });
      mkdirSync(join(tree.sys, "bus/usb/devices"), { recursive: true });
      symlinkSync(folder, join(tree.sys, "bus/usb/devices", name));
      said();
    },
    out: (name) => {
      mounts.delete(name);
      for (const folder of ["class/block", "bus/usb/devices"]) {
        for (const gone of [name, `${name}1`]) rmSync(join(tree.sys, folder, gone), { force: true });
      }
      said();
    },
  };
}
