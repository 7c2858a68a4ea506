import { useCallback, useEffect, useRef, useState } from "react";
import type { Given } from "#examination/evidence";
import type { Refusal } from "#platform/ui";
import { BLOCK_ROWS } from "./findings-shown.ts";
import type { FindingRow, FindingsPage } from "./looking-view.ts";

export type GetFindings = (lane: string, from: number, count: number) => Promise<Given<FindingsPage>>;

/** Rows fetched so far, in blocks; a block is fetched again when something in it changed. */
export interface FetchedRows {
  /** null: the first block is under way. */
  total: number | null;
  rows: FindingRow[];
  refused: Refusal | null;
  more: () => void;
  again: (index: number) => void;
}

const AGAIN_MS = 5000;

/** Fetches the findings of a lane block by block. */
export function useRows(lane: string, get: GetFindings): FetchedRows {
  const [state, setState] = useState<Pick<FetchedRows, "total" | "rows" | "refused">>({
    total: null,
    rows: [],
    refused: null,
  });
  const latest = useRef(get);
  latest.current = get;
  const fetchBlock = useCallback(
    async (from: number): Promise<void> => {
      const given = await latest.current(lane, from, BLOCK_ROWS);
      setState((before) => {
        if ("refused" in given) return { ...before, refused: given.refused };
        const { total, rows } = given.value;
        const kept = [...before.rows];
        kept.splice(from, rows.length, ...rows);
        return { total, rows: kept, refused: null };
      });
    },
    [lane],
  );
  useEffect(() => {
    setState({ total: null, rows: [], refused: null });
    void fetchBlock(0);
  }, [fetchBlock]);
  const { rows, refused } = state;
  // biome-ignore lint/correctness/useExhaustiveDependencies: tried again after a while, as long as it is refused
  useEffect(() => {
    if (refused === null) return;
    const timer = setTimeout(() => void fetchBlock(rows.length), AGAIN_MS);
    return () => clearTimeout(timer);
  }, [refused]);
  return {
    ...state,
    more: () => void fetchBlock(rows.length),
    again: (index) => {
      const at = rows.findIndex((row) => row.index === index);
      void fetchBlock(Math.floor(Math.max(0, at) / BLOCK_ROWS) * BLOCK_ROWS);
    },
  };
}
