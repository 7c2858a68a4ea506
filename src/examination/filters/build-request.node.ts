import type { CommandRequest, OptionSpec } from "#base/commandline";
import { openSigner, readKeyFile, type Signer } from "#base/signing/node";
import type { Language } from "#base/words";
import { type ReleaseOptions, releaseOf } from "./build-dates.ts";
import type { Unlocker } from "./filter-open-unlock.node.ts";
import { sayFilters } from "./words.ts";

/** Options of every command that signs. */
export const SIGNING_OPTIONS = {
  sign: { value: "FILE", required: true },
  "passphrase-file": { value: "FILE" },
} satisfies Record<string, OptionSpec>;

/** Options of every command that makes a release. */
export const RELEASE_OPTIONS = {
  release: { value: "NAME" },
  "valid-days": { value: "N" },
  "valid-until": { value: "DATE" },
  "grace-until": { value: "DATE" },
} satisfies Record<string, OptionSpec>;

type OptionName = keyof typeof SIGNING_OPTIONS | keyof typeof RELEASE_OPTIONS | OtherOption;
type OtherOption =
  | "name"
  | "agency"
  | "category"
  | "recipient"
  | "out"
  | "known-good"
  | "keep-hashes"
  | "max-blocks-per-file"
  | "set-key-from"
  | "trust"
  | "likeness"
  | "benign"
  | "withdraw"
  | "fingerprint"
  | "robust"
  | "words"
  | "earlier"
  | "decide"
  | "digests"
  | "identity"
  | "identity-passphrase-file";

/** The help of a command: its summary, and a sentence for each of its options. */
export function helpOf(
  language: Language,
  command: "build" | "show" | "verify" | "merge" | "seal" | "rekey",
  options: Partial<Record<OptionName, OptionSpec>>,
): { summary: string; options: Record<string, string> } {
  const names = Object.keys(options) as OptionName[];
  return {
    summary: sayFilters(language, `help.${command}`),
    options: Object.fromEntries(names.map((name) => [name, sayFilters(language, `help.option.${name}`)])),
  };
}

/** The path an option gives, against the caller's directory. */
export function pathOf(request: CommandRequest, option: string): string | undefined {
  const given = request.text(option);
  return given === undefined ? undefined : request.path(given);
}

/** The agency's key of --sign, opened with its passphrase. @throws {Fault} identity/*, passphrase/*. */
export async function agencyOf(request: CommandRequest): Promise<Signer> {
  const file = readKeyFile(pathOf(request, "sign") ?? "");
  return openSigner(file, await secretOf(request, "passphrase-file", "ask.agency"));
}

/** A passphrase from the file an option names, from standard input ("-"), or asked for. */
export function secretOf(
  request: CommandRequest,
  option: string,
  question: "ask.agency" | "ask.identity",
): Promise<string> {
  const given = request.text(option);
  const file = given === undefined || given === "-" ? given : request.path(given);
  return request.passphrase(file, sayFilters(request.language, question));
}

/** The agency's key in the form that opens what is sealed to it. */
export function unlockerOf(agency: Signer): Unlocker {
  return { ageSecret: agency.ageSecret, public: { recipient: agency.recipient } };
}

/** Name and dates of the release the options speak of. @throws {Fault} filter/option. */
export function releaseOptionsOf(request: CommandRequest, command: string): ReturnType<typeof releaseOf> {
  const options: ReleaseOptions = {
    command,
    nowMs: request.nowMs(),
    release: request.text("release"),
    validDays: request.text("valid-days"),
    validUntil: request.text("valid-until"),
    graceUntil: request.text("grace-until"),
  };
  return releaseOf(options);
}
