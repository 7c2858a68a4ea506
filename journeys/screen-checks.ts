// Which combinations of language, light and width a scene is held against: all of them by name, a bounded choice in every CI run.
import { LOOKS, type Look, WIDTHS } from "./gallery-page.ts";

/** One opening of a scene. */
export interface ScreenCheck {
  look: Look;
  widthPx: number;
  /** Light changes no size: it is measured by day. */
  layout: boolean;
  /** WCAG and good practice; its colours alone; or not asked. */
  axe: "whole" | "colours" | "none";
}

/** The turn that walks over the scenes: each of these at every eighth scene. */
const TURNS = LOOKS.flatMap((look) => WIDTHS.slice(1).map((widthPx) => ({ look, widthPx })));

/**
 * Every scene: layout by day at all widths in both languages, axe whole at 360 px by day and its colours in Khmer at night. Besides,
 * one of the eight other openings, whole, in turn: so every screen, which has several scenes, meets several of them.
 *
 * @param index Of the scene.
 * @param all All 12 openings whole: PHUM_SCREENS=all, before a release.
 */
export function screenChecks(index: number, all: boolean): ScreenCheck[] {
  const turn = TURNS[index % TURNS.length];
  return LOOKS.flatMap((look) =>
    WIDTHS.map((widthPx) => {
      const layout = look.light === "day";
      if (all || (turn?.look === look && turn.widthPx === widthPx))
        return { look, widthPx, layout, axe: "whole" as const };
      if (widthPx !== WIDTHS[0]) return { look, widthPx, layout, axe: "none" as const };
      return {
        look,
        widthPx,
        layout,
        axe: layout ? ("whole" as const) : look.language === "km" ? ("colours" as const) : ("none" as const),
      };
    }),
  ).filter(({ layout, axe }) => layout || axe !== "none");
}
