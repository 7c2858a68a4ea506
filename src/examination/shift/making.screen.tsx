import { percentRead } from "#platform/ui";
import { Button, ButtonRow, Meter, Page, Plate, useSay } from "#platform/ui/web";
import { sayShift } from "./words.ts";

/** The practice stick is being made: with its progress; the devices open by themselves when it is there. */
export function MakingScreen({ fraction, onBack }: { fraction: number; onBack: () => void }) {
  const say = useSay(sayShift);
  const percent = percentRead(fraction);
  return (
    <>
      <Page name="making" title={say("making.title")} windowTitle={say("making.title")} narrow>
        <Plate>
          <Meter value={percent} limit={100} text={say("making.done", { percent })} />
        </Plate>
      </Page>
      <ButtonRow>
        <Button back onPress={onBack}>
          {say("start.back")}
        </Button>
      </ButtonRow>
    </>
  );
}
