/// Moving averages of each batch's least and greatest value.
enum EMAMinMaxObserver {
  static let kind = ObserverKind(
    name: "ema_min_max", type: "EMAMinMaxObserver",
    summary: "Moving averages of each batch's least and greatest value.",
    formula: "r <- m r + (1 - m) (min(x) to max(x)), the first batch's as they are",
    memory: MovingObserver.memory, source: "MQBench's toolkit; its prototype code calls it running",
    setting: MovingObserver.setting,
    make: { MovingObserver(momentum: $0) { ($0.minimum, $0.maximum) } })
}
