/** The rule that {@link hasImportVariable} checks. */
export const importVariableRule =
  "An import reads ${AWS:: as the beginning of one of its own variables, and there is no escape for it.";

/**
 * Whether an import would replace a part of a text, wherever the text is in a document.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/import-api-aws-variables.html
 */
export function hasImportVariable(text: string): boolean {
  return text.includes("${AWS::");
}
