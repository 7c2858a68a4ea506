import type { Command, CommandRequest } from "#base/commandline";
import { type Language, size } from "#base/words";
import { listDevices } from "./list-devices.node.ts";
import type { PluggedDevice } from "./source-spec.ts";
import { saySources } from "./words.ts";

/** `phum devices [--json]`: what is plugged in, for the officer who looks for the stick's path. */
export const devices: Command = {
  path: ["devices"],
  options: { json: {} },
  help: (language) => ({
    summary: saySources(language, "devices.help"),
    options: { json: saySources(language, "devices.help.json") },
  }),
  run: async (request: CommandRequest) => {
    const plugged = listDevices();
    if (request.flag("json")) request.out(JSON.stringify(plugged, null, 2));
    else if (plugged.length === 0) request.out(saySources(request.language, "devices.none"));
    else for (const device of plugged) request.out(deviceLine(device, request.language));
    return 0;
  },
};

/** One device in one line: path, size, kind, model, serial, and what speaks for or against reading it now. */
export function deviceLine(device: PluggedDevice, language: Language): string {
  const { serial, model, readOnly } = device;
  const blocked = readOnly.hardware === true || readOnly.kernel === true;
  const facts = [
    size(language, device.sizeBytes),
    saySources(language, device.medium === "flash" ? "devices.flash" : "devices.rotating"),
    ...(model === undefined ? [] : [model]),
    ...(serial === undefined ? [] : [saySources(language, "devices.serial", { serial })]),
    ...(device.ownDisk ? [saySources(language, "devices.own")] : []),
    saySources(language, blocked ? "devices.blocked" : "devices.not-blocked"),
    ...device.mounts.map(({ mountPoint, writable }) =>
      saySources(language, writable ? "devices.mounted-writable" : "devices.mounted", { mountPoint }),
    ),
  ];
  return `${device.path}  ${facts.join(" · ")}`;
}
