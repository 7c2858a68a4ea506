// exchange, on Node: exports of a folder of evidence, signed, and their proof. Writes only the file it was given.
export { reportCheckExport, reportExport } from "./export.command.ts";
