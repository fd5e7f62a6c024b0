/** A web ACL of AWS WAF. Its members have the provider's names. */
export interface AwsWebAcl {
  readonly id: string;
  readonly defaultAction: unknown;
  readonly rules: readonly unknown[];
  readonly customResponseBodies?: readonly unknown[];
}
