import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { ActAnswer, KitAct, KitView } from "./kit-view.ts";
import { launchKit } from "./launch-kit.node.ts";
import { answerStarts, askRunning } from "./running-kit.node.ts";

/** Ten milliseconds each: then something is wrong, however slow the computer is. */
const PATIENCE_TRIES = 6000;

/** A page without a browser: opens an address, hears the view, acts; tries again when the program is away. */
async function openPage(address: string) {
  const { origin } = new URL(address);
  const opened = await fetch(address, { redirect: "manual" });
  const cookie = String(opened.headers.get("set-cookie")).split(";")[0] ?? "";
  const headers = { cookie, origin, "sec-fetch-site": "same-origin" };
  const ending = new AbortController();
  let view: KitView | undefined;
  let opens = 0;
  const listen = async (): Promise<void> => {
    const { body } = await fetch(`${origin}/events`, { headers, signal: ending.signal });
    opens++;
    let text = "";
    for await (const piece of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += piece;
      const parts = text.split("\n\n");
      text = parts.pop() ?? "";
      for (const part of parts) {
        const line = part.split("\n").find((one) => one.startsWith("data: "));
        if (line !== undefined) view = JSON.parse(line.slice(6)) as KitView;
      }
    }
  };
  const hearing = (async () => {
    while (!ending.signal.aborted) {
      await listen().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  return {
    status: opened.status,
    get opens() {
      return opens;
    },
    act: async (act: KitAct): Promise<ActAnswer> =>
      (await (
        await fetch(`${origin}/act`, { method: "POST", headers, body: JSON.stringify(act) })
      ).json()) as ActAnswer,
    get: (path: string) => fetch(`${origin}${path}`, { headers }),
    until: async (holds: (view: KitView) => boolean): Promise<KitView> => {
      for (let tries = 0; tries < PATIENCE_TRIES; tries++) {
        if (view !== undefined && holds(view)) return view;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      throw new Error(`It never came: ${holds}; the last view: ${JSON.stringify(view)}`);
    },
    close: () => {
      ending.abort();
      return hearing;
    },
  };
}

const isDone = ({ lanes }: KitView): boolean =>
  lanes.lanes.length > 0 && lanes.lanes.every(({ state }) => state === "answered");

test("launchKit() runs practice to its report; a killed server comes back on the same port, unlocked, and reads on", async () => {
  const root = mkdtempSync(join(tmpdir(), "phum-kit-"));
  const [dir, stick] = [join(root, "kit"), join(root, "stick")];
  for (const folder of [dir, stick]) mkdirSync(folder);
  let again = 0;
  const kit = await launchKit({ dir, port: 0, trial: { goal: "all", stickFolder: stick }, again: () => again++ });
  try {
    const address = kit.freshAddress();
    const page = await openPage(address);
    assert.equal(page.status, 303);
    assert.equal((await fetch(address, { redirect: "manual" })).status, 401, "the address works once");
    assert.equal((await page.get("/report/1")).status, 403, "locked");
    assert.equal((await page.act({ act: "seal", lane: "1", folder: stick })).ok, false);
    assert.equal((await page.act({ act: "format" } as unknown as KitAct)).ok, false);
    assert.deepEqual(await page.act({ act: "practice" }), { ok: true });
    assert.equal((await page.until(({ making }) => making !== null)).shift.practice, true);
    const { shift, lanes } = await page.until(({ lanes: { devices } }) => devices.length > 0);
    assert.deepEqual([shift.missing, shift.exhibit, lanes.devices[0]?.kind], [null, "PRACTICE-0001", "practice"]);

    assert.deepEqual(await page.act({ act: "examine", consent: [] }), { ok: true });
    await page.until(
      ({
        lanes: {
          lanes: [lane],
        },
      }) => lane?.state === "reading" || lane?.state === "answered",
    );
    const killed = kit.pid ?? 0;
    process.kill(killed, "SIGKILL");
    const back = await page.until((view) => view.restarted);
    assert.equal(again, 1);
    const beside = await openPage(kit.freshAddress());
    assert.deepEqual(await page.act({ act: "self-test" }), { ok: true });
    assert.equal(
      (await beside.until(({ selfTest }) => selfTest.lines.length > 0)).restarted,
      true,
      "no other act hides it",
    );
    assert.deepEqual(await page.act({ act: "understood" }), { ok: true });
    await beside.until((view) => !view.restarted);
    await beside.close();
    assert.notEqual(kit.pid, killed);
    assert.ok(page.opens > 1, "the page heard it again with the cookie it had");
    assert.deepEqual([back.shift.state, back.shift.practice], ["open", true]);
    const [lane] = (await page.until(isDone)).lanes.lanes;
    assert.deepEqual([lane?.answer?.verdict, lane?.exhibit], ["red", "PRACTICE-0001"]);

    const { digest } = lane?.answer ?? {};
    const report = (await (await page.get(`/report/${lane?.key}`)).json()) as { seal: { digest: string } };
    assert.equal(report.seal.digest, digest);
    for (const [path, type] of [
      ["html", "text/html"],
      ["pdf", "application/pdf"],
      ["pdf?languages=km", "application/pdf"],
    ]) {
      const paper = await page.get(`/report/${lane?.key}.${path}`);
      assert.equal(paper.status, 200);
      assert.match(String(paper.headers.get("content-type")), new RegExp(`^${type}`));
      assert.match(String(paper.headers.get("content-security-policy")), /frame-ancestors 'self'/);
    }
    const page1 = (await (await page.get(`/findings/${lane?.key}?from=0&count=5`)).json()) as { rows: unknown[] };
    assert.equal(page1.rows.length, 5);
    assert.equal((await page.get("/look/blurred")).status, 404, "no picture that nobody asked for");
    assert.equal((await page.act({ act: "seal", lane: lane?.key ?? "", folder: "/etc" })).ok, false);
    assert.deepEqual(await page.act({ act: "seal", lane: lane?.key ?? "", folder: stick }), { ok: true });
    assert.deepEqual(readdirSync(stick), ["PRACTICE-0001.phumx"]);

    const second = await openPage(kit.freshAddress());
    assert.equal((await second.until(isDone)).shift.exhibit, "PRACTICE-0002", "a second page shows the same");
    await second.close();
    if (process.platform === "linux") {
      const told = readFileSync(`/proc/${kit.pid}/cmdline`, "utf8") + readFileSync(`/proc/${kit.pid}/environ`, "utf8");
      assert.doesNotMatch(told, new RegExp(`SECRET-KEY|${new URL(address).searchParams.get("ticket")}`));
    }
    assert.deepEqual(await page.act({ act: "lock" }), { ok: true });
    assert.equal((await page.get(`/report/${lane?.key}`)).status, 403);
    await page.close();
  } finally {
    await kit.close();
    rmSync(root, { recursive: true });
  }
  await kit.over;
});

test("answerStarts() gives a second start of the same kit a fresh address; nobody answers after the end", async () => {
  const dir = mkdtempSync(join(tmpdir(), "phum-kit-"));
  try {
    assert.equal(await askRunning(dir), undefined);
    let asked = 0;
    const address = "http://127.0.0.1:1/open?ticket=abc";
    const answering = await answerStarts(dir, () => {
      asked++;
      return address;
    });
    assert.equal(await askRunning(dir), address);
    assert.equal(asked, 1);
    answering.close();
    assert.equal(await askRunning(dir), undefined);
    (await answerStarts(dir, () => "http://evil.example/open?ticket=x")).close();
  } finally {
    rmSync(dir, { recursive: true });
  }
});
