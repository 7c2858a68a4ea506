import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Command, CommandRequest } from "#base/commandline";
import { roomAnswers } from "#base/commandline";
import { Fault } from "#base/faults";
import { LANGUAGES } from "#base/words";
import { verifyCertificate } from "./certificate.node.ts";
import { signingAnswers } from "./faults.ts";
import { openIdentity, openSigner } from "./identity.node.ts";
import { identityEnrol } from "./identity-enrol.command.ts";
import { identityNew } from "./identity-new.command.ts";
import { readCertificateFile, readKeyFile } from "./key-files.node.ts";
import { readOfficerPublic } from "./officer-public.node.ts";
import { signerNew } from "./signer-new.command.ts";
import { saySigning } from "./words.ts";

const folder = mkdtempSync(join(tmpdir(), "phum-signing-"));
after(() => rmSync(folder, { recursive: true }));
const NOW = Date.parse("2026-11-25T08:00:00Z");
const PASSPHRASE = "drawings of a village road";

test("identity new, signer new and identity enrol make what examine and report verify need", async () => {
  const identity = await run(identityNew, { out: "officer.key" });
  const signer = await run(signerNew, { out: "agency.key" });
  const pub = readOfficerPublic(readKeyFile(join(folder, "officer.pub")));
  assert.equal(identity.lines.at(-1), pub.recipient);
  assert.match(signer.lines.at(-1) ?? "", /^[0-9a-f]{64}$/);
  assert.deepEqual((await openIdentity(readKeyFile(join(folder, "officer.key")), PASSPHRASE)).public, pub);
  assert.equal((await openSigner(readKeyFile(join(folder, "agency.key")), PASSPHRASE)).publicKey, signer.lines.at(-1));

  const enrolled = await run(identityEnrol, enrolment({ out: "officer.cert" }), { positionals: ["officer.pub"] });
  assert.equal(enrolled.code, 0);
  const certificate = readCertificateFile(join(folder, "officer.cert"));
  assert.equal(verifyCertificate(certificate, NOW).agencyKey, signer.lines.at(-1));
  assert.equal(certificate.name, "សុខ ដារ៉ា");
  assert.equal(certificate.recipient, pub.recipient);
  for (const name of ["officer.key", "officer.pub", "agency.key", "officer.cert"]) {
    if (process.platform !== "win32") assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
  }
});

test("no command writes over a file, and all of them ask before the passphrase", async () => {
  for (const name of ["taken.key", "half.pub", "taken.cert"]) writeFileSync(join(folder, name), "mine");
  await refuses(run(identityNew, { out: "taken.key" }, { passphrase: noPassphrase }), "identity/exists");
  await refuses(run(identityNew, { out: "half.key" }, { passphrase: noPassphrase }), "identity/exists");
  await refuses(run(signerNew, { out: "taken.key" }, { passphrase: noPassphrase }), "identity/exists");
  await refuses(
    run(identityEnrol, enrolment({ out: "taken.cert" }), { positionals: ["officer.pub"], passphrase: noPassphrase }),
    "identity/exists",
  );
  for (const name of ["taken.key", "half.pub", "taken.cert"]) {
    assert.equal(readFileSync(join(folder, name), "utf8"), "mine");
  }
  assert.equal(statSync(join(folder, "half.key"), { throwIfNoEntry: false }), undefined);
});

test("identity enrol refuses a past date, a missing file, a wrong passphrase, an officer's key as the agency's", async () => {
  await refuses(
    run(identityEnrol, enrolment({ "valid-until": "2020-01-01" }), {
      positionals: ["officer.pub"],
      passphrase: noPassphrase,
    }),
    "certificate/date",
  );
  await refuses(
    run(identityEnrol, enrolment({}), { positionals: ["nothing.pub"], passphrase: noPassphrase }),
    "identity/missing",
  );
  await refuses(
    run(identityEnrol, enrolment({}), { positionals: ["."], passphrase: noPassphrase }),
    "identity/missing",
  );
  await refuses(
    run(identityEnrol, enrolment({}), { positionals: ["agency.key"], passphrase: noPassphrase }),
    "identity/damaged",
  );
  await refuses(
    run(identityEnrol, enrolment({}), { positionals: ["officer.pub"], passphrase: async () => "wrong" }),
    "identity/passphrase",
  );
  await refuses(
    run(identityEnrol, enrolment({ sign: "officer.key" }), { positionals: ["officer.pub"] }),
    "identity/not-an-agency",
  );
  await refuses(run(identityEnrol, enrolment({ name: " " }), { positionals: ["officer.pub"] }), "certificate/name");
  await refuses(
    run(identityEnrol, enrolment({ trust: "xyz" }), { positionals: ["officer.pub"], passphrase: noPassphrase }),
    "signature/key",
  );
});

test("identity new into a folder that is not there is identity/unwritable", async () => {
  await refuses(run(signerNew, { out: "no/such/agency.key" }), "identity/unwritable");
});

test("a typed passphrase is asked twice; two different ones make no key; a short one is said", async () => {
  const typed = ["first of them", "second of them"];
  const asking = async (file: string | undefined): Promise<string> => (file === undefined ? (typed.shift() ?? "") : "");
  const options = { out: "typed.key", "passphrase-file": undefined };
  await refuses(run(signerNew, options, { passphrase: asking }), "identity/passphrases-differ");
  assert.equal(statSync(join(folder, "typed.key"), { throwIfNoEntry: false }), undefined);
  const short = await run(signerNew, { out: "short.key" }, { passphrase: async () => "pw" });
  assert.equal(short.errors.length, 1);
});

test("a passphrase file is looked for where the caller stands, and - stays -", async () => {
  const files: (string | undefined)[] = [];
  const noting = async (file: string | undefined): Promise<string> => {
    files.push(file);
    return PASSPHRASE;
  };
  await run(signerNew, { out: "one.key", "passphrase-file": "pass.txt" }, { passphrase: noting });
  await run(signerNew, { out: "two.key", "passphrase-file": "-" }, { passphrase: noting });
  assert.deepEqual(files, [join(folder, "pass.txt"), "-"]);
});

for (const language of LANGUAGES) {
  test(`every Fault and every option has its sentence in ${language}`, () => {
    const answers = roomAnswers(signingAnswers, saySigning);
    const values = { path: "p", option: "o", date: "d", now: "n", known: "k", stated: "s", recipient: "r", key: "k" };
    for (const [code, { exit }] of Object.entries(signingAnswers)) {
      const fault = new Fault(code, "", { values });
      assert.ok((answers.sentenceOf(language, fault) ?? "").length > 10, code);
      assert.ok(exit >= 64 && answers.exitOf(fault) === exit);
    }
    for (const command of [identityNew, identityEnrol, signerNew]) {
      const { summary, options } = command.help(language);
      assert.ok(summary.length > 0);
      assert.deepEqual(Object.keys(options).sort(), Object.keys(command.options).sort());
    }
  });
}

function enrolment(changes: Record<string, string>): Record<string, string> {
  const asked = { name: "សុខ ដារ៉ា", unit: "អង្គភាព ៣", "valid-until": "2027-06-30", sign: "agency.key", out: "x.cert" };
  return { ...asked, ...changes };
}

async function noPassphrase(): Promise<string> {
  throw new Error("the passphrase was asked for");
}

async function run(
  command: Command,
  options: Record<string, string | undefined>,
  rest: { positionals?: string[]; passphrase?: CommandRequest["passphrase"] } = {},
): Promise<{ code: number; lines: string[]; errors: string[] }> {
  const { positionals = [], passphrase = async () => PASSPHRASE } = rest;
  const given: Record<string, string | undefined> = { "passphrase-file": "p", ...options };
  const lines: string[] = [];
  const errors: string[] = [];
  const code = await command.run({
    positionals,
    text: (option) => given[option],
    texts: (option) => [given[option] ?? []].flat(),
    flag: () => false,
    path: (path) => join(folder, path),
    language: "km",
    out: (line) => lines.push(line),
    err: (line) => errors.push(line),
    live: () => undefined,
    passphrase,
    signal: new AbortController().signal,
    nowMs: () => NOW,
  });
  return { code, lines, errors };
}

async function refuses(running: Promise<unknown>, code: string): Promise<void> {
  await assert.rejects(running, (error) => error instanceof Fault && error.code === code, code);
}
