/**
 * Reports the progress of long tasks. On a terminal it rewrites one line; in a log it writes a line now and then.
 *
 * @typedef {object} Progress
 * @property {(text: string) => void} step Reports the start of a step. Always printed.
 * @property {(text: string) => void} update Reports progress within the step.
 * @property {(text: string) => void} note Reports information. Always printed.
 */

/** The minimum interval between lines of a log on the same step, in milliseconds. */
const LOG_INTERVAL = 10_000;

/**
 * @param {NodeJS.WriteStream | import("node:stream").Writable} stream
 * @returns {Progress}
 */
export function progressOn(stream) {
  const terminal = "isTTY" in stream && stream.isTTY === true;
  const width = "columns" in stream && typeof stream.columns === "number" ? stream.columns : 80;
  let rewriting = false;
  let lastLog = 0;

  /** @param {string} text */
  const line = (text) => {
    stream.write(`${rewriting ? "\r\u001b[K" : ""}polygate: ${text}\n`);
    rewriting = false;
  };

  return {
    step(text) {
      lastLog = Date.now();
      line(text);
    },
    update(text) {
      if (terminal) {
        stream.write(`\r\u001b[K${`polygate:   ${text}`.slice(0, width - 1)}`);
        rewriting = true;
      } else if (Date.now() - lastLog >= LOG_INTERVAL) {
        lastLog = Date.now();
        line(`  ${text}`);
      }
    },
    note: line,
  };
}

/**
 * Formats a duration: "42 s", "3 min 05 s".
 *
 * @param {number} milliseconds
 */
export function duration(milliseconds) {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
}
