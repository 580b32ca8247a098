namespace Orchestrator.Testing;

/// <summary>A saga did something that its test does not expect. The message ends with the timeline so far.</summary>
public sealed class SagaTestException(string message) : Exception(message);
