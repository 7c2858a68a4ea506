// containers on Node: looks into a file. To be called only in a child that is shut in (docs/design/0020-limited-child.md). Besides it
// writers of small containers, for tests, benches and tools.
export { type SampleFile, zipOf } from "./archive-samples.node.ts";
export { HIDING_WAYS } from "./hiding-ways.node.ts";
export type { InnerFile, InnerSink, InsideVisitor, OuterFile } from "./inside.node.ts";
export { lookInside } from "./inside.node.ts";
