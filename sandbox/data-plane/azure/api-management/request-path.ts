import type { Readings } from "../../readings.ts";

/** Whether a request line can contain the path: it has visible ASCII characters and complete escapes only. */
export function isRequestPath(path: string): boolean {
  return /^\/(?:[[\x21-\x7e]--[#?%]]|%[0-9a-fA-F]{2})*$/v.test(path);
}

/**
 * The path in the request to the backend. API Management decodes `%2F`, and no policy can prevent that.
 *
 * @param odd whether a path with dot segments (also as `%2e`) or backslashes is forwarded
 * @returns undefined for a path that is refused
 * @see https://learn.microsoft.com/answers/questions/2281087
 */
export function backendPath(path: string, odd: Readings["apim-odd-paths"]): string | undefined {
  const decoded = path.replace(/%2f/gi, "/");
  if (!isRequestPath(decoded)) return undefined;
  if (odd === "forwarded") return decoded;
  if (decoded.includes("\\")) return undefined;
  return decoded.split("/").some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment)) ? undefined : decoded;
}
