namespace Orchestrator.Journal.Deadlines;

/// <summary>A saga whose deadline has passed.</summary>
/// <param name="Kind">The saga's name.</param>
/// <param name="SagaId">The correlation id.</param>
/// <param name="Deadline">The deadline, in UTC.</param>
/// <param name="TraceParent">The span that the saga began in, if it was traced.</param>
public sealed record DueSaga(string Kind, Guid SagaId, DateTimeOffset Deadline, string? TraceParent);
