import type { CommandRequest } from "#base/commandline";
import { optionFault } from "./build-dates.ts";
import { type DigestWish, LIST_ROLES } from "./list-section.ts";

/** Sealed lists of --digests ROLE=FILE, in the order in which they were given. @throws {Fault} filter/option. */
export function digestsOf(request: CommandRequest, command: string): DigestWish[] {
  return request.texts("digests").map((given) => {
    const role = LIST_ROLES.find((known) => given.startsWith(`${known}=`));
    if (role === undefined || given.length === role.length + 1) throw optionFault(command, "digests", given);
    return { role, path: request.path(given.slice(role.length + 1)) };
  });
}
