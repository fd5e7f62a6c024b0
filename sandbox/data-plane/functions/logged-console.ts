import { format } from "node:util";

/** Lambda's names for the levels of the console's methods. */
const LEVELS = {
  log: "INFO",
  info: "INFO",
  debug: "DEBUG",
  warn: "WARN",
  error: "ERROR",
  trace: "TRACE",
} as const;

/** Reports what is written to the console at once. The streams of a thread that is ended may lose their last lines. */
export function logConsole(write: (level: string, text: string) => void): void {
  for (const [method, level] of Object.entries(LEVELS)) {
    console[method as keyof typeof LEVELS] = (...values: readonly unknown[]) => write(level, format(...values));
  }
}
