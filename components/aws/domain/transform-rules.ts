import type { CertificateArgs, CertificateValidationArgs } from "@pulumi/aws/acm/index.js";
import type { ApiMappingArgs, DomainNameArgs } from "@pulumi/aws/apigatewayv2/index.js";
import type { RecordArgs } from "@pulumi/aws/route53/index.js";
import type { TransformRule, TransformRules } from "../../gateway/transform.ts";
import type { DomainCertificateTransforms } from "./certificate.ts";
import type { HttpDomainTransforms } from "./domain-name.ts";

const certificate: TransformRule<CertificateArgs> = {
  resource: "aws:acm/certificate:Certificate",
  properties: ["keyAlgorithm", "options", "tags"],
  retain: true,
  instead: { domainName: "Set domain.name." },
};

const certificateRecord: TransformRule<RecordArgs> = {
  resource: "aws:route53/record:Record",
  properties: ["allowOverwrite", "ttl"],
  retain: true,
  instead: { zoneId: "Set domain.zoneId.", name: "Set domain.name." },
};

const certificateValidation: TransformRule<CertificateValidationArgs> = {
  resource: "aws:acm/certificateValidation:CertificateValidation",
  properties: [],
};

/** Routing policies choose between several records of one name. Each record leads to its own gateway all the same. */
const domainAlias: TransformRule<RecordArgs> = {
  resource: "aws:route53/record:Record",
  properties: [
    "allowOverwrite",
    "cidrRoutingPolicy",
    "failoverRoutingPolicies",
    "geolocationRoutingPolicies",
    "geoproximityRoutingPolicy",
    "healthCheckId",
    "latencyRoutingPolicies",
    "multivalueAnswerRoutingPolicy",
    "setIdentifier",
    "weightedRoutingPolicies",
  ],
  retain: true,
  instead: { zoneId: "Set domain.zoneId or domain.aliasZoneId.", name: "Set domain.name." },
};

/** The rules of a domain's certificate and records. */
export const certificateRules: TransformRules<DomainCertificateTransforms> = {
  certificate,
  certificateRecord,
  certificateValidation,
  domainAlias,
};

/** The domain of an HTTP API, or one that several gateways share. */
export const httpDomainRule: TransformRule<DomainNameArgs> = {
  resource: "aws:apigatewayv2/domainName:DomainName",
  properties: ["tags"],
  retain: true,
  instead: {
    domainName: "Set domain.name.",
    domainNameConfiguration: "Set domain.certificateArn for a certificate of your own.",
    mutualTlsAuthentication: "Set domain.mutualTls.",
  },
};

/** The mapping of a domain to a stage, of either kind of API. */
export const apiMappingRule: TransformRule<ApiMappingArgs> = {
  resource: "aws:apigatewayv2/apiMapping:ApiMapping",
  properties: [],
  instead: { apiMappingKey: "Set domain.basePath." },
};

/** What transforms may change of a shared domain's resources. */
export const apiDomainTransformRules: TransformRules<HttpDomainTransforms> = {
  domain: httpDomainRule,
  ...certificateRules,
};
