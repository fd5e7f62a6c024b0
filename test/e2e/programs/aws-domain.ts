import { readFileSync } from "node:fs";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { defineApi, http, open } from "polygate";
import { AwsApiDomain, AwsHttpApi, AwsRestApi } from "polygate/aws";

const config = new pulumi.Config();
const api = defineApi({
  version: 1,
  backends: { erp: http() },
  auth: { anyone: open("an end-to-end test") },
  routes: { "GET /orders/{id}": { to: "erp", auth: "anyone" } },
});
const args = { api, backends: { erp: { url: "https://erp.example.com/base" } } };

const zone = new aws.route53.Zone("zone", { name: "example.com" });
const keep = config.get("keep");
const httpDomain = config.getBoolean("without")
  ? {}
  : {
      domain: {
        name: config.get("name") ?? "api.example.com",
        zoneId: zone.zoneId,
        basePath: "v1",
        ...(keep === undefined ? {} : { keepExecuteApi: keep }),
      },
    };
const http1 = new AwsHttpApi("http", { ...args, ...httpDomain });
const rest = new AwsRestApi("rest", {
  ...args,
  ...(config.getBoolean("without") ? {} : { domain: { name: "rest.example.com", zoneId: zone.zoneId } }),
});

const truststore = new aws.s3.BucketObjectv2("truststore", {
  bucket: "trust",
  key: "partners.pem",
  content: readFileSync(config.require("truststore"), "utf8"),
});
const partners = new AwsApiDomain("partners", {
  name: "partners.example.com",
  zoneId: zone.zoneId,
  mutualTls: {
    truststoreUri: pulumi.interpolate`s3://${truststore.bucket}/${truststore.key}`,
    truststoreVersion: truststore.versionId,
  },
});
const first = new AwsHttpApi("first", { ...args, domain: { shared: partners.shared, basePath: "first" } });
const second = new AwsRestApi("second", { ...args, domain: { shared: partners.shared, basePath: "second/v2" } });

export const urls = [http1.url, rest.url, first.url, second.url];
export const shared = partners.shared;
