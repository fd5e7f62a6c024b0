import { CommandError } from "./command-error.ts";

/** How to find a resource on AWS. In each text, `{argument}` is replaced by the argument of the resource. */
export interface ListedResource {
  /** The command of the AWS command line that lists the candidates. */
  readonly list: string;
  /** The list in the command's output (JMESPath). */
  readonly items: string;
  /** The id of an item (JMESPath). */
  readonly id: string;
  /** The conditions that an item must meet (JMESPath). Without conditions, every item is a candidate. */
  readonly where?: readonly string[];
  /**
   * The id of the import. `{id}` is replaced by the id of the item. Without `{id}`, the arguments alone determine it.
   *
   * @default "{id}"
   */
  readonly importId?: string;
  /** Values for placeholders that are not arguments of the resource. */
  readonly values?: Readonly<Record<string, string>>;
}

/** The ids in the output of a command that prints no list of items. */
export interface PrintedResource extends Omit<ListedResource, "items" | "id" | "where"> {
  /** The part of the command's output that is printed (JMESPath). */
  readonly query: string;
  readonly read: (printed: string) => readonly string[];
  /** The error of the command if there is no candidate. */
  readonly absent: RegExp;
}

/** What the pending operation has: the value of an argument that must be set, and all arguments. */
export interface Arguments {
  readonly required: (name: string) => string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

type Resource = ListedResource | PrintedResource;

/** The next update creates the same resource again, whether or not it exists. */
export type SameResource = "same";

const notDeleted = ["State!='deleting'", "State!='deleted'"];

/**
 * The resource types that Polygate's components and stacks declare on AWS, by module and type.
 *
 * Unverified: AWS documents for every `same` type but a route of a VPN connection that it may be created again.
 *
 * @see https://docs.aws.amazon.com/cli/latest/reference/ for the commands
 * @see https://www.pulumi.com/registry/packages/aws/ for the ids, under Import
 */
export const awsResources: Readonly<Record<string, SameResource | Resource | ((of: Arguments) => Resource)>> = {
  "acm/certificate": {
    list: "acm list-certificates",
    items: "CertificateSummaryList",
    id: "CertificateArn",
    where: ["DomainName=={domainName}"],
  },
  "acm/certificateValidation": "same",
  "apigateway/account": "same",
  "apigateway/apiKey": {
    list: "apigateway get-api-keys --name-query {name}",
    items: "items",
    id: "id",
    where: ["name=={name}"],
  },
  "apigateway/basePathMapping": ({ inputs: { basePath = "" } }) => ({
    list: "apigateway get-base-path-mappings --domain-name {domainName}",
    items: "items",
    id: "basePath",
    where: ["basePath=={listedPath}"],
    importId: "{domainName}/{path}",
    values: { path: String(basePath), listedPath: basePath === "" ? "(none)" : String(basePath) },
  }),
  "apigateway/deployment": {
    list: "apigateway get-deployments --rest-api-id {restApi}",
    items: "items",
    id: "id",
    importId: "{restApi}/{id}",
  },
  "apigateway/domainName": {
    list: "apigateway get-domain-names",
    items: "items",
    id: "domainName",
    where: ["domainName=={domainName}"],
    importId: "{domainName}",
  },
  "apigateway/methodSettings": "same",
  "apigateway/restApi": { list: "apigateway get-rest-apis", items: "items", id: "id", where: ["name=={name}"] },
  "apigateway/restApiPut": "same",
  "apigateway/stage": {
    list: "apigateway get-stages --rest-api-id {restApi}",
    items: "item",
    id: "stageName",
    where: ["stageName=={stageName}"],
    importId: "{restApi}/{stageName}",
  },
  "apigateway/usagePlan": { list: "apigateway get-usage-plans", items: "items", id: "id", where: ["name=={name}"] },
  "apigateway/usagePlanKey": {
    list: "apigateway get-usage-plan-keys --usage-plan-id {usagePlanId}",
    items: "items",
    id: "id",
    where: ["id=={keyId}"],
    importId: "{usagePlanId}/{keyId}",
  },
  "apigatewayv2/api": { list: "apigatewayv2 get-apis", items: "Items", id: "ApiId", where: ["Name=={name}"] },
  "apigatewayv2/apiMapping": {
    list: "apigatewayv2 get-api-mappings --domain-name {domainName}",
    items: "Items",
    id: "ApiMappingId",
    where: ["ApiId=={apiId}", "Stage=={stage}"],
    importId: "{id}/{domainName}",
  },
  "apigatewayv2/deployment": {
    list: "apigatewayv2 get-deployments --api-id {apiId}",
    items: "Items",
    id: "DeploymentId",
    importId: "{apiId}/{id}",
  },
  "apigatewayv2/domainName": {
    list: "apigatewayv2 get-domain-names",
    items: "Items",
    id: "DomainName",
    where: ["DomainName=={domainName}"],
    importId: "{domainName}",
  },
  "apigatewayv2/stage": {
    list: "apigatewayv2 get-stages --api-id {apiId}",
    items: "Items",
    id: "StageName",
    where: ["StageName=={name}"],
    importId: "{apiId}/{name}",
  },
  "apigatewayv2/vpcLink": {
    list: "apigatewayv2 get-vpc-links",
    items: "Items",
    id: "VpcLinkId",
    where: ["Name=={name}"],
  },
  "cloudwatch/logGroup": ({ inputs }) => {
    const groups = { items: "logGroups", id: "logGroupName" };
    const list = "logs describe-log-groups --log-group-name-prefix";
    return inputs.namePrefix === undefined
      ? { ...groups, list: `${list} {name}`, where: ["logGroupName=={name}"], importId: "{name}" }
      : { ...groups, list: `${list} {namePrefix}` };
  },
  "ec2/customerGateway": {
    list: "ec2 describe-customer-gateways",
    items: "CustomerGateways",
    id: "CustomerGatewayId",
    where: ["IpAddress=={ipAddress}", "State=='available'"],
  },
  "ec2/route": {
    list: "ec2 describe-route-tables --route-table-ids {routeTableId}",
    items: "RouteTables[].Routes[] | ",
    id: "DestinationCidrBlock",
    where: ["DestinationCidrBlock=={destinationCidrBlock}"],
    importId: "{routeTableId}_{destinationCidrBlock}",
  },
  "ec2/routeTable": {
    list: "ec2 describe-route-tables",
    items: "RouteTables",
    id: "RouteTableId",
    where: ["VpcId=={vpcId}"],
  },
  "ec2/securityGroup": {
    list: "ec2 describe-security-groups",
    items: "SecurityGroups",
    id: "GroupId",
    where: ["GroupName=={name}"],
  },
  "ec2/subnet": {
    list: "ec2 describe-subnets",
    items: "Subnets",
    id: "SubnetId",
    where: ["VpcId=={vpcId}", "CidrBlock=={cidrBlock}"],
  },
  "ec2/vpc": {
    list: "ec2 describe-vpcs",
    items: "Vpcs",
    id: "VpcId",
    where: ["CidrBlock=={cidrBlock}"],
  },
  "ec2/vpnConnection": {
    list: "ec2 describe-vpn-connections",
    items: "VpnConnections",
    id: "VpnConnectionId",
    where: ["CustomerGatewayId=={customerGatewayId}", ...notDeleted],
  },
  "ec2/vpnConnectionRoute": "same",
  "ec2/vpnGateway": {
    list: "ec2 describe-vpn-gateways",
    items: "VpnGateways",
    id: "VpnGatewayId",
    where: ["State=='available'", "VpcAttachments[?VpcId=={vpcId}]"],
  },
  "ec2/vpnGatewayRoutePropagation": "same",
  "ec2transitgateway/route": {
    list: "ec2 search-transit-gateway-routes --transit-gateway-route-table-id {transitGatewayRouteTableId} --filters Name=route-search.exact-match,Values={destinationCidrBlock}",
    items: "Routes",
    id: "DestinationCidrBlock",
    importId: "{transitGatewayRouteTableId}_{destinationCidrBlock}",
  },
  "ec2transitgateway/transitGateway": {
    list: "ec2 describe-transit-gateways",
    items: "TransitGateways",
    id: "TransitGatewayId",
    where: notDeleted,
  },
  "ec2transitgateway/vpcAttachment": {
    list: "ec2 describe-transit-gateway-vpc-attachments",
    items: "TransitGatewayVpcAttachments",
    id: "TransitGatewayAttachmentId",
    where: ["TransitGatewayId=={transitGatewayId}", "VpcId=={vpcId}", ...notDeleted],
  },
  "iam/role": {
    list: "iam list-roles",
    items: "Roles",
    id: "RoleName",
    where: ["RoleName=={name}"],
    importId: "{name}",
  },
  "iam/rolePolicy": {
    list: "iam list-role-policies --role-name {role}",
    items: "PolicyNames",
    id: "to_string(@)",
    where: ["@=={name}"],
    importId: "{role}:{name}",
  },
  "lambda/function": {
    list: "lambda list-functions",
    items: "Functions",
    id: "FunctionName",
    where: ["FunctionName=={name}"],
    importId: "{name}",
  },
  "lambda/permission": permission,
  "lb/listener": {
    list: "elbv2 describe-listeners --load-balancer-arn {loadBalancerArn}",
    items: "Listeners",
    id: "ListenerArn",
  },
  "lb/loadBalancer": {
    list: "elbv2 describe-load-balancers",
    items: "LoadBalancers",
    id: "LoadBalancerArn",
    where: ["LoadBalancerName=={name}"],
  },
  "lb/targetGroup": {
    list: "elbv2 describe-target-groups",
    items: "TargetGroups",
    id: "TargetGroupArn",
    where: ["TargetGroupName=={name}"],
  },
  "lb/targetGroupAttachment": "same",
  "route53/record": ({ required }) => ({
    list: "route53 list-resource-record-sets --hosted-zone-id {zoneId}",
    items: "ResourceRecordSets",
    id: "Name",
    where: ["Type=={type}", "Name=={listedName}"],
    importId: "{zoneId}_{name}_{type}",
    values: { listedName: `${required("name").toLowerCase().replace(/\.$/, "")}.` },
  }),
  "vpc/securityGroupEgressRule": {
    list: "ec2 describe-security-group-rules --filters Name=group-id,Values={securityGroupId}",
    items: "SecurityGroupRules",
    id: "SecurityGroupRuleId",
    where: ["IsEgress", "FromPort=={fromPort}"],
  },
  "vpc/securityGroupIngressRule": {
    list: "ec2 describe-security-group-rules --filters Name=group-id,Values={securityGroupId}",
    items: "SecurityGroupRules",
    id: "SecurityGroupRuleId",
    where: ["!IsEgress", "FromPort=={fromPort}"],
  },
  "wafv2/webAcl": {
    list: "wafv2 list-web-acls --scope {scope}",
    items: "WebACLs",
    id: "Id",
    where: ["Name=={name}"],
    importId: "{id}/{name}/{scope}",
  },
  "wafv2/webAclAssociation": "same",
};

/** A statement in the policy of a function. Without a statement's id in the arguments, the provider generates one. */
function permission({ required, inputs: { qualifier, statementId } }: Arguments): PrintedResource {
  const isQualified = typeof qualifier === "string" && qualifier !== "";
  const isNamed = typeof statementId === "string";
  const functionArgument = required("function");
  const functionName = /:function:([^:]+)/.exec(functionArgument)?.[1] ?? functionArgument;
  return {
    list: `lambda get-policy --function-name {functionName}${isQualified ? " --qualifier {qualifier}" : ""}`,
    query: "Policy",
    read: (printed) => statementIds(printed).filter((id) => !isNamed || id === statementId),
    absent: /ResourceNotFoundException/,
    importId: `{functionName}${isQualified ? ":{qualifier}" : ""}/${isNamed ? "{statementId}" : "{id}"}`,
    values: { functionName },
  };
}

/** The ids of the statements in a policy, which the command prints as a JSON text. */
function statementIds(policy: string): readonly string[] {
  try {
    const { Statement } = JSON.parse(policy) as { readonly Statement: readonly { readonly Sid: string }[] };
    return Statement.map(({ Sid }) => Sid);
  } catch (error) {
    throw new CommandError(`the AWS command line printed something other than a policy: ${policy}`, { cause: error });
  }
}
