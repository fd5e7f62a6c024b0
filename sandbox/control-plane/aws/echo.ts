import { echoModel, type KnownOutputs } from "../echo.ts";
import { hexOf, labelOf, type OutputFacts } from "../outputs/plausible-text.ts";
import { type Properties, text } from "../property-value.ts";
import type { Call } from "../resource-model.ts";
import { type AwsSettings, accountId, arn, partitionOf, regionOf } from "./region.ts";
import { tagsOf } from "./tags.ts";

/** A resource without a model: the sandbox stores its inputs and returns them with a name, a Region, an ARN and its computed outputs. */
export const awsEcho = echoModel<AwsSettings>({
  kind: "aws/echo",
  scope: (settings, properties) => [regionOf(settings, properties)],
  id: ({ name, type, settings }, inputs, short) =>
    type === "aws:cognito/userPool:UserPool"
      ? `${regionOf(settings, inputs)}_${short.slice(0, 9)}`
      : `${name}-${short.slice(0, 7)}`,
  facts(call, inputs, id) {
    const place = regionOf(call.settings, inputs);
    const [module, kind] = moduleOf(call);
    return {
      name: nameOf(call, inputs, id),
      domain: `${module}.${place}.${partitionOf(place).dnsSuffix}`,
      place,
      state: "ACTIVE",
      arn: arn(module, place, `${kind}/${id}`, true),
      uuids: false,
    };
  },
  outputs: (_call, inputs, { name, place, arn: ownArn }) => ({
    name,
    region: place,
    arn: ownArn,
    tagsAll: tagsOf(inputs),
  }),
  known: {
    "aws:cloudfront/distribution:Distribution": (facts) => ({
      arn: `arn:aws:cloudfront::${accountId}:distribution/${facts.id}`,
      domainName: `d${hexOf(facts, "domain", 13)}.cloudfront.net`,
      hostedZoneId: "Z2FDTNDATAQYW2",
    }),
    "aws:cognito/userPool:UserPool": ({ id, place }) => ({
      arn: arn("cognito-idp", place, `userpool/${id}`, true),
      endpoint: `cognito-idp.${place}.${partitionOf(place).dnsSuffix}/${id}`,
    }),
    "aws:ecr/repository:Repository": ({ name, place }) => ({
      arn: arn("ecr", place, `repository/${name}`, true),
      registryId: accountId,
      repositoryUrl: `${accountId}.dkr.ecr.${place}.${partitionOf(place).dnsSuffix}/${name}`,
    }),
    "aws:lambda/alias:Alias": aliasOutputs,
    "aws:lambda/functionUrl:FunctionUrl": (facts, inputs) => {
      const urlId = hexOf(facts, "urlId", 32);
      const functionUrl = `https://${urlId}.lambda-url.${facts.place}.on.aws/`;
      return { functionArn: functionArn(facts, inputs), functionUrl, urlId };
    },
    "aws:s3/bucket:Bucket": bucketOutputs,
    "aws:s3/bucketV2:BucketV2": bucketOutputs,
    "aws:sns/topic:Topic": ({ name, place }) => ({ arn: arn("sns", place, name, true), owner: accountId }),
    "aws:sqs/queue:Queue": ({ name, place }) => ({
      arn: arn("sqs", place, name, true),
      url: `https://sqs.${place}.${partitionOf(place).dnsSuffix}/${accountId}/${name}`,
    }),
  },
});

function moduleOf({ type }: Pick<Call<AwsSettings>, "type">): readonly [string, string] {
  const [, module = "", kind = ""] = /^aws:([^/:]+)(?:\/([^:]+))?:/.exec(type) ?? [];
  return [module, kind];
}

/** The name that the program sets, or the one that the provider generates. */
function nameOf(call: Call<AwsSettings>, inputs: Properties, id: string): string {
  const generated = call.type === "aws:cognito/userPool:UserPool" ? `${call.name}-${id.slice(-7)}` : id;
  return text(inputs, "name") ?? text(inputs, "bucket") ?? generated;
}

function bucketOutputs(facts: OutputFacts): ReturnType<KnownOutputs> {
  const { dnsSuffix, partition } = partitionOf(facts.place);
  return {
    arn: `arn:${partition}:s3:::${facts.name}`,
    bucket: facts.name,
    bucketDomainName: `${labelOf(facts)}.s3.${dnsSuffix}`,
    bucketRegion: facts.place,
    bucketRegionalDomainName: `${labelOf(facts)}.s3.${facts.place}.${dnsSuffix}`,
  };
}

/** The ARN of the function that `functionName` names, which may be the ARN itself. */
function functionArn({ place }: Pick<OutputFacts, "place">, inputs: Properties): string {
  const named = text(inputs, "functionName") ?? "";
  return named.startsWith("arn:") ? named : arn("lambda", place, `function:${named}`, true);
}

function aliasOutputs({ name, place }: OutputFacts, inputs: Properties): ReturnType<KnownOutputs> {
  const own = `${functionArn({ place }, inputs)}:${name}`;
  const { partition } = partitionOf(place);
  return {
    arn: own,
    invokeArn: `arn:${partition}:apigateway:${place}:lambda:path/2015-03-31/functions/${own}/invocations`,
  };
}
