import type { CommandRequest } from "#base/commandline";
import { signingFault } from "./faults.ts";
import { saySigning } from "./words.ts";

/** The passphrase that opens a key; the file's path as the caller meant it, "-" for standard input. */
export async function passphraseFor(request: CommandRequest, question: "ask.open" | "ask.new"): Promise<string> {
  const given = request.text("passphrase-file");
  const file = given === undefined || given === "-" ? given : request.path(given);
  return request.passphrase(file, saySigning(request.language, question));
}

/**
 * The passphrase of a new key: asked twice where it is typed, so that a slip does not lose the key.
 *
 * @throws {Fault} identity/passphrases-differ.
 */
export async function newPassphrase(request: CommandRequest): Promise<string> {
  const passphrase = await passphraseFor(request, "ask.new");
  if (request.text("passphrase-file") === undefined) {
    const again = await request.passphrase(undefined, saySigning(request.language, "ask.again"));
    if (again !== passphrase) throw signingFault("identity/passphrases-differ", "The two passphrases differ");
  }
  if ([...passphrase].length < SHORT) request.err(saySigning(request.language, "warn.short"));
  return passphrase;
}

/** Fewer characters than this are guessed in days, whatever the work factor. */
const SHORT = 10;
