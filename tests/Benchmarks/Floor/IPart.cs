namespace Orchestrator.Tests.Benchmarks.Floor;

/// <summary>One party of the floor. It handles the messages of a batch.</summary>
interface IPart : IAsyncDisposable
{
    /// <summary>The queues that it takes messages from, and how many messages at once.</summary>
    IReadOnlyList<(string Queue, ushort Prefetch)> Queues { get; }

    /// <summary>Writes the changes of a batch of messages. When it returns, all of them are committed.</summary>
    /// <param name="batch">The messages, in the order of their arrival.</param>
    /// <returns>The messages that must be sent before the batch is acknowledged.</returns>
    Task<List<Outbound>> Handle(List<Inbound> batch);
}
