import Lang
import QuantRuntime
