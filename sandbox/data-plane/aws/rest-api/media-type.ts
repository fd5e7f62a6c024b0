/** A content type without its parameters, in lower case; undefined when it is missing or empty. */
export function mediaType(contentType: string | undefined): string | undefined {
  const type = contentType?.split(";", 1)[0]?.trim().toLowerCase();
  return type === "" ? undefined : type;
}

/** Whether the API treats a content type as binary. `*` is a wildcard only as a whole part. */
export function isBinary(contentType: string | undefined, binaryMediaTypes: readonly string[]): boolean {
  if (binaryMediaTypes.includes("*/*")) return true;
  const wanted = mediaType(contentType) ?? "";
  return binaryMediaTypes.some((each) => {
    const binary = each.toLowerCase();
    return binary === wanted || (binary.endsWith("/*") && wanted.startsWith(binary.slice(0, -1)));
  });
}
