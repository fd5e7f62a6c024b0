import { BlockList, isIP } from "node:net";
import { PolicyFailure, type Step } from "../exchange.ts";
import type { PolicyReader } from "../policy-reader.ts";
import { readValue } from "./value-list.ts";

/** Compiles `check-header`. https://learn.microsoft.com/azure/api-management/check-header-policy */
export function checkHeader(reader: PolicyReader): Step {
  const name = reader.text("name");
  const status = reader.integer("failed-check-httpcode", 400, 599);
  const message = reader.text("failed-check-error-message");
  const ignoreCase = reader.condition("ignore-case");
  const allowed = reader.children(["value"]).map(readValue);
  reader.done();
  return ({ context }) => {
    const field = name.get(context);
    const found = context.request.headers.get(field)?.join(",");
    const fold = (text: string) => (ignoreCase.get(context) ? text.toLowerCase() : text);
    const isAllowed = (text: string) =>
      allowed.length === 0 || allowed.some((each) => fold(each.get(context)) === fold(text));
    if (found !== undefined && isAllowed(found)) return;
    const error =
      found === undefined
        ? reader.lastError("HeaderNotFound", `Header ${field} was not found in the request. Access denied.`)
        : reader.lastError("HeaderValueNotAllowed", `Header ${field} value of ${found} is not allowed. Access denied.`);
    const code = status.get(context);
    const decision = code === 401 ? "unauthenticated" : "forbidden";
    throw new PolicyFailure(decision, code, error, { shown: message.get(context) });
  };
}

const FORBIDDEN = { shown: "Forbidden" } as const;
const family = (address: string): "ipv4" | "ipv6" => (isIP(address) === 6 ? "ipv6" : "ipv4");

/**
 * Compiles `ip-filter`. The response is that of the emulator of Microsoft's policy toolkit; the documented messages are in
 * `context.LastError` only. Unverified: the `on-error` section runs.
 *
 * @see https://learn.microsoft.com/azure/api-management/ip-filter-policy
 */
export function ipFilter(reader: PolicyReader): Step {
  const action = reader.oneOf("action", ["allow", "forbid"], "allow");
  if (!reader.element.attributes.has("action")) reader.refuse("the attribute is required", "action");
  const addresses = new BlockList();
  const children = reader.element.children.length;
  if (children === 0) reader.refuse("must contain at least one <address> or <address-range>");
  for (const child of reader.children(["address", "address-range"])) {
    const range = child.name === "address-range";
    const from = range ? child.literal("from") : child.literalContent();
    const to = range ? child.literal("to") : from;
    child.done();
    if (isIP(from) === 0 || isIP(from) !== isIP(to))
      child.refuse("must be an IP address, or a range of one address family");
    try {
      addresses.addRange(from, to, family(from));
    } catch {
      child.refuse("the range must not end before it begins");
    }
  }
  reader.done();
  return ({ context }) => {
    const { ipAddress } = context.request;
    if (isIP(ipAddress) === 0) {
      const message = "Failed to establish IP address for the caller. Access denied.";
      throw new PolicyFailure("forbidden", 403, reader.lastError("FailedToParseCallerIP", message), FORBIDDEN);
    }
    const listed = addresses.check(ipAddress, family(ipAddress));
    if (listed === (action === "allow")) return;
    const error =
      action === "allow"
        ? reader.lastError("CallerIpNotAllowed", `Caller IP address ${ipAddress} is not allowed. Access denied.`)
        : reader.lastError("CallerIpBlocked", "Caller IP address is blocked. Access denied.");
    throw new PolicyFailure("forbidden", 403, error, FORBIDDEN);
  };
}
