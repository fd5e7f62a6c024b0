/** Whether a request line can contain the path: it has visible ASCII characters and complete escapes only. */
export function isRequestPath(path: string): boolean {
  return /^\/[\x21-\x7e]*$/.test(path) && !/[#?]/.test(path) && !/%(?![0-9a-fA-F]{2})/.test(path);
}

/**
 * The path in the request to the backend. API Management decodes `%2F`, and no policy can prevent that.
 *
 * Undefined when the result contains dot segments (also as `%2e`) or backslashes, with which it could leave the backend's base URL.
 * Unverified: Microsoft does not document such paths. The sandbox does not forward them, so that it is safe in either case.
 *
 * @see https://learn.microsoft.com/answers/questions/2281087
 */
export function backendPath(path: string): string | undefined {
  const decoded = path.replace(/%2f/gi, "/");
  if (!isRequestPath(decoded) || decoded.includes("\\")) return undefined;
  return decoded.split("/").some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment)) ? undefined : decoded;
}
