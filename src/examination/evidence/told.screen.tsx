import { FileName } from "#platform/ui/web";
import { textPieces } from "./isolated-text.ts";

const SHORT_SIGNS = 24;
const LONG_SIGNS = 200;

/**
 * A sentence; foreign texts in it stand isolated and are never translated. A short one is not broken, a long one is cut in the
 * middle and whole after one press.
 */
export function Told({ text }: { text: string }) {
  return (
    <>
      {textPieces(text).map((piece, i) => {
        if (!piece.foreign) return piece.text;
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces of a sentence have no other name
        if (piece.text.length > LONG_SIGNS) return <FileName key={i} name={piece.text} />;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces of a sentence have no other name
          <bdi key={i} className={piece.text.length > SHORT_SIGNS ? "id" : "nb"} translate="no" lang="und">
            {piece.text}
          </bdi>
        );
      })}
    </>
  );
}
