import { createHash } from "node:crypto";
import { isAsset, isEmpty, type Properties, text, textMap, withoutUndefined } from "../../property-value.ts";
import { type ResourceModel, VendorError } from "../../resource-model.ts";
import { verifying } from "../argument-check.ts";
import { assetContent } from "../lambda/package.ts";
import { type AwsSettings, regionOf } from "../region.ts";
import { type S3Object, s3Objects } from "./record.ts";

/** The limit of the sandbox, which stores all objects in one file and in memory. */
const MAX_BYTES = 5 * 1024 * 1024;

/**
 * `aws:s3/bucketObjectv2:BucketObjectv2` (terraform-provider-aws, internal/service/s3/object.go). The sandbox stores the content, from
 * which API Gateway reads truststores. Every bucket has versioning enabled.
 */
export const s3Object: ResourceModel<AwsSettings> = {
  replaces: ["bucket", "key", "region"],
  cleared: ["tags"],
  recomputed: {
    ...Object.fromEntries(["content", "contentBase64", "source"].map((name) => [name, ["etag", "versionId"]])),
    tags: ["tagsAll"],
  },

  verify: verifying((inputs, fail) => {
    const [first, second] = ["content", "contentBase64", "source"].filter((name) => inputs[name] !== undefined);
    if (second !== undefined) fail(second, `"${second}": conflicts with ${first}`);
  }),

  create(call, inputs) {
    const region = regionOf(call.settings, inputs);
    const [bucket, key] = [bucketOf(inputs), keyOf(inputs, call.name)];
    const object = withContent({ bucket, key, versions: [] }, contentOf(inputs));
    s3Objects.put(call.records, object, bucket, key);
    return { id: `${bucket}/${key}`, outputs: read(object, region, inputs) };
  },

  read(call, id, state) {
    const [bucket = "", ...rest] = id.split("/");
    const found = s3Objects.get(call.records, bucket, rest.join("/"));
    return found && { id, outputs: read(found, regionOf(call.settings, state), state) };
  },

  update(call, id, { inputs, state }) {
    const [bucket, key] = [bucketOf(state), text(state, "key") ?? ""];
    const found = s3Objects.get(call.records, bucket, key);
    if (found === undefined) {
      throw new VendorError(`uploading S3 Object (${id}): NoSuchKey: The specified key does not exist.`);
    }
    const after = withContent(found, contentOf(inputs));
    s3Objects.put(call.records, after, bucket, key);
    return read(after, regionOf(call.settings, inputs), inputs);
  },

  delete(call, _id, state) {
    s3Objects.delete(call.records, bucketOf(state), text(state, "key") ?? "");
  },
};

function bucketOf(inputs: Properties): string {
  return text(inputs, "bucket") ?? "";
}

/** The key of an object. @default the name of the resource, which Pulumi's provider uses */
function keyOf(inputs: Properties, name: string): string {
  return text(inputs, "key") ?? name;
}

function contentOf(inputs: Properties): Buffer {
  const bytes = bytesOf(inputs);
  if (bytes.length <= MAX_BYTES) return bytes;
  throw new VendorError(`uploading S3 Object: the sandbox stores objects of ${MAX_BYTES} bytes at most`);
}

function bytesOf({ content, contentBase64, source }: Properties): Buffer {
  if (source !== undefined && !isEmpty(source)) {
    if (isAsset(source)) return assetContent(source as Properties, "source");
    throw new VendorError("uploading S3 Object: source must be an asset");
  }
  if (typeof contentBase64 === "string") return Buffer.from(contentBase64, "base64");
  return Buffer.from(typeof content === "string" ? content : "", "utf8");
}

/** Adds a version if the content differs from the newest one. */
function withContent(object: S3Object, bytes: Buffer): S3Object {
  const content = bytes.toString("base64");
  const [last] = object.versions;
  if (last?.content === content) return object;
  const id = createHash("sha256")
    .update(JSON.stringify([last?.id ?? "", content]))
    .digest("base64url")
    .slice(0, 32);
  return { ...object, versions: [{ id, content }, ...object.versions] };
}

function read({ bucket, key, versions }: S3Object, region: string, remembered: Properties): Properties {
  const [last] = versions;
  const tags = textMap(remembered.tags) ?? {};
  return withoutUndefined({
    ...remembered,
    arn: `arn:aws:s3:::${bucket}/${key}`,
    bucket,
    etag: createHash("md5")
      .update(Buffer.from(last?.content ?? "", "base64"))
      .digest("hex"),
    key,
    region,
    tags,
    tagsAll: tags,
    versionId: last?.id ?? "",
  });
}
