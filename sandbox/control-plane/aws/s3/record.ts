import { Kind, type Records } from "../../records.ts";

/** An object with its versions. */
export interface S3Object {
  readonly bucket: string;
  readonly key: string;
  /** The newest version first. */
  readonly versions: readonly S3Version[];
}

export interface S3Version {
  readonly id: string;
  /** In base64. */
  readonly content: string;
}

export const s3Objects = new Kind<S3Object>("aws/s3/object");

/**
 * The content of an object.
 * @param version @default the newest
 */
export function contentOf(
  records: Records,
  bucket: string,
  key: string,
  version: string | undefined,
): Buffer | undefined {
  const versions = s3Objects.get(records, bucket, key)?.versions ?? [];
  const found = version === undefined ? versions[0] : versions.find(({ id }) => id === version);
  return found === undefined ? undefined : Buffer.from(found.content, "base64");
}
