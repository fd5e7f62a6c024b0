/**
 * An error of the set-up, with the place, the rule that is broken, and the remedy.
 *
 * This file is plain JavaScript, like all of `setup/` and `engine/*.js`, because it runs on the machine's own Node before
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
    /** A stable code for programs. */
    this.code = code;
    /** The folder, file or URL that the error is about. */
    this.place = place;
    /** What is wrong, and what must hold. */
    this.rule = rule;
    /** What to do about it. */
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
 * @typedef {"no-space" | "not-writable" | "offline" | "tool-failed" | "tool-missing" | "no-engine" | "no-envoy" | "no-node" | "usage"} SetupErrorCode
 */

const NO_SPACE =
  /no space left on device|disk quota exceeded|file too large|file size limit exceeded|\b(?:ENOSPC|EDQUOT|EFBIG)\b/i;
const OFFLINE =
  /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)\b|no such host|could not resolve|connection refused|network is unreachable|i\/o timeout|server misbehaving|proxyconnect/i;

/** How to move the cache, for every message about a cache folder. */
const MOVE_THE_CACHE = "set XDG_CACHE_HOME (on Windows LOCALAPPDATA) to a folder on another disk";

/**
 * The error for a folder without enough space.
 *
 * @param {string} place
 * @param {string} detail The message of the system or the tool.
 * @param {unknown} [cause]
 */
export function noSpace(place, detail, cause) {
  return new SetupError(
    {
      code: "no-space",
      place,
      rule: `The disk has too little space for the set-up (${detail}).`,
      remedy: `Free some space there, or ${MOVE_THE_CACHE}.`,
    },
    cause,
  );
}

/**
 * Converts an error of the file system about a folder that the set-up writes to. Other errors are returned unchanged.
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
        rule: `The set-up cannot write to this folder (${error.message}).`,
        remedy: `Make the folder writable, or ${MOVE_THE_CACHE.replace("on another disk", "that you can write to")}.`,
      },
      error,
    );
  }
  return error;
}

/**
 * The error for a tool that failed. A full disk and a missing network have errors of their own, with other remedies.
 *
 * @param {object} failure
 * @param {string} failure.what The task of the tool, such as "installing the dependencies".
 * @param {string} failure.place
 * @param {string} failure.output The abridged output of the tool.
 * @param {string} failure.remedy The remedy for any other failure.
 */
export function toolFailure({ what, place, output, remedy }) {
  const printed = output.trim() === "" ? "without output" : `with the output:\n${indent(output.trim())}`;
  if (NO_SPACE.test(output)) return noSpace(place, `${what}, ${printed}`);
  if (OFFLINE.test(output)) {
    return new SetupError({
      code: "offline",
      place,
      rule: `The network did not respond while ${what}, ${printed}`,
      remedy:
        "Connect to the network, or point npm (`registry`, `proxy`) and Go (`GOPROXY`) at a mirror that you can reach.",
    });
  }
  return new SetupError({ code: "tool-failed", place, rule: `A tool failed while ${what}, ${printed}`, remedy });
}

/** @param {string} text */
function indent(text) {
  return text.replace(/^/gm, "    ");
}
