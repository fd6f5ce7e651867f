/// The optimizers there are: one file of this folder and one line here for each.
public enum OptimizerCatalog {
  public static let all: [any Optimizer.Type] = [
    Adam.self,
    SGD.self,
  ]
}
