/** The panels' icons: 24 x 24 strokes in the text's colour, hidden from screen readers. */
import type { ReactNode } from "react";

function Icon({ children }: { readonly children: ReactNode }) {
  return (
    <svg
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

/** Axes with a falling curve, for training. */
export const CurveIcon = () => (
  <Icon>
    <path d="M3.5 3.5v17h17" />
    <path d="M7.5 6c1 7 4 10 12 10.5" />
  </Icon>
);

/** A grid of pictures, for data. */
export const GridIcon = () => (
  <Icon>
    <rect x="3.5" y="3.5" width="7" height="7" rx="1.5" />
    <rect x="13.5" y="3.5" width="7" height="7" rx="1.5" />
    <rect x="3.5" y="13.5" width="7" height="7" rx="1.5" />
    <rect x="13.5" y="13.5" width="7" height="7" rx="1.5" />
  </Icon>
);

/** Braces, for an operation's text. */
export const BracesIcon = () => (
  <Icon>
    <path d="M9 4H8a2.5 2.5 0 0 0-2.5 2.5V9A2.5 2.5 0 0 1 3.5 12 2.5 2.5 0 0 1 5.5 15v2.5A2.5 2.5 0 0 0 8 20h1" />
    <path d="M15 4h1a2.5 2.5 0 0 1 2.5 2.5V9a2.5 2.5 0 0 0 2 3 2.5 2.5 0 0 0-2 3v2.5A2.5 2.5 0 0 1 16 20h-1" />
  </Icon>
);

/** A cross, for closing or removing. */
export const CloseIcon = () => (
  <Icon>
    <path d="M6 6l12 12M18 6L6 18" />
  </Icon>
);

/** A pencil, for editing. */
export const PencilIcon = () => (
  <Icon>
    <path d="M4 20l1-4.5L16.5 4a1.8 1.8 0 0 1 2.5 0l1 1a1.8 1.8 0 0 1 0 2.5L8.5 19z" />
    <path d="M14 6.5l3.5 3.5" />
  </Icon>
);

/** A plus, for adding or enlarging. */
export const PlusIcon = () => (
  <Icon>
    <path d="M12 5v14M5 12h14" />
  </Icon>
);

/** A minus, for reducing. */
export const MinusIcon = () => (
  <Icon>
    <path d="M5 12h14" />
  </Icon>
);

/** An arrow back. */
export const BackIcon = () => (
  <Icon>
    <path d="M14.5 6l-6 6 6 6" />
  </Icon>
);

/** An arrow forth. */
export const ForthIcon = () => (
  <Icon>
    <path d="M9.5 6l6 6-6 6" />
  </Icon>
);

/** A moon, for the dark theme. */
export const MoonIcon = () => (
  <Icon>
    <path d="M20 14.5A8.2 8.2 0 0 1 9.5 4a8.2 8.2 0 1 0 10.5 10.5z" />
  </Icon>
);

/** A sun, for the light theme. */
export const SunIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="4" />
    <path d="M12 2.5v2.5M12 19v2.5M2.5 12H5M19 12h2.5M5.3 5.3L7 7M17 17l1.7 1.7M18.7 5.3L17 7M7 17l-1.7 1.7" />
  </Icon>
);
