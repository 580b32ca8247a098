using MassTransit;
using Orchestrator.Engine;
using Orchestrator.Journal;

namespace Orchestrator.Hosting.Embedded;

/// <summary>Notes the queues that a bus receives from, and refuses a saga whose commands nobody would take.</summary>
/// <remarks>In memory a message without a receiver is dropped, so the saga would repeat its command for ever.</remarks>
sealed class ReceivedQueues : IEndpointConfigurationObserver
{
    readonly HashSet<string> _queues = [];

    /// <inheritdoc />
    public void EndpointConfigured<T>(T configurator)
        where T : IReceiveEndpointConfigurator => _queues.Add(configurator.InputAddress.Segments[^1]);

    /// <summary>Call it when all parties have added their queues.</summary>
    /// <exception cref="DefinitionException">A saga sends commands to a queue that no party receives from.</exception>
    public void Check(IEnumerable<ISagaKind> kinds)
    {
        foreach (var kind in kinds)
        {
            if (kind.SendsTo.FirstOrDefault(queue => !_queues.Contains(queue)) is { } queue)
            {
                throw new DefinitionException(
                    kind.Name,
                    $"it sends commands to the queue '{queue}', and no participant of this process receives from it; add the participant "
                    + "to the host, or correct the queue in [SentTo]");
            }
        }
    }
}
