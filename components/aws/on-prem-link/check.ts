import { BlockList, isIPv4 } from "node:net";
import type { Problem } from "../../api/problem.ts";
import { isLater } from "../../gateway/later.ts";
import { checkTags } from "../operations/operations.ts";
import type { AwsOnPremLinkArgs, AwsVpn } from "./args.ts";

/** The port of the listener, which is the one of the backend's URL. */
export function listenerPort({ port, protocol }: Pick<AwsOnPremLinkArgs, "port" | "protocol">): number {
  return port ?? (protocol === "http" ? 80 : 443);
}

/**
 * Addresses outside of the VPC that a load balancer leads to.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html
 */
const privateRanges = new BlockList();
privateRanges.addSubnet("10.0.0.0", 8);
privateRanges.addSubnet("172.16.0.0", 12);
privateRanges.addSubnet("192.168.0.0", 16);
privateRanges.addSubnet("100.64.0.0", 10);

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html: subnets of a VPC link. Can be raised. */
const mostSubnets = 10;

/** Everything wrong with the arguments that can be known before anything is made. Types do not hold for whoever writes JavaScript. */
export function checkOnPremLink(args: AwsOnPremLinkArgs): readonly Problem[] {
  return [
    ...checkId("vpcId", args.vpcId),
    ...checkSubnets(args.subnetIds),
    ...checkTargets(args),
    ...checkPort("port", args.port ?? listenerPort(args)),
    ...checkProtocol(args.protocol),
    ...checkHealth(args.healthCheck),
    ...(args.vpn === undefined ? [] : checkVpn(args.vpn, args.targets ?? [])),
    ...checkHandedIn(args),
    ...checkTags(args.tags),
  ];
}

const bad = (place: string, rule: string, remedy: string): readonly Problem[] => [
  { code: "bad-on-prem-link", place, vendor: "aws", rule, remedy },
];

const said = (value: unknown): string => (JSON.stringify(value) ?? typeof value).slice(0, 100);

/** An id or an ARN, which may be an Output. */
function checkId(place: string, value: unknown): readonly Problem[] {
  if (isLater(value) || (typeof value === "string" && value !== "")) return [];
  return bad(place, `an id is wanted here, not ${said(value)}`, "Write the id, or bind the resource's Output.");
}

function checkSubnets(given: unknown): readonly Problem[] {
  if (isLater(given)) return [];
  if (!Array.isArray(given))
    return bad("subnetIds", `a list of ids is wanted, not ${said(given)}`, "Write [subnet.id].");
  if (given.length === 0)
    return bad("subnetIds", "there is no subnet", "Name at least one; two survive a zone's failure.");
  if (given.length > mostSubnets) {
    const rule = `there are ${given.length}, and a VPC link has ${mostSubnets} subnets at most`;
    return bad("subnetIds", rule, "Name one subnet of each Availability Zone.");
  }
  return given.flatMap((id, index) => checkId(`subnetIds[${index}]`, id));
}

function checkTargets({ targets, balancer }: AwsOnPremLinkArgs): readonly Problem[] {
  if (balancer !== undefined) {
    if (targets === undefined) return [];
    return bad(
      "targets",
      "the load balancer that is handed in has targets of its own",
      "Leave targets or balancer out.",
    );
  }
  if (!Array.isArray(targets) || targets.length === 0) {
    return bad("targets", "there is no server to lead to", 'Write targets: [{ address: "10.20.0.5", port: 8443 }].');
  }
  const seen = new Set<string>();
  return targets.flatMap((target: { readonly address?: unknown; readonly port?: unknown } | null, index) => {
    const place = `targets[${index}]`;
    const { address, port } = target ?? {};
    const key = `${String(address)}-${String(port)}`;
    const twice = seen.has(key) ? bad(place, "this target stands twice", "Remove one.") : [];
    seen.add(key);
    return [...checkAddress(`${place}.address`, address), ...checkPort(`${place}.port`, port), ...twice];
  });
}

function checkAddress(place: string, address: unknown): readonly Problem[] {
  if (typeof address === "string" && isIPv4(address) && privateRanges.check(address)) return [];
  return bad(
    place,
    `a target has an IPv4 address of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10, unlike ${said(address)}`,
    "Write the private address of the server, as a text; a public one is a backend of kind http.",
  );
}

function checkPort(place: string, port: unknown): readonly Problem[] {
  if (typeof port === "number" && Number.isInteger(port) && port >= 1 && port <= 65_535) return [];
  return bad(place, `a port is a whole number from 1 to 65535, not ${said(port)}`, "Write the server's port.");
}

function checkProtocol(protocol: unknown): readonly Problem[] {
  if (protocol === undefined || protocol === "http" || protocol === "https") return [];
  return bad("protocol", `servers speak "http" or "https", not ${said(protocol)}`, 'Write "https".');
}

function checkHealth(given: { readonly path?: unknown } | undefined): readonly Problem[] {
  const { path } = given ?? { path: "/" };
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html, HealthCheckPath.
  if (typeof path === "string" && /^\/[\x21-\x7e]{0,1023}$/.test(path)) return [];
  const rule = `a health check asks for a path of at most 1,024 printable characters, not ${said(path)}`;
  return bad("healthCheck.path", rule, 'Write a path such as "/health".');
}

const network = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/;

/** Undefined for what is no network: a range of addresses whose first one is written. */
function rangeOf(cidr: unknown): BlockList | undefined {
  const [, address = "", digits = ""] = typeof cidr === "string" ? (network.exec(cidr) ?? []) : [];
  const length = Number(digits);
  if (!isIPv4(address) || digits === "" || length < 8 || length > 32) return undefined;
  const bits = address.split(".").reduce((all, byte) => all * 256 + Number(byte), 0);
  if (bits % 2 ** (32 - length) !== 0) return undefined;
  const range = new BlockList();
  range.addSubnet(address, length);
  return range;
}

/** A part of a resource's name. */
const tableName = /^[A-Za-z][A-Za-z0-9_-]{0,62}$/;

function checkVpn(vpn: AwsVpn, targets: readonly { readonly address?: unknown }[]): readonly Problem[] {
  const { publicIp, asn, cidrs, routeTableIds, end } = vpn;
  const isStatic = asn === undefined;
  const overTransit = end?.kind === "transit-gateway";
  const tables = Object.entries(routeTableIds ?? {});
  return [
    ...(isLater(publicIp) || (typeof publicIp === "string" && isIPv4(publicIp) && !privateRanges.check(publicIp))
      ? []
      : bad("vpn.publicIp", `the device has a public IPv4 address, unlike ${said(publicIp)}`, "Write its address.")),
    ...(isStatic || (Number.isInteger(asn) && asn >= 1 && asn <= 4_294_967_294)
      ? []
      : bad(
          "vpn.asn",
          `an autonomous system is a number from 1 to 4294967294, not ${said(asn)}`,
          "Write the device's.",
        )),
    ...(tables.length > 0
      ? []
      : bad("vpn.routeTableIds", "no route table leads to the VPN", "Write { private: table.id } of the subnets.")),
    ...tables.flatMap(([name, id]) => [
      ...(tableName.test(name)
        ? []
        : bad(
            `vpn.routeTableIds[${JSON.stringify(name)}]`,
            "a name is a letter, then letters, digits, _ or -, at most 63 characters",
            "Call the table otherwise; its name is a part of a resource's.",
          )),
      ...checkId(`vpn.routeTableIds[${JSON.stringify(name)}]`, id),
    ]),
    ...checkCidrs(cidrs ?? [], targets),
    ...((cidrs ?? []).length > 0 || !(isStatic || overTransit)
      ? []
      : bad(
          "vpn.cidrs",
          isStatic
            ? "without BGP, nothing says which networks are behind the device"
            : "the VPC's routes to a transit gateway are static",
          'Write cidrs: ["10.20.0.0/16"].',
        )),
    ...checkEnd(end, isStatic),
  ];
}

function checkCidrs(cidrs: readonly unknown[], targets: readonly { readonly address?: unknown }[]): readonly Problem[] {
  const ranges = cidrs.map(rangeOf);
  const problems = cidrs.flatMap((cidr, index) => {
    const place = `vpn.cidrs[${index}]`;
    if (ranges[index] === undefined) {
      const rule = `a network is written as its first address and 8 to 32 bits, unlike ${said(cidr)}`;
      return bad(place, rule, 'Write it like "10.20.0.0/16".');
    }
    return cidrs.indexOf(cidr) === index ? [] : bad(place, "this network stands twice", "Remove one.");
  });
  if (cidrs.length === 0 || problems.length > 0) return problems;
  return targets.flatMap(({ address }, index) => {
    const isRouted = typeof address !== "string" || !isIPv4(address) || ranges.some((range) => range?.check(address));
    if (isRouted) return [];
    return bad(
      `targets[${index}].address`,
      `no network of vpn.cidrs holds ${address}`,
      "Add its network to vpn.cidrs.",
    );
  });
}

function checkEnd(end: AwsVpn["end"], isStatic: boolean): readonly Problem[] {
  if (end === undefined) return [];
  const { kind } = end;
  if (kind === "vpn-gateway") {
    return end.vpnGatewayId === undefined ? [] : checkId("vpn.end.vpnGatewayId", end.vpnGatewayId);
  }
  if (kind !== "transit-gateway") {
    const rule = `a VPN ends at a "vpn-gateway" or a "transit-gateway", not ${said(kind)}`;
    return bad("vpn.end.kind", rule, 'Write "vpn-gateway".');
  }
  const { transitGatewayId, routeTableId, attached } = end;
  if (transitGatewayId === undefined) {
    return [
      ...(routeTableId === undefined ? [] : ["routeTableId"]),
      ...(attached === undefined ? [] : ["attached"]),
    ].flatMap((member) =>
      bad(
        `vpn.end.${member}`,
        "this is said of a transit gateway that is there",
        "Write its transitGatewayId, or remove it.",
      ),
    );
  }
  return [
    ...checkId("vpn.end.transitGatewayId", transitGatewayId),
    ...(isStatic || routeTableId !== undefined ? checkId("vpn.end.routeTableId", routeTableId) : []),
  ];
}

function checkHandedIn({ balancer, vpcLink, healthCheck }: AwsOnPremLinkArgs): readonly Problem[] {
  return [
    ...(balancer === undefined
      ? []
      : [
          ...checkId("balancer.loadBalancerArn", balancer.loadBalancerArn),
          ...checkId("balancer.listenerArn", balancer.listenerArn),
          ...(balancer.securityGroupId === undefined
            ? []
            : checkId("balancer.securityGroupId", balancer.securityGroupId)),
          ...(healthCheck === undefined
            ? []
            : bad(
                "healthCheck",
                "the load balancer that is handed in has checks of its own",
                "Leave one of both out.",
              )),
        ]),
    ...(vpcLink === undefined
      ? []
      : [
          ...checkId("vpcLink.vpcLinkId", vpcLink.vpcLinkId),
          // Without it the load balancer would not know whom to let in, and would have to let in everybody.
          ...(balancer === undefined || vpcLink.securityGroupId !== undefined
            ? checkId("vpcLink.securityGroupId", vpcLink.securityGroupId)
            : []),
        ]),
  ];
}
