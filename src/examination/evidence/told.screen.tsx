import { textPieces } from "./isolated-text.ts";

/** A sentence; foreign texts in it stand isolated, are never translated, and break only where they are long. */
export function Told({ text }: { text: string }) {
  return (
    <>
      {textPieces(text).map((piece, i) =>
        piece.foreign ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces of a sentence have no other name
          <bdi key={i} className={piece.text.length > 24 ? "id" : "nb"} translate="no" lang="und">
            {piece.text}
          </bdi>
        ) : (
          piece.text
        ),
      )}
    </>
  );
}
