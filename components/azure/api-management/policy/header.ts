import type { ApiProxyRoute } from "../../../api/checked-api.ts";
import { element, type PolicyElement } from "./element.ts";

/** Sets a header, in place of the one that the message has. */
export function setHeader(name: string, content: string): PolicyElement {
  return element("set-header", { name, "exists-action": "override" }, [element("value", {}, content)]);
}

/** The changes to the headers that the backend receives. */
export function requestHeaders({
  setHeaders,
  removeHeaders,
}: Pick<ApiProxyRoute, "setHeaders" | "removeHeaders">): readonly PolicyElement[] {
  return [
    ...Object.entries(setHeaders).map(([name, content]) => setHeader(name, content)),
    ...removeHeaders.map((name) => element("set-header", { name, "exists-action": "delete" })),
  ];
}
