namespace Orchestrator.Testing;

/// <summary>A saga did something else than its test expects; the message ends with the timeline so far.</summary>
public sealed class SagaTestException(string message) : Exception(message);
