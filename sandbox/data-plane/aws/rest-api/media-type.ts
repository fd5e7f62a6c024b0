/** A content type without its parameters, in lower case; undefined where there is none. */
export function mediaType(contentType: string | undefined): string | undefined {
  const type = contentType?.split(";", 1)[0]?.trim().toLowerCase();
  return type === "" ? undefined : type;
}

/** Whether a media type is one of those that the API treats as bytes; only `*` as a whole part is a wildcard. */
export function isBinary(contentType: string | undefined, binaryMediaTypes: readonly string[]): boolean {
  if (binaryMediaTypes.includes("*/*")) return true;
  const wanted = mediaType(contentType) ?? "";
  return binaryMediaTypes.some((each) => {
    const binary = each.toLowerCase();
    return binary === wanted || (binary.endsWith("/*") && wanted.startsWith(binary.slice(0, -1)));
  });
}
