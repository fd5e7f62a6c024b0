/** An access key of the account, the identity that it belongs to, and what that identity may do. */
export interface AwsSigner {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** The session token of temporary credentials, which are invalid without it. */
  readonly sessionToken?: string;
  /** When temporary credentials expire, in milliseconds since the epoch. */
  readonly expires?: number;
  /** Whether the key is active. */
  readonly active: boolean;
  readonly principal: {
    /** The ARN that requests show, e.g. `arn:aws:iam::ACCOUNT:user/NAME`, `arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION`. */
    readonly arn: string;
    readonly userId: string;
    /** The name of a user; absent for a role. */
    readonly name?: string;
  };
  /** The identity's policies, inline and attached, each as JSON. */
  readonly policies: readonly string[];
  /** The permissions boundary as JSON: no policy can allow more. */
  readonly boundary?: string;
}
