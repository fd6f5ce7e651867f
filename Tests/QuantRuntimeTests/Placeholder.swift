import Testing

@testable import QuantRuntime
