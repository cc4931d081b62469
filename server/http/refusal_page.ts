/** Refusals as pages, for people who have typed an address or followed a link. Programs get JSON. */
import { escapeXml } from "../../pictures/escape_xml.ts";
import { isRead } from "./methods.ts";
import { htmlResponse } from "./html_page.ts";

const TITLES: Readonly<Record<number, string>> = {
  401: "Not signed in",
  403: "Forbidden",
  404: "Not found",
  503: "Not available",
};

/** Returns whether a browser asks for something to show. */
export function isNavigation(request: Request): boolean {
  return isRead(request) && request.headers.get("accept")?.includes("text/html") === true;
}

/** Turns a refusal into a page; returns other responses as they are. */
export async function toRefusalPage(response: Response): Promise<Response> {
  const { status, headers } = response;
  if (status < 400 || headers.get("content-type") !== "application/json") return response;
  const { errors } = await response.json();
  const title = TITLES[status] ?? "Cannot show this";
  const body = `    <main>
      <h1>${title}</h1>
      <p>${escapeXml(String(errors[0].message))}</p>
      <p><a href="/">Runs</a></p>
    </main>`;
  return htmlResponse({
    title,
    body,
    status,
    headers: { ...Object.fromEntries(headers), vary: "accept" },
  });
}
