/** A value for `X-Amzn-Trace-Id`: version, seconds, 96 bits (docs.aws.amazon.com, xray-api-sendingdata). */
export function traceId(requestId: string, time: number): string {
  const seconds = Math.floor(time / 1000).toString(16);
  return `Root=1-${seconds}-${Buffer.from(requestId).toString("hex").slice(0, 24)}`;
}
