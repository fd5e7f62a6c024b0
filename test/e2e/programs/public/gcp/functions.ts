/** Functions of the first generation, whose code is in a bucket. */
import { cloudfunctions, storage } from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

const bucket = new storage.Bucket("functions", { location: "US" });
function deploy(name: string, runtime: string, entryPoint: string) {
  const code = new storage.BucketObject(name, {
    bucket: bucket.name,
    source: new pulumi.asset.AssetArchive({ "main.txt": new pulumi.asset.StringAsset(name) }),
  });
  return new cloudfunctions.Function(name, {
    sourceArchiveBucket: bucket.name,
    sourceArchiveObject: code.name,
    runtime,
    entryPoint,
    triggerHttp: true,
    availableMemoryMb: 128,
  }).httpsTriggerUrl;
}
export const urls = [deploy("functions-python", "python312", "handler"), deploy("functions-go", "go122", "Handler")];
