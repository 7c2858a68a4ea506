import { canonicalText } from "#base/values";
import type { ExchangeModel } from "./exchange-model.ts";

/** A field that a format could not carry, and of how many things: findings, or the one report. */
export interface Loss {
  /** "findings" (all of them), "findings.<field>" or "report.<field>". */
  field: string;
  count: number;
}

/** What a format's reader gives back: findings by their position in the report. */
export interface ReadBack {
  about: Record<string, unknown>;
  findings: ReadonlyMap<number, Record<string, unknown>>;
}

/**
 * What was lost: found by reading back what was written and comparing field by field; never declared. Empty: nothing.
 */
export function lossesOf(model: ExchangeModel, read: ReadBack): Loss[] {
  const counts = new Map<string, number>();
  const count = (field: string): void => void counts.set(field, (counts.get(field) ?? 0) + 1);
  for (const name of Object.keys(model.about)) {
    if (!equal(model.about[name], read.about[name])) count(`report.${name}`);
  }
  for (const [index, finding] of model.findings.entries()) {
    const back = read.findings.get(index);
    if (back === undefined) {
      count("findings");
      continue;
    }
    for (const name of new Set([...Object.keys(finding), ...Object.keys(back)])) {
      if (!equal(finding[name], back[name])) count(`findings.${name}`);
    }
  }
  return [...counts].map(([field, n]) => ({ field, count: n })).sort((a, b) => (a.field < b.field ? -1 : 1));
}

function equal(a: unknown, b: unknown): boolean {
  if (a === undefined || b === undefined) return a === b;
  return canonicalText(a) === canonicalText(b);
}
