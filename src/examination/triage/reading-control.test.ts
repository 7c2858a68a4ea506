import assert from "node:assert/strict";
import { test } from "node:test";
import { readingControl } from "./reading-control.ts";

test("readingControl() tells its follower of every change, and of nothing that was so already", () => {
  const control = readingControl();
  const told: string[] = [];
  control.pause();
  control.follow(() => told.push([control.paused, control.gone, control.left].join()));
  control.pause();
  control.goOn();
  control.goOn();
  control.pulledOut();
  control.leave();
  assert.deepEqual(told, ["false,false,false", "false,true,false", "false,true,true"]);
});
