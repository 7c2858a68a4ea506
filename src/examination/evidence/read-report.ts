import { Fault } from "#base/faults";
import { canonicalBytes, equalBytes } from "#base/values";
import { boundedJson } from "./bounded-json.ts";
import { evidenceFault } from "./faults.ts";
import { isRed } from "./kind-text.ts";
import { NOTICES } from "./notices.ts";
import type { Report, SignedReport } from "./report-record.ts";
import { signedReportShape } from "./report-shape.ts";
import { ShapeError } from "./shape.ts";

/** Largest report.json that is read: 256 MiB. */
export const REPORT_MAX_BYTES = 256 * 1024 * 1024;

/**
 * Reads a report.json of unknown origin, strictly: known format and version, every field of its shape, canonical bytes, and
 * no contradiction in itself. Proves nothing about who signed it.
 *
 * @throws {Fault} report/version, report/format naming the field, report/tampered when the bytes are not the canonical ones.
 */
export function readReport(bytes: Uint8Array): SignedReport {
  const value = boundedJson(bytes, REPORT_MAX_BYTES);
  const { format, version } = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  if (format !== "phum-report") {
    throw evidenceFault("report/format", "Not a report of Phum", { values: { place: "report.json" } });
  }
  if (typeof version === "number" && version > 1) {
    throw evidenceFault("report/version", `The report has version ${version}; this Phum reads version 1`);
  }
  try {
    const report = signedReportShape.check(value, "");
    checkSense(report);
    if (!equalBytes(reportFileBytes(report), bytes)) {
      throw evidenceFault("report/tampered", "The bytes are not canonical JSON", { values: { place: "report.json" } });
    }
    return report;
  } catch (error) {
    if (error instanceof Fault) throw error;
    const place = error instanceof ShapeError ? error.at : "report.json";
    throw evidenceFault("report/format", `The report is not of its shape: ${error}`, {
      values: { place },
      cause: error,
    });
  }
}

/** Bytes of report.json: canonical JSON and one line feed. */
export function reportFileBytes(report: SignedReport): Uint8Array<ArrayBuffer> {
  const text = canonicalBytes(report);
  const file = new Uint8Array(text.length + 1);
  file.set(text);
  file[text.length] = 0x0a;
  return file;
}

/**
 * Checks what no schema says: verdict, reasons, findings and bound must not contradict each other.
 *
 * @throws {ShapeError} naming the field.
 */
export function checkSense(report: Omit<Report, "journal" | "reads" | "officer">): void {
  const { verdict, reasons, findings, bound, coverage, notices } = report;
  const fail = (at: string, rule: string): never => {
    throw new ShapeError(at, rule);
  };
  if (verdict === "green") {
    if (reasons.length > 0) fail("reasons", "green has none");
    const amount = bound.targetBytes !== null || report.source.kind === "folder";
    if (!bound.reached || !amount) fail("bound/reached", "green needs the bound");
    if (findings.some(({ confirmed, kind }) => confirmed || kind === "likeness")) {
      fail("findings", "green has no confirmed finding and no lead");
    }
  } else if (reasons.length === 0) fail("reasons", "red and amber have one or more");
  if (new Set(reasons).size !== reasons.length) fail("reasons", "each stands once");
  if (verdict === "red" && !findings.some(isRed)) {
    fail("findings", "red needs a confirmed finding of its weight, or a lead with which a second proof agrees");
  }
  findings.forEach(({ kind, likeness, weight, confirmed }, i) => {
    if ((kind === "likeness") !== (likeness !== undefined))
      fail(`findings/${i}/likeness`, "stands with its kind alone");
    if (kind !== "likeness") return;
    if (confirmed) fail(`findings/${i}/confirmed`, "likeness is never confirmed");
    if (weight === "red" && likeness?.agrees === undefined) fail(`findings/${i}/weight`, "likeness alone is amber");
  });
  if (coverage.bytesRead > coverage.bytesTotal) fail("coverage/bytesRead", "no more than bytesTotal");
  if (!report.practice && report.filter.some(({ category }) => category === "practice")) {
    fail("practice", "a practice list makes a practice report");
  }
  notices.forEach(({ code, values }, i) => {
    for (const value of NOTICES[code]) {
      if (!Object.hasOwn(values, value)) fail(`notices/${i}/values/${value}`, "is missing");
    }
  });
}
