using Orchestrator.MassTransit.Broker;

namespace Orchestrator.Local.Servers;

/// <summary>A run on real servers.</summary>
/// <param name="RabbitMq">The address of the broker.</param>
/// <param name="Postgres">The connection string of the parties' database, in which each has a schema; null when the run does not need
/// it.</param>
/// <param name="SubmitOnly">True when the parties run elsewhere and this run only sends orders.</param>
/// <param name="Watch">True to wait until each order that was sent has ended.</param>
/// <param name="Patience">How long a server, or with <paramref name="Watch"/> the hosts, may give no answer; null to wait without
/// limit.</param>
public sealed record ServerOptions(BrokerAddress RabbitMq, string? Postgres, bool SubmitOnly, bool Watch, TimeSpan? Patience = null)
{
    /// <summary>The default patience of a run.</summary>
    public static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(60);
}
