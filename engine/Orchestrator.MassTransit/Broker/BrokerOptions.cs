namespace Orchestrator.MassTransit.Broker;

/// <summary>How a host uses the broker. It is the section <c>Broker</c> of the host's configuration.</summary>
public sealed class BrokerOptions
{
    /// <summary>How many messages of a queue a host takes at once. From 1 to 65,535.</summary>
    public int Prefetch { get; set; } = 256;

    /// <summary>
    /// How many sagas a host begins at once: a quarter of <see cref="Prefetch"/>, but at least 16, and never more than
    /// <see cref="Prefetch"/>. If a host began as many sagas as it continues, a crowd of new sagas would delay the steps of all until they
    /// time out.
    /// </summary>
    public int IntakeAtOnce => Math.Min(Prefetch, Math.Max(16, Prefetch / 4));

    /// <summary>
    /// How long a message that could not be handled waits before each further try. A few tries without such a wait come first. When all
    /// tries have failed, the message goes to the dead letters.
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
