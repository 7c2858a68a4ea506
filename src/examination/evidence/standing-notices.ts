import { NOTICES, type Notice, notice } from "./notices.ts";
import type { Report, ReportDraft } from "./report-record.ts";

const DAY_MS = 86_400_000;
/** A list that ends within two weeks is named, so that the unit asks for a new one in time. */
const EXPIRING_MS = 14 * DAY_MS;
/** Clocks of a computer and a phone differ by less in daily life. */
const CLOCK_TOLERANCE_MS = 60_000;

/** What the notices follow from besides the draft. */
export interface Standing {
  basis: string | null;
  vouchedFor: boolean;
  clock: Report["clock"];
  /** Notices of the interruptions. */
  resumed: readonly Notice[];
}

/**
 * All notices of a report in the order of NOTICES: the draft's, and those that follow from the report itself, so that none of
 * these can be forgotten. One of each code; the draft's stands before ours.
 */
export function standingNotices(draft: ReportDraft, standing: Standing): Notice[] {
  const { basis, vouchedFor, clock, resumed } = standing;
  const { readOnly, kind } = draft.source;
  const ours: Notice[] = [...resumed];
  if (draft.practice) ours.push(notice("practice", {}));
  if (!vouchedFor) ours.push(notice("no-certificate", {}));
  if (basis === null) ours.push(notice("no-basis", {}));
  if (readOnly.mountedWritable) ours.push(notice("mounted-writable", {}));
  else if (readOnly.mounted) ours.push(notice("mounted", {}));
  if (kind === "device" && readOnly.hardware !== true) ours.push(notice("not-write-protected", {}));
  if (clock.offsetMs === null) ours.push(notice("clock-not-compared", {}));
  else if (Math.abs(clock.offsetMs) >= CLOCK_TOLERANCE_MS) {
    ours.push(notice("clock-offset", { seconds: Math.round(Math.abs(clock.offsetMs) / 1000) }));
  }
  for (const { name, validUntil, expired } of draft.filter) {
    const values = { name, until: validUntil.slice(0, 10) };
    if (expired) ours.push(notice("filter-expired", values));
    else if (Date.parse(validUntil) - Date.parse(clock.endedAt) < EXPIRING_MS)
      ours.push(notice("filter-expiring", values));
  }
  if (draft.unconfirmed > 0) ours.push(notice("unconfirmed-hits", { count: draft.unconfirmed }));
  const given = new Set(draft.notices.map(({ code }) => code));
  const order = Object.keys(NOTICES);
  return [...draft.notices, ...ours.filter(({ code }) => !given.has(code))].sort(
    (a, b) => order.indexOf(a.code) - order.indexOf(b.code),
  );
}
