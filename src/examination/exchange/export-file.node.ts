import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { Fault } from "#base/faults";
import { openSealed, type Signer, verifySignature } from "#base/signing/node";
import { canonicalBytes, canonicalText, fromHex, toHex, utf8 } from "#base/values";
import { verifyReport, writeDurably } from "#examination/evidence/node";
import type { AnnexFile } from "./exchange-model.ts";
import { modelOf } from "./exchange-model.ts";
import { type ExportFormat, exported } from "./export-formats.node.ts";
import { exchangeFault } from "./faults.ts";
import type { Loss } from "./losses.ts";
import type { VicsCategories } from "./vics-format.node.ts";

/** Behind the name of what was exported. */
const SIGNATURE_ENDING = ".sig.json";
/** What is signed begins with it. */
const STATEMENT = "phum-export/1\n";
const ANNEX_MAX_BYTES = 64 << 20;

/** The detached signature beside an export; canonical JSON. docs/formats/exchange.md */
export interface ExportSignature {
  format: "phum-export";
  version: 1;
  file: string;
  sha256: string;
  exportFormat: ExportFormat;
  /** What the format could not carry; empty: nothing was lost. */
  losses: Loss[];
  /** The report's digest, and whether it is practice. */
  report: string;
  practice: boolean;
  signedAt: string;
  signedBy: string;
  signature: string;
}

/** What an export is asked for. */
export interface ExportOptions {
  dir: string;
  out: string;
  format: ExportFormat;
  categories: VicsCategories;
  /** Opens the annex and signs. */
  agency: Signer;
  nowMs: number;
}

/**
 * Proves a folder of evidence and writes its findings in a partner's format, with the detached signature beside it.
 *
 * @throws {Fault} exchange/interrupted, exchange/annex (sealed to another agency), exchange/exists, exchange/unwritable, report/*, evidence/*.
 */
export async function exportReport(options: ExportOptions): Promise<ExportSignature & { signaturePath: string }> {
  const { dir, out, format, categories, agency, nowMs } = options;
  const verification = verifyReport(dir, { trust: [], nowMs });
  if (verification.outcome === "interrupted") {
    throw exchangeFault("exchange/interrupted", `${dir} holds no finished report`, { values: { path: dir } });
  }
  const { report } = verification;
  const annex = report.annex === undefined ? [] : await annexFiles(join(dir, report.annex.file), agency);
  const { text, losses } = exported(modelOf(report, annex), format, categories);
  const bytes = utf8(text);
  const unsigned = {
    format: "phum-export",
    version: 1,
    file: basename(out),
    sha256: createHash("sha256").update(bytes).digest("hex"),
    exportFormat: format,
    losses,
    report: report.seal.digest,
    practice: report.practice,
    signedAt: new Date(nowMs).toISOString(),
    signedBy: agency.publicKey,
  } as const;
  const signed: ExportSignature = { ...unsigned, signature: toHex(agency.sign(statementOf(unsigned))) };
  const signaturePath = `${out}${SIGNATURE_ENDING}`;
  for (const path of [out, signaturePath]) {
    if (existsSync(path)) throw exchangeFault("exchange/exists", `${path} stands there`, { values: { path } });
  }
  writeOrFault(out, bytes);
  writeOrFault(signaturePath, utf8(`${canonicalText(signed)}\n`));
  return { ...signed, signaturePath };
}

function writeOrFault(path: string, bytes: Uint8Array): void {
  try {
    writeDurably(path, bytes);
  } catch (cause) {
    throw exchangeFault("exchange/unwritable", `Cannot write ${path}: ${cause}`, { values: { path }, cause });
  }
}

function statementOf(unsigned: Omit<ExportSignature, "signature">): Uint8Array {
  return Uint8Array.from(Buffer.concat([utf8(STATEMENT), canonicalBytes(unsigned)]));
}

/**
 * Proves an export by the signature beside it.
 *
 * @param trust Keys that are believed; none: any, which the caller must show.
 * @throws {Fault} exchange/missing, exchange/tampered, exchange/untrusted
 */
export function checkExport(path: string, trust: readonly string[]): ExportSignature {
  const signed = readSignature(`${path}${SIGNATURE_ENDING}`);
  const { signature, ...unsigned } = signed;
  const bytes = readBytes(path);
  const tampered = (why: string): Fault => exchangeFault("exchange/tampered", `${path}: ${why}`, { values: { path } });
  if (!verifySignature(signed.signedBy, statementOf(unsigned), fromHex(signature))) throw tampered("signature");
  if (createHash("sha256").update(bytes).digest("hex") !== signed.sha256) throw tampered("digest");
  if (trust.length > 0 && !trust.includes(signed.signedBy)) {
    throw exchangeFault("exchange/untrusted", `${signed.signedBy} is not believed`, {
      values: { path, key: signed.signedBy },
    });
  }
  return signed;
}

const FORMS: Partial<Record<keyof ExportSignature, RegExp>> = {
  sha256: /^[0-9a-f]{64}$/,
  report: /^[0-9a-f]{64}$/,
  signedBy: /^[0-9a-f]{64}$/,
  signature: /^[0-9a-f]{128}$/,
};

function readSignature(path: string): ExportSignature {
  const tampered = (cause?: unknown): Fault =>
    exchangeFault("exchange/tampered", `${path} is no signature of an export`, { values: { path }, cause });
  const text = new TextDecoder().decode(readBytes(path)).trimEnd();
  let value: Partial<Record<keyof ExportSignature, unknown>>;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw tampered(cause);
  }
  const formed = Object.entries(FORMS).every(([name, form]) =>
    form.test(String(value?.[name as keyof ExportSignature])),
  );
  const ours = value?.format === "phum-export" && value.version === 1 && Array.isArray(value.losses);
  if (!ours || !formed || canonicalText(value) !== text) throw tampered();
  return value as ExportSignature;
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw exchangeFault("exchange/missing", `Cannot read ${path}`, { values: { path }, cause });
  }
}

/** Digests of the files that were hit. */
async function annexFiles(path: string, agency: Signer): Promise<AnnexFile[]> {
  const size = statSync(path).size;
  const foreign = (cause?: unknown): Fault =>
    exchangeFault("exchange/annex", `${path} cannot be opened with this key`, { values: { path }, cause });
  if (size > ANNEX_MAX_BYTES) throw foreign();
  const sealed = readFileSync(path);
  try {
    const reader = await openSealed(
      (offset, length) => sealed.subarray(offset, offset + length),
      size,
      agency.ageSecret,
    );
    const plain = new Uint8Array(reader.plainBytes);
    reader.readInto(plain, 0);
    const { files }: { files: AnnexFile[] } = JSON.parse(new TextDecoder().decode(plain));
    return files;
  } catch (cause) {
    throw cause instanceof Fault && !cause.code.startsWith("sealed/") ? cause : foreign(cause);
  }
}
