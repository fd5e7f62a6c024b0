/**
 * What the set-up cannot do, said so that the reader can do something about it: the place, the rule, the remedy.
 *
 * Plain JavaScript, like all of `setup/` and `engine/*.js`: it runs on the Node that a machine happens to have, before
 * anything is installed.
 */
export class SetupError extends Error {
  /**
   * @param {SetupProblem} problem
   * @param {unknown} [cause]
   */
  constructor({ code, place, rule, remedy }, cause) {
    super(`${rule}\n  where:  ${place}\n  remedy: ${remedy}`, cause === undefined ? undefined : { cause });
    this.name = "SetupError";
    /** Stable, for programs. */
    this.code = code;
    /** The folder, file or address that it is about. */
    this.place = place;
    /** What does not hold. */
    this.rule = rule;
    /** What to do. */
    this.remedy = remedy;
  }
}

/**
 * @typedef {object} SetupProblem
 * @property {SetupErrorCode} code
 * @property {string} place
 * @property {string} rule
 * @property {string} remedy
 */

/**
 * @typedef {"no-space" | "not-writable" | "offline" | "tool-failed" | "tool-missing" | "no-engine" | "no-node" | "usage"} SetupErrorCode
 */

const NO_SPACE =
  /no space left on device|disk quota exceeded|file too large|file size limit exceeded|\b(?:ENOSPC|EDQUOT|EFBIG)\b/i;
const OFFLINE =
  /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)\b|no such host|could not resolve|connection refused|network is unreachable|i\/o timeout|server misbehaving|proxyconnect/i;

/** Where the caches can be moved to, for every message about a cache folder. */
const MOVE_THE_CACHE = "set XDG_CACHE_HOME (on Windows LOCALAPPDATA) to a folder on another disk";

/**
 * The folder is full, or will be.
 *
 * @param {string} place
 * @param {string} detail What the system or the tool said.
 * @param {unknown} [cause]
 */
export function noSpace(place, detail, cause) {
  return new SetupError(
    {
      code: "no-space",
      place,
      rule: `There is no space left for what the set-up writes (${detail}).`,
      remedy: `free some space there, or ${MOVE_THE_CACHE}.`,
    },
    cause,
  );
}

/**
 * An error of the file system about a folder that the set-up writes to; any other error comes back as it is.
 *
 * @param {unknown} error
 * @param {string} place
 * @returns {unknown}
 */
export function fileSystemError(error, place) {
  if (error instanceof SetupError || !(error instanceof Error) || !("code" in error)) return error;
  const code = String(error.code);
  if (NO_SPACE.test(code)) return noSpace(place, error.message, error);
  if (["EACCES", "EPERM", "EROFS", "ENOTDIR", "ENOENT", "EEXIST"].includes(code)) {
    return new SetupError(
      {
        code: "not-writable",
        place,
        rule: `The set-up must be able to write there, and cannot (${error.message}).`,
        remedy: `make the folder writable, or ${MOVE_THE_CACHE.replace("on another disk", "that you can write to")}.`,
      },
      error,
    );
  }
  return error;
}

/**
 * A tool that the set-up ran has failed: full disk and missing network are told apart, because their remedies differ.
 *
 * @param {object} failure
 * @param {string} failure.what What the tool was to do, as in "installing the dependencies".
 * @param {string} failure.place
 * @param {string} failure.output What it printed, abridged.
 * @param {string} failure.remedy For a failure of no known kind.
 */
export function toolFailure({ what, place, output, remedy }) {
  const said = output.trim() === "" ? "it said nothing" : `it said:\n${indent(output.trim())}`;
  if (NO_SPACE.test(output)) return noSpace(place, `${what}; ${said}`);
  if (OFFLINE.test(output)) {
    return new SetupError({
      code: "offline",
      place,
      rule: `The network did not answer while ${what}; ${said}`,
      remedy: "go online, or point npm (`registry`, `proxy`) and Go (`GOPROXY`) at a mirror that you can reach.",
    });
  }
  return new SetupError({ code: "tool-failed", place, rule: `A tool failed while ${what}; ${said}`, remedy });
}

/** @param {string} text */
function indent(text) {
  return text.replace(/^/gm, "    ");
}
