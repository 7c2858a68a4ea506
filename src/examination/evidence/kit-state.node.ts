import { homedir } from "node:os";
import { join } from "node:path";

/**
 * The kit's own folder, outside every exhibit: $XDG_STATE_HOME/phum, else ~/.local/state/phum (Windows: %LOCALAPPDATA%\phum).
 *
 * @param environment Usually process.env.
 */
export function kitStateDir(environment: Record<string, string | undefined>): string {
  const { XDG_STATE_HOME: state, LOCALAPPDATA: local } = environment;
  if (state?.startsWith("/")) return join(state, "phum");
  if (process.platform === "win32" && local !== undefined) return join(local, "phum");
  return join(homedir(), ".local/state/phum");
}
