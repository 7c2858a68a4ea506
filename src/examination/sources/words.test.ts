import assert from "node:assert/strict";
import { test } from "node:test";
import { sourceAnswers } from "./faults.ts";
import { OPENER_EXITS, openerExit, openerFaultCode } from "./opener-exit.ts";
import { SOURCE_NOTICES } from "./source-spec.ts";
import en from "./words/en.json" with { type: "json" };
import km from "./words/km.json" with { type: "json" };
import { noticeText } from "./words.ts";

const placeholders = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();

test("saySources() has every fault and notice, in both languages with the same values", () => {
  const keys = Object.keys(en);
  assert.deepEqual(Object.keys(km), keys);
  for (const code of Object.keys(sourceAnswers)) assert.ok(keys.includes(`fault.${code}`), code);
  for (const code of SOURCE_NOTICES) assert.ok(keys.includes(`notice.${code}`), code);
  for (const [key, text] of Object.entries(en)) {
    const khmer = Object.entries(km).find(([name]) => name === key)?.[1] ?? "";
    assert.deepEqual([...new Set(placeholders(khmer))], [...new Set(placeholders(text))], key);
    assert.match(khmer, /[\u1780-\u17ff]/, key);
  }
});

test("openerFaultCode() is the way back from openerExit()", () => {
  for (const code of Object.keys(OPENER_EXITS)) {
    if (code !== "usage") assert.equal(openerFaultCode(openerExit(code)), code);
  }
  assert.equal(openerFaultCode(OPENER_EXITS.usage), "source/opener");
  assert.equal(openerExit("anything else"), OPENER_EXITS["source/opener"]);
  assert.equal(openerFaultCode(0), undefined);
  assert.equal(openerFaultCode(77), undefined);
});

test("noticeText() says a notice with its values", () => {
  const notice = { code: "raw-device-first", values: { path: "/dev/sdb1", device: "/dev/sdb" } } as const;
  assert.match(noticeText("en", notice), /^\/dev\/sdb1 is only a part of \/dev\/sdb\./);
  assert.match(noticeText("km", notice), /\/dev\/sdb/);
});
