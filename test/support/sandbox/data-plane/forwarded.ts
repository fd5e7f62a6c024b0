import type { Forward } from "../../../../sandbox/data-plane/interpreter.ts";

/** A request to a backend with its whole URL. */
export interface Forwarded extends Forward {
  readonly url: string;
}

export function forwarded(forward: Forward): Forwarded {
  return { ...forward, url: `${forward.origin}${forward.path}` };
}
