import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { CommandRequest } from "#base/commandline";
import type { Asked } from "./examination-setup.node.ts";
import { triageFault } from "./faults.ts";
import type { Plan } from "./plan.ts";
import { planFrom } from "./plan-from.ts";

const WORKERS_MOST = 64;
const EXHIBIT_MOST = 200;
const REPORT_MOST_BYTES = 64 << 20;

/**
 * What the options ask for.
 *
 * @throws {Fault} triage/usage-*, triage/plan.
 */
export function askedFor(request: CommandRequest): Asked {
  const [quick, full] = [request.flag("quick"), request.flag("full")];
  if (quick && full) throw triageFault("triage/usage-quick-or-full", "--quick and --full exclude each other");
  const [seed, planPath] = [request.text("seed") ?? null, request.text("plan")];
  if (seed !== null && planPath !== undefined) {
    throw triageFault("triage/usage-seed-or-plan", "--seed and --plan exclude each other");
  }
  return {
    mode: quick ? "quick" : full ? "full" : null,
    seed: seed === "" ? null : seed,
    plan: planPath === undefined ? null : planIn(request.path(planPath)),
    phases: phasesAsked(request.text("phases")),
    workers: workersAsked(request.text("workers")),
    elevate:
      request
        .text("elevate")
        ?.split(/\s+/)
        .filter((word) => word !== "") ?? null,
  };
}

function phasesAsked(given: string | undefined): Asked["phases"] {
  if (given === undefined || given === "all" || given === "known") return given ?? null;
  throw triageFault("triage/usage-phases", `--phases ${given} is unknown`, { values: { given } });
}

function workersAsked(given: string | undefined): number | null {
  if (given === undefined) return null;
  const workers = /^\d{1,3}$/.test(given) ? Number(given) : 0;
  if (workers >= 1 && workers <= WORKERS_MOST) return workers;
  throw triageFault("triage/usage-workers", `--workers ${given} is out of range`, {
    values: { given, most: WORKERS_MOST },
  });
}

/** @throws {Fault} triage/usage-exhibit. */
export function exhibitOf(request: CommandRequest): string {
  const exhibit = (request.text("exhibit") ?? "").trim();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a number that breaks a line cannot be written on a bag
  if (exhibit !== "" && exhibit.length <= EXHIBIT_MOST && !/[\u0000-\u001f\u007f]/.test(exhibit)) return exhibit;
  throw triageFault("triage/usage-exhibit", "The exhibit number is empty or too long");
}

/** The time the officer read from a phone. @throws {Fault} triage/usage-time. */
export function statedMsOf(request: CommandRequest): number | undefined {
  const given = request.text("stated-time");
  if (given === undefined) return undefined;
  const ms = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/.test(given)
    ? Date.parse(given)
    : Number.NaN;
  if (Number.isFinite(ms)) return ms;
  throw triageFault("triage/usage-time", `--stated-time ${given} is no time`, { values: { given } });
}

/** The plan of a report: the report itself or the folder of evidence it is in. */
function planIn(path: string): Plan {
  try {
    const file = statSync(path).isDirectory() ? join(path, "report.json") : path;
    if (statSync(file).size > REPORT_MOST_BYTES) throw new RangeError("Cannot read a report of this size");
    const report: unknown = JSON.parse(readFileSync(file, "utf8"));
    const plan = typeof report === "object" && report !== null && "plan" in report ? planFrom(report.plan) : null;
    if (plan !== null) return plan;
  } catch (cause) {
    throw triageFault("triage/plan", `No plan can be read from ${path}`, { values: { path }, cause });
  }
  throw triageFault("triage/plan", `No plan can be read from ${path}`, { values: { path } });
}
