package audit

// ErrTrace is what a trace is refused with that says what none may.
var ErrTrace = errTrace
