import { format } from "node:util";

/** What Lambda calls the levels of the console's methods. */
const LEVELS = {
  log: "INFO",
  info: "INFO",
  debug: "DEBUG",
  warn: "WARN",
  error: "ERROR",
  trace: "TRACE",
} as const;

/** Hands on what is written to the console at once: a thread that is ended takes along what its streams still hold. */
export function logConsole(write: (level: string, text: string) => void): void {
  for (const [method, level] of Object.entries(LEVELS)) {
    console[method as keyof typeof LEVELS] = (...values: readonly unknown[]) => write(level, format(...values));
  }
}
