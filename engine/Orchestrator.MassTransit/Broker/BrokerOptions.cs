namespace Orchestrator.MassTransit.Broker;

/// <summary>How a host uses the broker; the section <c>Broker</c> of its configuration.</summary>
public sealed class BrokerOptions
{
    /// <summary>How many messages of a queue a host takes at once. From 1 to 65,535.</summary>
    public int Prefetch { get; set; } = 256;

    /// <summary>
    /// How many sagas a host begins at once: a quarter of <see cref="Prefetch"/>, or 16 if that is more, and never more than it. Did it
    /// begin as many as it carries on, so many of a crowd would be under way that each of their steps waits longer than it may take.
    /// </summary>
    public int IntakeAtOnce => Math.Min(Prefetch, Math.Max(16, Prefetch / 4));

    /// <summary>
    /// How long a message that could not be handled waits before each further try, after a few at once. When all have
    /// failed it goes to the dead letters.
    /// </summary>
    public IReadOnlyList<TimeSpan> Redelivery { get; set; } = DefaultRedelivery;

    /// <summary>
    /// How long a queue may be without a consumer of this host while the broker can be reached. Then the host ends, so that its platform
    /// starts it again.
    /// </summary>
    public TimeSpan LongestWithoutConsumer { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Ten seconds, a minute, ten minutes.</summary>
    public static IReadOnlyList<TimeSpan> DefaultRedelivery { get; } =
    [
        TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10),
    ];
}
