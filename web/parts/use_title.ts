/// <reference lib="dom" />
/** The window's title. */
import { useEffect } from "react";

/** Shows a title before the product's name, for as long as the component is mounted. */
export function useTitle(title: string | undefined): void {
  useEffect(() => {
    document.title = title === undefined ? "epochql" : `${title} · epochql`;
    return () => {
      document.title = "epochql";
    };
  }, [title]);
}
