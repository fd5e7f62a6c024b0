import assert from "node:assert/strict";
import type { Properties } from "../../../../sandbox/control-plane/property-value.ts";
import { network, PrivateNetwork } from "../../../support/sandbox/control-plane/aws/private-network.ts";
import { restCloud } from "../../../support/sandbox/control-plane/aws/rest-cloud.ts";
import type { EngineStandIn, TestCloud } from "../../../support/sandbox/control-plane/engine-stand-in.ts";
import { filled } from "../../../support/sandbox/control-plane/filled.ts";

describe("connections to the premises of the sandbox's aws provider", () => {
  let cloud: TestCloud;
  let aws: EngineStandIn;
  let privateNetwork: PrivateNetwork;

  beforeEach(async () => {
    cloud = await restCloud();
    aws = await cloud.provider("aws", { region: "eu-central-1" });
    privateNetwork = await new PrivateNetwork(aws).declare();
  });
  afterEach(() => cloud.close());

  describe("a connection to the premises", () => {
    const gateway = (inputs: Properties = {}) =>
      privateNetwork.make(network.customerGateway, "cgw", {
        bgpAsn: "65010",
        ipAddress: "198.51.100.7",
        type: "ipsec.1",
        ...inputs,
      });

    it("has constant tunnels and an attachment to its transit gateway", async () => {
      const customer = await gateway();
      assert.match(customer.id, /^cgw-[0-9a-f]{17}$/);
      const transit = await privateNetwork.make(network.transitGateway, "tgw", {});
      assert.match(transit.id, /^tgw-[0-9a-f]{17}$/);
      assert.match(String(transit.outputs.associationDefaultRouteTableId), /^tgw-rtb-[0-9a-f]{17}$/);
      const vpn = await privateNetwork.make(network.vpnConnection, "vpn", {
        customerGatewayId: customer.id,
        transitGatewayId: transit.id,
        type: "ipsec.1",
        staticRoutesOnly: true,
      });
      assert.match(vpn.id, /^vpn-[0-9a-f]{17}$/);
      assert.equal(vpn.outputs.arn, `arn:aws:ec2:eu-central-1:000000000000:vpn-connection/${vpn.id}`);
      assert.match(String(vpn.outputs.transitGatewayAttachmentId), /^tgw-attach-[0-9a-f]{17}$/);
      for (const number of [1, 2]) {
        assert.match(String(vpn.outputs[`tunnel${number}Address`]), /^203\.0\.113\.\d+$/);
        assert.match(String(vpn.outputs[`tunnel${number}PresharedKey`]), /^s[0-9a-f]{31}$/);
      }
      assert.notEqual(vpn.outputs.tunnel1Address, vpn.outputs.tunnel2Address);
      assert.notEqual(vpn.outputs.tunnel1PresharedKey, vpn.outputs.tunnel2PresharedKey);
      assert.deepEqual(await aws.read(vpn), vpn);
      assert.deepEqual(await aws.diff(vpn, { ...vpn.inputs, staticRoutesOnly: false }), {
        staticRoutesOnly: "update-replace",
      });
      const route = await privateNetwork.make(network.transitRoute, "route", {
        destinationCidrBlock: "10.20.0.0/16",
        transitGatewayAttachmentId: vpn.outputs.transitGatewayAttachmentId ?? null,
        transitGatewayRouteTableId: transit.outputs.associationDefaultRouteTableId ?? null,
      });
      assert.equal(route.id, `${transit.outputs.associationDefaultRouteTableId}_10.20.0.0/16`);
      const attachment = await privateNetwork.make(network.vpcAttachment, "attachment", {
        subnetIds: [privateNetwork.subnet.id],
        transitGatewayId: transit.id,
        vpcId: privateNetwork.vpc.id,
      });
      assert.match(attachment.id, /^tgw-attach-[0-9a-f]{17}$/);
      await assert.rejects(
        aws.delete(transit),
        new RegExp(`IncorrectState: ${transit.id} has non-deleted VPC Attachments: ${attachment.id}.$`),
      );
      await aws.delete(attachment);
      await assert.rejects(aws.delete(transit), /has non-deleted VPN Attachments: tgw-attach-/);
      await assert.rejects(aws.delete(customer), /IncorrectState: The customer gateway is in use.$/);
      await assert.rejects(
        privateNetwork.make(network.vpnRoute, "static", {
          destinationCidrBlock: "10.20.0.0/16",
          vpnConnectionId: vpn.id,
        }),
        /is of a transit gateway; put the route into its route table$/,
      );
      for (const each of [route, vpn, transit, customer]) await aws.delete(each);
    });

    it("has unique routes in a route table, imported by table and destination", async () => {
      const given = { routeTableId: "rtb-1", destinationCidrBlock: "10.20.0.0/16", transitGatewayId: "tgw-1" };
      const created = await privateNetwork.make(network.route, "route", given);
      await assert.rejects(
        privateNetwork.make(network.route, "again", given),
        /RouteAlreadyExists: The route identified by 10\.20\.0\.0\/16 already exists\.$/,
      );
      const found = await aws.import(network.route, "route", "rtb-1_10.20.0.0/16");
      assert.equal(found?.id, created.id);
      assert.deepEqual(filled(found?.outputs), filled(created.outputs));
      assert.equal(await aws.import(network.route, "route", "rtb-1_10.30.0.0/16"), undefined);
      const { failures } = await aws.check(network.route, "none", { routeTableId: "rtb-1" });
      assert.deepEqual(failures, ["destinationCidrBlock: exactly one destination must be specified"]);
      await aws.delete(created);
      assert.equal(await aws.read(created), undefined);
    });

    it("has static routes for a virtual private gateway", async () => {
      const [customer, own] = [
        await gateway(),
        await privateNetwork.make(network.vpnGateway, "vgw", { vpcId: privateNetwork.vpc.id }),
      ];
      assert.match(own.id, /^vgw-[0-9a-f]{17}$/);
      const vpn = await privateNetwork.make(network.vpnConnection, "vpn", {
        customerGatewayId: customer.id,
        vpnGatewayId: own.id,
        type: "ipsec.1",
        staticRoutesOnly: true,
      });
      assert.equal(vpn.outputs.transitGatewayAttachmentId, "");
      const route = await privateNetwork.make(network.vpnRoute, "route", {
        destinationCidrBlock: "10.20.0.0/16",
        vpnConnectionId: vpn.id,
      });
      assert.equal(route.id, `10.20.0.0/16:${vpn.id}`);
      const propagated = { routeTableId: "rtb-1", vpnGatewayId: own.id };
      const propagation = await privateNetwork.make(network.propagation, "propagation", propagated);
      assert.equal(propagation.id, `${own.id}_rtb-1`);
      assert.deepEqual((await privateNetwork.make(network.propagation, "again", propagated)).id, propagation.id);
      await assert.rejects(aws.delete(own), /IncorrectState: The vpnGateway ID 'vgw-[0-9a-f]+' has VPN connections.$/);
    });

    it("refuses invalid types, addresses and keys, and two gateways", async () => {
      await assert.rejects(gateway({ type: "ipsec.2" }), /type: expected type to be one of ipsec.1/);
      await assert.rejects(
        gateway({ ipAddress: "erp" }),
        /ipAddress: expected ipAddress to contain a valid IPv4 address/,
      );
      const { failures } = await aws.check(network.vpnConnection, "vpn", {
        customerGatewayId: "cgw-1",
        type: "ipsec.1",
        transitGatewayId: "tgw-1",
        vpnGatewayId: "vgw-1",
        tunnel1PresharedKey: "0secret-secret",
      });
      assert.deepEqual(failures, [
        'transitGatewayId: "transit_gateway_id": conflicts with vpn_gateway_id',
        "tunnel1PresharedKey: must have 8 to 64 letters, digits, periods and underscores, and not begin with 0",
      ]);
    });
  });
});
