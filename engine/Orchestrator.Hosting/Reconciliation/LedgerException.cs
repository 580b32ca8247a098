using System.Data.Common;
using Npgsql;
using Orchestrator.Contracts;

namespace Orchestrator.Hosting.Reconciliation;

/// <summary>A party's book can't be read.</summary>
public sealed class LedgerException(string party, string server, string setting, DbException cause) : TellableException(
    $"the books of {party} at {server} can't be read: {(cause as PostgresException)?.MessageText ?? Redacted.Reason(cause)}; "
    + $"check that its server is up and that ConnectionStrings__{setting} names a role that may read them", cause);
