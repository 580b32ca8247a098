using System.Data.Common;

namespace Orchestrator.Hosting.Reconciliation;

/// <summary>A book that a participant keeps about sagas: a query on a view or a table of its database.</summary>
/// <param name="Party">
/// The participant: its schema, and the name of the connection string where it is read, like <c>ConnectionStrings:Bank</c> for
/// <c>bank</c>. Without that setting it is read where the sagas are.
/// </param>
/// <param name="Select">The query, without <c>ORDER BY</c>. The host sorts it and selects sagas from it.</param>
/// <param name="Id">The column of the query that has the saga's id; it should have an index.</param>
/// <param name="Map">Makes an entry of a row.</param>
public sealed record Book(string Party, string Select, string Id, Func<DbDataReader, LedgerEntry> Map);
