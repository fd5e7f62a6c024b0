/** The access log of an API Gateway stage, which has one line for each request. */
export interface AwsAccessLog {
  /** The log group's name. */
  readonly logGroup: string;
  /** The format of a line, with `$context` variables. */
  readonly format: string;
}
