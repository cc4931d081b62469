/// <reference lib="dom" />
/** A link within the page: a plain click shows its address without loading the page again. */
import type { ReactNode } from "react";
import { type Address, formatAddress, navigate } from "./address.ts";

interface PageLinkProps {
  readonly to: Address;
  readonly className?: string;
  readonly isCurrent?: boolean;
  readonly children: ReactNode;
}

/** A link that navigates within the page. */
export function PageLink({ to, className, isCurrent = false, children }: PageLinkProps) {
  return (
    <a
      className={className}
      href={formatAddress(to)}
      aria-current={isCurrent ? "page" : undefined}
      onClick={(event) => {
        const { button, ctrlKey, metaKey, shiftKey, altKey } = event;
        // The browser opens new tabs and windows itself.
        if (button !== 0 || ctrlKey || metaKey || shiftKey || altKey) return;
        event.preventDefault();
        navigate(to);
      }}
    >
      {children}
    </a>
  );
}
