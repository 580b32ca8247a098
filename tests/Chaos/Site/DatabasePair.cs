using System.Globalization;
using Npgsql;
using Orchestrator.Tests.Servers;

namespace Orchestrator.Tests.Chaos.Site;

/// <summary>A primary and its synchronous standby, on two addresses that stay the same after a failover.</summary>
sealed class DatabasePair(PrivatePostgres primary) : IAsyncDisposable
{
    PrivatePostgres? _standby;
    int[] _ports = [primary.Port];

    /// <summary>The server that takes writes.</summary>
    public PrivatePostgres Primary { get; private set; } = primary;

    /// <summary>The connection string by which hosts reach the server that takes writes.</summary>
    /// <param name="one">The connection string of one server.</param>
    public string OfBoth(string one)
    {
        var connection = new NpgsqlConnectionStringBuilder(one)
        {
            Host = string.Join(',', _ports.Order().Select(port => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"))),
            TargetSessionAttributes = "primary",
        };
        connection.Remove("Port");
        return connection.ToString();
    }

    /// <summary>Gives the primary a standby.</summary>
    public async Task AddStandby()
    {
        _standby = await PrivatePostgres.StandbyOf(
            Primary, _ports.Where(port => port != Primary.Port).Select(port => (int?)port).FirstOrDefault());
        _ports = [Primary.Port, _standby.Port];
    }

    /// <summary>Kills the primary and, after a while, promotes the standby.</summary>
    public async Task FailOver(TimeSpan pause, CancellationToken stop)
    {
        var (dead, next) = (Primary, _standby ?? throw new InvalidOperationException("there is no standby"));
        dead.Kill();
        await Task.Delay(pause, stop);
        await next.Promote();
        (Primary, _standby) = (next, null);
        await dead.DisposeAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_standby is not null)
            await _standby.DisposeAsync();
        await Primary.DisposeAsync();
    }
}
