using System.Globalization;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;

namespace Orchestrator.Journal.Deadlines;

/// <summary>A saga whose deadline has passed.</summary>
/// <param name="Kind">The saga's name.</param>
/// <param name="SagaId">The correlation id.</param>
/// <param name="Version">The saga's version.</param>
/// <param name="Deadline">The deadline that the saga set, in UTC; the same each time the saga is told of it.</param>
/// <param name="TraceParent">The span that the saga began in, if it was traced.</param>
public sealed record DueSaga(string Kind, Guid SagaId, long Version, DateTimeOffset Deadline, string? TraceParent)
{
    /// <summary>
    /// The id of the <c>DeadlineReached</c> that tells the saga. A saga that is told twice gets the same message twice. A saga that has
    /// moved gets another message, also when its deadline is the same: it has not seen that one.
    /// </summary>
    public Guid MessageId => DerivedId.From(
        Kind, SagaId.ToString(), nameof(DeadlineReached), Deadline.UtcTicks.ToString(CultureInfo.InvariantCulture),
        Version.ToString(CultureInfo.InvariantCulture));
}
