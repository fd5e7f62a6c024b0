/** The path that ESPv2 sends to a backend (esp-v2 src/envoy/http/path_rewrite, an own reading). */

import type { EspOperation } from "./api-config.ts";

/**
 * @param target the path and query after Envoy's normalisation
 * @returns undefined when ESPv2's own path matcher decides the result: a variable that binds an empty segment
 */
export function rewritten({ backend, template }: EspOperation, target: string): string | undefined {
  const path = new URL(backend.address).pathname.replace(/\/$/, "");
  if (backend.translation === "APPEND_PATH_TO_ADDRESS") return `${path}${target}`;
  const mark = target.indexOf("?");
  const own = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? "" : target.slice(mark);
  const start = `${path === "" ? "/" : path}${query}`;
  if (template.variables.length === 0) return start;
  const parts = own.slice(1).replace(/\/$/, "").split("/");
  if (parts.includes("") || parts.length < template.segments.length || template.verb !== "") return undefined;
  const extra = parts.length - template.segments.length;
  const bindings = template.variables.map(({ name, at }) => {
    const end = template.segments[at] === "**" ? at + 1 + extra : at + 1;
    return `${name}=${parts.slice(at, end).join("/")}`;
  });
  return `${start}${query === "" ? "?" : "&"}${bindings.join("&")}`;
}
