/** An expression failed while it was evaluated; the vendor answers 500 with `ExpressionValueEvaluationFailure`. */
export class ExpressionFailure extends Error {
  override readonly name = "ExpressionFailure";
}
