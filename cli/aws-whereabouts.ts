import { CommandError } from "./command-error.ts";
import type { PendingCreate } from "./pending-creates.ts";

/** How to find out whether AWS has a resource, and by which id it is imported. */
export type Whereabouts =
  /** Made again, it is the same one. */
  | { readonly kind: "same" }
  /** Its id follows from its arguments. `look` fails where AWS has none, or lists nothing. */
  | { readonly kind: "named"; readonly look: readonly string[]; readonly id: string }
  /** AWS chose its id. `look` prints those that may be it. */
  | { readonly kind: "numbered"; readonly look: readonly string[]; readonly id: (found: string) => string };

/** Arguments of the AWS command line, and the id of an import as the provider's documentation has it. */
type Rule = (argument: (name: string) => string, create: PendingCreate) => Whereabouts;

/** @returns undefined for a type that is none of Polygate's on AWS */
export function whereaboutsOf(create: PendingCreate): Whereabouts | undefined {
  const type = /^aws:([^:]+):/.exec(create.type)?.[1];
  const rule = type === undefined ? undefined : rules[type];
  const found = rule?.((name) => argumentOf(create, name), create);
  const { region } = create.inputs;
  if (found === undefined || found.kind === "same" || typeof region !== "string") return found;
  return { ...found, look: [...found.look, "--region", region] };
}

function argumentOf({ name, inputs }: PendingCreate, argument: string): string {
  const value = inputs[argument];
  if (typeof value === "string" || typeof value === "number") return String(value);
  throw new CommandError(`${name}: its pending operation has no ${argument}, which its id is made of; look by hand`);
}

const same: Rule = () => ({ kind: "same" });

function named(look: (argument: (name: string) => string) => readonly string[], ...parts: readonly string[]): Rule {
  return (argument) => ({
    kind: "named",
    look: look(argument),
    id: parts.map((part) => (/^[/_:]$/.test(part) ? part : argument(part))).join(""),
  });
}

/** A list in an answer, which member of each is its id, and what must hold of the wanted one (JMESPath). */
interface List {
  readonly of: string;
  readonly id: string;
  readonly where: readonly string[];
}

function numbered(
  look: (argument: (name: string) => string) => readonly string[],
  list: (argument: (name: string) => string) => List,
  id: (found: string, argument: (name: string) => string) => string = (found) => found,
): Rule {
  return (argument, { known }) => {
    const { of, id: member, where } = list(argument);
    const wanted = [...where, ...known.map((one) => `${member}!=${literal(one)}`)];
    const query = `${of}[${wanted.length === 0 ? "" : `?${wanted.join(" && ")}`}].${member}`;
    return {
      kind: "numbered",
      look: [...look(argument), "--query", query, "--output", "text"],
      id: (found) => id(found, argument),
    };
  };
}

/** https://jmespath.org/specification.html, raw string literals. */
function literal(text: string): string {
  return `'${text.replaceAll("'", "\\'")}'`;
}

function is(member: string, value: string): string {
  return `${member}==${literal(value)}`;
}

/** The function's name, of its ARN or as it is. */
const functionName = (text: string): string => /:function:([^:]+)/.exec(text)?.[1] ?? text;

/** https://docs.aws.amazon.com/cli/latest/reference/; the ids as https://www.pulumi.com/registry/packages/aws/ has them, under Import. */
const rules: Readonly<Record<string, Rule>> = {
  "acm/certificate": numbered(
    () => ["acm", "list-certificates"],
    (of) => ({ of: "CertificateSummaryList", id: "CertificateArn", where: [is("DomainName", of("domainName"))] }),
  ),
  "acm/certificateValidation": same,
  "apigateway/account": same,
  "apigateway/apiKey": numbered(
    (of) => ["apigateway", "get-api-keys", "--name-query", of("name")],
    (of) => ({ of: "items", id: "id", where: [is("name", of("name"))] }),
  ),
  "apigateway/basePathMapping": (of, { inputs: { basePath = "" } }) => ({
    kind: "named",
    look: [
      ...["apigateway", "get-base-path-mapping", "--domain-name", of("domainName")],
      ...["--base-path", basePath === "" ? "(none)" : String(basePath)],
    ],
    id: `${of("domainName")}/${basePath}`,
  }),
  "apigateway/deployment": numbered(
    (of) => ["apigateway", "get-deployments", "--rest-api-id", of("restApi")],
    () => ({ of: "items", id: "id", where: [] }),
    (found, of) => `${of("restApi")}/${found}`,
  ),
  "apigateway/domainName": named(
    (of) => ["apigateway", "get-domain-name", "--domain-name", of("domainName")],
    "domainName",
  ),
  "apigateway/methodSettings": same,
  "apigateway/restApi": numbered(
    () => ["apigateway", "get-rest-apis"],
    (of) => ({ of: "items", id: "id", where: [is("name", of("name"))] }),
  ),
  "apigateway/stage": named(
    (of) => ["apigateway", "get-stage", "--rest-api-id", of("restApi"), "--stage-name", of("stageName")],
    ...["restApi", "/", "stageName"],
  ),
  "apigateway/usagePlan": numbered(
    () => ["apigateway", "get-usage-plans"],
    (of) => ({ of: "items", id: "id", where: [is("name", of("name"))] }),
  ),
  "apigateway/usagePlanKey": named(
    (of) => ["apigateway", "get-usage-plan-key", "--usage-plan-id", of("usagePlanId"), "--key-id", of("keyId")],
    ...["usagePlanId", "/", "keyId"],
  ),
  "apigatewayv2/api": numbered(
    () => ["apigatewayv2", "get-apis"],
    (of) => ({ of: "Items", id: "ApiId", where: [is("Name", of("name"))] }),
  ),
  "apigatewayv2/apiMapping": numbered(
    (of) => ["apigatewayv2", "get-api-mappings", "--domain-name", of("domainName")],
    (of) => ({ of: "Items", id: "ApiMappingId", where: [is("ApiId", of("apiId")), is("Stage", of("stage"))] }),
    (found, of) => `${found}/${of("domainName")}`,
  ),
  "apigatewayv2/deployment": numbered(
    (of) => ["apigatewayv2", "get-deployments", "--api-id", of("apiId")],
    () => ({ of: "Items", id: "DeploymentId", where: [] }),
    (found, of) => `${of("apiId")}/${found}`,
  ),
  "apigatewayv2/domainName": named(
    (of) => ["apigatewayv2", "get-domain-name", "--domain-name", of("domainName")],
    "domainName",
  ),
  "apigatewayv2/stage": named(
    (of) => ["apigatewayv2", "get-stage", "--api-id", of("apiId"), "--stage-name", of("name")],
    ...["apiId", "/", "name"],
  ),
  "apigatewayv2/vpcLink": numbered(
    () => ["apigatewayv2", "get-vpc-links"],
    (of) => ({ of: "Items", id: "VpcLinkId", where: [is("Name", of("name"))] }),
  ),
  "cloudwatch/logGroup": (of, create) =>
    (create.inputs.namePrefix === undefined
      ? named((its) => ["logs", "describe-log-groups", "--log-group-name-prefix", its("name")], "name")
      : numbered(
          (its) => ["logs", "describe-log-groups", "--log-group-name-prefix", its("namePrefix")],
          () => ({ of: "logGroups", id: "logGroupName", where: [] }),
        ))(of, create),
  "ec2/customerGateway": numbered(
    () => ["ec2", "describe-customer-gateways"],
    (of) => ({
      of: "CustomerGateways",
      id: "CustomerGatewayId",
      where: [is("IpAddress", of("ipAddress")), is("State", "available")],
    }),
  ),
  "ec2/route": named(
    (of) => ["ec2", "describe-route-tables", "--route-table-ids", of("routeTableId")],
    ...["routeTableId", "_", "destinationCidrBlock"],
  ),
  "ec2/securityGroup": numbered(
    () => ["ec2", "describe-security-groups"],
    (of) => ({ of: "SecurityGroups", id: "GroupId", where: [is("GroupName", of("name"))] }),
  ),
  "ec2/vpnConnection": numbered(
    () => ["ec2", "describe-vpn-connections"],
    (of) => ({
      of: "VpnConnections",
      id: "VpnConnectionId",
      where: [is("CustomerGatewayId", of("customerGatewayId"))],
    }),
  ),
  "ec2/vpnConnectionRoute": same,
  "ec2/vpnGateway": numbered(
    () => ["ec2", "describe-vpn-gateways"],
    (of) => ({
      of: "VpnGateways",
      id: "VpnGatewayId",
      where: [is("State", "available"), `VpcAttachments[?VpcId==${literal(of("vpcId"))}]`],
    }),
  ),
  "ec2/vpnGatewayRoutePropagation": same,
  "ec2transitgateway/route": named(
    (of) => [
      ...["ec2", "search-transit-gateway-routes", "--transit-gateway-route-table-id", of("transitGatewayRouteTableId")],
      ...["--filters", `Name=route-search.exact-match,Values=${of("destinationCidrBlock")}`],
    ],
    ...["transitGatewayRouteTableId", "_", "destinationCidrBlock"],
  ),
  "ec2transitgateway/transitGateway": numbered(
    () => ["ec2", "describe-transit-gateways"],
    () => ({ of: "TransitGateways", id: "TransitGatewayId", where: [is("State", "available")] }),
  ),
  "ec2transitgateway/vpcAttachment": numbered(
    () => ["ec2", "describe-transit-gateway-vpc-attachments"],
    (of) => ({
      of: "TransitGatewayVpcAttachments",
      id: "TransitGatewayAttachmentId",
      where: [is("TransitGatewayId", of("transitGatewayId")), is("VpcId", of("vpcId"))],
    }),
  ),
  "iam/role": named((of) => ["iam", "get-role", "--role-name", of("name")], "name"),
  "iam/rolePolicy": named(
    (of) => ["iam", "get-role-policy", "--role-name", of("role"), "--policy-name", of("name")],
    ...["role", ":", "name"],
  ),
  "lambda/function": named((of) => ["lambda", "get-function", "--function-name", of("name")], "name"),
  // The statement's id, of a policy that is a text within the answer. Of a permission that names none, the provider makes one up.
  "lambda/permission": (of, { inputs: { qualifier, statementId } }) => {
    const qualified = typeof qualifier === "string" && qualifier !== "" ? qualifier : undefined;
    const name = functionName(of("function"));
    const id = (statement: string) => `${name}${qualified === undefined ? "" : `:${qualified}`}/${statement}`;
    const look = [
      ...["lambda", "get-policy", "--function-name", name],
      ...(qualified === undefined ? [] : ["--qualifier", qualified]),
      ...["--query", "Policy", "--output", "text"],
    ];
    if (typeof statementId !== "string") return { kind: "numbered", look, id };
    return { kind: "named", look, id: id(statementId) };
  },
  "lb/listener": numbered(
    (of) => ["elbv2", "describe-listeners", "--load-balancer-arn", of("loadBalancerArn")],
    () => ({ of: "Listeners", id: "ListenerArn", where: [] }),
  ),
  "lb/loadBalancer": numbered(
    () => ["elbv2", "describe-load-balancers"],
    (of) => ({ of: "LoadBalancers", id: "LoadBalancerArn", where: [is("LoadBalancerName", of("name"))] }),
  ),
  "lb/targetGroup": numbered(
    () => ["elbv2", "describe-target-groups"],
    (of) => ({ of: "TargetGroups", id: "TargetGroupArn", where: [is("TargetGroupName", of("name"))] }),
  ),
  "lb/targetGroupAttachment": same,
  "route53/record": (of) => ({
    kind: "named",
    look: [
      ...["route53", "list-resource-record-sets", "--hosted-zone-id", of("zoneId")],
      ...["--query", `ResourceRecordSets[?Type==${literal(of("type"))}].Name`, "--output", "text"],
    ],
    id: `${of("zoneId")}_${of("name")}_${of("type")}`,
  }),
  "vpc/securityGroupEgressRule": ruleOf("IsEgress"),
  "vpc/securityGroupIngressRule": ruleOf("!IsEgress"),
  "wafv2/webAcl": numbered(
    (of) => ["wafv2", "list-web-acls", "--scope", of("scope")],
    (of) => ({ of: "WebACLs", id: "Id", where: [is("Name", of("name"))] }),
    (found, of) => `${found}/${of("name")}/${of("scope")}`,
  ),
  "wafv2/webAclAssociation": same,
};

function ruleOf(direction: "IsEgress" | "!IsEgress"): Rule {
  return numbered(
    (of) => [
      ...["ec2", "describe-security-group-rules"],
      ...["--filters", `Name=group-id,Values=${of("securityGroupId")}`],
    ],
    (of) => ({
      of: "SecurityGroupRules",
      id: "SecurityGroupRuleId",
      where: [direction, `FromPort==\`${of("fromPort")}\``],
    }),
  );
}
