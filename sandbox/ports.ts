import type { PortBook } from "./port-book.ts";

export class PortTaken extends Error {
  override readonly name = "PortTaken";
}

/**
 * Listens on the port that was wished for, or else on the one from before, or else on any; remembers which.
 * @param wish a fixed port; when it is taken, that is an error and no other is tried
 * @throws PortTaken when the wish cannot be met
 */
export async function listenAsBefore(
  book: PortBook,
  key: string,
  wish: number | undefined,
  listen: (port: number) => Promise<number>,
): Promise<number> {
  if (wish !== undefined && wish !== 0) {
    try {
      await listen(wish);
    } catch (error) {
      throw new PortTaken(
        `port ${wish}, wished for ${key}, cannot be had (${(error as Error).message}); ` +
          "stop what uses it, or name no port and the sandbox finds one",
      );
    }
    book.remember(key, wish);
    return wish;
  }
  const before = book.portOf(key);
  if (before !== undefined) {
    try {
      return await listen(before);
    } catch {
      // Someone else has it now: another is found below, and remembered in its place.
    }
  }
  const port = await listen(0);
  book.remember(key, port);
  return port;
}
