/** An IAM policy with one statement, which allows something. */
export function policyThatAllows(statement: object): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
}
