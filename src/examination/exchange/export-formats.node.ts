import { readCase, writeCase } from "./case-format.node.ts";
import { readCsv, writeCsv } from "./csv-format.ts";
import { readDfxml, writeDfxml } from "./dfxml-format.ts";
import type { ExchangeModel } from "./exchange-model.ts";
import { type Loss, lossesOf, type ReadBack } from "./losses.ts";
import { readVics, type VicsCategories, writeVics } from "./vics-format.node.ts";

/** Formats that findings go out in. */
export const EXPORT_FORMATS = ["vics", "dfxml", "case", "csv"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const READERS: Record<ExportFormat, (text: string) => ReadBack> = {
  vics: readVics,
  dfxml: readDfxml,
  case: readCase,
  csv: readCsv,
};

/** Writes a report's findings in a format, reads them back, and says what the format could not carry. */
export function exported(
  model: ExchangeModel,
  format: ExportFormat,
  categories: VicsCategories,
): { text: string; losses: Loss[] } {
  const writers = { vics: () => writeVics(model, categories), dfxml: writeDfxml, case: writeCase, csv: writeCsv };
  const text = writers[format](model);
  return { text, losses: lossesOf(model, READERS[format](text)) };
}
