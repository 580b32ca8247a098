using Orchestrator.MassTransit.Broker;

namespace Orchestrator.Local.Servers;

/// <summary>A run on real servers.</summary>
/// <param name="RabbitMq">Where the broker is.</param>
/// <param name="Postgres">The connection string of the parties' database, in which each has a schema; absent when nothing is asked of
/// it.</param>
/// <param name="SubmitOnly">Whether the parties run elsewhere, and only orders are sent.</param>
/// <param name="Watch">Whether orders that were only sent are watched until each has come to its end.</param>
/// <param name="Patience">How long a server, or the hosts whose work is watched, may give no answer; absent when they are waited for
/// without limit.</param>
public sealed record ServerOptions(BrokerAddress RabbitMq, string? Postgres, bool SubmitOnly, bool Watch, TimeSpan? Patience = null)
{
    /// <summary>The patience of a run unless told otherwise.</summary>
    public static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(60);
}
