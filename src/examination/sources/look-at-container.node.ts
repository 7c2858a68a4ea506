import { lookAtImage } from "./look-at-image.node.ts";
import { MACHINE } from "./look-machine.node.ts";
import type { SourceLook } from "./source-spec.ts";

/**
 * The look of an image whose files are a container (E01, QCOW …): its size is that of the disk in it.
 *
 * @param paths Its files, absolute, without links; the one that was named first. At least one.
 * @param container What the images room says of it.
 * @throws {Fault} source/not-readable, /refused, /rights, /input-error.
 */
export function lookAtContainer(
  paths: readonly Uint8Array[],
  container: { format: string; sizeBytes: number },
): SourceLook {
  return lookAtImage(
    paths.map((path) => Buffer.from(path)),
    MACHINE,
    { container },
  );
}
