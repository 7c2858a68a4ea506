// filesystems on Node: writers of small volumes, for journeys and benches. What reads file systems is pure (mod.ts).

export { apfsSample } from "./apfs-sample.ts";
export { ExfatSample } from "./exfat-sample.ts";
export { extSample } from "./ext-sample.ts";
export { FatSample } from "./fat-sample.ts";
export { hfsSample } from "./hfs-sample.ts";
export { isoSample } from "./iso-sample.ts";
export { sampleNtfs } from "./ntfs-sample.ts";
