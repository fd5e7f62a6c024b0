import type { Server } from "../path/meeting.ts";
import type { Pattern } from "../path/pattern.ts";
import type { Bindings } from "./binding.ts";

/** The server of a backend: the origin of its URL, or its function. */
export function serverOf(bindings: Bindings, backend: string): Server {
  const own: Server = { identity: `backend ${backend}`, base: [] };
  const binding: unknown = Object.hasOwn(bindings.backends, backend) ? bindings.backends[backend] : undefined;
  if (typeof binding !== "object" || binding === null) return own;
  const { url, link: _, ...others } = binding as Readonly<Record<string, unknown>>;
  if (url === undefined) return Object.keys(others).length === 0 ? own : { ...own, identity: JSON.stringify(others) };
  if (typeof url !== "string" || !URL.canParse(url)) return own;
  const { origin, pathname } = new URL(url);
  return { identity: origin, base: baseOf(pathname) };
}

function baseOf(pathname: string): Pattern {
  const parts = pathname.split("/").filter((part) => part !== "");
  return parts.map((text) => ({ kind: "literal", text }));
}
