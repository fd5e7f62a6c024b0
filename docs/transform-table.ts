import { apiDomainTransformRules } from "../components/aws/domain/transform-rules.ts";
import { httpApiTransformRules } from "../components/aws/http-api/transform-rules.ts";
import { onPremLinkTransformRules } from "../components/aws/on-prem-link/transform-rules.ts";
import { loggingTransformRules } from "../components/aws/operations/transform-rules.ts";
import { privateApiRule, restApiTransformRules } from "../components/aws/rest-api/transform-rules.ts";
import { apiManagementTransformRules } from "../components/azure/api-management/transform-rules.ts";
import { apiManagementServiceTransformRules } from "../components/azure/api-management-service/transform-rules.ts";
import { azureOnPremLinkTransformRules } from "../components/azure/on-prem-link/transform-rules.ts";
import type { TransformRule } from "../components/gateway/transform.ts";
import { optionRules } from "../components/gateway/transform-options.ts";
import { apiGatewayTransformRules } from "../components/gcp/api-gateway/transform-rules.ts";
import { onPremLinkTransformRules as gcpOnPremLinkTransformRules } from "../components/gcp/on-prem-link/transform-rules.ts";
import { table, text } from "./table.ts";

const classes: Readonly<Record<string, Readonly<Record<string, TransformRule>>>> = {
  AwsHttpApi: httpApiTransformRules,
  AwsRestApi: { ...restApiTransformRules, "api` with `privateTo": privateApiRule } as Readonly<
    Record<string, TransformRule>
  >,
  AwsOnPremLink: onPremLinkTransformRules,
  AwsApiDomain: apiDomainTransformRules,
  AwsApiGatewayLogging: loggingTransformRules,
  AzureApiManagementApi: apiManagementTransformRules,
  AzureApiManagementService: apiManagementServiceTransformRules,
  AzureOnPremLink: azureOnPremLinkTransformRules,
  GcpApiGateway: apiGatewayTransformRules,
  GcpOnPremLink: gcpOnPremLinkTransformRules,
};

const allowed = {
  yes: "yes",
  added: "yes, in addition to the component's own",
  listed: "for properties that the transform may change",
  retain: "for children with `yes` in the table of their class",
  no: "no",
} as const;

/** The page of all transforms: what each may change. */
export function transformPage(): string {
  const options = Object.entries(optionRules).map(([name, rule]) => [
    `\`${name}\``,
    allowed[rule.allowed],
    text(`${rule.why}${rule.allowed === "no" ? ` ${rule.instead}` : ""}`),
  ]);
  const intro = [
    "# Transforms",
    "",
    "`transform` changes the arguments and options of a resource that a component declares: `transform: { api: (args, options) => { … } }`.",
    "A transform may change what these tables list. A change to anything else is refused: the error names the component, the resource and",
    "the property, and says what to do instead. The preview fails then, so that nothing is created. An update with `--skip-preview` fails",
    "too; the resources that it declares have the component's own values. `npm run docs` generates this page from the tables that the",
    "components use. [Decision 13](decisions/0013-transforms.md) has the reasons.",
    "",
    "A property may be set again to the very value that it has. A transform must not be asynchronous, but a property can be an Output.",
    "The transforms of Pulumi itself, such as the `transforms` option of a component, can change every property. Polygate does not see them.",
    "",
    "## Options",
    "",
    "The options of every resource:",
    "",
    table(["option", "may be set", "why, and what to do instead"], options),
  ];
  return [...intro, ...Object.entries(classes).map(([name, rules]) => section(name, rules))].join("\n");
}

function section(className: string, rules: Readonly<Record<string, TransformRule>>): string {
  const rows = Object.entries(rules).map(([part, { resource, properties, retain, instead = {} }]) => [
    `\`${part}\``,
    `\`${resource}\``,
    properties.length === 0 ? "—" : properties.map((property) => `\`${property}\``).join(", "),
    retain === true ? "yes" : "no",
    text(
      Object.entries<string | undefined>(instead)
        .map(([property, sentence]) => `\`${property}\`: ${sentence}`)
        .join("<br>"),
    ),
  ]);
  const head = ["transform", "resource", "properties", "`retainOnDelete`", "instead of other changes"];
  return `## \`${className}\`\n\n${table(head, rows)}`;
}
