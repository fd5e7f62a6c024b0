/** The evaluation of an expression failed. The vendor responds with 500 and `ExpressionValueEvaluationFailure`. */
export class ExpressionFailure extends Error {
  override readonly name = "ExpressionFailure";
}
