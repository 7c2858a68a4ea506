import { readFileSync, statSync } from "node:fs";
import type { Command, CommandRequest } from "#base/commandline";
import { openSigner, readKeyFile } from "#base/signing/node";
import { canonicalText } from "#base/values";
import { writeDurably } from "#examination/evidence/node";
import { shiftFault } from "./faults.ts";
import { kitAsked, writeNewFile } from "./kit-file.node.ts";
import { kitOfficers, kitPolicy } from "./kit-folder.node.ts";
import { wordingIn } from "./offences.ts";
import { jsonIn, kitOffences, signOffences } from "./offences-file.node.ts";
import { type Policy, readPolicy } from "./policy.ts";
import { sayShift } from "./words.ts";

const NUMBERS = ["hours", "lock-minutes", "items", "minutes", "break-every"] as const;

/** `phum kit policy`: shows what the unit decided; with options, decides it. */
export const kitPolicyCommand: Command = {
  path: ["kit", "policy"],
  options: {
    kit: { value: "DIR" },
    ...Object.fromEntries(NUMBERS.map((name) => [name, { value: "N" }])),
    "second-officer": { value: "yes|no" },
    "expert-phone": { value: "NUMBER" },
  },
  help: (language) => ({
    summary: sayShift(language, "help.policy"),
    options: Object.fromEntries([
      ["kit", sayShift(language, "help.kit")],
      ...[...NUMBERS, "second-officer" as const, "expert-phone" as const].map((name) => [
        name,
        sayShift(language, `help.policy.${name}`),
      ]),
    ]),
  }),
  run: async (request) => {
    const folder = kitAsked(request);
    const before = kitPolicy(folder);
    const text = canonicalText(asked(request, before));
    const policy = readPolicy(text);
    if (policy === undefined) throw shiftFault("shift/policy", "Not a policy", { values: { path: folder.policy } });
    if (text !== canonicalText(before)) writeDurably(folder.policy, Buffer.from(`${text}\n`));
    request.out(text);
    return 0;
  },
};

function asked(request: CommandRequest, before: Policy): Policy {
  const number = (name: (typeof NUMBERS)[number], old: number): number => Number(request.text(name) ?? old);
  const second = request.text("second-officer");
  return {
    ...before,
    looking: {
      items: number("items", before.looking.items),
      seconds: number("minutes", before.looking.seconds / 60) * 60,
      breakEvery: number("break-every", before.looking.breakEvery),
    },
    secondOfficer: second === undefined ? before.secondOfficer : second !== "no",
    shiftHours: number("hours", before.shiftHours),
    lockMinutes: number("lock-minutes", before.lockMinutes),
    expertPhone: (request.text("expert-phone") ?? before.expertPhone).trim(),
  };
}

/** `phum kit offences`: at the agency signs a wording; on a kit takes a signed one. */
export const kitOffencesCommand: Command = {
  path: ["kit", "offences"],
  positionals: { name: "FILE", min: 1, max: 1 },
  options: {
    sign: { value: "agency.key" },
    out: { value: "FILE" },
    "passphrase-file": { value: "P" },
    kit: { value: "DIR" },
  },
  help: (language) => ({
    summary: sayShift(language, "help.offences"),
    options: {
      sign: sayShift(language, "help.offences.sign"),
      out: sayShift(language, "help.offences.out"),
      "passphrase-file": sayShift(language, "help.passphrase-file"),
      kit: sayShift(language, "help.kit"),
    },
  }),
  run: async (request) => (request.text("sign") === undefined ? takeOffences(request) : signGiven(request)),
};

async function signGiven(request: CommandRequest): Promise<number> {
  const from = request.path(request.positionals[0] ?? "");
  const wording = wordingIn(jsonIn(from));
  if (wording === undefined) throw shiftFault("shift/offences", "Not a wording", { values: { path: from } });
  const file = request.text("passphrase-file");
  const given = file === undefined || file === "-" ? file : request.path(file);
  const key = readKeyFile(request.path(request.text("sign") ?? ""));
  const agency = await openSigner(key, await request.passphrase(given, sayShift(request.language, "ask.agency")));
  const path = request.path(request.text("out") ?? "offences.json");
  writeNewFile(path, `${canonicalText(signOffences(wording, agency, request.nowMs()))}\n`);
  request.out(path);
  return 0;
}

async function takeOffences(request: CommandRequest): Promise<number> {
  const folder = kitAsked(request);
  const path = request.path(request.positionals[0] ?? "");
  const trust = kitOfficers(folder).flatMap(({ certificate }) => certificate.agencyKeys);
  if (statSync(path, { throwIfNoEntry: false }) === undefined) {
    throw shiftFault("shift/offences", "Not there", { values: { path } });
  }
  for (const { code, words } of kitOffences(path, trust)) request.out(`${code}  ${words.en} · ${words.km}`);
  writeDurably(folder.offences, readFileSync(path));
  request.out(folder.offences);
  return 0;
}
