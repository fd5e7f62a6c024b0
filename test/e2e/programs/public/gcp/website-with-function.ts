/** A website in a bucket and a function of the second generation. */
import { cloudfunctionsv2, cloudrun, storage } from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

const site = new storage.Bucket("website-with-function", {
  location: "US",
  website: { mainPageSuffix: "index.html", notFoundPage: "error.html" },
});
new storage.BucketIAMBinding("website-with-function", {
  bucket: site.name,
  role: "roles/storage.objectViewer",
  members: ["allUsers"],
});
const code = new storage.Bucket("website-with-function-code", { location: "US" });
const archive = new storage.BucketObject("website-with-function-code", {
  bucket: code.name,
  source: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset("exports.date = 1;") }),
});
const date = new cloudfunctionsv2.Function("website-with-function", {
  location: "us-central1",
  buildConfig: {
    runtime: "nodejs22",
    entryPoint: "date",
    source: { storageSource: { bucket: code.name, object: archive.name } },
  },
  serviceConfig: { availableMemory: "256M", timeoutSeconds: 60 },
});
new cloudrun.IamMember("website-with-function", {
  location: date.location,
  service: date.name,
  role: "roles/run.invoker",
  member: "allUsers",
});
new storage.BucketObject("website-with-function-settings", {
  name: "config.json",
  source: date.url.apply((url) => new pulumi.asset.StringAsset(JSON.stringify({ api: url }))),
  contentType: "application/json",
  bucket: site.name,
});
export const siteUrl = pulumi.interpolate`https://storage.googleapis.com/${site.name}/index.html`;
export const apiUrl = date.url;
