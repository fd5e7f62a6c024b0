/** A private bucket behind a CDN. */
import { cloudfront, s3 } from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const bucket = new s3.Bucket("static-website");
new s3.BucketPublicAccessBlock("static-website", {
  bucket: bucket.bucket,
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
});
const control = new cloudfront.OriginAccessControl("static-website", {
  originAccessControlOriginType: "s3",
  signingBehavior: "always",
  signingProtocol: "sigv4",
});
const cdn = new cloudfront.Distribution("static-website", {
  enabled: true,
  defaultRootObject: "index.html",
  origins: [{ originId: bucket.arn, domainName: bucket.bucketRegionalDomainName, originAccessControlId: control.id }],
  defaultCacheBehavior: {
    targetOriginId: bucket.arn,
    viewerProtocolPolicy: "redirect-to-https",
    allowedMethods: ["GET", "HEAD", "OPTIONS"],
    cachedMethods: ["GET", "HEAD", "OPTIONS"],
    minTtl: 600,
    defaultTtl: 600,
    maxTtl: 600,
    forwardedValues: { queryString: true, cookies: { forward: "all" } },
  },
  priceClass: "PriceClass_100",
  customErrorResponses: [{ errorCode: 404, responseCode: 404, responsePagePath: "/error.html" }],
  restrictions: { geoRestriction: { restrictionType: "none" } },
  viewerCertificate: { cloudfrontDefaultCertificate: true },
});
new s3.BucketPolicy("static-website", {
  bucket: bucket.bucket,
  policy: pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: { Service: "cloudfront.amazonaws.com" },
      Action: "s3:GetObject",
      Resource: pulumi.interpolate`${bucket.arn}/*`,
      Condition: { StringEquals: { "AWS:SourceArn": cdn.arn } },
    },
  }),
});
export const url = pulumi.interpolate`https://${cdn.domainName}`;
export const host = cdn.domainName;
