/** How long each test file takes: the longest ones start first, so that no worker is left waiting for one at the end. */

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Seconds by the path of a test file. */
export type Durations = Readonly<Record<string, number>>;

/** Sorts files by their duration, longest first. Files without a known duration come before them. */
export function longestFirst(files: readonly string[], durations: Durations): readonly string[] {
  const seconds = (file: string): number => durations[file] ?? Number.POSITIVE_INFINITY;
  // Not the difference, which is not a number for two unknown durations.
  return files.toSorted((a, b) => (seconds(a) === seconds(b) ? 0 : seconds(a) > seconds(b) ? -1 : 1));
}

/**
 * Derives the duration of each file from the times at which the files were finished. Each of the workers takes the next
 * file of the queue when it has finished one.
 *
 * @param queue The files in the order in which they were started.
 * @param finished Seconds from the start of the run. Files without tests are missing.
 */
export function durationsOf(queue: readonly string[], finished: Durations, workers: number): Durations {
  const free = Array.from({ length: workers }, () => 0);
  const durations: Record<string, number> = {};
  for (const file of queue) {
    const end = finished[file];
    if (end === undefined) continue;
    const worker = free.indexOf(Math.min(...free));
    durations[file] = Math.max(0, end - (free[worker] ?? 0));
    free[worker] = end;
  }
  return durations;
}

/** The durations of earlier runs, or none if the file cannot be read. */
export function readDurations(path: string): Durations {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return {};
  }
}

/** Adds durations to those of earlier runs. Failures are ignored: without the file, only the order is worse. */
export function addDurations(path: string, durations: Durations): void {
  const partial = `${path}.${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(partial, JSON.stringify({ ...readDurations(path), ...durations }, undefined, 2));
    renameSync(partial, path);
  } catch {}
}
