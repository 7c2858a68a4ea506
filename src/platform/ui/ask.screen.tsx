import { Modal } from "@mantine/core";
import type { ReactNode } from "react";
import { useSay } from "./settings.screen.tsx";
import { sayUi } from "./words.ts";

/**
 * A question that must be answered first: focus is kept inside, opens on the harmless button (the large one), closes with Esc.
 *
 * @param harmless What nothing follows from; `other` does what was asked for.
 */
export function Ask({
  title,
  children,
  harmless,
  other,
}: {
  title: string;
  children?: ReactNode;
  harmless: { word: string; onPress: () => void };
  other?: { word: string; onPress: () => void; why?: string | null; busy?: boolean };
}) {
  const say = useSay(sayUi);
  return (
    <Modal.Root
      opened
      onClose={harmless.onPress}
      unstyled
      classNames={{ inner: "ask", overlay: "veil", content: "card", title: "card-title", body: "card-body" }}
      closeOnClickOutside={false}
      lockScroll={false}
      transitionProps={{ duration: 0 }}
    >
      <Modal.Overlay transitionProps={{ duration: 0 }} />
      <Modal.Content>
        <Modal.Title>{title}</Modal.Title>
        <Modal.Body>
          {children}
          <div className="card-keys">
            {other === undefined ? null : (
              <button
                type="button"
                className="key"
                onClick={() => (other.busy || (other.why ?? null) !== null ? undefined : other.onPress())}
                {...(other.busy || (other.why ?? null) !== null ? { "aria-disabled": true } : {})}
              >
                {other.busy ? say("state.wait") : other.word}
              </button>
            )}
            <button type="button" className="key go noarrow" data-autofocus onClick={harmless.onPress}>
              {harmless.word}
            </button>
          </div>
          {other === undefined || (other.why ?? null) === null ? null : <p className="dim sm">{other.why}</p>}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
