using System.Text.RegularExpressions;
using Npgsql;

namespace Orchestrator.Storage;

/// <summary>Limits of a PostgreSQL session, so that a host which died, froze or lost its network keeps no lock for long.</summary>
static partial class SessionLimits
{
    // It also counts the time in which the other side reads nothing.
    const string UnreadFor = "tcp_user_timeout";

    // A message that was deferred comes again after ten seconds: by then the lock of a lost peer must be released.
    static readonly (string Name, string Value)[] Limits =
    [
        ("idle_in_transaction_session_timeout", "10s"),
        // Others lock rows for milliseconds. A session that waits longer holds what the next session needs.
        ("lock_timeout", "1s"),
        ("tcp_keepalives_idle", "10"),
        ("tcp_keepalives_interval", "3"),
        ("tcp_keepalives_count", "4"),
        (UnreadFor, "20000"),
    ];

    /// <summary>The options of a session, with the limits that they do not set themselves.</summary>
    /// <param name="options">What the connection string or this program asks for.</param>
    /// <param name="readsSlowly">Whether this side may leave an answer unread for long.</param>
    public static string AddTo(string options, bool readsSlowly = false)
    {
        var set = Names().Matches(options).Select(match => match.Groups["name"].Value.Replace('-', '_'))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        return string.Join(
            ' ', [options,
                .. Limits.Where(limit => !set.Contains(limit.Name) && !(readsSlowly && limit.Name == UnreadFor))
                .Select(limit => $"-c {limit.Name}={limit.Value}")]);
    }

    /// <summary>Makes this side notice a server that is gone, also on idle connections.</summary>
    public static void Probe(NpgsqlConnectionStringBuilder connection)
    {
        if (!connection.ShouldSerialize("TCP Keepalive") && !connection.ShouldSerialize("TCP Keepalive Time"))
            (connection.TcpKeepAlive, connection.TcpKeepAliveTime, connection.TcpKeepAliveInterval) = (true, 5, 2);
        // A proxy may answer TCP's keepalives although the server is gone. So Npgsql asks the server itself; otherwise the next command
        // over an idle connection would wait for 30 s.
        if (!connection.ShouldSerialize("Keepalive"))
            connection.KeepAlive = 5;
    }

    [GeneratedRegex(@"(?:^|\s)(?:-c\s*|--)(?<name>[\w-]+)\s*=")]
    private static partial Regex Names();
}
