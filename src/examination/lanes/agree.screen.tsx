import { Ask, useSay } from "#platform/ui/web";
import type { LaneAsks } from "./lanes-view.ts";
import { sayLanes } from "./words.ts";

/** What an officer agrees to before a device is read: that it can be written to, or that its opener gets rights. */
export function AgreeQuestion({
  asks,
  about,
  onLeave,
  onAgree,
}: {
  asks: LaneAsks;
  /** Names of the devices. */
  about: readonly string[];
  onLeave: () => void;
  onAgree: () => void;
}) {
  const say = useSay(sayLanes);
  const rights = asks === "rights";
  return (
    <Ask
      title={say(rights ? "rights.title" : "devices.consent.title")}
      harmless={{ word: say("devices.consent.leave"), onPress: onLeave }}
      other={{ word: say(rights ? "rights.yes" : "devices.consent.yes"), onPress: onAgree }}
    >
      <ul className="dots">
        {about.map((name, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two devices may have the same name
          <li key={index}>
            <b>{name}</b>
          </li>
        ))}
      </ul>
      <p>{say(rights ? "rights.text" : "devices.consent.text")}</p>
      {rights ? <p>{say("rights.none")}</p> : null}
    </Ask>
  );
}
