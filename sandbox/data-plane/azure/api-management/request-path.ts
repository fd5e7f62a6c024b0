/** Whether a path is one that a request line can hold: visible ASCII, whole escapes. */
export function isRequestPath(path: string): boolean {
  return /^\/[\x21-\x7e]*$/.test(path) && !/[#?]/.test(path) && !/%(?![0-9a-fA-F]{2})/.test(path);
}

/**
 * The path that the backend sees: API Management decodes `%2F` on the way, and no policy can change that
 * (https://learn.microsoft.com/answers/questions/2281087). Undefined when the result could climb out of the backend's base
 * URL: dot segments, also written `%2e`, or backslashes.
 *
 * U: how the service treats those is not documented; no reading of them reaches a backend.
 */
export function backendPath(path: string): string | undefined {
  const decoded = path.replace(/%2f/gi, "/");
  if (!isRequestPath(decoded) || decoded.includes("\\")) return undefined;
  return decoded.split("/").some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment)) ? undefined : decoded;
}
