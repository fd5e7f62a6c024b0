import { callback, listOf, namedBy, objectOf, transforms, value } from "../../gateway/shape.ts";
import { tags } from "../operations/shape.ts";
import type {
  AwsExistingBalancer,
  AwsExistingVpcLink,
  AwsOnPremLinkArgs,
  AwsOnPremLinkTransforms,
  AwsTransitGateway,
  AwsVpn,
  AwsVpnGateway,
  OnPremHealthCheck,
  OnPremTarget,
} from "./args.ts";

/** The class has a remedy of its own for a value of another type. */
const checked = { checked: true } as const;

const vpn = objectOf<AwsVpn>({
  publicIp: value,
  asn: value,
  cidrs: listOf(value),
  routeTableIds: namedBy(value),
  end: objectOf<AwsVpnGateway | AwsTransitGateway>({
    kind: value,
    vpnGatewayId: value,
    transitGatewayId: value,
    routeTableId: value,
    attached: value,
  }),
});

/** The shape of {@link AwsOnPremLinkArgs}. */
export const onPremLinkShape = objectOf<AwsOnPremLinkArgs>({
  vpcId: value,
  subnetIds: listOf(value, checked),
  targets: listOf(objectOf<OnPremTarget>({ address: value, port: value }, checked), checked),
  protocol: value,
  port: value,
  healthCheck: objectOf<OnPremHealthCheck>({ path: value }),
  vpn,
  balancer: objectOf<AwsExistingBalancer>({ loadBalancerArn: value, listenerArn: value, securityGroupId: value }),
  vpcLink: objectOf<AwsExistingVpcLink>({ vpcLinkId: value, securityGroupId: value }),
  tags,
  transform: transforms<AwsOnPremLinkTransforms>({
    customerGateway: callback,
    vpnGateway: callback,
    vpnConnection: callback,
    vpnRoute: callback,
    routePropagation: callback,
    transitGateway: callback,
    transitGatewayAttachment: callback,
    transitGatewayRoute: callback,
    route: callback,
    linkSecurityGroup: callback,
    balancerSecurityGroup: callback,
    egressRule: callback,
    ingressRule: callback,
    balancer: callback,
    targetGroup: callback,
    target: callback,
    listener: callback,
    vpcLink: callback,
  }),
});
