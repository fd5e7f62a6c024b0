import type { PortBook } from "./port-book.ts";

export class PortTaken extends Error {
  override readonly name = "PortTaken";
}

/**
 * Listens on a fixed port, on the port of the last start, or on any port, and remembers it.
 *
 * @param fixed the fixed port; undefined or 0 for none. No other port is tried when it is occupied
 * @throws PortTaken when the fixed port is occupied
 */
export async function listenAsBefore(
  book: PortBook,
  key: string,
  fixed: number | undefined,
  listen: (port: number) => Promise<number>,
): Promise<number> {
  if (fixed !== undefined && fixed !== 0) {
    try {
      await listen(fixed);
    } catch (error) {
      throw new PortTaken(
        `The port ${fixed} for ${key} cannot be used (${(error as Error).message}). ` +
          "Stop the program that uses it, or set no port to let the sandbox choose one.",
      );
    }
    book.remember(key, fixed);
    return fixed;
  }
  const before = book.portOf(key);
  if (before !== undefined) {
    try {
      return await listen(before);
    } catch {
      // Another program uses it now. Another port is chosen below, and remembered in its place.
    }
  }
  const port = await listen(0);
  book.remember(key, port);
  return port;
}
