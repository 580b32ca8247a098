using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Orchestrator.Storage;
using Orchestrator.Tests.Integration.Servers;

namespace Orchestrator.Tests.Integration.Storage;

public class A_postgres_database : DatabaseContract
{
    static readonly Exception[] Passing =
    [
        State(PostgresErrorCodes.AdminShutdown),
        State(PostgresErrorCodes.CrashShutdown),
        State(PostgresErrorCodes.CannotConnectNow),
        State(PostgresErrorCodes.ConnectionFailure),
        State(PostgresErrorCodes.TooManyConnections),
        State(PostgresErrorCodes.DiskFull),
        State(PostgresErrorCodes.IoError),
        State(PostgresErrorCodes.SerializationFailure),
        State(PostgresErrorCodes.DeadlockDetected),
        State(PostgresErrorCodes.LockNotAvailable),
        State(PostgresErrorCodes.QueryCanceled),
        State(PostgresErrorCodes.ReadOnlySqlTransaction),
        State("25P03"),
        State("25P04"),
        State("57P05"),
        new NpgsqlException("reset", new IOException("reset")),
        new NpgsqlException("timed out", new TimeoutException()),
        new SocketException((int)SocketError.HostNotFound),
        new InvalidOperationException("consider retrying", State(PostgresErrorCodes.CannotConnectNow)),
        new DbUpdateException("not saved", State(PostgresErrorCodes.AdminShutdown)),
    ];

    static readonly Exception[] Lasting =
    [
        State(PostgresErrorCodes.UniqueViolation),
        State(PostgresErrorCodes.CheckViolation),
        State(PostgresErrorCodes.UndefinedTable),
        State(PostgresErrorCodes.InsufficientPrivilege),
        State(PostgresErrorCodes.NumericValueOutOfRange),
        new DbUpdateException("not saved", State(PostgresErrorCodes.UniqueViolation)),
        new InvalidOperationException("a defect"),
        new ObjectDisposedException("pool"),
    ];

    static readonly Exception[] Refused =
    [
        State(PostgresErrorCodes.InvalidPassword),
        State(PostgresErrorCodes.InvalidAuthorizationSpecification),
        State(PostgresErrorCodes.InvalidCatalogName),
    ];

    [TestCaseSource(nameof(Passing))]
    public void Waits_out(Exception trouble) => Database.IsTransient(trouble).ShouldBeTrue();

    [TestCaseSource(nameof(Lasting))]
    public void Does_not_wait_out(Exception trouble) => Database.IsTransient(trouble).ShouldBeFalse();

    // The start reports a wrong password in the settings. A password that was changed later is changed back, or the host gets the new one.
    [TestCaseSource(nameof(Refused))]
    public async Task Waits_out_a_refusal_only_when_it_has_been_let_in_before(Exception trouble)
    {
        Database.IsTransient(trouble).ShouldBeTrue();
        await using var never = SharedPostgres.Open("Host=localhost");
        never.IsTransient(trouble).ShouldBeFalse();
    }

    protected override async Task<Database> Create() => SharedPostgres.Open(await SharedPostgres.CreateDatabase());

    static PostgresException State(string sqlState) => new("from the server", "ERROR", "ERROR", sqlState);
}
