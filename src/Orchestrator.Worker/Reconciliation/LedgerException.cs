using System.Data.Common;
using Npgsql;
using Orchestrator.Contracts;

namespace Orchestrator.Worker.Reconciliation;

/// <summary>A party's books can't be read.</summary>
public sealed class LedgerException(string party, DbException cause) : TellableException(
    $"the books of {party} can't be read: {(cause as PostgresException)?.MessageText ?? Redacted.Reason(cause)}; see that its server is up and that {Setting(party)} names a role that may read them", cause)
{
    static string Setting(string party) =>
        $"ConnectionStrings__{(party == WorkerRegistration.Party ? "Postgres" : char.ToUpperInvariant(party[0]) + party[1..])}";
}
