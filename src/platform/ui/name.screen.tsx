import { useState } from "react";
import { useSay } from "./settings.screen.tsx";
import { shownName, visibleName } from "./shown-name.ts";
import { sayUi } from "./words.ts";

/** A foreign name: isolated, hidden characters written out, cut in the middle when long, whole after one press. */
export function FileName({ name }: { name: string }) {
  const say = useSay(sayUi);
  const [whole, setWhole] = useState(false);
  const { text, cut } = shownName(name);
  return (
    <>
      <bdi className="id" translate="no" lang="und">
        {whole ? visibleName(name) : text}
      </bdi>
      {cut && !whole ? (
        <>
          {" "}
          <button type="button" className="key small inline" onClick={() => setWhole(true)}>
            {say("name.whole")}
          </button>
        </>
      ) : null}
    </>
  );
}
