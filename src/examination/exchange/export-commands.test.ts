import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Command, CommandRequest } from "#base/commandline";
import { newSigner, openSigner } from "#base/signing/node";
import { labFinding, labReport } from "./exchange-lab.node.ts";
import { reportCheckExport, reportExport } from "./export.command.ts";

const folder = mkdtempSync(join(tmpdir(), "phum-export-"));
after(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

type Given = Record<string, string | string[]> & { km?: string };

/** Options by name; `km` is no option but the language. */
async function run(command: Command, positionals: string[], { km, ...given }: Given): Promise<string> {
  const language = km === undefined ? "en" : "km";
  const lines: string[] = [];
  const texts = (option: string): string[] => [given[option] ?? []].flat();
  const request: CommandRequest = {
    ...{ positionals, texts, text: (option) => texts(option)[0], flag: () => false, path: (path) => path, language },
    ...{ out: (line) => lines.push(line), err: () => undefined, live: () => undefined },
    passphrase: async (file) => readFileSync(file ?? "", "utf8"),
    ...{ signal: new AbortController().signal, nowMs: () => Date.parse("2026-11-26T00:00:00Z") },
  };
  for (const option of Object.keys(given)) assert.ok(option in command.options, `--${option} is no option`);
  assert.equal(await command.run(request), 0);
  return lines.join("\n");
}

test("report export and check-export: what they say of losses, signer and practice", async () => {
  const made = await newSigner("trial", { workFactor: 2 });
  writeFileSync(at("agency.key"), made.file);
  writeFileSync(at("pass"), "trial");
  const agency = await openSigner(made.file, "trial");
  await labReport(at("evidence"), { findings: [labFinding()], annex: [], agency });
  const signing = { sign: at("agency.key"), "passphrase-file": at("pass") };
  const dfxml = await run(reportExport, [at("evidence")], { ...signing, format: "dfxml", out: at("a.xml") });
  assert.match(dfxml, /Nothing was lost/);
  assert.match(dfxml, /a\.xml\.sig\.json/);
  const vics = await run(reportExport, [at("evidence")], {
    ...signing,
    format: "vics",
    out: at("a.json"),
    map: "national=1",
  });
  assert.match(vics, /could not carry/);
  assert.match(vics, /findings: 1/);
  assert.match(await run(reportCheckExport, [at("a.xml")], {}), /Compare this key/);
  assert.match(await run(reportCheckExport, [at("a.xml")], { trust: agency.publicKey }), /whom you trust/);
  assert.match(await run(reportCheckExport, [at("a.json")], { km: "" }), /findings/);
  await labReport(at("practice"), {
    findings: [labFinding({ category: "practice" })],
    annex: [],
    practice: true,
    agency,
  });
  const practice = await run(reportExport, [at("practice")], { ...signing, format: "csv", out: at("p.csv"), km: "" });
  assert.match(practice, /ហ្វឹកហាត់/);
  const wrong = [{ format: "pdf" }, { format: "vics", map: "first=1" }];
  for (const given of wrong) {
    const asked = run(reportExport, [at("evidence")], { ...signing, out: at("w"), ...given });
    await assert.rejects(asked, { code: "exchange/option" });
  }
});
