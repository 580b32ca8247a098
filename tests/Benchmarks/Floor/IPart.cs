namespace Orchestrator.Tests.Benchmarks.Floor;

/// <summary>One party of the floor: what it does with the messages of a batch.</summary>
interface IPart : IAsyncDisposable
{
    /// <summary>The queues that it takes from, each with how many messages it takes at once.</summary>
    IReadOnlyList<(string Queue, ushort Prefetch)> Queues { get; }

    /// <summary>Writes what a batch of messages changes; when it returns, all of it is committed.</summary>
    /// <param name="batch">In the order of their arrival.</param>
    /// <returns>What must be sent before they are acknowledged.</returns>
    Task<List<Outbound>> Handle(List<Inbound> batch);
}
