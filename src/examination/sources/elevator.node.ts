import { accessSync, constants } from "node:fs";

/** pkexec(1): asks in a window of the desktop; never on a terminal that nobody looks at. */
const PKEXEC = ["/usr/bin/pkexec", "--disable-internal-agent"];
const SUDO = "/usr/bin/sudo";

/**
 * The program that may ask this computer's administrator, in a window, to let the opener child read one device: for
 * spawnWithDevice's `elevate`. Nothing is started and nothing is asked yet.
 *
 * @param environment Of a desktop: DISPLAY or WAYLAND_DISPLAY, for sudo(8) SUDO_ASKPASS besides.
 * @returns null: there is none here.
 */
export function elevatorHere(
  environment: Record<string, string | undefined> = process.env,
  mayRun: (path: string) => boolean = isExecutable,
): string[] | null {
  if ([environment["DISPLAY"], environment["WAYLAND_DISPLAY"]].every((shown) => (shown ?? "") === "")) return null;
  if (mayRun(PKEXEC[0] ?? "")) return [...PKEXEC];
  const askpass = environment["SUDO_ASKPASS"] ?? "";
  return askpass.startsWith("/") && mayRun(askpass) && mayRun(SUDO) ? [SUDO, "-A"] : null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
