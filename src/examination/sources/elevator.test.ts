import assert from "node:assert/strict";
import { test } from "node:test";
import { elevatorHere } from "./elevator.node.ts";

const DESKTOP = { WAYLAND_DISPLAY: "wayland-0", SUDO_ASKPASS: "/usr/bin/ask" };
const has =
  (...programs: string[]) =>
  (path: string): boolean =>
    programs.includes(path);

test("elevatorHere() asks in a window: by pkexec without its terminal, else by sudo with the desktop's question", () => {
  assert.deepEqual(elevatorHere(DESKTOP, has("/usr/bin/pkexec", "/usr/bin/sudo")), [
    "/usr/bin/pkexec",
    "--disable-internal-agent",
  ]);
  assert.deepEqual(elevatorHere(DESKTOP, has("/usr/bin/sudo", "/usr/bin/ask")), ["/usr/bin/sudo", "-A"]);
});

test("elevatorHere() finds none without a desktop, a program, or a way to ask", () => {
  assert.equal(
    elevatorHere({ SUDO_ASKPASS: "/usr/bin/ask" }, () => true),
    null,
  );
  assert.equal(
    elevatorHere(DESKTOP, () => false),
    null,
  );
  assert.equal(elevatorHere({ DISPLAY: ":0" }, has("/usr/bin/sudo")), null);
  assert.equal(elevatorHere({ DISPLAY: ":0", SUDO_ASKPASS: "ask" }, has("/usr/bin/sudo", "ask")), null);
});
