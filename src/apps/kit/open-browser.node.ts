import { spawn } from "node:child_process";

/**
 * Opens an address in this computer's browser.
 *
 * @returns whether there is a screen to open it on; the address is printed anyway.
 */
export function openBrowser(address: string, environment: Record<string, string | undefined>): boolean {
  const command = commandFor(environment);
  if (command === undefined) return false;
  const [program = "", ...words] = command;
  const child = spawn(program, [...words, address], { stdio: "ignore", detached: true, windowsHide: true });
  child.on("error", () => undefined);
  child.unref();
  return true;
}

function commandFor({ DISPLAY, WAYLAND_DISPLAY }: Record<string, string | undefined>): string[] | undefined {
  if (process.platform === "darwin") return ["open"];
  if (process.platform === "win32") return ["rundll32", "url.dll,FileProtocolHandler"];
  return (DISPLAY ?? "") === "" && (WAYLAND_DISPLAY ?? "") === "" ? undefined : ["xdg-open"];
}
