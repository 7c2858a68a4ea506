import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Instrument } from "#platform/ui/web";
import { Kit } from "./kit.screen.tsx";
import { kitClient } from "./kit-client.screen.tsx";
import { sayKit } from "./words.ts";

const client = kitClient({
  code: "kit/lost-touch",
  words: { en: sayKit("en", "frame.lost"), km: sayKit("km", "frame.lost") },
});

const root = document.getElementById("root");
if (root === null) throw new Error("Cannot draw: the page has no #root");
createRoot(root).render(
  <StrictMode>
    <Instrument>
      <Kit client={client} />
    </Instrument>
  </StrictMode>,
);
