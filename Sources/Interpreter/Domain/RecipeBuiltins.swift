import QuantRuntime

/// Published hyper-parameters.
enum RecipeBuiltins {
  static let all = [recipe.pure]

  private static let names = Recipe.all.map(\.name)

  private static let recipe = Builtin(
    "recipe", family: "training",
    "The benchmark's hyper-parameters for an architecture, to spread into 'train'.",
    details: """
      MQBench (arXiv 2111.03759), table 3: fine-tuning on ImageNet from a float model, 100 epochs,
      the first a warm-up from 1e-4, then a cosine to 0; SGD with momentum 0.9 and Nesterov; label
      smoothing 0.1; no weight decay on batch norm for MobileNetV2 and EfficientNet-Lite0. `batch`
      is that of one GPU and `accumulate` the number of GPUs, so a step sees 512 images, of
      ResNet-50 256. Fewer epochs keep the shape of the schedule.
      For RegNetX-600MF the table says a weight decay of 4e-5, all configuration files of the
      authors 1e-4; this is the table's.
      """,
    parameters: [
      Parameter("name", .choice(names), "The architecture."),
      Parameter(
        "epochs", .int(1...100_000), default: .int(Recipe.epochs), needsLabel: true,
        "Passes over the data."),
    ],
    result: .record,
    examples: [
      .init("recipe(\"resnet18\").accumulate * recipe(\"resnet18\").batch", "512"),
      .init(
        "recipe(\"mobilenet_v2\").optimizer",
        "sgd(momentum: 0.9, nesterov: true, weight_decay: 1e-05, norm_weight_decay: 0.0)"),
    ]
  ) { call in
    let name = call.string("name")
    guard let recipe = Recipe.all.first(where: { $0.name == name }) else {
      throw ArgumentError.choice(
        parameter: "name", function: call.builtin.name, value: name, choices: names)
    }
    let optimizer = OptimizerValue(
      content: AnyOptimizer(recipe.optimizer),
      groups: ParameterGroupOptions(normWeightDecay: recipe.normWeightDecay))
    return try .record([
      "epochs": .int(call.int("epochs")), "batch": .int(recipe.batch),
      "accumulate": .int(recipe.accumulate), "optimizer": .host(optimizer),
      "lr": .host(ScheduleValue(content: recipe.learningRate)),
      "label_smoothing": .float(Recipe.labelSmoothing),
    ])
  }
}
