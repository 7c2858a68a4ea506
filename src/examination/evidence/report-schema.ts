import { signedReportShape } from "./report-shape.ts";
import type { JsonSchema } from "./shape.ts";

/** The JSON Schema of report.json: docs/formats/report.schema.json is this, and a test holds them together. */
export const reportSchema: JsonSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: "https://phum.example/formats/report-1.schema.json",
  title: "Phum report, version 1",
  ...signedReportShape.schema,
};
