import type { ReactNode } from "react";

const LINE = {
  viewBox: "0 0 48 48",
  fill: "none",
  stroke: "currentColor",
  strokeWidth: 2.6,
  strokeLinejoin: "round",
  strokeLinecap: "round",
} as const;

/** Line drawings, 48 by 48. */
const LINES = {
  house: <path d="M4 21 24 6l20 15M9 18v14h30V18M14 32v11M34 32v11M20 32V23h8v9M14 38h20" />,
  stick: (
    <>
      <rect x="13" y="16" width="22" height="28" rx="4" />
      <path d="M17 16V5h14v11M21 9v3M27 9v3M24 24v12" />
    </>
  ),
  card: <path d="M12 6h18l8 8v28H12zM18 6v9M24 6v9M30 8v7M18 32h14" />,
  disk: (
    <>
      <rect x="9" y="4" width="30" height="40" rx="4" />
      <circle cx="24" cy="19" r="9" />
      <circle cx="24" cy="19" r="1.6" />
      <path d="m24 32 6-8M14 38h8" />
    </>
  ),
  disc: (
    <>
      <circle cx="24" cy="24" r="20" />
      <circle cx="24" cy="24" r="5" />
      <path d="M24 10a14 14 0 0 1 14 14" />
    </>
  ),
  phone: (
    <>
      <rect x="14" y="3" width="20" height="42" rx="4" />
      <path d="M21 39h6" />
    </>
  ),
  folder: <path d="M5 12h14l4 5h20v24H5zM5 22h38" />,
  image: (
    <>
      <path d="M11 4h18l9 9v31H11zM29 4v9h9" />
      <circle cx="24" cy="29" r="8" />
      <circle cx="24" cy="29" r="1.6" />
    </>
  ),
  practice: (
    <>
      <rect x="13" y="16" width="22" height="28" rx="4" />
      <path d="M17 16V5h14v11M21 9v3M27 9v3M13 30l14-14M15 42l20-20M27 44l8-8" />
    </>
  ),
  laptop: (
    <>
      <rect x="9" y="9" width="30" height="22" rx="3" />
      <path d="M3 38h42l-4-7H7z" />
    </>
  ),
  plug: <path d="M17 4v12M31 4v12M11 16h26v8a13 13 0 0 1-26 0zM24 37v8" />,
  bag: <path d="M8 14h32v30H8zM8 14l4-9h24l4 9M8 20h32M16 29h16M16 36h10" />,
  "no-file": (
    <>
      <path d="M11 4h18l9 9v31H11zM29 4v9h9" />
      <path d="M5 43 43 7" strokeWidth="4" />
    </>
  ),
  call: <path d="M13 5h8l4 11-6 4c2 5 5 8 10 10l4-6 11 4v8c0 4-3 6-7 6C20 42 6 27 6 12c0-4 3-7 7-7z" />,
  "keep-on": (
    <>
      <path d="M15 11a17 17 0 1 0 18 0M24 4v18" />
      <path d="M5 44 43 5" strokeWidth="4" />
    </>
  ),
  "read-on": <path d="M6 12v24M14 12v24M22 12v24M30 18l12 6-12 6z" />,
  person: (
    <>
      <circle cx="24" cy="14" r="8" />
      <path d="M8 43c0-10 7-15 16-15s16 5 16 15" />
    </>
  ),
  paper: <path d="M11 4h18l9 9v31H11zM29 4v9h9M17 22h14M17 29h14M17 36h9" />,
  covered: <path d="M4 24s7-12 20-12c4 0 8 1 11 3M44 24s-7 12-20 12c-4 0-8-1-11-3M7 41 41 7" />,
  lock: (
    <>
      <rect x="11" y="22" width="26" height="20" rx="3" />
      <path d="M16 22v-6a8 8 0 0 1 16 0v6M24 30v5" />
    </>
  ),
  moon: <path d="M40 29A17 17 0 0 1 19 8a17 17 0 1 0 21 21z" />,
  sun: (
    <>
      <circle cx="24" cy="24" r="9" />
      <path d="M24 3v6M24 39v6M3 24h6M39 24h6M9 9l4 4M35 35l4 4M39 9l-4 4M13 35l-4 4" />
    </>
  ),
  eye: (
    <>
      <path d="M4 24s7-12 20-12 20 12 20 12-7 12-20 12S4 24 4 24z" />
      <circle cx="24" cy="24" r="6" />
    </>
  ),
  blocker: (
    <>
      <rect x="6" y="14" width="36" height="20" rx="3" />
      <path d="M13 24h9M27 19l9 10M36 19l-9 10" />
    </>
  ),
} satisfies Record<string, ReactNode>;

/** Filled shapes that carry a state together with their word. */
const SHAPES = {
  square: shape("0 0 24 24", <rect x="2" y="2" width="20" height="20" rx="3" fill="currentColor" />),
  arrow: shape(
    "0 0 24 24",
    <path d="M12 21V5M5 11l7-7 7 7" fill="none" stroke="currentColor" strokeWidth="3.2" strokeLinecap="square" />,
  ),
  gap: shape(
    "0 0 24 24",
    <path
      d="M3 3h4M10 3h4M17 3h4v4M21 10v4M21 17v4h-4M14 21h-4M7 21H3v-4M3 14v-4M3 7V3"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.4"
    />,
  ),
  "ring-full": shape(
    "0 0 40 40",
    <>
      <circle cx="20" cy="20" r="16" fill="none" stroke="currentColor" strokeWidth="3" />
      <circle cx="20" cy="20" r="8" fill="currentColor" />
    </>,
  ),
  "ring-open": shape(
    "0 0 40 40",
    <circle cx="20" cy="20" r="16" fill="none" stroke="currentColor" strokeWidth="3" strokeDasharray="5 4" />,
  ),
  "ring-look": shape(
    "0 0 40 40",
    <>
      <circle cx="20" cy="20" r="16" fill="none" stroke="currentColor" strokeWidth="3" strokeDasharray="5 4" />
      <path d="M20 11v11" stroke="currentColor" strokeWidth="4" />
      <circle cx="20" cy="28" r="2.6" fill="currentColor" />
    </>,
  ),
  "square-stop": shape(
    "0 0 40 40",
    <path d="M5 5h30v30H5zM5 5l30 30M35 5 5 35" fill="none" stroke="currentColor" strokeWidth="3.4" />,
  ),
  octagon: shape(
    "0 0 200 200",
    <>
      <path d="M63 8h74l55 55v74l-55 55H63L8 137V63z" className="sign" />
      <path d="M67 20h66l47 47v66l-47 47H67l-47-47V67z" fill="none" className="sign-line" strokeWidth="5" />
      <path d="M88 46h24l-5 76H93z" className="sign-mark" />
      <circle cx="100" cy="145" r="13" className="sign-mark" />
    </>,
  ),
  triangle: shape(
    "0 0 200 200",
    <>
      <path d="M100 14 194 182H6z" className="sign sign-edge" strokeWidth="10" strokeLinejoin="round" />
      <path d="M100 40 170 167H30z" fill="none" className="sign-line" strokeWidth="5" strokeLinejoin="round" />
      <path d="M82 99a18 18 0 1 1 26 15c-6 4-8 8-8 15" fill="none" className="sign-line" strokeWidth="13" />
      <circle cx="100" cy="149" r="8.5" className="sign-mark" />
    </>,
  ),
};

function shape(viewBox: string, children: ReactNode): { viewBox: string; children: ReactNode } {
  return { viewBox, children };
}

export type DrawingName = keyof typeof LINES | keyof typeof SHAPES;

/** A drawing; says nothing by itself, its word stands beside it. */
export function Drawing({ name, className }: { name: DrawingName; className?: string }) {
  const given = className === undefined ? {} : { className };
  if (name in SHAPES) {
    const { viewBox, children } = SHAPES[name as keyof typeof SHAPES];
    return (
      <svg viewBox={viewBox} aria-hidden="true" {...given}>
        {children}
      </svg>
    );
  }
  return (
    <svg {...LINE} aria-hidden="true" {...given}>
      {LINES[name as keyof typeof LINES]}
    </svg>
  );
}
