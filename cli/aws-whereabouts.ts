import { CommandError } from "./command-error.ts";
import type { PendingCreate } from "./pending-creates.ts";

/** How to find out whether AWS has a resource, and by which id it is imported. */
export type Whereabouts =
  /** Made again, it is the same one. */
  { readonly kind: "same" } | Sought;

/** Arguments of the AWS command line. */
export interface Sought {
  /** `named`: its id follows from its arguments. `numbered`: AWS chose it. */
  readonly kind: "named" | "numbered";
  /** Prints what may be it, in words; nothing when there is none. */
  readonly look: readonly string[];
  /** The words of what `look` printed. */
  readonly read: (printed: string) => readonly string[];
  /** What `look` fails with where there is none either. */
  readonly absent?: RegExp;
  /** The id of its import. */
  readonly id: (found: string) => string;
}

type Argument = (name: string) => string;
type Rule = (argument: Argument, create: PendingCreate) => Whereabouts;

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

/** A command and the list in its answer: which member of each is its id, and what must hold of the wanted one (JMESPath). */
interface List {
  readonly by: readonly string[];
  readonly of: string;
  readonly id: string;
  readonly where: readonly string[];
}

function look({ by, of, id, where }: List): readonly string[] {
  const query = `${of}[${where.length === 0 ? "" : `?${where.join(" && ")}`}].${id}`;
  return [...by, "--query", query, "--output", "text"];
}

function words(printed: string): readonly string[] {
  // Of an empty list, and of a list of nothing.
  return printed.split(/\s+/).filter((word) => word !== "" && word !== "None");
}

/** Arguments with what stands between them. */
function named(list: (of: Argument) => List, ...parts: readonly string[]): Rule {
  return (of) => {
    const id = parts.map((part) => (/^[/_:]$/.test(part) ? part : of(part))).join("");
    return { kind: "named", look: look(list(of)), read: words, id: () => id };
  };
}

function numbered(list: (of: Argument) => List, id: (found: string, of: Argument) => string = (found) => found): Rule {
  return (of, { known }) => {
    const given = list(of);
    const others = known.map((one) => `${given.id}!=${literal(one)}`);
    return {
      kind: "numbered",
      look: look({ ...given, where: [...given.where, ...others] }),
      read: words,
      id: (found) => id(found, of),
    };
  };
}

/** A list of what has a name of its own. */
function byName(
  by: readonly string[],
  of: string,
  id: string,
  member: string,
  argument = "name",
): (of: Argument) => List {
  return (its) => ({ by, of, id, where: [is(member, its(argument))] });
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

/**
 * https://docs.aws.amazon.com/cli/latest/reference/; the ids as https://www.pulumi.com/registry/packages/aws/ has them, under Import. That
 * what is `same` may be made again is documented of all but a route of a VPN connection (U).
 */
const rules: Readonly<Record<string, Rule>> = {
  "acm/certificate": numbered(
    byName(["acm", "list-certificates"], "CertificateSummaryList", "CertificateArn", "DomainName", "domainName"),
  ),
  "acm/certificateValidation": same,
  "apigateway/account": same,
  "apigateway/apiKey": numbered((of) => ({
    by: ["apigateway", "get-api-keys", "--name-query", of("name")],
    of: "items",
    id: "id",
    where: [is("name", of("name"))],
  })),
  "apigateway/basePathMapping": (of, { inputs: { basePath = "" } }) => ({
    kind: "named",
    look: look({
      by: ["apigateway", "get-base-path-mappings", "--domain-name", of("domainName")],
      of: "items",
      id: "basePath",
      where: [is("basePath", basePath === "" ? "(none)" : String(basePath))],
    }),
    read: words,
    id: () => `${of("domainName")}/${basePath}`,
  }),
  "apigateway/deployment": numbered(
    (of) => ({
      by: ["apigateway", "get-deployments", "--rest-api-id", of("restApi")],
      of: "items",
      id: "id",
      where: [],
    }),
    (found, of) => `${of("restApi")}/${found}`,
  ),
  "apigateway/domainName": named(
    byName(["apigateway", "get-domain-names"], "items", "domainName", "domainName", "domainName"),
    "domainName",
  ),
  "apigateway/methodSettings": same,
  "apigateway/restApi": numbered(byName(["apigateway", "get-rest-apis"], "items", "id", "name")),
  "apigateway/restApiPut": same,
  "apigateway/stage": named(
    (of) => ({
      by: ["apigateway", "get-stages", "--rest-api-id", of("restApi")],
      of: "item",
      id: "stageName",
      where: [is("stageName", of("stageName"))],
    }),
    ...["restApi", "/", "stageName"],
  ),
  "apigateway/usagePlan": numbered(byName(["apigateway", "get-usage-plans"], "items", "id", "name")),
  "apigateway/usagePlanKey": named(
    (of) => ({
      by: ["apigateway", "get-usage-plan-keys", "--usage-plan-id", of("usagePlanId")],
      of: "items",
      id: "id",
      where: [is("id", of("keyId"))],
    }),
    ...["usagePlanId", "/", "keyId"],
  ),
  "apigatewayv2/api": numbered(byName(["apigatewayv2", "get-apis"], "Items", "ApiId", "Name")),
  "apigatewayv2/apiMapping": numbered(
    (of) => ({
      by: ["apigatewayv2", "get-api-mappings", "--domain-name", of("domainName")],
      of: "Items",
      id: "ApiMappingId",
      where: [is("ApiId", of("apiId")), is("Stage", of("stage"))],
    }),
    (found, of) => `${found}/${of("domainName")}`,
  ),
  "apigatewayv2/deployment": numbered(
    (of) => ({
      by: ["apigatewayv2", "get-deployments", "--api-id", of("apiId")],
      of: "Items",
      id: "DeploymentId",
      where: [],
    }),
    (found, of) => `${of("apiId")}/${found}`,
  ),
  "apigatewayv2/domainName": named(
    byName(["apigatewayv2", "get-domain-names"], "Items", "DomainName", "DomainName", "domainName"),
    "domainName",
  ),
  "apigatewayv2/stage": named(
    (of) => ({
      by: ["apigatewayv2", "get-stages", "--api-id", of("apiId")],
      of: "Items",
      id: "StageName",
      where: [is("StageName", of("name"))],
    }),
    ...["apiId", "/", "name"],
  ),
  "apigatewayv2/vpcLink": numbered(byName(["apigatewayv2", "get-vpc-links"], "Items", "VpcLinkId", "Name")),
  "cloudwatch/logGroup": (of, create) => {
    const groups = (prefix: string, where: readonly string[]): List => ({
      by: ["logs", "describe-log-groups", "--log-group-name-prefix", prefix],
      of: "logGroups",
      id: "logGroupName",
      where,
    });
    const rule =
      create.inputs.namePrefix === undefined
        ? named((its) => groups(its("name"), [is("logGroupName", its("name"))]), "name")
        : numbered((its) => groups(its("namePrefix"), []));
    return rule(of, create);
  },
  "ec2/customerGateway": numbered((of) => ({
    by: ["ec2", "describe-customer-gateways"],
    of: "CustomerGateways",
    id: "CustomerGatewayId",
    where: [is("IpAddress", of("ipAddress")), is("State", "available")],
  })),
  "ec2/route": named(
    (of) => ({
      by: ["ec2", "describe-route-tables", "--route-table-ids", of("routeTableId")],
      of: "RouteTables[].Routes[] | ",
      id: "DestinationCidrBlock",
      where: [is("DestinationCidrBlock", of("destinationCidrBlock"))],
    }),
    ...["routeTableId", "_", "destinationCidrBlock"],
  ),
  "ec2/securityGroup": numbered(byName(["ec2", "describe-security-groups"], "SecurityGroups", "GroupId", "GroupName")),
  "ec2/vpnConnection": numbered((of) => ({
    by: ["ec2", "describe-vpn-connections"],
    of: "VpnConnections",
    id: "VpnConnectionId",
    where: [is("CustomerGatewayId", of("customerGatewayId")), "State!='deleting'", "State!='deleted'"],
  })),
  "ec2/vpnConnectionRoute": same,
  "ec2/vpnGateway": numbered((of) => ({
    by: ["ec2", "describe-vpn-gateways"],
    of: "VpnGateways",
    id: "VpnGatewayId",
    where: [is("State", "available"), `VpcAttachments[?VpcId==${literal(of("vpcId"))}]`],
  })),
  "ec2/vpnGatewayRoutePropagation": same,
  "ec2transitgateway/route": named(
    (of) => ({
      by: [
        ...["ec2", "search-transit-gateway-routes"],
        ...["--transit-gateway-route-table-id", of("transitGatewayRouteTableId")],
        ...["--filters", `Name=route-search.exact-match,Values=${of("destinationCidrBlock")}`],
      ],
      of: "Routes",
      id: "DestinationCidrBlock",
      where: [],
    }),
    ...["transitGatewayRouteTableId", "_", "destinationCidrBlock"],
  ),
  "ec2transitgateway/transitGateway": numbered(() => ({
    by: ["ec2", "describe-transit-gateways"],
    of: "TransitGateways",
    id: "TransitGatewayId",
    where: ["State!='deleting'", "State!='deleted'"],
  })),
  "ec2transitgateway/vpcAttachment": numbered((of) => ({
    by: ["ec2", "describe-transit-gateway-vpc-attachments"],
    of: "TransitGatewayVpcAttachments",
    id: "TransitGatewayAttachmentId",
    where: [
      ...[is("TransitGatewayId", of("transitGatewayId")), is("VpcId", of("vpcId"))],
      ...["State!='deleting'", "State!='deleted'"],
    ],
  })),
  "iam/role": named(byName(["iam", "list-roles"], "Roles", "RoleName", "RoleName"), "name"),
  "iam/rolePolicy": named(
    (of) => ({
      by: ["iam", "list-role-policies", "--role-name", of("role")],
      of: "PolicyNames",
      id: "to_string(@)",
      where: [is("@", of("name"))],
    }),
    ...["role", ":", "name"],
  ),
  "lambda/function": named(byName(["lambda", "list-functions"], "Functions", "FunctionName", "FunctionName"), "name"),
  // Of a permission that names no statement, the provider makes one up.
  "lambda/permission": (of, { known, inputs: { qualifier, statementId } }) => {
    const qualified = typeof qualifier === "string" && qualifier !== "" ? qualifier : undefined;
    const name = functionName(of("function"));
    return {
      kind: typeof statementId === "string" ? "named" : "numbered",
      look: [
        ...["lambda", "get-policy", "--function-name", name],
        ...(qualified === undefined ? [] : ["--qualifier", qualified]),
        ...["--query", "Policy", "--output", "text"],
      ],
      read: (printed) => statementsOf(printed).filter((one) => one === statementId || !known.includes(one)),
      absent: /ResourceNotFoundException/,
      id: (found) => `${name}${qualified === undefined ? "" : `:${qualified}`}/${statementId ?? found}`,
    };
  },
  "lb/listener": numbered((of) => ({
    by: ["elbv2", "describe-listeners", "--load-balancer-arn", of("loadBalancerArn")],
    of: "Listeners",
    id: "ListenerArn",
    where: [],
  })),
  "lb/loadBalancer": numbered(
    byName(["elbv2", "describe-load-balancers"], "LoadBalancers", "LoadBalancerArn", "LoadBalancerName"),
  ),
  "lb/targetGroup": numbered(
    byName(["elbv2", "describe-target-groups"], "TargetGroups", "TargetGroupArn", "TargetGroupName"),
  ),
  "lb/targetGroupAttachment": same,
  "route53/record": named(
    (of) => ({
      by: ["route53", "list-resource-record-sets", "--hosted-zone-id", of("zoneId")],
      of: "ResourceRecordSets",
      id: "Name",
      where: [is("Type", of("type")), is("Name", `${of("name").toLowerCase().replace(/\.$/, "")}.`)],
    }),
    ...["zoneId", "_", "name", "_", "type"],
  ),
  "vpc/securityGroupEgressRule": ruleOf("IsEgress"),
  "vpc/securityGroupIngressRule": ruleOf("!IsEgress"),
  "wafv2/webAcl": numbered(
    (of) => ({
      by: ["wafv2", "list-web-acls", "--scope", of("scope")],
      of: "WebACLs",
      id: "Id",
      where: [is("Name", of("name"))],
    }),
    (found, of) => `${found}/${of("name")}/${of("scope")}`,
  ),
  "wafv2/webAclAssociation": same,
};

function ruleOf(direction: "IsEgress" | "!IsEgress"): Rule {
  return numbered((of) => ({
    by: [
      ...["ec2", "describe-security-group-rules"],
      ...["--filters", `Name=group-id,Values=${of("securityGroupId")}`],
    ],
    of: "SecurityGroupRules",
    id: "SecurityGroupRuleId",
    where: [direction, `FromPort==\`${of("fromPort")}\``],
  }));
}

/** The ids of the statements of a policy, which is a text within the answer. */
function statementsOf(policy: string): readonly string[] {
  try {
    const { Statement } = JSON.parse(policy) as { readonly Statement: readonly { readonly Sid: string }[] };
    return Statement.map(({ Sid }) => Sid);
  } catch (error) {
    throw new CommandError(`the AWS command line printed no policy: ${policy}`, { cause: error });
  }
}
