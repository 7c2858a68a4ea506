import { encode } from "uqr";
import { isRed } from "./kind-text.ts";
import type { Coverage, Finding, Verdict } from "./report-record.ts";

export const RED = "#A30F1B";
export const AMBER = "#6B4200";

/** The verdict's sign: filled octagon, filled triangle, or an open ring closed as far as was read. `percent` stands in the ring. */
export function verdictMark(verdict: Verdict, fraction: number, percent: string): string {
  const open = '<svg class="mark" viewBox="0 0 200 200" aria-hidden="true">';
  if (verdict === "red") {
    return `${open}<path d="M63 8h74l55 55v74l-55 55H63L8 137V63z" fill="${RED}"/><path d="M67 20h66l47 47v66l-47 47H67l-47-47V67z" fill="none" stroke="#FFF" stroke-width="5"/><path d="M88 46h24l-5 76H93z" fill="#FFF"/><circle cx="100" cy="145" r="13" fill="#FFF"/></svg>`;
  }
  if (verdict === "amber") {
    return `${open}<path d="M100 14 194 182H6z" fill="#1E1400" stroke="#1E1400" stroke-width="10" stroke-linejoin="round"/><path d="M100 40 170 167H30z" fill="none" stroke="#F5B83D" stroke-width="5" stroke-linejoin="round"/><path d="M82 99a18 18 0 1 1 26 15c-6 4-8 8-8 15" fill="none" stroke="#F5B83D" stroke-width="13"/><circle cx="100" cy="149" r="8.5" fill="#F5B83D"/></svg>`;
  }
  const round = 2 * Math.PI * 82;
  const dash = `${(round * Math.min(1, Math.max(0, fraction))).toFixed(2)} ${round.toFixed(2)}`;
  const size = percent.length > 3 ? 42 : 54;
  return `${open}<circle cx="100" cy="100" r="82" fill="none" stroke="#00594A" stroke-width="5" stroke-dasharray="3 9"/><circle cx="100" cy="100" r="82" fill="none" stroke="#00594A" stroke-width="26" stroke-dasharray="${dash}" transform="rotate(-90 100 100)"/><text x="100" y="${100 + size * 0.35}" text-anchor="middle" font-size="${size}" font-weight="700" fill="#000">${percent}%</text></svg>`;
}

const CELL = 10;
const FLAGS = 22;
const HEIGHT = 34;

/** The tape: the source from start to end, each cell filled as far as it was read, with a flag where something was found. */
export function tapeSvg(tape: Coverage["tape"], verdict: Verdict): string {
  const width = tape.length * CELL;
  const colour = verdict === "red" ? RED : AMBER;
  const top = tape.some(({ found }) => found) ? FLAGS : 0;
  const cells = tape.map(({ read, found, unread }, i) => {
    const x = i * CELL + 1;
    const cell = (y: number, height: number, fill: string): string =>
      `<rect x="${x}" y="${y}" width="8" height="${height}" ${fill}/>`;
    const filled = read > 0 ? Math.max(1, Math.round(Math.min(1, read) * (HEIGHT - 2))) : 0;
    const bar = filled > 0 ? cell(top + HEIGHT - filled, filled, `fill="${found ? colour : "#000"}"`) : "";
    const hatch = unread ? cell(top + 1, HEIGHT - 1, 'fill="url(#hatch)"') : "";
    const flag = found ? `<g transform="translate(${x - 4} 3) scale(.73)">${flagShape(verdict, colour)}</g>` : "";
    return `${cell(top + 1, HEIGHT - 1, 'fill="#FFF" stroke="#767A7C"')}${hatch}${bar}${flag}`;
  });
  const pattern =
    '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="#FFF"/><path d="M-1 7 7-1M-1 1 1-1M5 7 7 5" stroke="#000" stroke-width="1.6"/></pattern></defs>';
  const base = `<path d="M0 ${top + HEIGHT + 1}h${width}" stroke="#000" stroke-width="2.5"/>`;
  return `<svg class="tape" viewBox="0 0 ${width} ${top + HEIGHT + 3}" aria-hidden="true">${pattern}${cells.join("")}${base}</svg>`;
}

function flagShape(verdict: Verdict, colour: string): string {
  return verdict === "red"
    ? `<path d="M7 1h8l6 6v8l-6 6H7l-6-6V7z" fill="${colour}"/>`
    : `<path d="M11 2 21 20H1z" fill="${colour}"/>`;
}

/** A sign of the legend. */
export function legendMark(what: "found" | "read" | "notRead" | "unread", verdict: Verdict): string {
  const open = '<svg viewBox="0 0 22 22" aria-hidden="true">';
  if (what === "found") return `${open}${flagShape(verdict, verdict === "red" ? RED : AMBER)}</svg>`;
  const fill = what === "read" ? "#000" : "#FFF";
  const lines = what === "unread" ? '<path d="M2 14 14 2M4 20 18 6M12 21l6-6" stroke="#000" stroke-width="2"/>' : "";
  return `${open}<rect x="2" y="1" width="16" height="20" fill="${fill}" stroke="#767A7C" stroke-width="2"/>${lines}</svg>`;
}

/**
 * The dark modules of a QR code, each [column, row], error correction M, without the quiet zone.
 *
 * @param text Upper-case letters, digits and $%*+-./: only, so that it is written densely.
 * @see ISO/IEC 18004:2015
 */
export function qrModules(text: string): { dark: [number, number][]; size: number } {
  const { data, size } = encode(text, { ecc: "M", border: 0 });
  const dark = data.flatMap((row, y) => row.flatMap((isDark, x): [number, number][] => (isDark ? [[x, y]] : [])));
  return { dark, size };
}

/** A QR code as one path of dark modules with the quiet zone of four modules. */
export function qrSvg(text: string): string {
  const { dark, size } = qrModules(text);
  const rows = dark.map(([x, y]) => `M${x} ${y}h1v1h-1z`);
  return `<svg class="qr" viewBox="-4 -4 ${size + 8} ${size + 8}" shape-rendering="crispEdges" role="img" aria-label="QR"><rect x="-4" y="-4" width="100%" height="100%" fill="#FFF"/><path fill="#000" d="${rows.join("")}"/></svg>`;
}

/** What the QR code of a report's digest holds: "PHUM:1:" and 64 upper-case hexadecimal digits. */
export function qrText(digest: string): string {
  return `PHUM:1:${digest.toUpperCase()}`;
}

/** Colour of a finding's mark in the table. */
export function findingMark(finding: Finding): string {
  const verdict = isRed(finding) ? "red" : "amber";
  return `<svg class="dot" viewBox="0 0 22 22" aria-hidden="true">${flagShape(verdict, verdict === "red" ? RED : AMBER)}</svg>`;
}
