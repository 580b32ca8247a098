using Orchestrator.Contracts;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Rides;
using Orchestrator.Testing;

namespace Orchestrator.Tests.Unit.Contracts;

/// <summary>Every message of the contracts, and samples of each.</summary>
static class Messages
{
    public static IEnumerable<Type> Types { get; } = WireNames.MessagesOf(
        [typeof(ISagaMessage).Assembly, typeof(OrderSubmitted).Assembly, typeof(RideRequested).Assembly]);

    /// <summary>A message with a value in every field. The values are easily lost in JSON.</summary>
    public static object Sample(Type type) => MessageSample.Of(type);

    /// <summary>The same message with null in every field that may be null.</summary>
    public static object SparseSample(Type type) => MessageSample.Of(type, absent: true);
}
