using Orchestrator.Storage;

namespace Orchestrator.Tests.Unit;

/// <summary>An empty database of one dialect for each test. The same tests run in both dialects.</summary>
public interface ITestDatabase
{
    Task<Database> Create();

    /// <summary>Closes what <see cref="Create"/> opened, and deletes the database.</summary>
    Task Drop();
}
