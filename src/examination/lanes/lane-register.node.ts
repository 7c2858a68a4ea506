import { closeSync, mkdirSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeDurably } from "#examination/evidence/node";
import { type LaneRecord, laneRecordText, readLaneRecord } from "./lane-record.ts";

/** Every lane this kit ever had, one small file each; outside the exhibits. */
export interface LaneRegister {
  /** All that can be read, in the order of their keys. */
  all(): LaneRecord[];
  /** The next key, taken for good: no other process gets it. */
  takeKey(): string;
  write(record: LaneRecord): void;
}

/** The register in the kit's own folder. @throws {Fault} evidence/rights, evidence/no-space when it cannot be written to. */
export function laneRegister(stateDir: string): LaneRegister {
  const folder = join(stateDir, "lanes");
  const path = (key: string): string => join(folder, `${key}.json`);
  const keys = (): number[] => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return readdirSync(folder)
      .flatMap((name) => /^([1-9]\d{0,8})\.json$/.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  };
  return {
    all: () => keys().flatMap((key) => readLaneRecord(readFileSync(path(String(key)), "utf8")) ?? []),
    takeKey: () => {
      for (let key = (keys().at(-1) ?? 0) + 1; ; key++) {
        try {
          closeSync(openSync(path(String(key)), "wx", 0o600));
          return String(key);
        } catch (error) {
          if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
        }
      }
    },
    write: (record) => writeDurably(path(record.key), Buffer.from(laneRecordText(record))),
  };
}
