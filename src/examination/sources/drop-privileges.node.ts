import { readFileSync } from "node:fs";

/**
 * Gives up root for the user who asked for it: all groups, then the group, then the user, and proves that there is no
 * way back. Does nothing where this process is not root or was not elevated by sudo or pkexec.
 *
 * @param environment SUDO_UID and SUDO_GID, or PKEXEC_UID.
 * @throws {Error} Where the user is not known or root could be taken again: the caller must end.
 */
export function dropPrivileges(environment: Record<string, string | undefined>): void {
  if (process.geteuid?.() !== 0) return;
  const uid = numberOf(environment["SUDO_UID"] ?? environment["PKEXEC_UID"]);
  if (uid === undefined || uid === 0) return;
  const gid = environment["SUDO_UID"] === undefined ? groupOf(uid) : numberOf(environment["SUDO_GID"]);
  if (gid === undefined) throw new Error(`Cannot give up root: no group is known of user ${uid}`);
  process.setgroups?.([gid]);
  process.setgid?.(gid);
  process.setuid?.(uid);
  if (process.getuid?.() !== uid || process.geteuid?.() !== uid || process.getegid?.() !== gid || canReturn()) {
    throw new Error("Cannot give up root: the system kept it");
  }
}

function canReturn(): boolean {
  try {
    process.setuid?.(0);
    return true;
  } catch {
    return false;
  }
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

/** First group of a user. @see passwd(5): name:password:uid:gid:… */
function groupOf(uid: number): number | undefined {
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  const fields = lines.map((line) => line.split(":")).find((line) => line[2] === String(uid));
  return numberOf(fields?.[3]);
}
