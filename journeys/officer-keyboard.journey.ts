// "I have no mouse, and I listen to the screen instead of looking at it."
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { sayLanes } from "#examination/lanes";
import { sayShift } from "#examination/shift";
import { type KitOnTrial, kitOnTrial, LISTED, noBrowser, PASSPHRASE } from "./kit-on-trial.ts";
import { ticked, titled, until } from "./officer-hands.ts";
import { prose } from "./phum.ts";

const SECTOR = 512;
/** More presses of Tab than any screen has places. */
const PLACES_MOST = 60;
let kit: KitOnTrial;
before(async () => {
  if (noBrowser === false) kit = await kitOnTrial();
});
after(() => kit?.close());

/** A place of the accessibility tree. */
interface Heard {
  role: string;
  name: string;
  live: string | null;
  inside: string;
}

/** Everything a screen reader finds, from the browser's own tree. */
async function tree(page: Page): Promise<Heard[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  await session.detach();
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const textOf = (node: (typeof nodes)[number]): string =>
    node.role?.value === "StaticText"
      ? String(node.name?.value ?? "")
      : (node.childIds ?? [])
          .map((id) => byId.get(id))
          .map((child) => (child === undefined ? "" : textOf(child)))
          .join("");
  return nodes
    .filter(({ ignored }) => !ignored)
    .map((node) => ({
      role: String(node.role?.value ?? ""),
      name: String(node.name?.value ?? ""),
      live: String(node.properties?.find(({ name }) => name === "live")?.value.value ?? "") || null,
      inside: textOf(node),
    }));
}

/** What the live regions have said since the page opened, in their order. */
interface Voice {
  polite: string[];
  assertive: string[];
  tones: number[];
}

/** Before the page draws: every sentence that enters a live region, and every tone that is started. */
const LISTEN = `(() => {
  const voice = (window.__voice = { polite: [], assertive: [], tones: [] });
  new MutationObserver(() => {
    for (const region of document.querySelectorAll(".vh[aria-live]")) {
      const said = voice[region.getAttribute("aria-live")];
      const text = region.textContent.trim();
      if (text !== "" && said.at(-1) !== text) said.push(text);
    }
  }).observe(document, { subtree: true, childList: true, characterData: true });
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) {
    voice.tones.push(Math.round(this.frequency.value));
    return start.apply(this, when);
  };
})()`;

const heard = (page: Page): Promise<Voice> => page.evaluate("window.__voice") as Promise<Voice>;

/** Goes on with Tab until the place of that role and name has the focus, as the accessibility tree says it. */
async function tabTo(page: Page, role: string, name: string): Promise<void> {
  for (let presses = 0; presses < PLACES_MOST; presses++) {
    await page.keyboard.press("Tab");
    const session = await page.context().newCDPSession(page);
    const { nodes } = await session.send("Accessibility.getFullAXTree");
    await session.detach();
    const focused = nodes.findLast(({ properties }) =>
      properties?.some((one) => one.name === "focused" && one.value.value === true),
    );
    if (focused?.role?.value === role && String(focused.name?.value ?? "").startsWith(name)) return;
  }
  throw new Error(`Tab never came to ${role} ${name}`);
}

/** Types into the field that has the focus, over what stands there. */
async function write(page: Page, text: string): Promise<void> {
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type(text);
}

test("With the keyboard alone I open, answer, examine and come to the report; I hear what is plugged in, the progress and red, and two low tones", {
  skip: noBrowser,
}, async () => {
  const page = await kit.open();
  await page.addInitScript(LISTEN);
  await page.reload();
  await titled(page, sayShift("en", "locked.title"));
  await tabTo(page, "radio", "Chan Maly");
  await page.keyboard.press("Space");
  await until(
    async () => (await page.evaluate("document.activeElement.id")) === "passphrase",
    "the passphrase's field",
  );
  await page.keyboard.type(PASSPHRASE);
  await page.keyboard.press("Enter");
  await titled(page, sayShift("en", "start.title"));

  await tabTo(page, "radio", sayShift("en", "start.basis.warrant"));
  await page.keyboard.press("Space");
  await tabTo(page, "textbox", sayShift("en", "start.number.warrant"));
  await page.keyboard.type("W-12/2026");
  await tabTo(page, "combobox", sayShift("en", "start.offence"));
  await page.keyboard.type("04");
  await page.keyboard.press("Tab");
  await write(page, "2026-0142-7");
  await page.keyboard.press("Enter");
  await titled(page, sayLanes("en", "devices.none"));

  kit.plug("Ultra Fit", Buffer.concat([prose("heard", 20_000 * SECTOR), LISTED, prose("end", 20_000 * SECTOR)]));
  await ticked(page, "Ultra Fit");
  await until(
    async () => (await heard(page)).polite.some((said) => /plugged in and ticked/.test(said)),
    "the stick, said",
  );
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: sayLanes("en", "examining.answer.red") }).waitFor();
  await page.keyboard.press("F7");
  await until(async () => (await heard(page)).polite.some((said) => /percent read\./.test(said)), "the progress, said");
  const regions = (await tree(page)).filter(
    ({ role, live }) => live !== null && (role === "status" || role === "alert"),
  );
  assert.ok(
    regions.some(({ live, inside }) => live === "polite" && /percent read/.test(inside)),
    JSON.stringify(regions),
  );
  assert.ok(regions.some(({ live, inside }) => live === "assertive" && /^Red\. Material from the list/.test(inside)));

  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: sayLanes("en", "answer.report"), exact: true }).waitFor();
  await page.keyboard.press("Enter");
  await titled(page, "The report is ready");
  const { assertive, tones } = await heard(page);
  assert.equal(assertive.length, 1, "red is said once");
  assert.match(
    assertive[0] ?? "",
    /^Red\. Material from the list is on this device: USB stick 20\.7 megabytes, exhibit 2026-0142-7\.$/,
  );
  assert.deepEqual(tones, [196, 147]);
  const names = (await tree(page)).filter(({ role }) => role === "button" || role === "link");
  assert.deepEqual(
    names.filter(({ name }) => name === ""),
    [],
  );
});
