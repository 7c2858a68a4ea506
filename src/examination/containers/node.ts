// containers on Node: looks into a file. To be called only in a child that is shut in (docs/design/0020-limited-child.md).

export { type SampleFile, zipOf } from "./archive-samples.node.ts";
export type { InnerFile, InnerSink, InsideVisitor, OuterFile } from "./inside.node.ts";
export { lookInside } from "./inside.node.ts";
