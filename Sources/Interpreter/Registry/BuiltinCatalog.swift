/// Every built-in function, in the order of the listings.
public enum BuiltinCatalog {
  public static let all: [Builtin] =
    SessionBuiltins.all + TextBuiltins.all + NumberBuiltins.all + ListBuiltins.all
    + RecordBuiltins.all + CheckBuiltins.all + TableBuiltins.all + FileBuiltins.all
    + DataBuiltins.all + ModelBuiltins.all + WeightBuiltins.all + TrainingBuiltins.all
    + EvaluationBuiltins.all + OptimizerBuiltins.all + ScheduleBuiltins.all + RecipeBuiltins.all
    + QuantizationBuiltins.all + ObserverBuiltins.all + CalibrationBuiltins.all
    + CorrectionBuiltins.all + SensitivityBuiltins.all + ReconstructionBuiltins.all
    + FoldBuiltins.all + ExplanationBuiltins.all + BackendBuiltins.all + DeploymentBuiltins.all
    + WhatIfBuiltins.all + DeployBuiltins.all + ProfileBuiltins.all + SweepBuiltins.all
    + TutorialBuiltins.all
}
