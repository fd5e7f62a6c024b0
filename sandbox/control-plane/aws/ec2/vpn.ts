import { isIPv4 } from "node:net";
import { digest } from "../../identifier.ts";
import { text } from "../../property-value.ts";
import { VendorError } from "../../resource-model.ts";
import { checkMatch, checkOneOf, verifying } from "../argument-check.ts";
import { allOf, storedResource } from "../stored-resource.ts";
import { customerGateways, routePropagations, vpnConnectionRoutes, vpnConnections, vpnGateways } from "./record.ts";
import { ec2Id, ec2Resource } from "./resource.ts";

/** `aws:ec2/customerGateway:CustomerGateway`: the device on the premises. */
export const customerGateway = ec2Resource(
  customerGateways,
  "cgw",
  "EC2 Customer Gateway",
  {
    replaces: ["bgpAsn", "bgpAsnExtended", "certificateArn", "deviceName", "ipAddress", "type"],
    verify: verifying((inputs, fail) => {
      checkOneOf(inputs, "type", ["ipsec.1"], fail);
      const address = text(inputs, "ipAddress");
      if (address !== undefined && !isIPv4(address)) {
        fail("ipAddress", `expected ipAddress to contain a valid IPv4 address, got: ${address}`);
      }
    }),
    outputs: (_records, { arguments: inputs }) => (inputs.bgpAsnExtended === undefined ? { bgpAsn: "65000" } : {}),
    beforeDelete(call, { id, region }, operation) {
      const users = allOf(vpnConnections, call.records, region);
      if (users.some((each) => text(each.arguments, "customerGatewayId") === id)) {
        throw new VendorError(`${operation}: IncorrectState: The customer gateway is in use.`);
      }
    },
  },
  "customer-gateway",
);

/** `aws:ec2/vpnGateway:VpnGateway`: a virtual private gateway. */
export const vpnGateway = ec2Resource(
  vpnGateways,
  "vgw",
  "EC2 VPN Gateway",
  {
    replaces: ["amazonSideAsn", "availabilityZone"],
    outputs: () => ({ amazonSideAsn: "64512", vpcId: "" }),
    beforeDelete(call, { id, region }, operation) {
      const users = allOf(vpnConnections, call.records, region);
      if (users.some((each) => text(each.arguments, "vpnGatewayId") === id)) {
        // Unverified: the text.
        throw new VendorError(`${operation}: IncorrectState: The vpnGateway ID '${id}' has VPN connections.`);
      }
    },
  },
  "vpn-gateway",
);

/**
 * `aws:ec2/vpnConnection:VpnConnection` (terraform-provider-aws, internal/service/ec2/vpnsite_connection.go). The outputs contain invented
 * keys and addresses, which stay the same for a connection. The addresses are reserved for documentation (RFC 5737).
 */
export const vpnConnection = ec2Resource(
  vpnConnections,
  "vpn",
  "EC2 VPN Connection",
  {
    replaces: [
      "enableAcceleration",
      "staticRoutesOnly",
      "tunnel1InsideCidr",
      "tunnel1InsideIpv6Cidr",
      "tunnel2InsideCidr",
      "tunnel2InsideIpv6Cidr",
      "tunnelInsideIpVersion",
      "type",
    ],
    verify: verifying((inputs, fail) => {
      checkOneOf(inputs, "type", ["ipsec.1"], fail);
      if (inputs.transitGatewayId !== undefined && inputs.vpnGatewayId !== undefined) {
        fail("transitGatewayId", '"transit_gateway_id": conflicts with vpn_gateway_id');
      }
      if (inputs.enableAcceleration === true && inputs.transitGatewayId === undefined) {
        fail(
          "enableAcceleration",
          '"enable_acceleration": all of `enable_acceleration,transit_gateway_id` must be specified',
        );
      }
      for (const name of ["tunnel1PresharedKey", "tunnel2PresharedKey"]) {
        // https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNTunnels.html. The text omits the key, which is a secret.
        const key = text(inputs, name);
        if (key !== undefined && !/^[A-Za-z1-9._][A-Za-z0-9._]{7,63}$/.test(key)) {
          fail(name, "must have 8 to 64 letters, digits, periods and underscores, and not begin with 0");
        }
      }
    }),
    outputs: (_records, { id, arguments: inputs }) => {
      const host = hostOf(id);
      const tunnels = [1, 2].map((number) => ({
        [`tunnel${number}Address`]: tunnelAddress(id, number),
        [`tunnel${number}BgpAsn`]: "64512",
        [`tunnel${number}BgpHoldtime`]: 30,
        [`tunnel${number}CgwInsideAddress`]: `169.254.${host}.${4 * number + 2}`,
        [`tunnel${number}InsideCidr`]: `169.254.${host}.${4 * number}/30`,
        [`tunnel${number}PresharedKey`]: `s${digest(`key ${number} of ${id}`, 31)}`,
        [`tunnel${number}VgwInsideAddress`]: `169.254.${host}.${4 * number + 1}`,
      }));
      const transit = text(inputs, "transitGatewayId");
      return {
        ...Object.assign({}, ...tunnels),
        customerGatewayConfiguration: `<?xml version="1.0" encoding="UTF-8"?><vpn_connection id="${id}"/>`,
        enableAcceleration: false,
        localIpv4NetworkCidr: "0.0.0.0/0",
        outsideIpAddressType: "PublicIpv4",
        remoteIpv4NetworkCidr: "0.0.0.0/0",
        routes: [],
        staticRoutesOnly: false,
        transitGatewayAttachmentId: transit === undefined ? "" : attachmentOf(id),
        tunnelInsideIpVersion: "ipv4",
        vgwTelemetries: [],
      };
    },
  },
  "vpn-connection",
);

/** A number from 1 to 120. */
function hostOf(id: string): number {
  return 1 + (Number.parseInt(digest(id, 4), 16) % 120);
}

/** The public address of AWS's end of a tunnel. @param number 1 or 2 */
export function tunnelAddress(connection: string, number: number): string {
  return `203.0.113.${hostOf(connection) + 120 * (number - 1)}`;
}

/** The id of the attachment that a VPN connection to a transit gateway has. */
export function attachmentOf(connection: string): string {
  return ec2Id("tgw-attach", connection);
}

/**
 * `aws:ec2/vpnConnectionRoute:VpnConnectionRoute`: a route between a virtual private gateway and a customer gateway. A transit gateway has
 * route tables, so that the sandbox refuses a route of a connection to one.
 *
 * Unverified: the text of the refusal.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpnConnectionRoute.html
 */
export const vpnConnectionRoute = storedResource(vpnConnectionRoutes, {
  title: "EC2 VPN Connection Route",
  replaces: ["destinationCidrBlock", "vpnConnectionId"],
  verify: verifying((inputs, fail) => {
    checkMatch(inputs, "destinationCidrBlock", /^\d+(?:\.\d+){3}\/\d+$/, "a CIDR block", fail);
  }),
  id: (_call, _region, inputs) => `${text(inputs, "destinationCidrBlock")}:${text(inputs, "vpnConnectionId")}`,
  check(call, region, inputs, operation) {
    const connection = vpnConnections.get(call.records, region, text(inputs, "vpnConnectionId") ?? "");
    if (connection !== undefined && connection.arguments.transitGatewayId !== undefined) {
      throw new VendorError(
        `${operation}: InvalidParameterCombination: ${connection.id} is of a transit gateway; put the route into its route table`,
      );
    }
  },
});

/**
 * `aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation` (internal/service/ec2/vpnsite_gateway_route_propagation.go). Enabling a
 * propagation twice is no error.
 */
export const vpnGatewayRoutePropagation = storedResource(routePropagations, {
  title: "EC2 VPN Gateway Route Propagation",
  replaces: ["routeTableId", "vpnGatewayId"],
  id: (_call, _region, inputs) => `${text(inputs, "vpnGatewayId")}_${text(inputs, "routeTableId")}`,
});
