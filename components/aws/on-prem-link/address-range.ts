import { BlockList, isIPv4 } from "node:net";

const privateRanges = new BlockList();
privateRanges.addSubnet("10.0.0.0", 8);
privateRanges.addSubnet("172.16.0.0", 12);
privateRanges.addSubnet("192.168.0.0", 16);
privateRanges.addSubnet("100.64.0.0", 10);

/**
 * Whether an IPv4 address is in one of the ranges outside of the VPC that a load balancer accepts.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html
 */
export function isPrivate(address: string): boolean {
  return isIPv4(address) && privateRanges.check(address);
}

const network = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/;

/** Reads a CIDR of 8 to 32 bits that begins with the first address of its range. Undefined for anything else. */
export function rangeOf(cidr: unknown): BlockList | undefined {
  const [, address = "", digits = ""] = typeof cidr === "string" ? (network.exec(cidr) ?? []) : [];
  const length = Number(digits);
  if (!isIPv4(address) || digits === "" || length < 8 || length > 32) return undefined;
  const bits = address.split(".").reduce((all, byte) => all * 256 + Number(byte), 0);
  if (bits % 2 ** (32 - length) !== 0) return undefined;
  const range = new BlockList();
  range.addSubnet(address, length);
  return range;
}
