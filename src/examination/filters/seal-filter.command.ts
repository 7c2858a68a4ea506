import type { Command, CommandRequest } from "#base/commandline";
import { openIdentity, readKeyFile, type Signer } from "#base/signing/node";
import { agencyOf, helpOf, pathOf, SIGNING_OPTIONS, secretOf, unlockerOf } from "./build-request.node.ts";
import { addRecipients } from "./filter-file-recipients.node.ts";
import type { Unlocker } from "./filter-open-unlock.node.ts";
import { sayFilters } from "./words.ts";

const NAME = "seal";
const OPTIONS = {
  recipient: { value: "RECIPIENT", required: true, multiple: true },
  ...SIGNING_OPTIONS,
  out: { value: "FILE" },
  identity: { value: "FILE" },
  "identity-passphrase-file": { value: "FILE" },
} as const;

/** `phum filter seal`: adds recipients to a filter; the same file where no --out is given. Last line: the file's new SHA-256. */
export const filterSeal: Command = {
  path: ["filter", NAME],
  positionals: { name: "FILTER", min: 1, max: 1 },
  options: OPTIONS,
  help: (language) => helpOf(language, NAME, OPTIONS),
  run: async (request) => {
    const path = request.path(request.positionals[0] ?? "");
    const out = pathOf(request, "out") ?? path;
    const recipients = request.texts("recipient");
    const agency = await agencyOf(request);
    const identity = await openerOf(request, agency);
    const { digest, added } = await addRecipients(path, out, { recipients, identity, agency, nowMs: request.nowMs() });
    request.out(sayFilters(request.language, "out.sealed", { count: added, path: out }));
    request.out(digest);
    return 0;
  },
};

/** Who opens the file for the new recipients: the officer of --identity, else the agency's own key. */
async function openerOf(request: CommandRequest, agency: Signer): Promise<Unlocker> {
  const path = pathOf(request, "identity");
  if (path === undefined) return unlockerOf(agency);
  return openIdentity(readKeyFile(path), await secretOf(request, "identity-passphrase-file", "ask.identity"));
}
